// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/selection/selection_export.h"
#include "app/features/selection/selection_player.h"
#include "app/workspace/action_table.h"
#include "app/workspace/feature.h"
#include "app/workspace/fine_tune_port.h"
#include "app/workspace/workspace.h"
#include "widgets/map/selection_bar.h"

#include <QPointer>

class QMenu;

namespace canto::app {

/// What can be done with the points that are selected on the map: play, export, zoom, invert,
/// fine-tune. A bar over the map, the Edit menu and the map's context menus offer the same actions.
/// Each change of the selection is a step that can be undone. Thread: GUI.
class Selection : public Feature {
    Q_OBJECT

  public:
    using Rows = std::vector<std::uint32_t>;

    explicit Selection(Workspace& workspace);
    ~Selection() override; ///< cancels an export

    void addActions(ActionTable& table) override;
    void closing() override { m_cancel.cancel(); }

    /// Who fine-tunes; must live as long as this. Without one the action is not available.
    void setFineTune(FineTunePort& port);
    widgets::SelectionBar* bar() const { return m_bar; }
    SelectionPlayer& player() { return m_player; }
    bool exporting() const { return m_exporting; }

    void play();
    void zoom();
    /// Writes the phrases into a folder, in the background.
    void exportMidi(const QString& folder);
    /// Writes a table of labels and latents, in the background.
    void exportTable(const QString& file);
    /// Adds to the menu of songs what can be done with their phrases: it selects them first.
    void addSongMenu(QMenu* menu, const std::vector<qint64>& songs);
    /// Selects without a step: what undo does.
    void select(const Rows& rows);

  Q_SIGNALS:
    void exported(bool whole); ///< files are written, or the writing ended early

  private:
    void onChanged();
    void show();
    QString whyNotPlayed() const;
    void showMenu(qint64 row, QPointF place, QPoint global);
    void addPointActions(ActionTable& table);
    bool beginExport();
    void showProgress(std::size_t done, std::size_t total);
    void endExport(bool whole);
    void onPhrasesWritten(const PhraseExport& done, const QString& folder);
    void onExportFailed(const Error& error);

    Workspace& m_workspace;
    widgets::LatentMap& m_map;
    widgets::SelectionBar* m_bar; ///< owned by the map
    SelectionPlayer m_player;
    FineTunePort* m_fineTune = nullptr;
    QPointer<ActionTable> m_table;
    std::vector<QAction*> m_verbs; ///< need a selection
    QAction *m_play = nullptr, *m_train = nullptr, *m_invert = nullptr, *m_clear = nullptr;
    std::shared_ptr<const Rows> m_last = std::make_shared<const Rows>();
    bool m_quiet = false; ///< the selection changes by itself: that is not a step
    qint64 m_row = -1;    ///< of the context menu
    QPointF m_place;
    bool m_exporting = false;
    CancelToken m_cancel; ///< of the export: what it has written by then stays
    LatestTask<Selection> m_export{this, "export of phrases"};
};

} // namespace canto::app
