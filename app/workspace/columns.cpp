// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/columns.h"

#include <QCoreApplication>
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <string_view>

namespace canto::app {
namespace {

using Visibility = ColumnDescription::Visibility;

enum class Values { Categories, Numbers, FromData };

struct KnownColumn {
    std::string_view column;
    const char* title;
    const char* unit;
    Visibility visibility;
    Values values;
};

/// In the order in which a person reads them.
constexpr std::array kKnownColumns = {
    KnownColumn{"artist", QT_TRANSLATE_NOOP("Columns", "Artist"), "", Visibility::Main,
                Values::Categories},
    KnownColumn{"composer", QT_TRANSLATE_NOOP("Columns", "Composer"), "", Visibility::Main,
                Values::Categories},
    KnownColumn{"genre", QT_TRANSLATE_NOOP("Columns", "Genre"), "", Visibility::Main,
                Values::Categories},
    KnownColumn{"emotion", QT_TRANSLATE_NOOP("Columns", "Emotion"), "", Visibility::Main,
                Values::Categories},
    KnownColumn{"key", QT_TRANSLATE_NOOP("Columns", "Key"), "", Visibility::Main,
                Values::Categories},
    KnownColumn{"tempo", QT_TRANSLATE_NOOP("Columns", "Tempo"), "bpm", Visibility::Main,
                Values::FromData},
    KnownColumn{"bpm", QT_TRANSLATE_NOOP("Columns", "Tempo"), "bpm", Visibility::Main,
                Values::FromData},
    KnownColumn{"first_bpm", QT_TRANSLATE_NOOP("Columns", "Tempo"), "bpm", Visibility::Main,
                Values::FromData},
    KnownColumn{"movement", QT_TRANSLATE_NOOP("Columns", "Movement"), "", Visibility::Main,
                Values::Categories},
    KnownColumn{"loudness", QT_TRANSLATE_NOOP("Columns", "Loudness"), "dBFS", Visibility::Main,
                Values::Numbers},
    KnownColumn{"density", QT_TRANSLATE_NOOP("Columns", "Density"), "", Visibility::Main,
                Values::FromData},
    KnownColumn{"work", QT_TRANSLATE_NOOP("Columns", "Work"), "", Visibility::Detail,
                Values::Categories},
    KnownColumn{"year", QT_TRANSLATE_NOOP("Columns", "Year"), "", Visibility::Detail,
                Values::FromData},
    KnownColumn{"families", QT_TRANSLATE_NOOP("Columns", "Instruments"), "", Visibility::Detail,
                Values::Categories},
    KnownColumn{"time_signatures", QT_TRANSLATE_NOOP("Columns", "Metre"), "", Visibility::Detail,
                Values::Categories},
    KnownColumn{"tempo_events", QT_TRANSLATE_NOOP("Columns", "Tempo changes"), "",
                Visibility::Detail, Values::FromData},
    KnownColumn{"beats", QT_TRANSLATE_NOOP("Columns", "Beats"), "", Visibility::Detail,
                Values::FromData},
    KnownColumn{"seconds", QT_TRANSLATE_NOOP("Columns", "Length"), "s", Visibility::Detail,
                Values::FromData},
    KnownColumn{"notes", QT_TRANSLATE_NOOP("Columns", "Notes"), "", Visibility::Detail,
                Values::FromData},
    KnownColumn{"drum_notes", QT_TRANSLATE_NOOP("Columns", "Drum notes"), "", Visibility::Detail,
                Values::FromData},
    KnownColumn{"tracks", QT_TRANSLATE_NOOP("Columns", "Tracks"), "", Visibility::Detail,
                Values::FromData},
    KnownColumn{"font", QT_TRANSLATE_NOOP("Columns", "SoundFont"), "", Visibility::Detail,
                Values::Categories},
    KnownColumn{"archive", QT_TRANSLATE_NOOP("Columns", "Archive"), "", Visibility::Detail,
                Values::Categories},
    KnownColumn{"split", QT_TRANSLATE_NOOP("Columns", "Split"), "", Visibility::Hidden,
                Values::Categories},
    KnownColumn{"title", QT_TRANSLATE_NOOP("Columns", "Title"), "", Visibility::Detail,
                Values::Categories},
    KnownColumn{"song", QT_TRANSLATE_NOOP("Columns", "Song"), "", Visibility::Hidden,
                Values::Categories},
    KnownColumn{"source", QT_TRANSLATE_NOOP("Columns", "Source"), "", Visibility::Hidden,
                Values::Categories},
    KnownColumn{"original_name", QT_TRANSLATE_NOOP("Columns", "Original file name"), "",
                Visibility::Hidden, Values::Categories},
    KnownColumn{"md5", "MD5", "", Visibility::Hidden, Values::Categories},
    KnownColumn{"ppq", QT_TRANSLATE_NOOP("Columns", "Ticks per quarter note"), "",
                Visibility::Hidden, Values::FromData},
    KnownColumn{"format", QT_TRANSLATE_NOOP("Columns", "MIDI file format"), "", Visibility::Hidden,
                Values::Categories},
    KnownColumn{"programs", QT_TRANSLATE_NOOP("Columns", "MIDI programs"), "", Visibility::Hidden,
                Values::FromData},
    KnownColumn{"quirks", QT_TRANSLATE_NOOP("Columns", "Repairs"), "", Visibility::Hidden,
                Values::Categories},
};

} // namespace

ColumnDescription describeColumn(const std::string& column) {
    const auto known = std::find_if(kKnownColumns.begin(), kKnownColumns.end(),
                                    [&](const KnownColumn& one) { return one.column == column; });
    ColumnDescription description;
    if (known != kKnownColumns.end()) {
        description.title = QCoreApplication::translate("Columns", known->title);
        description.unit = QString::fromLatin1(known->unit);
        description.visibility = known->visibility;
        description.rank = int(known - kKnownColumns.begin());
        if (known->values != Values::FromData) {
            description.numeric = known->values == Values::Numbers;
        }
        return description;
    }
    description.rank = int(kKnownColumns.size());
    description.title = QString::fromStdString(column);
    description.title.replace(QLatin1Char('_'), QLatin1Char(' '));
    if (!description.title.isEmpty()) {
        description.title[0] = description.title[0].toUpper();
    }
    return description;
}

QString columnTitle(const std::string& column) { return describeColumn(column).title; }

std::optional<double> labelNumber(const std::string& label) {
    const auto blank = [](char c) { return c == ' ' || c == '\t'; };
    std::string text(std::find_if_not(label.begin(), label.end(), blank), label.end());
    while (!text.empty() && blank(text.back())) {
        text.pop_back();
    }
    if (std::count(text.begin(), text.end(), ',') == 1 && text.find('.') == std::string::npos) {
        text[text.find(',')] = '.';
    }
    const char* first = text.data() + (text.starts_with('+') ? 1 : 0);
    const char* last = text.data() + text.size();
    double value = 0;
    const auto [end, problem] = std::from_chars(first, last, value);
    const bool whole = problem == std::errc() && end == last && first != last;
    return whole && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

} // namespace canto::app
