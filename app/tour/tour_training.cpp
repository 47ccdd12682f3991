// SPDX-License-Identifier: GPL-3.0-or-later
// The tour's look at training: a short run in the window.

#include "app/features/training/training_controller.h"
#include "app/tour/tour.h"
#include "app/workspace/map_controller.h"
#include "core/codec/musae_codec.h"
#include "models/datasets/prepared_dataset.h"
#include "widgets/common/message_bar.h"
#include "widgets/map/latent_map.h"
#include "widgets/train/curve_plot.h"
#include "widgets/train/epoch_strip.h"
#include "widgets/train/epoch_view.h"

#include <QDockWidget>
#include <QPushButton>
#include <algorithm>
#include <set>

namespace canto::app {
namespace {

constexpr std::size_t kPhrases = 160;
constexpr std::int64_t kSteps = 24; ///< counted, so that a busy machine learns as much as any
constexpr std::int64_t kEpochSteps = 6;
constexpr int kBatch = 16;

/// The tour has no music of its own to train on: phrases of the library as the model decodes them,
/// each a song of its own.
Result<std::filesystem::path> makeData(const Library& library, const models::LatentModel& model,
                                       const std::filesystem::path& path) {
    tensors::PreparedDataset data;
    const std::size_t stride = std::max<std::size_t>(1, library.points.count() / kPhrases);
    std::size_t number = 0;
    for (std::size_t row = 0; row < library.points.count(); row += stride) {
        const auto latent = library.points.latent(row);
        const auto song = model.decode({latent.begin(), latent.end()}, {}, {});
        if (!song || song->notes.empty()) {
            continue;
        }
        const auto& from = library.points.songOf(row);
        const char* split = number % 10 == 0 ? "valid" : number % 10 == 5 ? "test" : "train";
        const std::string name = std::to_string(++number);
        const codec::PhraseWindow window{library.points.segments[row].bar, 0, song->endTick(),
                                         true};
        const codec::MusaeSong reader(*song);
        data.addSong({name, from.title.empty() ? name : from.title, from.artist, from.genre, split},
                     {&window, 1}, reader.encode(0), reader.expressions(0));
    }
    data.finish("genre");
    CANTO_CHECK(data.write(path));
    return path;
}

} // namespace

void Tour::train() {
    TrainingController& training = m_window.feature<TrainingController>();
    const MapController* maps = &m_window.workspace().maps();
    const LibraryPtr& library = maps->library();
    const auto& model = m_window.workspace().inference().model();
    if (!library || !model) {
        return; // reported before
    }
    m_window.workspace().inference().cancel();
    until(QStringLiteral("the model is free"),
          [this] { return !m_window.workspace().inference().busy(); });
    const auto data = makeData(*library, *model, m_folder / "training-data.safetensors");
    if (!data) {
        m_problems.append(QString::fromStdString(data.error().message()));
        return;
    }
    training.showDock();
    picture(QStringLiteral("training-settings.png"));
    models::train::RunRequest request;
    request.dataset = *data;
    request.out = m_folder / "training-run";
    std::error_code ignored;
    std::filesystem::remove_all(request.out, ignored);
    request.device = "cpu";
    request.batch = kBatch;
    request.steps = kSteps;
    request.epochSteps = kEpochSteps;
    request.keepEpochs = true;
    request.logEvery = 1;
    std::int64_t steps = 0;
    bool over = false, failed = false;
    const auto fails = [&](const Error& error) {
        failed = true;
        m_problems.append(QString::fromStdString(error.message()));
    };
    connect(&training.worker(), &TrainingWorker::stepped, this,
            [&](const models::train::StepReport& report) { steps = report.step; });
    connect(&training.worker(), &TrainingWorker::failed, this, fails);
    connect(&training.epochWorker(), &EpochWorker::failed, this, fails);
    connect(&training, &TrainingController::modelAdded, this, [&] { over = true; });
    training.startRun(std::move(request), QStringLiteral("Tour"));
    const auto mapped = [&] { return training.epochs()->count(); };
    until(QStringLiteral("two epochs are mapped"), [&] { return failed || mapped() >= 2; });
    picture(QStringLiteral("training.png"));
    if (!failed) {
        training.showEpochs(true);
        auto* a = m_window.findChild<QPushButton*>(QStringLiteral("seedA"));
        const SongPtr before = m_window.workspace().player().currentItem().song;
        click(a, QPointF(a->rect().center()));
        until(QStringLiteral("a phrase of the epoch plays"),
              [&] { return failed || m_window.workspace().player().currentItem().song != before; });
        picture(QStringLiteral("training-epochs.png"));
    }
    until(QStringLiteral("the run is over and all epochs are mapped"),
          [&] { return failed || (over && mapped() == kSteps / kEpochSteps); });
    m_figures["training"] = {{"steps", steps},
                             {"epochsMapped", mapped()},
                             {"curves", training.panel()->curves()->terms().size()}};
    expect(steps == kSteps, QStringLiteral("The short run ended after %1 steps").arg(steps));
    disconnect(&training.epochWorker(), &EpochWorker::failed, this, nullptr);
    disconnect(&training, nullptr, this, nullptr);
    disconnect(&training.worker(), nullptr, this, nullptr);
    silence();
    std::filesystem::remove_all(training.runFolder(), ignored);
    std::filesystem::remove(*data, ignored);
    training.showEpochs(false);
    m_window.findChild<QDockWidget*>(QStringLiteral("trainingDock"))->hide();
    m_window.messages()->dismiss();
}

} // namespace canto::app
