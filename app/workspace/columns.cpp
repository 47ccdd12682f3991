// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/columns.h"

#include <QCoreApplication>
#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <iterator>
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

constexpr auto kMain = Visibility::Main, kDetail = Visibility::Detail, kHidden = Visibility::Hidden;
constexpr auto kClasses = Values::Categories, kNumbers = Values::Numbers,
               kByData = Values::FromData;

/// In the order in which a person reads them.
constexpr KnownColumn kKnownColumns[] = {
    {"artist", QT_TRANSLATE_NOOP("Columns", "Artist"), "", kMain, kClasses},
    {"composer", QT_TRANSLATE_NOOP("Columns", "Composer"), "", kMain, kClasses},
    {"genre", QT_TRANSLATE_NOOP("Columns", "Genre"), "", kMain, kClasses},
    {"emotion", QT_TRANSLATE_NOOP("Columns", "Emotion"), "", kMain, kClasses},
    {"arousal", QT_TRANSLATE_NOOP("Columns", "Arousal"), "", kMain, kClasses},
    {"valence", QT_TRANSLATE_NOOP("Columns", "Valence"), "", kMain, kClasses},
    {"key", QT_TRANSLATE_NOOP("Columns", "Key"), "", kMain, kClasses},
    {"tempo", QT_TRANSLATE_NOOP("Columns", "Tempo"), "bpm", kMain, kByData},
    {"bpm", QT_TRANSLATE_NOOP("Columns", "Tempo"), "bpm", kMain, kByData},
    {"first_bpm", QT_TRANSLATE_NOOP("Columns", "Tempo"), "bpm", kMain, kByData},
    {"movement", QT_TRANSLATE_NOOP("Columns", "Movement"), "", kMain, kClasses},
    {"loudness", QT_TRANSLATE_NOOP("Columns", "Loudness"), "dBFS", kMain, kNumbers},
    {"density", QT_TRANSLATE_NOOP("Columns", "Density"), "", kMain, kByData},
    {"work", QT_TRANSLATE_NOOP("Columns", "Work"), "", kDetail, kClasses},
    {"year", QT_TRANSLATE_NOOP("Columns", "Year"), "", kDetail, kByData},
    {"families", QT_TRANSLATE_NOOP("Columns", "Instruments"), "", kDetail, kClasses},
    {"time_signatures", QT_TRANSLATE_NOOP("Columns", "Metre"), "", kDetail, kClasses},
    {"tempo_events", QT_TRANSLATE_NOOP("Columns", "Tempo changes"), "", kDetail, kByData},
    {"beats", QT_TRANSLATE_NOOP("Columns", "Beats"), "", kDetail, kByData},
    {"seconds", QT_TRANSLATE_NOOP("Columns", "Length"), "s", kDetail, kByData},
    {"notes", QT_TRANSLATE_NOOP("Columns", "Notes"), "", kDetail, kByData},
    {"drum_notes", QT_TRANSLATE_NOOP("Columns", "Drum notes"), "", kDetail, kByData},
    {"tracks", QT_TRANSLATE_NOOP("Columns", "Tracks"), "", kDetail, kByData},
    {"font", QT_TRANSLATE_NOOP("Columns", "SoundFont"), "", kDetail, kClasses},
    {"archive", QT_TRANSLATE_NOOP("Columns", "Archive"), "", kDetail, kClasses},
    {"split", QT_TRANSLATE_NOOP("Columns", "Split"), "", kHidden, kClasses},
    {"title", QT_TRANSLATE_NOOP("Columns", "Title"), "", kDetail, kClasses},
    {"song", QT_TRANSLATE_NOOP("Columns", "Song"), "", kHidden, kClasses},
    {"source", QT_TRANSLATE_NOOP("Columns", "Source"), "", kHidden, kClasses},
    {"original_name", QT_TRANSLATE_NOOP("Columns", "Original file name"), "", kHidden, kClasses},
    {"md5", "MD5", "", kHidden, kClasses},
    {"ppq", QT_TRANSLATE_NOOP("Columns", "Ticks per quarter note"), "", kHidden, kByData},
    {"format", QT_TRANSLATE_NOOP("Columns", "MIDI file format"), "", kHidden, kClasses},
    {"programs", QT_TRANSLATE_NOOP("Columns", "MIDI programs"), "", kHidden, kByData},
    {"quirks", QT_TRANSLATE_NOOP("Columns", "Repairs"), "", kHidden, kClasses},
};

} // namespace

ColumnDescription describeColumn(const std::string& column) {
    const auto known = std::find_if(std::begin(kKnownColumns), std::end(kKnownColumns),
                                    [&](const KnownColumn& one) { return one.column == column; });
    ColumnDescription description;
    if (known != std::end(kKnownColumns)) {
        description.title = QCoreApplication::translate("Columns", known->title);
        description.unit = QString::fromLatin1(known->unit);
        description.visibility = known->visibility;
        description.rank = int(known - std::begin(kKnownColumns));
        if (known->values != Values::FromData) {
            description.numeric = known->values == Values::Numbers;
        }
        return description;
    }
    description.rank = int(std::size(kKnownColumns));
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
