// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/map/inspector.h"
#include "app/workspace/feature.h"
#include "app/workspace/workspace.h"

namespace canto::app {

/// The map and what is said about it: its projections, colours and tools, the spaces to choose
/// from, and the Inspector. Thread: GUI.
class MapTools : public Feature {
    Q_OBJECT

  public:
    explicit MapTools(Workspace& workspace);

    Inspector* inspector() const { return m_inspector; }

    std::vector<Panel> panels() override;
    void addActions(ActionTable& table) override;
    bool escape() override; ///< clears the selection
    /// Facts come back with their space, not with another reading of the library.
    std::any leave(Reason reason) override;
    void enter(std::any kept) override;

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void connectMaps();
    void addProjections(ActionTable& table);
    void addTools(ActionTable& table);

    Workspace& m_workspace;
    widgets::LatentMap& m_map;
    Inspector* m_inspector; ///< owned by the window
};

} // namespace canto::app
