// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/workspace.h"

#include "app/library/originals.h"
#include "app/workspace/file_dialogs.h"
#include "app/workspace/qt_text.h"

#include <QFileInfo>
#include <QStandardPaths>
#include <QTimer>
#include <algorithm>

namespace canto::app {
namespace {

const auto kSpaceKey = QStringLiteral("space/current");

/// Whether `after` has all phrases of `before` in the same rows, and perhaps more behind them.
bool extends(const Library& after, const Library& before) {
    const auto& old = before.points.segments;
    const auto& now = after.points.segments;
    return before.points.model.version == after.points.model.version && old.size() <= now.size() &&
           std::equal(old.begin(), old.end(), now.begin(),
                      [](const auto& a, const auto& b) { return a.id == b.id; });
}

/// The device that the user chose in the preferences; what was asked for at the start goes before.
void readAudioSettings(const QSettings& settings, sound::EngineOptions& options) {
    if (!options.driver.empty() || options.sink != sound::SinkKind::Device) {
        return;
    }
    options.driver = settings.value(QLatin1String("audio/driver")).toString().toStdString();
    const double rate = settings.value(QLatin1String("audio/rate")).toDouble();
    const int frames = settings.value(QLatin1String("audio/frames")).toInt();
    if (rate >= 8000 && rate <= 192000) {
        options.rate = rate;
    }
    if (frames >= 64 && frames <= 8192) {
        options.periodFrames = frames;
    }
}

} // namespace

Workspace::Workspace(WorkspaceOptions options) : m_options(std::move(options)) {
    m_settings = m_options.settingsFile.isEmpty()
                     ? std::make_unique<QSettings>()
                     : std::make_unique<QSettings>(m_options.settingsFile, QSettings::IniFormat);
    if (m_options.userData.empty()) {
        m_options.userData =
            QStandardPaths::writableLocation(QStandardPaths::AppDataLocation).toStdString();
    }
    rememberDialogFolders(m_settings.get());
    m_libraries = std::make_unique<LibrarySettings>(*m_settings, m_options.userData);
    setNamedFolders(m_libraries->originalFolders());

    std::vector<Space> spaces = std::move(m_options.spaces);
    if (spaces.empty()) {
        spaces.emplace_back();
    }
    const auto canShow = [&](const std::string& id) {
        return std::find_if(spaces.begin(), spaces.end(), [&](const Space& space) {
            return space.id == id && space.whyNot.empty();
        });
    };
    auto first = spaces.begin();
    if (!m_options.space.empty()) {
        first = canShow(m_options.space);
    } else if (m_options.atlas.empty()) {
        first = canShow(m_settings->value(kSpaceKey).toString().toStdString());
    }
    if (first == spaces.end()) {
        first = spaces.begin();
    }
    if (m_options.openModel) {
        first->open = shareModel(m_options.openModel);
    }
    const auto index = std::size_t(first - spaces.begin());
    m_spaces = std::make_unique<SpaceSwitch>(std::move(spaces), index);
    for (std::size_t i = 0; i < m_spaces->spaces().size(); ++i) {
        m_spaces->kept(i).library = m_libraries->toOpen(m_spaces->spaces()[i]);
    }
    readAudioSettings(*m_settings, m_options.engine);
    m_player = std::make_unique<Player>(m_options.engine);
    m_inference = std::make_unique<InferenceWorker>();
    m_exports = std::make_unique<Exports>();
}

Workspace::~Workspace() { m_player->disconnect(); }

void Workspace::attachMap(widgets::LatentMap& map) {
    m_map = &map;
    m_maps = std::make_unique<MapController>(map, *m_player, *m_inference);
    connect(m_maps.get(), &MapController::problem, this, &Workspace::warn);
    connect(m_maps.get(), &MapController::blockWanted, this, &Workspace::projectBlock);
    addPart(*m_maps);
    m_drag = std::make_unique<PhraseDrag>(window());
    connect(m_drag.get(), &PhraseDrag::missed, this, &Workspace::warn);
    m_undo.setStack(m_spaces->kept().undo.get());
    connectLoader();
    connectSpaces();
}

QWidget& Workspace::window() { return *m_map->window(); }

void Workspace::warn(const QString& text, const QString& hint) {
    notify({Notice::Kind::Warning, text, hint, {}, {}, true});
}

void Workspace::setDocument(Document document) {
    if (document != m_document) {
        m_document = std::move(document);
        Q_EMIT documentChanged();
    }
}

void Workspace::inform(const QString& text) { notify({Notice::Kind::Information, text}); }

// ---- session ----

SessionState Workspace::state() const {
    SessionState state;
    if (!library()) {
        return state;
    }
    state.space = space().id;
    state.atlas = std::filesystem::absolute(library()->path).string();
    state.atlasDigest = library()->digest;
    state.atlasPhrases = library()->points.count();
    if (m_model) {
        state.modelVersion = m_model->info().version;
    }
    state.row = m_player->currentItem().row;
    for (const SessionPart* part : m_parts) {
        part->saveTo(state);
    }
    return state;
}

void Workspace::restore(const SessionState& state) {
    const bool sameModel = m_model && m_model->info().version == state.modelVersion;
    m_restoring = true;
    for (SessionPart* part : m_parts) {
        part->restoreFrom(state, sameModel);
    }
    m_restoring = false;
}

std::vector<std::any> Workspace::leaveParts(SessionPart::Reason reason) {
    std::vector<std::any> kept;
    for (SessionPart* part : m_parts) {
        kept.push_back(part->leave(reason));
    }
    return kept;
}

void Workspace::enterParts(std::vector<std::any> kept) {
    kept.resize(m_parts.size());
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        m_parts[i]->enter(std::move(kept[i]));
    }
}

// ---- library and model ----

void Workspace::start() {
    const std::filesystem::path& first =
        m_options.atlas.empty() ? m_spaces->kept().library : m_options.atlas;
    if (!first.empty()) {
        openLibrary(first, !m_options.atlas.empty());
    }
    if (space().open) {
        Q_EMIT modelComing();
        m_modelDue = true;
        if (first.empty()) {
            openDueModel();
        }
    }
}

void Workspace::openDueModel() {
    if (std::exchange(m_modelDue, false)) {
        m_loader.openModel(space().open);
    }
}

void Workspace::connectLoader() {
    LibraryLoader* loader = &m_loader;
    connect(loader, &LibraryLoader::libraryOpened, this, [this](const LibraryPtr& library) {
        showLibrary(library);
        Q_EMIT libraryReady();
        if (m_modelDue) {
            QTimer::singleShot(LibraryLoader::modelAfterMs(), this, &Workspace::openDueModel);
        }
    });
    connect(loader, &LibraryLoader::libraryFailed, this, &Workspace::onLibraryFailed);
    connect(loader, &LibraryLoader::mapLoaded, this, &Workspace::onMapLoaded);
    connect(loader, &LibraryLoader::modelOpened, this,
            [this](const std::shared_ptr<models::LatentModel>& model) {
                if (m_comingModel) {
                    m_spaces->setOpen(std::exchange(m_comingModel, nullptr));
                }
                setModel(model);
            });
    connect(loader, &LibraryLoader::modelFailed, this, [this](const Error& error) {
        m_comingModel = nullptr;
        notify({Notice::Kind::Warning, text(error.what),
                tr("The map and the original songs work; nothing can be generated. %1")
                    .arg(text(error.hint))});
        Q_EMIT modelFailed(error);
        Q_EMIT modelChanged(false);
    });
}

void Workspace::openLibrary(const std::filesystem::path& path, bool chosen) {
    m_opening = chosen ? path : std::filesystem::path();
    m_map->setMessage(tr("Opening %1...").arg(text(path.filename())));
    m_loader.openLibrary(path, m_model ? m_model->info().version : std::string(), space().open);
}

void Workspace::onLibraryFailed(const QString& path, const Error& error) {
    m_opening.clear();
    const std::filesystem::path& shipped = space().atlas;
    if (!library() && !shipped.empty() && shipped != path.toStdString()) {
        notifyReplaced(path, error);
        openLibrary(shipped, false);
        return;
    }
    Q_EMIT libraryFailed();
    openDueModel();
    notify({Notice::Kind::Error, tr("%1: %2").arg(QFileInfo(path).fileName(), text(error.what)),
            text(error.hint)});
}

void Workspace::notifyReplaced(const QString& path, const Error& error) {
    notify({Notice::Kind::Warning,
            tr("Your library %1 cannot be opened: %2")
                .arg(QFileInfo(path).fileName(), text(error.what)),
            tr("The library that comes with Cantograph is shown instead. Yours is opened again at "
               "the next start if %1 is there.")
                .arg(path),
            tr("Open another..."), [this] { Q_EMIT libraryWanted(); }});
}

void Workspace::onMapLoaded(const LoadedMap& map) {
    if (map.projection) {
        m_maps->setMapReady(map.library, map.map, map.projection, map.snapshot);
    } else {
        m_maps->setMapFailed(map.library, map.map, text(map.problem.message()));
        if (samePoints(map.library, library()) && map.map == m_maps->shownMap()) {
            m_maps->reportNoProjection({});
        }
    }
    if (map.map + 1 == map.library->maps.size()) {
        Q_EMIT mapsReady();
    }
}

void Workspace::showLibrary(const LibraryPtr& library) {
    if (!m_opening.empty() && library->path == m_opening) {
        m_libraries->choose(space(), library->path);
    }
    m_opening.clear();
    m_spaces->kept().library = library->path;
    // The same file with other songs in it: what was done is kept.
    const LibraryPtr before = this->library();
    const bool again = before && before->path == library->path;
    SessionState state = again ? this->state() : SessionState();
    std::vector<std::any> kept =
        again ? leaveParts(SessionPart::Reason::Library) : std::vector<std::any>();
    const QRectF box = again ? m_map->view() : QRectF();
    if (again && !extends(*library, *before)) {
        state.selection.clear();
        state.pathRows.clear();
        state.row = -1;
        state.spec = {};
        state.results.clear();
        kept.clear();
    }
    Q_EMIT libraryComing(library);
    m_maps->setLibrary(library);
    offerBlocks();
    m_player->present({});
    Q_EMIT libraryChanged();
    if (again) {
        state.atlasDigest.clear(); // what does not fit any more was taken out above
        state.view.clear();        // set now, not when the maps are there
        m_map->setView(box);
        enterParts(std::move(kept));
        Q_EMIT restoreWanted(state);
    }
}

bool Workspace::ships(const std::filesystem::path& library) const {
    const auto& spaces = m_spaces->spaces();
    return std::any_of(spaces.begin(), spaces.end(), [&](const Space& space) {
        std::error_code ignored;
        return !space.atlas.empty() && std::filesystem::equivalent(space.atlas, library, ignored);
    });
}

void Workspace::setLabels(const LibraryPtr& library) {
    if (samePoints(library, this->library())) {
        m_maps->setLabels(library);
        Q_EMIT labelsChanged();
    }
}

void Workspace::useModel(OpenModel open) {
    open = shareModel(std::move(open));
    m_comingModel = open;
    m_modelDue = false;
    Q_EMIT modelComing();
    m_loader.openModel(std::move(open));
}

void Workspace::setModel(const std::shared_ptr<models::LatentModel>& model) {
    m_model = model;
    m_inference->setModel(model);
    offerBlocks();
    Q_EMIT modelChanged(true);
}

void Workspace::offerBlocks() {
    if (m_model && library() && library()->points.model.latentSize == m_model->info().latentSize) {
        m_maps->setBlocks(m_model->info().blocks);
    }
}

void Workspace::projectBlock(int block) {
    notify({Notice::Kind::Progress, tr("Preparing the map..."), {}, {}, {}, true});
    m_block.start([this, library = library(), open = space().open, block](const auto& run) {
        const auto make = [&]() -> Result<ProjectionPtr> {
            CANTO_TRY(model, open());
            CANTO_TRY(points, mapPointsOf(*library, std::make_shared<const Coordinates>(*model),
                                          block, run.cancel()));
            return app::projectBlock(library, *points, run.cancel());
        };
        const auto projection = make();
        if (!projection) {
            run.deliverError([this](const Error& error) { warn(text(error.message())); },
                             projection.error());
            return;
        }
        run.deliver([this, library, block, projection = *projection,
                     snapshot = makeSnapshot(*library, (*projection)->positions(),
                                             library->columns.front())] {
            Q_EMIT progressEnded();
            m_maps->setBlockReady(library, block, projection, snapshot);
        });
    });
}

// ---- spaces ----

void Workspace::connectSpaces() {
    SpaceSwitch* spaces = m_spaces.get();
    connect(spaces, &SpaceSwitch::leaving, this, &Workspace::leaveSpace);
    connect(spaces, &SpaceSwitch::entered, this, &Workspace::enterSpace);
    connect(spaces, &SpaceSwitch::mapLoaded, this, &Workspace::onMapLoaded);
    connect(spaces, &SpaceSwitch::libraryReplaced, this, &Workspace::notifyReplaced);
    connect(spaces, &SpaceSwitch::began, this, [this](const QString& title) {
        notify({Notice::Kind::Progress, tr("Opening %1...").arg(title), {}, {}, {}, true});
    });
    connect(spaces, &SpaceSwitch::failed, this, &Workspace::warn);
}

void Workspace::leaveSpace() {
    SpaceSwitch::Kept& kept = m_spaces->kept();
    if (library()) {
        kept.state = state();
        kept.view = m_maps->view();
        kept.box = m_map->view();
        kept.parts = leaveParts(SessionPart::Reason::Space);
    }
    kept.model = m_model;
    kept.item = m_player->currentItem();
    if (inSeries(kept.item)) {
        // What comes before and after it is gone when it comes back.
        kept.item.kind = kept.item.kind == PlaybackItem::Kind::Path
                             ? PlaybackItem::Kind::Decoded
                             : PlaybackItem::Kind::Reconstruction;
    }
    m_opening.clear();
    m_modelDue = false;
    m_loader.cancel(); // what is still read belongs to the space that goes
    m_block.cancel();
    m_inference->cancel();
    Q_EMIT spaceLeaving();
}

void Workspace::enterSpace() {
    SpaceSwitch::Kept& kept = m_spaces->kept();
    m_settings->setValue(kSpaceKey, text(space().id));
    m_undo.setStack(nullptr); // nothing that is set up here is a step of what can be undone
    m_inference->setModel(nullptr);
    Q_EMIT spaceEntering();
    const LibraryPtr library = kept.view.library;
    if (kept.view.maps.empty()) {
        showLibrary(library);
    } else {
        Q_EMIT libraryComing(library);
        m_maps->setView(kept.view);
        Q_EMIT libraryChanged();
    }
    setModel(kept.model);
    // Each space has a phrase of its own; the one of the space that was left falls silent.
    m_player->present(std::exchange(kept.item, {}));
    if (kept.box.isValid()) {
        m_map->setView(kept.box);
    }
    m_undo.setStack(kept.undo.get());
    enterParts(std::exchange(kept.parts, {}));
    if (!kept.state.atlas.empty()) {
        SessionState state = kept.state;
        if (kept.box.isValid()) {
            state.view.clear(); // set already, and the user may move it until the maps are there
        }
        Q_EMIT restoreWanted(state);
    }
    Q_EMIT spaceChanged();
}

} // namespace canto::app
