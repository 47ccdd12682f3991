// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

class QStatusBar;

namespace canto::widgets {
class StatusFigures;
} // namespace canto::widgets

namespace canto::app {

class Workspace;

/// The line at the lower edge: points of the map, the model, where sound goes. Thread: GUI.
class StatusLine : public QObject {
    Q_OBJECT

  public:
    StatusLine(QStatusBar& bar, Workspace& workspace);

    void start(); ///< with what the workspace is about to open

  private:
    Workspace& m_workspace;
    widgets::StatusFigures* m_figures;
};

} // namespace canto::app
