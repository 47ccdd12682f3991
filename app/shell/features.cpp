// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shell/features.h"

#include "app/features/arrange/arrange_controller.h"
#include "app/features/clips/sound_space.h"
#include "app/features/compose/compose.h"
#include "app/features/control/control_feature.h"
#include "app/features/curate/curate.h"
#include "app/features/devices/devices.h"
#include "app/features/edit/edit_controller.h"
#include "app/features/explore/explore.h"
#include "app/features/export/export_controller.h"
#include "app/features/keyboard/keyboard_controller.h"
#include "app/features/latents/latents_feature.h"
#include "app/features/library/library_controller.h"
#include "app/features/map/map_tools.h"
#include "app/features/neighbours/neighbours.h"
#include "app/features/path/path_controller.h"
#include "app/features/playback/playback_controls.h"
#include "app/features/project/project_controller.h"
#include "app/features/scripting/scripting.h"
#include "app/features/selection/selection.h"
#include "app/features/training/training_controller.h"
#include "app/features/transfer/transfer_controller.h"
#include "app/features/variants/variants.h"
#include "app/workspace/autosave.h"
#include "app/workspace/qt_text.h"
#include "widgets/explore/phrase_chip.h"
#include "widgets/song/library_list.h"
#include "widgets/song/similar_list.h"

namespace canto::app {
namespace {

/// What "Export" and "Copy" mean now: the whole path while one plays.
std::function<ExportController::Music()> currentMusic(Workspace& workspace, PathController& path) {
    return [&workspace, &path]() -> ExportController::Music {
        const PlaybackItem& item = workspace.player().currentItem();
        if (item.kind == PlaybackItem::Kind::Path) {
            return {path.songs(), path.barsEach(), path.title()};
        }
        return item.song ? ExportController::Music{{item.song}, item.song->bars(), item.title}
                         : ExportController::Music{{}, 0, item.title};
    };
}

/// The Inspector shows what other features know of what plays, and offers to save it.
void connectInspector(Inspector* inspector, PathController& path, SoundSpace& sounds,
                      ExportController& exporting, LibraryController& library) {
    QObject::connect(&path, &PathController::factsChanged, inspector, &Inspector::setFacts);
    QObject::connect(&sounds, &SoundSpace::factsChanged, inspector, &Inspector::setFacts);
    QObject::connect(&sounds, &SoundSpace::similarChanged, inspector->similar(),
                     &widgets::SimilarList::setSimilar);
    QObject::connect(inspector, &Inspector::saveWanted, &exporting, &ExportController::saveCurrent);
    QObject::connect(inspector, &Inspector::copyWanted, &exporting, &ExportController::copyCurrent);
    QObject::connect(inspector, &Inspector::dragWanted, &exporting, &ExportController::dragCurrent);
    QObject::connect(inspector, &Inspector::locateWanted, &library,
                     &LibraryController::chooseOriginals);
}

/// The phrase in the Inspector can be dragged and changed where it is the one that plays, or
/// nothing is.
void connectPhrase(Workspace& workspace, Inspector* inspector, Explore& explore) {
    widgets::PhraseChip* chip = inspector->chip();
    ShapeController* shapes = &explore.shapes();
    explore.drag().addChip(chip);
    const auto show = [&workspace, chip, shapes] {
        const PlaybackItem& item = workspace.player().currentItem();
        const bool single = item.kind == PlaybackItem::Kind::Nothing ||
                            item.kind == PlaybackItem::Kind::Shaped || !item.latent.empty();
        chip->setPhrase(single ? text(shapes->shape().name) : item.title, single);
    };
    QObject::connect(shapes, &ShapeController::shapeChanged, chip, show);
    QObject::connect(&workspace.player(), &Player::currentItemChanged, shapes, show);
    QObject::connect(chip, &QAbstractButton::clicked, shapes, &ShapeController::play);
}

/// Results of other features are exported, copied and dragged as what plays is.
void connectExports(ExportController& exporting, TransferController& transfer,
                    ArrangeController& arranging, Variants& variants) {
    const auto music =
        [&exporting](void (ExportController::*call)(const ExportController::Music&)) {
            return [&exporting, call](const SongPtr& song, int bars, const QString& title) {
                (exporting.*call)({{song}, bars, title});
            };
        };
    QObject::connect(&transfer, &TransferController::saveAsked, &exporting,
                     music(&ExportController::save));
    QObject::connect(&transfer, &TransferController::copyAsked, &exporting,
                     music(&ExportController::copy));
    QObject::connect(&transfer, &TransferController::dragAsked, &exporting,
                     music(&ExportController::drag));
    QObject::connect(&arranging, &ArrangeController::saveAsked, &exporting,
                     music(&ExportController::save));
    QObject::connect(&arranging, &ArrangeController::saveMixAsked, &exporting,
                     &ExportController::saveMix);
    QObject::connect(&variants, &Variants::saveAsked, &exporting, music(&ExportController::save));
    QObject::connect(&variants, &Variants::dragAsked, &exporting, music(&ExportController::drag));
}

} // namespace

FeatureList makeFeatures(Workspace& workspace, const FeatureOptions& options) {
    FeatureList features;
    const auto add = [&](auto feature) -> auto& {
        auto& made = *feature;
        features.push_back(std::move(feature));
        return made;
    };
    auto& playback = add(std::make_unique<PlaybackControls>(workspace));
    auto& map = add(std::make_unique<MapTools>(workspace));
    auto& path = add(std::make_unique<PathController>(workspace, *map.inspector()->path()));
    auto& autosave = add(std::make_unique<Autosave>(workspace, options.sessionFolder));
    // Before training: its question about a run comes after the one about changes.
    add(std::make_unique<ProjectController>(workspace, autosave, options.project));
    auto& library = add(std::make_unique<LibraryController>(workspace, autosave));
    auto& arranging = add(std::make_unique<ArrangeController>(workspace, options.openArranger));
    auto& sounds = add(std::make_unique<SoundSpace>(workspace, path));
    add(std::make_unique<LatentsFeature>(workspace));
    auto& exporting =
        add(std::make_unique<ExportController>(workspace, currentMusic(workspace, path)));
    auto& explore = add(std::make_unique<Explore>(workspace, options.cacheFolder));
    auto& transfer = add(std::make_unique<TransferController>(workspace, *library.list()));
    add(std::make_unique<EditController>(workspace, *playback.roll(),
                                         *playback.panel()->headers()));
    auto& variants = add(std::make_unique<Variants>(workspace));
    auto& selection = add(std::make_unique<Selection>(workspace));
    add(std::make_unique<Curate>(workspace));
    add(std::make_unique<Neighbours>(workspace, *playback.roll()));
    add(std::make_unique<Compose>(workspace));
    auto& training = add(std::make_unique<TrainingController>(workspace, options.train));
    add(std::make_unique<Scripting>(
        workspace, Scripting::Options{options.allowScripts, options.scriptSocket}));
    add(std::make_unique<Devices>(
        workspace, Devices::Options{options.soundFont, options.loadSoundFont, options.midiPorts}));
    add(std::make_unique<KeyboardController>(workspace));
    add(std::make_unique<ControlFeature>(workspace));

    playback.panel()->setPlayheadSource(arranging);
    selection.setFineTune(training);
    QObject::connect(library.list(), &widgets::LibraryList::menuFilled, &selection,
                     &Selection::addSongMenu);
    QObject::connect(&path, &PathController::pathWanted, &sounds, &SoundSpace::playPath);
    connectInspector(map.inspector(), path, sounds, exporting, library);
    connectPhrase(workspace, map.inspector(), explore);
    connectExports(exporting, transfer, arranging, variants);
    QObject::connect(&variants, &Variants::factsChanged, map.inspector(), &Inspector::setFacts);
    for (const auto& feature : features) {
        workspace.addPart(*feature);
        QObject::connect(feature.get(), &Feature::problem, &workspace, &Workspace::warn);
        QObject::connect(feature.get(), &Feature::notice, &workspace, &Workspace::inform);
        QObject::connect(feature.get(), &Feature::changed, &autosave, &Autosave::touch);
    }
    return features;
}

} // namespace canto::app
