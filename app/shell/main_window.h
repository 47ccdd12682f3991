// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/arrange/arrange_controller.h"
#include "app/features/clips/sound_space.h"
#include "app/features/devices/device_menu.h"
#include "app/features/explore/explore.h"
#include "app/features/export/export_controller.h"
#include "app/features/library/library_controller.h"
#include "app/features/map/inspector.h"
#include "app/features/path/path_controller.h"
#include "app/features/playback/playback_panel.h"
#include "app/features/training/training_controller.h"
#include "app/features/transfer/transfer_controller.h"
#include "app/shell/panels.h"
#include "app/workspace/autosave.h"
#include "app/workspace/workspace.h"
#include "widgets/common/message_bar.h"
#include "widgets/common/theme.h"

#include <QMainWindow>

class QVBoxLayout;

namespace canto::widgets {
class HoverCard;
class StatusFigures;
} // namespace canto::widgets

namespace canto::app {

class Menus;

struct WindowOptions {
    std::filesystem::path atlas; ///< empty: the one opened last
    OpenModel openModel;         ///< of the first space shown; empty: that space's own
    std::vector<Space> spaces;   ///< empty: a single one of atlas and openModel
    std::string space;           ///< Space::id shown first; empty: the one shown last
    QString soundFont;           ///< empty: the remembered one, else the system's first
    bool loadSoundFont = true;
    bool midiPorts = true; ///< look for MIDI devices
    sound::EngineOptions engine;
    std::optional<widgets::Scheme> scheme; ///< empty: the remembered one
    QSize size; ///< of the window, whatever the screen; empty: remembered, as far as it fits
    QString settingsFile;                ///< an ini file; empty: the user's own settings
    std::filesystem::path cacheFolder;   ///< results that take a while; empty: nowhere
    std::filesystem::path sessionFolder; ///< what is open is kept here; empty: nowhere
    /// Libraries, models and runs of the user; empty: the user's own data folder.
    std::filesystem::path userData;
    TrainingWorker::Run train; ///< what trains; empty: the trainer
    OpenArranger openArranger; ///< makes the arranger; empty: as shipped
};

/// The window: a map in the middle, the library at the left, map, path and what plays at the right,
/// the piano roll and the transport below. Puts the features together and owns them; what they
/// share is in the workspace. Everything that takes time runs elsewhere; the window can be closed
/// at any moment. The accessors are for tests, the guided tour and the menus. Thread: GUI.
class MainWindow : public QMainWindow {
    Q_OBJECT

  public:
    explicit MainWindow(WindowOptions options, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// Begins to load atlas, model and SoundFont.
    void start();

    Workspace& workspace() { return m_workspace; }
    widgets::LatentMap* map() const { return m_map; }
    widgets::PianorollView* roll() const { return m_playback->roll(); }
    widgets::SpectrogramView* spectrogram() const { return m_playback->spectrogram(); }
    widgets::MessageBar* messages() const { return m_messages; }
    widgets::TransportBar* transport() const { return m_playback->transport(); }
    widgets::LibraryList* library() const { return m_list; }
    PlaybackPanel* playback() const { return m_playback; }
    Inspector* inspector() const { return m_inspector; }
    Player& player() { return m_workspace.player(); }
    MapController& mapController() { return m_workspace.maps(); }
    PathController& pathController() { return *m_path; }
    SoundSpace& sounds() { return *m_sounds; }
    InferenceWorker& inference() { return m_workspace.inference(); }
    DeviceMenu& devices() { return *m_devices; }
    ExportController& exporting() { return *m_exporting; }
    Exports& exports() { return m_exporting->exports(); }
    LibraryController& libraryController() { return *m_library; }
    TrainingController& training() { return *m_training; }
    Explore& explore() { return *m_explore; }
    Autosave& autosave() { return *m_autosave; }
    SpaceSwitch& spaces() { return m_workspace.spaces(); }
    TransferController& transfer() { return *m_transfer; }
    Panels& panels() { return *m_panels; }
    ArrangeController& arranging() { return *m_arranging; }
    bool modelLoaded() const { return m_workspace.model() != nullptr; }
    bool importing() const { return m_library->importing(); }
    /// In the order of the View menu.
    const std::vector<QDockWidget*>& docks() const { return m_docks; }
    widgets::Scheme scheme() const { return m_scheme; }
    std::vector<SongPtr> currentSongs() const { return m_exporting->current().songs; }
    int currentBars() const { return m_exporting->current().bars; }

    void resetLayout();
    void setScheme(widgets::Scheme scheme);
    /// Stops what plays; when nothing does, clears selection, path or marks, one at a time.
    void escape();
    /// Takes files of any kind that the program reads, as if they were dropped on the window.
    void openFiles(const QStringList& paths);

  Q_SIGNALS:
    void schemeChanged();

  protected:
    void showEvent(QShowEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    static constexpr int kLayoutVersion = 4; ///< of the docks and toolbars that are remembered

    void buildCentre();
    void buildFeatures();
    void buildPanels();
    void connectFeatures();
    void connectWorkspace();
    /// @param behind  whose tab it shares; null: none.
    QDockWidget* addPanel(const char* name, const QString& title, QWidget* content,
                          Qt::DockWidgetArea area, QDockWidget* behind = nullptr);
    void showLibrary();
    void showModel();
    void showCurrentItem(const PlaybackItem& item);
    void showChip();
    void showSound();
    void showHint(); ///< what to do, on a map without points
    void saveState();
    void setPanelSizes();
    void restoreLayout();

    WindowOptions m_options;
    Workspace m_workspace;
    QByteArray m_defaultLayout;
    bool m_panelsNeedSizes = false; ///< at the first showing: no layout was restored
    bool m_started = false;
    widgets::Scheme m_scheme = widgets::Scheme::System;

    widgets::LatentMap* m_map = nullptr;
    QVBoxLayout* m_centre = nullptr; ///< of the map
    widgets::MessageBar* m_messages = nullptr;
    widgets::LibraryList* m_list = nullptr;
    widgets::StatusFigures* m_figures = nullptr;
    widgets::HoverCard* m_card = nullptr;
    Inspector* m_inspector = nullptr;
    PlaybackPanel* m_playback = nullptr;
    Panels* m_panels = nullptr;
    Menus* m_menus = nullptr;
    std::vector<QDockWidget*> m_docks;
    QDockWidget *m_libraryDock = nullptr, *m_inspectorDock = nullptr, *m_scoreDock = nullptr,
                *m_exploreDock = nullptr, *m_transferDock = nullptr;

    // In the order in which they go last.
    std::unique_ptr<PathController> m_path;
    std::unique_ptr<SoundSpace> m_sounds;
    std::unique_ptr<PhraseDrag> m_drag;
    std::unique_ptr<ExportController> m_exporting;
    std::unique_ptr<Explore> m_explore;
    std::unique_ptr<TransferController> m_transfer;
    std::unique_ptr<DeviceMenu> m_devices;
    std::unique_ptr<Autosave> m_autosave;
    std::unique_ptr<LibraryController> m_library;
    std::unique_ptr<TrainingController> m_training;
    std::unique_ptr<ArrangeController> m_arranging;
};

} // namespace canto::app
