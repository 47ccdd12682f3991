// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/session_part.h"

#include <QObject>
#include <QStringList>
#include <QWidget>
#include <vector>

namespace canto::app {

class ActionTable;

/// A panel of the window. Its title is its widget's window title and follows it.
struct Panel {
    enum class Place {
        Left,
        Right,    ///< all panels there are tabs of one place
        Below,    ///< the same, below the map
        AboveMap, ///< a strip in the column of the map
        ForMap,   ///< in the column of the map, which the feature hides meanwhile
        Transport ///< a bar at the lower edge of the window
    };
    const char* id = ""; ///< under which the layout is remembered
    QWidget* widget = nullptr;
    Place place = Place::Right;
    bool scrolls = false; ///< it does not scroll by itself
    bool open = true;     ///< at first
    int raisedHeight = 0; ///< pixels; a lower one grows to this when it is raised
};

/// Something that can be done with what the workspace has open: a folder in app/features. The
/// shell makes all features of a list and builds panels, menus, keys and sessions from what they
/// answer here. Thread: GUI.
class Feature : public QObject, public SessionPart {
    Q_OBJECT

  public:
    /// How well a feature can open a file. The best one gets it.
    enum class Takes { No, Anything, Kind, Best };

    virtual std::vector<Panel> panels() { return {}; }
    virtual void addActions(ActionTable& table) { (void)table; }
    /// The window is about to be shown for the first time.
    virtual void start() {}
    /// The map is on its way: now is the time for what takes a while.
    virtual void startDevices() {}
    /// Whether a file that is dropped on the window, by its name, is for openFiles().
    virtual Takes takes(const QString& path) const {
        (void)path;
        return Takes::No;
    }
    virtual void openFiles(const QStringList& paths) { (void)paths; }
    /// Esc: ends or clears something of its own, one thing at a time. @return false: there is
    /// nothing.
    virtual bool escape() { return false; }
    /// Whether the window may close now; who says no asks, and closes the window afterwards.
    virtual bool mayClose() { return true; }
    /// The window closes: ends what runs and remembers settings.
    virtual void closing() {}

  Q_SIGNALS:
    void problem(const QString& text, const QString& hint); ///< @param hint  may be empty
    void notice(const QString& text);
    void raiseWanted(QWidget* panel); ///< one of panels()
    void changed();                   ///< what a session keeps of it
};

} // namespace canto::app
