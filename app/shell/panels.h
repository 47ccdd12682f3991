// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QPointer>
#include <vector>

class QDockWidget;
class QMainWindow;
class QWidget;

namespace canto::app {

/// The panels of the window: which of them can be reached by keys, and F6 from one to the next.
/// Thread: GUI.
class Panels : public QObject {
    Q_OBJECT

  public:
    static constexpr int kSideWidth = 320;    ///< pixels, the least of the panels at the right
    static constexpr int kLibraryWidth = 200; ///< the least of the library
    static constexpr int kWidest = 640;       ///< of a docked panel at either side
    static constexpr int kLowest = 60;        ///< the least height of the panels below

    explicit Panels(QMainWindow& window);

    /// Adds a panel that is always in sight, in the order of F6.
    void add(QWidget* panel);
    /// Adds a docked panel. Its content is hidden while the dock lies behind another one's tab:
    /// Qt only moves such docks out of sight, where Tab and the keys would still reach them. The
    /// dock's width keeps within bounds that do not depend on what it shows.
    void add(QDockWidget* dock, int leastWidth);

    /// Moves the focus to the next panel that can be seen, to where it was in that panel last.
    void next(bool forward);

  private:
    void bound(QDockWidget* dock, int leastWidth);

    QMainWindow& m_window;
    std::vector<QPointer<QWidget>> m_panels;
};

} // namespace canto::app
