// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/controllable.h"
#include "app/workspace/exports.h"
#include "app/workspace/library_settings.h"
#include "app/workspace/midi_input.h"
#include "app/workspace/notice.h"
#include "app/workspace/phrase_drag.h"
#include "app/workspace/preferences.h"
#include "app/workspace/session_part.h"
#include "app/workspace/space_switch.h"
#include "app/workspace/undo_history.h"

#include <QObject>
#include <QSettings>

namespace canto::app {

struct WorkspaceOptions {
    QString settingsFile;           ///< an ini file; empty: the user's own settings
    std::filesystem::path userData; ///< libraries, models and runs; empty: the user's data folder
    std::vector<Space> spaces;      ///< empty: a single one without a name
    std::string space;              ///< Space::id shown first; empty: the one shown last
    std::filesystem::path atlas;    ///< library shown first; empty: the one the space opens
    OpenModel openModel;            ///< of the first space; empty: the space's own
    sound::EngineOptions engine;
};

/// What is open now: space, library and its maps, model, what plays, what can be undone, settings.
/// Features read it here, ask it to change, and listen to its signals; none needs to know the
/// window or another feature. Thread: GUI.
class Workspace : public QObject {
    Q_OBJECT

  public:
    explicit Workspace(WorkspaceOptions options);
    ~Workspace() override;

    QSettings& settings() { return *m_settings; }
    const std::filesystem::path& userData() const { return m_options.userData; }
    LibrarySettings& libraries() { return *m_libraries; }
    SpaceSwitch& spaces() { return *m_spaces; }
    const Space& space() const { return m_spaces->current(); }
    Player& player() { return *m_player; }
    InferenceWorker& inference() { return *m_inference; }
    UndoHistory& undo() { return m_undo; }
    ControllableTable& controls() { return m_controls; }
    MidiInput& midiInput() { return m_midiInput; }
    Preferences& preferences() { return m_preferences; }
    Exports& exports() { return *m_exports; }
    PhraseDrag& phraseDrag() { return *m_drag; }

    /// Shows the maps of libraries on this widget, once, before start(). It must live as long as
    /// this.
    void attachMap(widgets::LatentMap& map);
    widgets::LatentMap& map() { return *m_map; }
    QWidget& window(); ///< in which the map is: parent of dialogs
    MapController& maps() { return *m_maps; }
    /// The library that is shown; null: none.
    const LibraryPtr& library() const { return m_maps->library(); }
    /// Whether a library comes with a space and is never changed.
    bool ships(const std::filesystem::path& library) const;
    /// The model of the space that is shown; null until it is there.
    const std::shared_ptr<models::LatentModel>& model() const { return m_model; }

    /// Has its state saved and restored with sessions and spaces from now on.
    void addPart(SessionPart& part) { m_parts.push_back(&part); }
    /// What is open, for a session; empty without a library.
    SessionState state() const;
    /// Gives the parts their state. The library of the state must be shown.
    void restore(const SessionState& state);
    bool restoring() const { return m_restoring; } ///< restore() is at work

    /// Begins to read the first library and its model.
    void start();
    /// Reads a library; it takes the place of the one that is shown when it is there.
    /// @param chosen  by the user: the space opens it from now on.
    void openLibrary(const std::filesystem::path& path, bool chosen);
    /// Whether a library that the user chose is being read.
    bool opening() const { return !m_opening.empty(); }
    /// Shows the same points with other labels (withLabels); what is open stays.
    void setLabels(const LibraryPtr& library);
    /// Decodes with another model from now on; what is there stays when it cannot be opened.
    void useModel(OpenModel open);
    /// Makes the map of one block of the model's latents (MapController::blockWanted).
    void projectBlock(int block);

    /// The project that is open, as the title of the window names it.
    struct Document {
        std::filesystem::path file; ///< empty: it was never saved
        bool changed = false;       ///< since it was saved
        bool operator==(const Document&) const = default;
    };
    const Document& document() const { return m_document; }
    void setDocument(Document document);

    /// Whether the library or space to show first was asked for when the program was started.
    bool startAsked() const { return !m_options.atlas.empty() || !m_options.space.empty(); }

    void notify(Notice notice) { Q_EMIT noticed(notice); }

  public Q_SLOTS:
    /// A warning about the space that is shown. @param hint  what to do; may be empty.
    void warn(const QString& text, const QString& hint = {});
    void inform(const QString& text);

  Q_SIGNALS:
    /// Another library is about to be shown: what belongs to the one before goes.
    void libraryComing(const canto::app::LibraryPtr& library);
    void libraryChanged();
    void labelsChanged(); ///< of the library that is shown, and nothing else of it
    void libraryReady();  ///< the same, after what is restored with it was asked for
    /// A library that was asked for could not be opened; what is shown stays.
    void libraryFailed();
    void mapsReady(); ///< every map of the library has its inverse projection
    void modelChanged(bool there);
    void modelComing(); ///< a model is being read
    void modelFailed(const canto::Error& error);
    void spaceLeaving();  ///< spaces().kept() has what was kept of it
    void spaceEntering(); ///< nothing of the space before may sound or be shown any more
    void spaceChanged();  ///< another space is shown whole, but for inverse projections
    /// A session of the space is to be brought back when its library is there.
    void restoreWanted(const canto::app::SessionState& state);
    void documentChanged();
    /// The user is asked for another library.
    void libraryWanted();
    void noticed(const canto::app::Notice& notice);
    /// Where what plays is played. @param lacking  what is missing for it; empty: nothing.
    void soundOutputChanged(const QString& text, const QString& lacking);
    void progressEnded();                      ///< the newest notice of progress is over
    void noticeDismissed(const QString& text); ///< the person closed a notice

  private:
    void openDueModel();
    void connectLoader();
    void connectSpaces();
    void onLibraryFailed(const QString& path, const Error& error);
    void onMapLoaded(const LoadedMap& map);
    void notifyReplaced(const QString& path, const Error& error);
    void showLibrary(const LibraryPtr& library);
    void leaveSpace();
    void enterSpace();
    void setModel(const std::shared_ptr<models::LatentModel>& model);
    void offerBlocks();
    std::vector<std::any> leaveParts(SessionPart::Reason reason);
    void enterParts(std::vector<std::any> kept);

    WorkspaceOptions m_options;
    Document m_document;
    std::unique_ptr<QSettings> m_settings;
    UndoHistory m_undo;
    std::vector<SessionPart*> m_parts;
    bool m_restoring = false;
    widgets::LatentMap* m_map = nullptr;
    std::shared_ptr<models::LatentModel> m_model;
    OpenModel m_comingModel;         ///< of useModel; empty: none
    bool m_modelDue = false;         ///< the space's own is opened once the first map is drawn
    std::filesystem::path m_opening; ///< the user chose it; remembered once it is shown

    ControllableTable m_controls;
    MidiInput m_midiInput;
    Preferences m_preferences;

    // In the order in which they go last.
    std::unique_ptr<LibrarySettings> m_libraries;
    std::unique_ptr<SpaceSwitch> m_spaces;
    std::unique_ptr<Player> m_player;
    std::unique_ptr<InferenceWorker> m_inference;
    std::unique_ptr<MapController> m_maps;
    std::unique_ptr<Exports> m_exports;
    std::unique_ptr<PhraseDrag> m_drag;
    LibraryLoader m_loader;
    LatestTask<Workspace> m_block{this, "block map", Priority::Low};
};

} // namespace canto::app
