// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/training/training_worker.h"
#include "app/spaces/arrangement/arranger_factory.h"
#include "app/spaces/spaces.h"
#include "app/workspace/import_worker.h"
#include "app/workspace/library_loader.h"
#include "app/workspace/originals_search.h"
#include "app/workspace/player.h"
#include "widgets/common/theme.h"

#include <QMainWindow>
#include <QMenu>
#include <QSettings>

namespace canto::widgets {
class HoverCard;
class LatentMap;
class LibraryList;
class MessageBar;
class PianorollView;
class SpectrogramView;
class StatusFigures;
class TransportBar;
} // namespace canto::widgets

class QStackedWidget;

namespace canto::app {

class ArrangeController;
class Autosave;
class DeviceMenu;
class Explore;
class Exports;
class Inspector;
class LibrarySettings;
class MapController;
class Panels;
class PathController;
class SoundSpace;
class SpaceSwitch;
class TrainingController;
class TransferController;
class PhraseDrag;

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
    std::filesystem::path cacheFolder;   ///< what is learned once is kept here; empty: nowhere
    std::filesystem::path sessionFolder; ///< what is open is kept here; empty: nowhere
    /// Libraries, models and runs of the user; empty: the user's own data folder.
    std::filesystem::path userData;
    TrainingWorker::Run train; ///< what trains; empty: the trainer
    OpenArranger openArranger; ///< the arranger recordings; empty: as shipped
};

/// The window: a map in the middle, the library at the left, map, path and what is heard at the
/// right, the piano roll and the transport below. Everything that takes time runs elsewhere; the
/// window can be closed at any moment. Thread: GUI.
class MainWindow : public QMainWindow {
    Q_OBJECT

  public:
    explicit MainWindow(WindowOptions options, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// Begins to load atlas, model and SoundFont.
    void start();

    widgets::LatentMap* map() const { return m_map; }
    widgets::PianorollView* roll() const { return m_roll; }
    widgets::SpectrogramView* spectrogram() const { return m_spectrogram; }
    widgets::MessageBar* messages() const { return m_messages; }
    widgets::TransportBar* transport() const { return m_transport; }
    widgets::LibraryList* library() const { return m_list; }
    Inspector* inspector() const { return m_inspector; }
    Player& player() { return *m_player; }
    MapController& mapController() { return *m_mapController; }
    PathController& pathController() { return *m_pathController; }
    SoundSpace& sounds() { return *m_sounds; }
    InferenceWorker& inference() { return *m_inference; }
    DeviceMenu& devices() { return *m_devices; }
    Exports& exports() { return *m_exports; }
    TrainingController& training() { return *m_training; }
    Explore& explore() { return *m_explore; }
    Autosave& autosave() { return *m_autosave; }
    SpaceSwitch& spaces() { return *m_spaces; }
    TransferController& transfer() { return *m_transfer; }
    Panels& panels() { return *m_panels; }
    ArrangeController& arranging() { return *m_arranging; }
    bool modelLoaded() const { return m_inference->model() != nullptr; }
    bool importing() const { return m_importer->busy(); }

    /// What is heard, as songs and bars each: the whole path when a path plays.
    std::vector<SongPtr> currentSongs() const;
    int currentBars() const;

    /// Decodes with another model from now on; what is there stays when it cannot be opened.
    void useModel(OpenModel open);

  public Q_SLOTS:
    /// Opens a library that the user chose; the space opens it from now on.
    void openAtlas(const QString& path);
    /// Imports files and folders into the library that is shown. One that ships is never changed:
    /// the user's own copy for the space takes its place. For one that cannot be written the user
    /// is asked for a file.
    void importPaths(const QStringList& paths);
    /// Imports into `library`, which is then shown. @param startFrom  copied there first when there
    /// is no such file yet; may be empty.
    void importInto(const std::filesystem::path& library, const std::filesystem::path& startFrom,
                    const QStringList& paths);
    /// Looks for original files below this folder, too, from now on.
    void locateOriginals(const QString& folder);
    /// Marks a recording on the map of a space of sound.
    void placeRecording(const QString& path);
    void setScheme(canto::widgets::Scheme scheme);
    void report(const QString& text, const QString& hint = {});

  Q_SIGNALS:
    void libraryShown();
    void libraryNotShown(); ///< one that was asked for could not be opened
    void mapsReady();       ///< every map of the library has its inverse projection
    void modelShown(bool there);
    void importOver();
    void
    spaceShown(); ///< another space is shown whole, but for inverse projections that are still made
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

    // main_window_parts.cpp
    void buildCentre();
    void buildDocks();
    void buildStatus();
    void connectMap();
    void connectSound();
    void connectWorkers();
    void buildExplore();
    void buildTransfer();
    void buildArranging();
    void buildPanels();
    // main_window_sounds.cpp
    void buildSounds();
    void chooseRecording();
    void saveSound();
    void showSoundPosition(const sound::Position& position);
    // main_window_spaces.cpp
    void buildSpaces();
    void connectSpaces();
    void keepSpace();
    void showSpace();
    void setModel(const std::shared_ptr<models::LatentModel>& model);
    void offerBlocks();
    // main_window_library.cpp
    void connectLibrary();
    void openLibrary(const std::filesystem::path& path, bool chosen);
    void onLibraryFailed(const QString& path, const Error& error);
    void onMapFailed(const LibraryPtr& library, std::size_t map, const Error& error);
    void mapDone(const LibraryPtr& library, std::size_t map); ///< or given up
    void showReplaced(const QString& path, const Error& error);
    void onImported(const QString& path, const ImportReport& report);
    /// A library has other songs now: it is read again, at once or when its space is entered.
    /// @param songs  to be shown on the map; may be empty.
    void readAgain(const std::filesystem::path& library, const std::vector<qint64>& songs);
    void showLibrary(const LibraryPtr& library);
    void showImportedWhenReady(); ///< m_importedSongs
    void showImported(const std::vector<qint64>& songs);
    QString libraryName(const std::filesystem::path& path) const;
    bool ships(const std::filesystem::path& library) const;
    void playSong(qint64 id);
    void showSong(qint64 id);
    void askToRemove(const std::vector<qint64>& songs);
    void chooseFiles();
    void chooseFolder();
    void chooseCopy(const QStringList& paths);
    void chooseOriginals();
    // main_window_actions.cpp
    void buildMenus();
    void buildFileMenu();
    void buildPlayMenu();
    void buildViewMenu();
    void buildToolMenu();
    void buildHelpMenu();
    QAction* addAction(QMenu* menu, const QString& text, const QKeySequence& key,
                       std::function<void()> run);
    void escape();
    void chooseAtlas();
    void chooseSoundFont();
    void saveCurrent();
    void saveMapPicture();
    void copyCurrent();
    void dragCurrent();
    void saveSongs(const std::vector<SongPtr>& songs, int bars, const QString& title);
    void saveMix(const SongPtr& song, const QString& recording, const QString& title);
    void copySongs(const std::vector<SongPtr>& songs, int bars, const QString& title);
    void dragSongs(const std::vector<SongPtr>& songs, int bars, const QString& title);

    void showSongs();
    void showCurrent(const PlaybackItem& item);
    void showChip();
    void showPosition(const sound::Position& position);
    void togglePlayback();
    void playbackToStart();
    void showPoints();
    void showSound();
    void showModel(const QString& text);
    void saveState();
    void showHint(); ///< what to do, on a map without points
    void layOutForScreen();
    void setPanelSizes();
    void restoreLayout();
    std::filesystem::path userData() const;

    WindowOptions m_options;
    std::unique_ptr<QSettings> m_settings;
    QByteArray m_defaultLayout;
    bool m_panelsNeedSizes = false; ///< at the first showing: no layout was restored

    widgets::LatentMap* m_map = nullptr;
    widgets::MessageBar* m_messages = nullptr;
    widgets::LibraryList* m_list = nullptr;
    widgets::PianorollView* m_roll = nullptr;
    widgets::SpectrogramView* m_spectrogram = nullptr;
    QStackedWidget* m_score = nullptr; ///< one of these two
    widgets::TransportBar* m_transport = nullptr;
    widgets::StatusFigures* m_figures = nullptr;
    widgets::HoverCard* m_card = nullptr;
    Inspector* m_inspector = nullptr;
    QToolBar* m_tools = nullptr;
    Panels* m_panels = nullptr;
    QMenu *m_spaceMenu = nullptr, *m_mapMenu = nullptr;
    std::shared_ptr<models::LatentModel> m_model; ///< null until it is there
    OpenModel m_comingModel;                      ///< of useModel; empty: none
    std::filesystem::path m_opening;     ///< the user chose it; remembered once it is shown
    std::vector<qint64> m_importedSongs; ///< to be shown with the library that is being opened
    QStringList m_importing;             ///< what is being imported, or was last
    std::size_t m_changedSpace = 0;      ///< whose library is being changed, or was last
    OriginalsSearch m_originals;
    QAction* m_loopAction = nullptr;
    QAction* m_recordingAction = nullptr;

    // In the order in which they go last: workers before what they talk to.
    std::unique_ptr<LibrarySettings> m_libraries;
    std::unique_ptr<SpaceSwitch> m_spaces;
    std::unique_ptr<Player> m_player;
    std::unique_ptr<InferenceWorker> m_inference;
    std::unique_ptr<MapController> m_mapController;
    std::unique_ptr<PathController> m_pathController;
    std::unique_ptr<SoundSpace> m_sounds;
    std::unique_ptr<Exports> m_exports;
    std::unique_ptr<PhraseDrag> m_drag;
    std::unique_ptr<Explore> m_explore;
    std::unique_ptr<TransferController> m_transfer;
    std::unique_ptr<Autosave> m_autosave;
    std::unique_ptr<DeviceMenu> m_devices;
    std::unique_ptr<ImportWorker> m_importer;
    std::unique_ptr<LibraryLoader> m_loader;
    std::unique_ptr<TrainingController> m_training;
    std::unique_ptr<ArrangeController> m_arranging;
    widgets::Scheme m_scheme = widgets::Scheme::System;
    bool m_started = false;
};

} // namespace canto::app
