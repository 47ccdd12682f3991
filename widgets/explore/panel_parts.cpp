// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/explore/panel_parts.h"

#include <QCoreApplication>
#include <QLocale>

namespace canto::widgets {
namespace {

struct Measures {
    Q_DECLARE_TR_FUNCTIONS(Measures)
};

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
        return Measures::tr("Notes per bar");
    case codec::Measure::Held:
        return Measures::tr("Sustain");
    case codec::Measure::Silence:
        return Measures::tr("Rests");
    case codec::Measure::Highest:
        return Measures::tr("Highest pitch");
    case codec::Measure::Lowest:
        return Measures::tr("Lowest pitch");
    case codec::Measure::MeanPitch:
        return Measures::tr("Mean pitch");
    case codec::Measure::Syncopation:
        return Measures::tr("Syncopation");
    case codec::Measure::Polyphony:
        return Measures::tr("Polyphony");
    case codec::Measure::DrumShare:
        return Measures::tr("Drum density");
    case codec::Measure::Loudness:
        return Measures::tr("Loudness");
    }
    return {};
}

QString trackTitle(std::optional<codec::Family> track) {
    if (!track) {
        return Measures::tr("all tracks");
    }
    switch (*track) {
    case codec::Family::Drums:
        return Measures::tr("drums");
    case codec::Family::Bass:
        return Measures::tr("bass");
    case codec::Family::Guitar:
        return Measures::tr("guitar");
    case codec::Family::Strings:
        return Measures::tr("strings");
    }
    return {};
}

QString propertyTitle(codec::Measure measure, std::optional<codec::Family> track) {
    if (measure == codec::Measure::MeanPitch && track == codec::Family::Bass) {
        return Measures::tr("Bass register");
    }
    const QString title = measureTitle(measure);
    return track ? Measures::tr("%1, %2").arg(title, trackTitle(track)) : title;
}

} // namespace canto::widgets
