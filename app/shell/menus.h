// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QKeySequence>
#include <QObject>
#include <functional>

class QAction;
class QMenu;
class QToolBar;

namespace canto::app {

class MainWindow;

/// Menus and tool bar of the window: File, View, Tools and Play; features add their own behind
/// these, then comes Help. Thread: GUI.
class Menus : public QObject {
    Q_OBJECT

  public:
    explicit Menus(MainWindow& window);

    void addHelp(); ///< behind everything that features have added
    /// Whether recordings can be placed on the map that is shown.
    void setRecordingsFindable(bool on);
    void chooseSoundFont(); ///< asks for a file

  private:
    void buildFileMenu();
    void buildViewMenu();
    void buildToolMenu();
    void buildPlayMenu();
    QAction* addAction(QMenu* menu, const QString& text, const QKeySequence& key,
                       std::function<void()> run);
    void chooseRecording();

    MainWindow& m_window;
    QMenu *m_spaceMenu = nullptr, *m_mapMenu = nullptr;
    QToolBar* m_tools = nullptr;
    QAction* m_recordingAction = nullptr;
};

} // namespace canto::app
