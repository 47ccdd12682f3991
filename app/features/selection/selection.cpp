// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/selection/selection.h"

#include "app/workspace/file_dialogs.h"
#include "app/workspace/qt_text.h"
#include "core/base/atomic_file.h"
#include "widgets/common/theme.h"
#include "widgets/map/latent_map.h"

#include <QFileInfo>
#include <QMenu>
#include <QToolButton>
#include <QUndoCommand>
#include <unordered_set>

namespace canto::app {
namespace {

constexpr auto kExportReport = std::chrono::milliseconds(100);

/// From one selection to the next, which is made already when the step is pushed.
class SelectionStep : public QUndoCommand {
  public:
    using RowsPtr = std::shared_ptr<const Selection::Rows>;

    SelectionStep(Selection& selection, RowsPtr before, RowsPtr after)
        : QUndoCommand(after->empty()
                           ? Selection::tr("Clear the selection")
                           : Selection::tr("Select %Ln point(s)", nullptr, int(after->size()))),
          m_selection(selection), m_before(std::move(before)), m_after(std::move(after)) {}

    void undo() override { m_selection.select(*m_before); }
    void redo() override {
        if (!std::exchange(m_made, false)) {
            m_selection.select(*m_after);
        }
    }

  private:
    Selection& m_selection;
    RowsPtr m_before, m_after;
    bool m_made = true;
};

} // namespace

Selection::Selection(Workspace& workspace)
    : m_workspace(workspace), m_map(workspace.map()), m_bar(new widgets::SelectionBar(&m_map)),
      m_player(workspace) {
    m_map.setSelectionTextShown(false); // the bar says it
    connect(&m_map, &widgets::LatentMap::selectionChanged, this, &Selection::onChanged);
    connect(&m_map, &widgets::LatentMap::menuAsked, this, &Selection::showMenu);
    connect(m_bar, &widgets::SelectionBar::clearAsked, &m_map, &widgets::LatentMap::clearSelection);
    connect(&m_player, &SelectionPlayer::problem, this, &Selection::problem);
    connect(&workspace, &Workspace::libraryComing, this, [this] { m_quiet = true; });
    connect(&workspace, &Workspace::libraryChanged, this, [this] {
        m_quiet = false;
        m_last = std::make_shared<const Rows>(m_map.selection());
        show();
    });
    connect(&workspace, &Workspace::modelChanged, this, &Selection::show);
}

Selection::~Selection() {
    m_cancel.cancel();
    delete m_bar; // its buttons are for actions that act here
}

void Selection::setFineTune(FineTunePort& port) {
    m_fineTune = &port;
    show();
}

void Selection::onChanged() {
    auto now = std::make_shared<const Rows>(m_map.selection());
    if (*now != *m_last) {
        const auto before = std::exchange(m_last, now);
        if (!m_quiet && !m_workspace.restoring()) {
            m_workspace.undo().stack().push(new SelectionStep(*this, before, now));
        }
    }
    show();
}

void Selection::select(const Rows& rows) {
    const bool quiet = std::exchange(m_quiet, true);
    m_map.setSelection(rows);
    m_quiet = quiet;
}

QString Selection::whyNotPlayed() const {
    const auto& model = m_workspace.model();
    return model && !model->info().can.decode
               ? tr("Clips of recordings are played one at a time: click them on the map.")
               : QString();
}

void Selection::show() {
    const std::size_t count = m_last->size();
    for (QAction* action : m_verbs) {
        action->setEnabled(count > 0);
    }
    if (m_play != nullptr) {
        const QString why = whyNotPlayed();
        m_play->setEnabled(count > 0 && why.isEmpty());
        m_play->setToolTip(why.isEmpty() ? tr("Play the selected phrases one after another") : why);
        m_train->setEnabled(count > 0 && m_fineTune != nullptr);
    }
    m_bar->setCount(count);
}

// ---- what is done with it ----

void Selection::play() {
    if (const QString why = whyNotPlayed(); !why.isEmpty()) {
        Q_EMIT problem(tr("The selection cannot be played"), why);
    } else if (!m_last->empty()) {
        m_player.start(*m_last);
    }
}

void Selection::zoom() { m_workspace.maps().showRows(*m_last); }

bool Selection::beginExport() {
    if (m_last->empty() || !m_workspace.library()) {
        return false;
    }
    if (m_exporting) {
        Q_EMIT problem(tr("Another export is still running"), tr("Wait for it, or cancel it."));
        return false;
    }
    m_exporting = true;
    m_cancel = CancelToken();
    showProgress(0, m_last->size());
    return true;
}

void Selection::showProgress(std::size_t done, std::size_t total) {
    m_workspace.notify(
        {Notice::Kind::Progress,
         tr("Exporting %1 of %2 phrases").arg(widgets::grouped(done), widgets::grouped(total)),
         {},
         tr("Cancel"),
         [this] { m_cancel.cancel(); }});
}

void Selection::exportMidi(const QString& folder) {
    if (!beginExport()) {
        return;
    }
    m_export.start([rows = m_last, library = m_workspace.library(),
                    model = std::shared_ptr<const models::LatentModel>(m_workspace.model()),
                    originals = m_workspace.maps().playOriginals(), folder,
                    cancel = m_cancel](const auto& run) {
        Throttle throttle(kExportReport);
        PhraseSource source(library, model, originals);
        const auto done =
            exportPhrases(*library, *rows, source, folder.toStdString(), cancel,
                          [&](std::size_t written, std::size_t total) {
                              run.beat();
                              if (throttle.due(false)) {
                                  run.deliver(&Selection::showProgress, written, total);
                              }
                          });
        if (done) {
            run.deliver(&Selection::onPhrasesWritten, *done, folder);
        } else {
            run.deliver(&Selection::onExportFailed, done.error());
        }
    });
}

void Selection::exportTable(const QString& file) {
    if (!beginExport()) {
        return;
    }
    m_export.start(
        [rows = m_last, library = m_workspace.library(), file, cancel = m_cancel](const auto& run) {
            Throttle throttle(kExportReport);
            const auto table =
                phraseTable(*library, *rows, cancel, [&](std::size_t done, std::size_t total) {
                    run.beat();
                    if (throttle.due(false)) {
                        run.deliver(&Selection::showProgress, done, total);
                    }
                });
            const auto written = table ? writeFileAtomically(file.toStdString(), *table)
                                       : Result<void>(tl::unexpected(table.error()));
            if (!written) {
                run.deliver(&Selection::onExportFailed, written.error());
                return;
            }
            run.deliver([file](Selection& to) {
                to.endExport(true);
                to.m_workspace.inform(tr("Saved %1").arg(QFileInfo(file).fileName()));
            });
        });
}

void Selection::endExport(bool whole) {
    m_exporting = false;
    Q_EMIT m_workspace.progressEnded();
    Q_EMIT exported(whole);
}

void Selection::onPhrasesWritten(const PhraseExport& done, const QString& folder) {
    endExport(!done.cancelled && done.missing == 0);
    const QString text =
        done.cancelled
            ? tr("Cancelled; %Ln file(s) are in %1", nullptr, int(done.written)).arg(folder)
            : tr("%Ln file(s) written to %1", nullptr, int(done.written)).arg(folder);
    if (done.missing > 0) {
        Q_EMIT problem(text, tr("%Ln phrase(s) were left out: their files are not on this "
                                "computer, and the model that is open cannot generate them.",
                                nullptr, int(done.missing)));
    } else {
        Q_EMIT notice(text);
    }
}

void Selection::onExportFailed(const Error& error) {
    endExport(false);
    if (error.code != Error::Code::Cancelled) {
        Q_EMIT problem(text(error.message()), text(error.hint));
    }
}

// ---- actions ----

void Selection::addActions(ActionTable& table) {
    m_table = &table;
    const auto add = [&](const QString& label, const QString& shortText, const QString& tip,
                         const QKeySequence& key, std::function<void()> run) {
        QAction* action = table.add(MenuId::Edit, 1, label, key, std::move(run));
        action->setIconText(shortText);
        action->setToolTip(tip);
        table.addToContext(ContextId::Selection, 0, action);
        m_verbs.push_back(action);
        return action;
    };
    m_play = add(tr("&Play selection"), tr("Play"), {}, {}, [this] { play(); });
    QAction* midi = add(tr("&Export selection as MIDI files..."), tr("MIDI files..."),
                        tr("One MIDI file for each phrase, into a folder"), {}, [this] {
                            const QString folder = chooseFolder(&m_workspace.window(), "export",
                                                                tr("Export MIDI files"));
                            if (!folder.isEmpty()) {
                                exportMidi(folder);
                            }
                        });
    QAction* csv = add(tr("Export selection as &table..."), tr("Table (CSV)..."),
                       tr("Labels and latents of the phrases, for other programs"), {}, [this] {
                           const QString file = chooseNewFile(
                               &m_workspace.window(), "export", tr("Export table"),
                               tr("selection") + QStringLiteral(".csv"), tr("Table (*.csv)"));
                           if (!file.isEmpty()) {
                               exportTable(file);
                           }
                       });
    QAction* zoomed = add(tr("&Zoom to selection"), tr("Zoom"),
                          tr("Show the selected points as large as possible"),
                          QKeySequence(tr("Shift+F")), [this] { zoom(); });
    m_invert = add(tr("&Invert selection"), tr("Invert"),
                   tr("Select the visible points that are not selected now"),
                   QKeySequence(tr("Ctrl+Shift+I")), [this] { m_map.invertSelection(); });
    m_train = add(tr("&Fine-tune on selection..."), tr("Fine-tune..."),
                  tr("Train a copy of the model on the selected songs"), {}, [this] {
                      if (m_fineTune != nullptr) {
                          m_fineTune->fineTuneOnSelection();
                      }
                  });
    m_clear = add(tr("&Clear selection"), tr("Clear"), tr("Clear the selection (Esc)"), {},
                  [this] { m_map.clearSelection(); });

    m_bar->addButton(m_play, "playSelection");
    auto* exports = new QAction(tr("Export"), this);
    exports->setToolTip(tr("Export the selected phrases"));
    QToolButton* button = m_bar->addButton(exports, "exportSelection");
    button->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(button);
    menu->addActions({midi, csv});
    button->setMenu(menu);
    m_bar->addButton(zoomed, "zoomSelection");
    m_bar->addButton(m_invert, "invertSelection");
    m_bar->addButton(m_train, "trainSelection");
    addPointActions(table);
    show();
}

void Selection::addPointActions(ActionTable& table) {
    const auto add = [&](ContextId context, const QString& label, auto run) {
        auto* action = new QAction(label, this);
        connect(action, &QAction::triggered, this, run);
        table.addToContext(context, 0, action);
    };
    add(ContextId::Point, tr("&Play phrase"), [this] {
        m_workspace.player().pressed();
        m_workspace.maps().playRow(m_row);
    });
    add(ContextId::Point, tr("Select all phrases of this &song"), [this] {
        const LibraryPtr& library = m_workspace.library();
        if (!library || m_row < 0 || std::size_t(m_row) >= library->points.count()) {
            return;
        }
        const auto& segments = library->points.segments;
        Rows rows;
        for (std::size_t row = 0; row < segments.size(); ++row) {
            if (segments[row].song == segments[std::size_t(m_row)].song) {
                rows.push_back(std::uint32_t(row));
            }
        }
        m_map.setSelection(std::move(rows));
    });
    add(ContextId::EmptyPosition, tr("&Generate here"), [this] {
        m_workspace.player().pressed();
        m_workspace.maps().playPlace(m_place);
    });
}

void Selection::addSongMenu(QMenu* menu, const std::vector<qint64>& songs) {
    const LibraryPtr& library = m_workspace.library();
    const std::unordered_set<qint64> wanted(songs.begin(), songs.end());
    Rows rows;
    for (std::size_t row = 0; library && row < library->points.count(); ++row) {
        if (wanted.contains(library->points.songOf(row).id)) {
            rows.push_back(std::uint32_t(row));
        }
    }
    if (rows.empty()) {
        return;
    }
    QMenu* phrases = menu->addMenu(tr("&All phrases"));
    phrases->setToolTipsVisible(true);
    for (QAction* verb : m_verbs) {
        const bool possible = verb == m_play    ? whyNotPlayed().isEmpty()
                              : verb == m_train ? m_fineTune != nullptr
                                                : true;
        QAction* action = phrases->addAction(verb->iconText(), this, [this, rows, verb] {
            m_map.setSelection(rows);
            verb->trigger();
        });
        action->setEnabled(possible);
        action->setToolTip(verb->toolTip());
        action->setVisible(verb != m_invert && verb != m_clear);
    }
}

void Selection::showMenu(qint64 row, QPointF place, QPoint global) {
    if (!m_table) {
        return;
    }
    m_row = row;
    m_place = place;
    auto* menu = new QMenu(&m_map);
    menu->setObjectName(QStringLiteral("mapMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    m_table->fill(*menu, row >= 0 ? ContextId::Point : ContextId::EmptyPosition);
    if (!m_last->empty()) {
        m_table->fill(*menu, ContextId::Selection);
    }
    menu->popup(global);
}

} // namespace canto::app
