// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/explore/panel_parts.h"

#include <QCoreApplication>
#include <QLocale>

namespace canto::widgets {
namespace {

QString words(const char* text) { return QCoreApplication::translate("Measures", text); }

} // namespace

bool isShare(codec::Measure measure) {
    return measure == codec::Measure::Held || measure == codec::Measure::Silence ||
           measure == codec::Measure::DrumShare;
}

QString measureText(codec::Measure measure, std::optional<double> value) {
    if (!value) {
        return QStringLiteral("\u2013");
    }
    const QLocale locale;
    return isShare(measure) ? locale.toString(*value * 100, 'f', 0) + QStringLiteral(" %")
                            : locale.toString(*value, 'f', 1);
}

QString measureTitle(codec::Measure measure) {
    switch (measure) {
    case codec::Measure::Notes:
        return words("Notes per bar");
    case codec::Measure::Held:
        return words("Sustain");
    case codec::Measure::Silence:
        return words("Rests");
    case codec::Measure::Highest:
        return words("Highest pitch");
    case codec::Measure::Lowest:
        return words("Lowest pitch");
    case codec::Measure::MeanPitch:
        return words("Mean pitch");
    case codec::Measure::Syncopation:
        return words("Syncopation");
    case codec::Measure::Polyphony:
        return words("Polyphony");
    case codec::Measure::DrumShare:
        return words("Drum density");
    case codec::Measure::Loudness:
        return words("Loudness");
    }
    return {};
}

QString trackTitle(std::optional<codec::Family> track) {
    if (!track) {
        return words("all tracks");
    }
    switch (*track) {
    case codec::Family::Drums:
        return words("drums");
    case codec::Family::Bass:
        return words("bass");
    case codec::Family::Guitar:
        return words("guitar");
    case codec::Family::Strings:
        return words("strings");
    }
    return {};
}

} // namespace canto::widgets
