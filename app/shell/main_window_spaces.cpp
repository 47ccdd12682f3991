// SPDX-License-Identifier: GPL-3.0-or-later
// The window and the space it shows.

#include "app/features/clips/sound_space.h"
#include "app/features/explore/explore.h"
#include "app/features/map/inspector.h"
#include "app/features/path/path_controller.h"
#include "app/features/transfer/transfer_controller.h"
#include "app/library/originals.h"
#include "app/shell/autosave.h"
#include "app/shell/main_window.h"
#include "app/shell/space_switch.h"
#include "app/workspace/library_settings.h"
#include "widgets/common/message_bar.h"
#include "widgets/map/latent_map.h"

#include <algorithm>

namespace canto::app {
namespace {

const auto kSpaceKey = QStringLiteral("space/current");

} // namespace

void MainWindow::buildSpaces() {
    std::vector<Space> spaces = m_options.spaces;
    if (spaces.empty()) {
        spaces.emplace_back();
    }
    m_libraries = std::make_unique<LibrarySettings>(*m_settings, userData());
    setNamedFolders(m_libraries->originalFolders());
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
        first->open = m_options.openModel;
    }
    const auto index = std::size_t(first - spaces.begin());
    m_spaces = std::make_unique<SpaceSwitch>(std::move(spaces), index);
    for (std::size_t i = 0; i < m_spaces->spaces().size(); ++i) {
        m_spaces->kept(i).library = m_libraries->toOpen(m_spaces->spaces()[i]);
    }
}

void MainWindow::connectSpaces() {
    SpaceSwitch* spaces = m_spaces.get();
    m_explore->shapes().setUndo(spaces->kept().undo.get());
    connect(spaces, &SpaceSwitch::leaving, this, &MainWindow::keepSpace);
    connect(spaces, &SpaceSwitch::entered, this, &MainWindow::showSpace);
    connect(spaces, &SpaceSwitch::mapReady, this,
            [this](const LibraryPtr& library, std::size_t map, const ProjectionPtr& projection,
                   const widgets::MapSnapshotPtr& snapshot) {
                m_mapController->setMapReady(library, map, projection, snapshot);
                mapDone(library, map);
            });
    connect(spaces, &SpaceSwitch::mapFailed, this, &MainWindow::onMapFailed);
    connect(spaces, &SpaceSwitch::libraryReplaced, this, &MainWindow::showReplaced);
    connect(spaces, &SpaceSwitch::began, this, [this](const QString& title) {
        m_messages->show(widgets::MessageBar::Kind::Progress, tr("Opening %1...").arg(title), {},
                         {}, {}, widgets::MessageBar::Scope::Space);
    });
    connect(spaces, &SpaceSwitch::failed, this, &MainWindow::report);
}

void MainWindow::keepSpace() {
    SpaceSwitch::Kept& kept = m_spaces->kept();
    if (m_mapController->library()) {
        kept.state = m_autosave->state();
        kept.view = m_mapController->view();
        kept.box = m_map->view();
        kept.results = m_transfer->results();
    }
    kept.model = m_model;
    kept.item = m_player->currentItem();
    if (kept.item.kind == PlaybackItem::Kind::Path) {
        kept.item.kind =
            PlaybackItem::Kind::Decoded; // the steps around it are gone when it comes back
    }
    kept.facts = m_inspector->facts();
    m_opening.clear();
    m_loader->cancel(); // what is still read belongs to the space that goes
    m_inference->cancel();
}

void MainWindow::showSpace() {
    SpaceSwitch::Kept& kept = m_spaces->kept();
    m_messages->leaveSpace();
    m_settings->setValue(kSpaceKey, QString::fromStdString(m_spaces->current().id));
    // Nothing that is set up here is a step of what can be undone.
    m_explore->shapes().setUndo(nullptr);
    m_inference->setModel(nullptr);
    m_sounds->setModel(nullptr, {});
    const LibraryPtr library = kept.view.library;
    if (kept.view.maps.empty()) {
        showLibrary(library);
    } else {
        m_inspector->setColumns(library->columns);
        m_transfer->clear();
        m_mapController->setView(kept.view);
        m_explore->libraryChanged();
        showSongs();
        Q_EMIT libraryShown();
    }
    setModel(kept.model);
    // Each space has a phrase of its own; the one of the space that was left falls silent.
    m_player->present(std::exchange(kept.item, {}));
    m_inspector->setFacts(std::exchange(kept.facts, {}));
    if (kept.box.isValid()) {
        m_map->setView(kept.box);
    }
    m_explore->shapes().setUndo(kept.undo.get());
    m_transfer->restore({}, std::move(kept.results));
    if (!kept.state.atlas.empty()) {
        m_autosave->restore(kept.state);
    }
    showImportedWhenReady();
    Q_EMIT spaceShown();
}

void MainWindow::setModel(const std::shared_ptr<models::LatentModel>& model) {
    m_model = model;
    m_inference->setModel(model);
    m_pathController->setModel(&model->info());
    m_sounds->setModel(model, m_spaces->current().sound);
    m_recordingAction->setEnabled(m_sounds->active());
    m_explore->setModel(model, m_spaces->current().open);
    m_transfer->setModel(model, m_spaces->current().open);
    offerBlocks();
    showModel(tr("%1 on CPU").arg(QString::fromStdString(model->info().title)));
    Q_EMIT modelShown(true);
}

void MainWindow::offerBlocks() {
    const LibraryPtr& library = m_mapController->library();
    if (m_model && library && library->points.model.latentSize == m_model->info().latentSize) {
        m_mapController->setBlocks(m_model->info().blocks);
    }
}

} // namespace canto::app
