// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/shell/panels.h"
#include "app/workspace/feature.h"

#include <QSettings>
#include <QSize>

class QDockWidget;
class QMainWindow;
class QVBoxLayout;

namespace canto::app {

/// Where the panels of the window are: docks around the map, strips in its column, bars below.
/// Remembers the layout in the settings. Thread: GUI.
class WindowLayout : public QObject {
    Q_OBJECT

  public:
    /// @param column  in which the map is.
    WindowLayout(QMainWindow& window, QVBoxLayout& column);

    /// Puts all panels in place, once. @param messages  reached by F6 as the last.
    void place(const std::vector<Panel>& panels, QWidget* messages);
    /// As it was left, as far as it fits on the screen. @param size  of the window, which is not
    /// remembered then; empty: any.
    void restore(const QSettings& settings, QSize size);
    void save(QSettings& settings) const;
    void reset();
    /// Gives the panels their first sizes, which they keep only once the window has its own.
    void windowShown();
    /// Opens the dock of a panel and brings it before the others of its place.
    void raise(QWidget* panel);

    Panels& panels() { return *m_panels; }
    /// By place: left, right, below.
    const std::vector<QDockWidget*>& docks() const { return m_docks; }

  private:
    struct Placed {
        Panel panel;
        QDockWidget* dock = nullptr;
    };
    void addDock(const Panel& panel);
    void addTransport(const Panel& panel);
    void setSizes();
    /// The first dock of a place; null: none.
    QDockWidget* firstOf(Panel::Place place) const;

    QMainWindow& m_window;
    QVBoxLayout& m_column;
    Panels* m_panels;
    std::vector<Placed> m_placed;
    std::vector<QDockWidget*> m_docks;
    QByteArray m_default;
    bool m_needsSizes = false; ///< at the first showing: no layout was restored
};

} // namespace canto::app
