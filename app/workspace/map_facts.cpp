// SPDX-License-Identifier: GPL-3.0-or-later
// What is known about the rows of a map, for the inspector and the hover card.

#include "app/workspace/class_names.h"
#include "app/workspace/map_controller.h"
#include "app/workspace/qt_text.h"
#include "core/atlas/latent_library.h"

#include <QLocale>
#include <algorithm>
#include <cmath>
#include <tuple>

namespace canto::app {
namespace {

/// "139 bpm"; numbers in the user's notation, other labels unchanged.
QString valueText(const std::string& column, const std::string& label, const QString& unit) {
    const auto number = unit.isEmpty() ? std::nullopt : labelNumber(label);
    if (!number) {
        return classText(column, label);
    }
    const int digits = *number == std::round(*number) ? 0 : 1;
    return MapController::tr("%1 %2").arg(QLocale().toString(*number, 'f', digits), unit);
}

/// What the library labels a song with, main labels first; names of people and of the song have
/// lines of their own.
Facts labelsOf(const Library& library, const atlas::SongRow& song) {
    std::vector<std::pair<ColumnDescription, QString>> labels;
    for (const std::string& column : library.columns) {
        const std::string& value = song.label(column);
        if (!value.empty() && value != song.artist && value != song.title &&
            value != song.composer) {
            const ColumnDescription description = describeColumn(column);
            labels.emplace_back(description, valueText(column, value, description.unit));
        }
    }
    std::stable_sort(labels.begin(), labels.end(), [](const auto& a, const auto& b) {
        return std::tie(a.first.visibility, a.first.rank) <
               std::tie(b.first.visibility, b.first.rank);
    });
    Facts facts;
    for (const auto& [description, value] : labels) {
        facts.append({description.title, value,
                      description.visibility != ColumnDescription::Visibility::Main});
    }
    return facts;
}

Fact figureOf(const LibraryMeasure& measure, qint64 row) {
    const auto value = double(measure.values[std::size_t(row)]);
    return {columnTitle(measure.name),
            std::isfinite(value)
                ? QStringLiteral("%1 %2").arg(QLocale().toString(value, 'f', 1), text(measure.unit))
                : MapController::tr("unknown")};
}

} // namespace

bool hasFact(const Facts& facts, const QString& name) {
    return std::any_of(facts.begin(), facts.end(),
                       [&](const Fact& fact) { return fact.name == name; });
}

QString MapController::titleOfRow(qint64 row) const {
    return m_library->nameOf(std::size_t(row)).title;
}

bool MapController::latentsAlone() const {
    return m_library && atlas::isLatentLibrary(m_library->points.model);
}

QString MapController::partOf(qint64 row) const {
    constexpr int kClipSeconds = 10;
    const int part = m_library->points.segments[std::size_t(row)].bar;
    if (latentsAlone()) {
        return tr("row %L1").arg(part + 1);
    }
    const auto clock = [](int seconds) {
        return QStringLiteral("%1:%2").arg(seconds / 60).arg(seconds % 60, 2, 10, QLatin1Char('0'));
    };
    return sounding()
               ? tr("%1\u2013%2").arg(clock(kClipSeconds * part), clock(kClipSeconds * (part + 1)))
               : tr("bar %L1").arg(part + 1);
}

QString MapController::barsOf(qint64 row) const {
    const auto& model = m_inference.model();
    const int bars = model ? model->info().phraseBars : 1;
    const int first = m_library->points.segments[std::size_t(row)].bar + 1;
    return bars > 1 ? tr("bars %L1\u2013%L2").arg(first).arg(first + bars - 1) : partOf(row);
}

Fact MapController::originOf(const std::string& split) {
    const QString value = split == "train"     ? tr("In the training set")
                          : split == "valid"   ? tr("In the validation set (not trained on)")
                          : split == "test"    ? tr("In the test set (unseen by the model)")
                          : split == "library" ? tr("Comes with Cantograph")
                          : split == "mine"    ? tr("Imported by you")
                                               : text(split);
    return {tr("Origin"), value, true};
}

Facts MapController::factsOf(qint64 row) const {
    const atlas::SongRow& song = m_library->points.songOf(std::size_t(row));
    const SongName& name = m_library->nameOf(std::size_t(row));
    Facts facts{{tr("Song"), name.title}};
    if (!name.artist.isEmpty()) {
        facts.append({song.artist.empty() ? tr("Composer") : tr("Artist"), name.artist});
    }
    const Facts labels = labelsOf(*m_library, song);
    const auto details =
        std::find_if(labels.begin(), labels.end(), [](const Fact& fact) { return fact.detail; });
    std::copy(labels.begin(), details, std::back_inserter(facts));
    for (const LibraryMeasure& measure : m_library->measures) {
        facts.append(figureOf(measure, row));
    }
    facts.append({latentsAlone() ? tr("Of the table")
                  : sounding()   ? tr("Clip")
                                 : tr("Starts at"),
                  partOf(row)});
    std::copy(details, labels.end(), std::back_inserter(facts));
    if (const Fact origin = originOf(song.split); !origin.value.isEmpty()) {
        facts.append(origin);
    }
    const std::string file =
        latentsAlone() ? atlas::soundOfRow(song, m_library->points.segments[std::size_t(row)]).path
                       : song.path;
    if (!file.empty()) {
        facts.append({tr("File"), text(file), true});
    }
    return facts;
}

void MapController::onHoveredRead(atlas::RowId id, const SongPtr& song, const Error&) {
    if (song && m_card && m_hoverRow >= 0 &&
        m_library->points.songOf(std::size_t(m_hoverRow)).id == id) {
        m_card->setSong(m_hoverRow, phraseOf(*m_library, m_hoverRow, *song));
    }
}

void MapController::attachHoverCard(widgets::HoverCard* card) {
    m_card = card;
    card->setProvider([this](qint64 row) { return hoverInfo(row); });
    connect(&m_map, &widgets::LatentMap::pointHovered, card, &widgets::HoverCard::hover);
    // The points move from under the cursor.
    connect(&m_map, &widgets::LatentMap::viewChanged, card, &widgets::HoverCard::dismiss);
    connect(this, &MapController::mapShown, card, &widgets::HoverCard::dismiss);
}

widgets::HoverInfo MapController::hoverInfo(qint64 row) {
    widgets::HoverInfo info;
    if (!m_library || row < 0 || std::size_t(row) >= m_library->points.count()) {
        return info;
    }
    const atlas::SongRow& song = m_library->points.songOf(std::size_t(row));
    info.title = m_library->nameOf(std::size_t(row)).title;
    info.subtitle = m_library->nameOf(std::size_t(row)).artist;
    const Facts facts = factsOf(row);
    for (const Fact& fact : facts) {
        if (!fact.detail && fact.value != info.title && fact.value != info.subtitle) {
            info.labels.append({fact.name, fact.value});
        }
    }
    info.songTempo = !sounding() && !hasFact(facts, columnTitle("tempo"));
    m_hoverRow = row;
    if (sounding()) {
        m_sounds->hovered(row);
    }
    if (latentsAlone()) {
        info.songTempo = false;
    } else if (const SongPtr* known = m_songs.object(song.id)) {
        info.song = phraseOf(*m_library, row, **known);
    } else {
        readSong(m_hoverRead, song, &MapController::onHoveredRead);
    }
    return info;
}

} // namespace canto::app
