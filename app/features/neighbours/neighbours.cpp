// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/neighbours/neighbours.h"

#include "app/workspace/action_table.h"
#include "app/workspace/class_names.h"
#include "app/workspace/qt_text.h"
#include "widgets/map/latent_map.h"
#include "widgets/song/pianoroll_view.h"

#include <QLocale>
#include <algorithm>
#include <mutex>

namespace canto::app {
namespace {

/// Whether its notes came from a model: those of files and of a keyboard are not measured.
bool isGenerated(const PlaybackItem& item) {
    using Kind = PlaybackItem::Kind;
    const bool kind = item.kind == Kind::Decoded || item.kind == Kind::Path ||
                      item.kind == Kind::Interpolated || item.kind == Kind::Shaped ||
                      item.kind == Kind::Transferred || item.kind == Kind::Around ||
                      item.kind == Kind::Kept;
    return kind && !item.origin.known && item.song && !item.song->notes.empty();
}

NeighbourRow rowOf(const Library& library, std::size_t row, QString measure) {
    const std::string& column = library.columns.front();
    return {qint64(row), library.nameOf(row).title,
            Neighbours::tr("bar %1").arg(library.points.segments[row].bar + 1),
            classText(column, library.points.songOf(row).label(column)), std::move(measure)};
}

/// The selected notes alone, from the bar in which the first of them begins.
SongPtr selectedNotes(const music::Song& song, const music::NoteIndices& selection) {
    auto part = std::make_shared<music::Song>(song);
    part->notes.clear();
    for (const auto index : selection) {
        if (std::size_t(index) < song.notes.size()) {
            part->notes.push_back(song.notes[std::size_t(index)]);
        }
    }
    if (part->notes.empty()) {
        return nullptr;
    }
    const auto first = std::min_element(
        part->notes.begin(), part->notes.end(),
        [](const music::Note& a, const music::Note& b) { return a.start < b.start; });
    const music::Tick from = first->start;
    for (music::Note& note : part->notes) {
        note.start -= from;
    }
    part->finish();
    return part;
}

} // namespace

/// Filled by whichever task needs it first; the others wait for it.
struct Neighbours::Prepared {
    explicit Prepared(LibraryPtr of) : library(std::move(of)) {}

    Result<std::shared_ptr<const MapPoints>> points(const CancelToken& cancel) {
        const std::lock_guard lock(m_pointsMutex);
        if (!m_points) {
            CANTO_TRY(made,
                      mapPointsOf(*library, coordinatesFor(*library, open), std::nullopt, cancel));
            m_points = std::make_shared<const MapPoints>(std::move(*made));
        }
        return m_points;
    }
    Result<std::shared_ptr<const LibraryNotes>> notes(const CancelToken& cancel) {
        const std::lock_guard lock(m_notesMutex);
        if (!m_notes) {
            CANTO_TRY(read,
                      readLibraryNotes(library->points, libraryFolders(library->path), cancel));
            m_notes = std::make_shared<const LibraryNotes>(std::move(*read));
        }
        return m_notes;
    }

    const LibraryPtr library;
    OpenModel open;

  private:
    std::mutex m_pointsMutex, m_notesMutex;
    std::shared_ptr<const MapPoints> m_points;
    std::shared_ptr<const LibraryNotes> m_notes;
};

Neighbours::Neighbours(Workspace& workspace, const widgets::PianorollView& roll)
    : m_workspace(workspace), m_roll(roll), m_panel(new NeighboursPanel(&workspace.window())) {
    m_panel->setWindowTitle(tr("Neighbours"));
    connect(&workspace, &Workspace::libraryChanged, this, [this] {
        m_find.cancel();
        m_measure.cancel();
        m_prepared = std::make_shared<Prepared>(m_workspace.library());
        m_prepared->open = m_workspace.space().open;
        m_last.reset();
        m_panel->setRows({}, {});
        m_panel->setStatus({});
        m_panel->setMemorised({});
    });
    connect(&workspace.player(), &Player::currentItemChanged, this, &Neighbours::onItem);
    connect(m_panel, &NeighboursPanel::findAsked, this, &Neighbours::find);
    connect(m_panel, &NeighboursPanel::byChanged, this, [this] {
        if (m_last) {
            show(*m_last);
        }
    });
    connect(m_panel, &NeighboursPanel::rowChosen, this, [this](qint64 row) {
        m_workspace.map().flyTo(row);
        m_workspace.player().pressed();
        m_workspace.maps().playRow(row);
    });
    connect(m_panel, &NeighboursPanel::selectAsked, this, [this] {
        std::vector<std::uint32_t> rows;
        for (const NeighbourRow& row : m_panel->rows()) {
            rows.push_back(std::uint32_t(row.row));
        }
        std::sort(rows.begin(), rows.end());
        m_workspace.map().setSelection(std::move(rows));
    });
}

std::vector<Panel> Neighbours::panels() {
    return {
        {.id = "neighboursDock", .widget = m_panel, .place = Panel::Place::Right, .open = false}};
}

void Neighbours::addActions(ActionTable& table) {
    auto* similar = new QAction(tr("Find &similar phrases"), this);
    connect(similar, &QAction::triggered, this, [this] {
        Q_EMIT raiseWanted(m_panel);
        find();
    });
    table.add(MenuId::Tools, 3, similar);
    auto* here = new QAction(tr("List &neighbours"), this);
    connect(here, &QAction::triggered, this, [this] { Q_EMIT raiseWanted(m_panel); });
    table.addToContext(ContextId::Point, 1, here);
}

void Neighbours::onItem(const PlaybackItem& item) {
    m_panel->setMemorised({});
    m_measure.cancel();
    if (!m_panel->isVisible() || !m_prepared) {
        return;
    }
    if (isGenerated(item)) {
        measure(item);
    }
    // A neighbour that is played from the list leaves the list as it is.
    const auto& rows = m_panel->rows();
    const bool listed =
        item.row >= 0 && std::any_of(rows.begin(), rows.end(),
                                     [&](const NeighbourRow& row) { return row.row == item.row; });
    if (item.row >= 0 && !listed) {
        show({m_workspace.maps().titleOfRow(item.row), item.row,
              m_workspace.maps().latentOf(item.row), item.song});
    }
}

void Neighbours::find() {
    const PlaybackItem& item = m_workspace.player().currentItem();
    if (!m_prepared || !item.song) {
        m_panel->setStatus(tr("Nothing plays: click a phrase, or play one on a keyboard."));
        return;
    }
    if (const SongPtr part = selectedNotes(*item.song, m_roll.selection())) {
        show({tr("%Ln selected note(s)", nullptr, int(part->notes.size())),
              item.row,
              {},
              part,
              true});
        return;
    }
    show({item.title, item.row, item.row >= 0 ? m_workspace.maps().latentOf(item.row) : item.latent,
          item.song});
}

void Neighbours::show(const Query& query) {
    m_last = query;
    m_panel->setStatus(tr("Searching..."));
    m_find.start(
        [query, prepared = m_prepared, by = m_panel->by(),
         model = std::shared_ptr<const models::LatentModel>(m_workspace.model())](const auto& run) {
            const Library& library = *prepared->library;
            const auto rows = by == NeighboursPanel::By::Latent
                                  ? byLatent(library, *prepared, query, model.get(), run.cancel())
                                  : byNotes(library, *prepared, query, run.cancel());
            if (!rows) {
                run.deliverError(&Neighbours::onFailed, rows.error());
                return;
            }
            std::size_t missing = 0;
            if (by == NeighboursPanel::By::Notes) {
                if (const auto notes = prepared->notes(run.cancel())) {
                    missing = (*notes)->missing;
                }
            }
            run.deliver(&Neighbours::onFound, query, *rows, missing);
        });
}

Result<QVector<NeighbourRow>> Neighbours::byLatent(const Library& library, Prepared& prepared,
                                                   Query query, const models::LatentModel* model,
                                                   const CancelToken& cancel) {
    if (query.latent.empty() && query.song && model != nullptr && model->info().can.encode) {
        const auto segments = model->segments(*query.song);
        if (!segments.empty()) {
            CANTO_TRY(latents, model->encode(*query.song, std::span(segments).first(1), cancel));
            query.latent = latents->front();
        }
    }
    CANTO_TRY(points, prepared.points(cancel));
    if ((*points)->coordinates && !query.latent.empty()) {
        query.latent = (*points)->coordinates->of(query.latent);
    }
    if (query.latent.size() != (*points)->points->dimensions) {
        return fail(Error::Code::NotFound, "No latent is known of this music", {},
                    "Compare it by its notes");
    }
    CANTO_TRY(found,
              projection::neighboursOf(projection::onePoint(query.latent), *(*points)->points,
                                       int(kListed) + 1, {.threads = 1}, cancel));
    QVector<NeighbourRow> rows;
    for (std::size_t i = 0; i < found->k && rows.size() < qsizetype(kListed); ++i) {
        const std::size_t row = found->indexOf(0)[i];
        if (qint64(row) != query.row || query.selected) {
            rows.append(
                rowOf(library, row, QLocale().toString(double(found->distanceOf(0)[i]), 'f', 2)));
        }
    }
    return rows;
}

Result<QVector<NeighbourRow>> Neighbours::byNotes(const Library& library, Prepared& prepared,
                                                  const Query& query, const CancelToken& cancel) {
    CANTO_TRY(notes, prepared.notes(cancel));
    music::PhraseNotes wanted;
    if (query.row >= 0 && !query.selected) {
        wanted = (*notes)->index.notes(std::size_t(query.row));
    }
    if (wanted.empty() && query.song) {
        wanted = music::phraseNotes(*query.song, 0, query.song->metre.barStart(query.song->bars()));
    }
    if (wanted.empty()) {
        return fail(Error::Code::NotFound, "There are no notes to compare", {},
                    "Choose a phrase that is not drums alone");
    }
    QVector<NeighbourRow> rows;
    for (const auto& match : (*notes)->index.nearest(wanted, kListed + 1)) {
        if ((qint64(match.phrase) == query.row && !query.selected) ||
            rows.size() == qsizetype(kListed)) {
            continue;
        }
        QString share = tr("%1 %").arg(QLocale().toString(100 * match.same.share, 'f', 0));
        if (match.same.semitones != 0) {
            share +=
                QStringLiteral(" (%1%2)")
                    .arg(match.same.semitones > 0 ? QStringLiteral("+") : QStringLiteral("\u2212"))
                    .arg(std::abs(match.same.semitones));
        }
        rows.append(rowOf(library, match.phrase, std::move(share)));
    }
    return rows;
}

void Neighbours::onFound(const Query& query, const QVector<NeighbourRow>& rows,
                         std::size_t missing) {
    m_panel->setRows(tr("Nearest to %1").arg(query.title), rows);
    m_panel->setStatus(missing > 0 ? tr("The files of %Ln song(s) are not on this computer: these "
                                        "songs were not compared.",
                                        nullptr, int(missing))
                                   : QString());
    Q_EMIT listed();
}

void Neighbours::onFailed(const Error& error) {
    m_panel->setRows({}, {});
    m_panel->setStatus(text(error.message()));
    Q_EMIT listed();
}

void Neighbours::measure(const PlaybackItem& item) {
    m_measure.start([song = item.song, prepared = m_prepared,
                     bars = m_workspace.model() ? m_workspace.model()->info().phraseBars
                                                : 0](const auto& run) {
        const auto notes = prepared->notes(run.cancel());
        if (!notes) {
            return; // "By notes" says why
        }
        const auto found = nearestPhrase(**notes, *song, bars, run.cancel());
        if (run.cancelled()) {
            return;
        }
        QString shown = tr("No phrase of the library has a note of this music in common with it.");
        if (found) {
            const Library& library = *prepared->library;
            shown = tr("%1 of %2 notes from bar %3 are equal to %4, bar %5")
                        .arg(found->same.count)
                        .arg(found->notes)
                        .arg(found->bar + 1)
                        .arg(library.nameOf(found->row).title)
                        .arg(library.points.segments[found->row].bar + 1);
        }
        run.deliver([shown](Neighbours& to) {
            to.m_panel->setMemorised(shown);
            Q_EMIT to.measured();
        });
    });
}

} // namespace canto::app
