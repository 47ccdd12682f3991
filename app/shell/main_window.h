// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/shell/features.h"
#include "widgets/common/theme.h"

#include <QMainWindow>
#include <stdexcept>

class QDockWidget;

namespace canto::widgets {
class MessageBar;
} // namespace canto::widgets

namespace canto::app {

class ActionTable;
class Panels;
class StatusLine;
class WindowLayout;

struct WindowOptions : FeatureOptions {
    std::filesystem::path atlas; ///< empty: the one opened last
    OpenModel openModel;         ///< of the first space shown; empty: that space's own
    std::vector<Space> spaces;   ///< empty: a single one of atlas and openModel
    std::string space;           ///< Space::id shown first; empty: the one shown last
    sound::EngineOptions engine;
    std::optional<widgets::Scheme> scheme; ///< empty: the remembered one
    QSize size; ///< of the window, whatever the screen; empty: remembered, as far as it fits
    QString settingsFile; ///< an ini file; empty: the user's own settings
    /// Libraries, models and runs of the user; empty: the user's own data folder.
    std::filesystem::path userData;
};

/// The window: a map in the middle, panels around it, the transport below. Makes the features of
/// makeFeatures() and builds menus, keys and panels from what they offer; what they share is in the
/// workspace. Everything that takes time runs elsewhere; the window can be closed at any moment.
/// Thread: GUI.
class MainWindow : public QMainWindow {
    Q_OBJECT

  public:
    explicit MainWindow(WindowOptions options, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// Begins to load library, model and SoundFont.
    void start();

    Workspace& workspace() { return m_workspace; }
    widgets::LatentMap* map() { return &m_workspace.map(); }
    widgets::MessageBar* messages() const { return m_messages; }
    ActionTable& actionTable() { return *m_actions; }
    Panels& panels();
    /// In the order of the View menu.
    const std::vector<QDockWidget*>& docks() const;
    /// The feature of a class, for tests and the guided tour; there must be one.
    template <class F>
    F& feature() {
        for (const auto& feature : m_features) {
            if (auto* found = dynamic_cast<F*>(feature.get())) {
                return *found;
            }
        }
        throw std::logic_error("The window has no such feature");
    }

    widgets::Scheme scheme() const { return m_scheme; }
    void setScheme(widgets::Scheme scheme);
    void resetLayout();
    void showPreferences();
    /// Stops what plays; when nothing does, clears selection, path or marks, one at a time.
    void escape();
    /// Takes files of any kind that the program reads, as if they were dropped on the window.
    void openFiles(const QStringList& paths);
    /// The same, once the first library is there or could not be opened.
    void openFilesWhenReady(const QStringList& paths);
    /// Shows the window above others. @param token  of the desktop, by which it allows that; may be
    /// empty.
    void comeToFront(const QByteArray& token);

  protected:
    void showEvent(QShowEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

  private:
    void buildCentre();
    void buildFeatures();
    void connectNotices();
    void followSystem(); ///< light and dark
    void paintScheme();
    void showTitle();
    void showHint(); ///< what to do, on a map without points

    WindowOptions m_options;
    Workspace m_workspace;
    FeatureList m_features;
    bool m_started = false;
    bool m_opening = true; ///< the first library is on its way
    QStringList m_later;   ///< openFilesWhenReady()
    widgets::Scheme m_scheme = widgets::Scheme::System;
    widgets::MessageBar* m_messages = nullptr;
    ActionTable* m_actions = nullptr;
    WindowLayout* m_layout = nullptr;
    StatusLine* m_status = nullptr;
};

} // namespace canto::app
