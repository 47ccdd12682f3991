// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/train/data_order.h"
#include "models/train/eta.h"
#include "models/train/observer.h"
#include "models/train/optimiser.h"
#include "models/train/ranks.h"
#include "models/train/run_control.h"
#include "models/train/run_settings.h"
#include "models/train/trainable.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

namespace canto::models::train {

struct TrainerOptions : RunSettings {
    int checkpointsKept = 2;
    torch::Device device = torch::kCPU;
    /// Processes that train together: each takes its part of a batch of world * batchSize() rows,
    /// gradients are averaged, the first writes the files. All must have resumed from the same
    /// state. Null: one process.
    std::shared_ptr<Ranks> ranks;
};

/// Whether a run continues with the data that it started with.
enum class RunData { Same, Changed };

/// Trains any Trainable in a folder:
///   config.json, metrics.jsonl (a line per log, a line per validation),
///   checkpoint-<step>.safetensors (parameters, every optimiser's state, buffers, step, random
///   state, data order), best.safetensors and last.safetensors (weights that openModel reads, in
///   the precision that was validated), epoch-<n>.safetensors if requested. Without validation
///   data there is no best.safetensors.
/// All but the log are written to a temporary file and renamed. A checkpoint restores the run
/// exactly: on one thread, ten steps, a stop and ten steps are the same as twenty, bit for bit.
/// Thread: run() works on the calling thread.
class Trainer {
  public:
    Trainer(std::shared_ptr<Trainable> trainable, std::filesystem::path folder,
            TrainerOptions options);

    /// Resumes from the newest complete checkpoint; a damaged one is reported in `notes` and the
    /// one before it is used. Later steps are removed from the log. NotFound without any. With
    /// changed data the rows are drawn from the beginning and scores start again, since those of
    /// other songs are not comparable; an earlier best.safetensors is then kept as
    /// best-before-step-<n>.safetensors.
    Result<void> resume(std::vector<std::string>* notes = nullptr, RunData data = RunData::Same);

    /// Runs to the end, or until it is asked to finish or is cancelled (then a checkpoint is
    /// written). While paused it waits, with a checkpoint and last.safetensors written. Errors:
    /// Model if a loss is not finite (names the step and the term; the last checkpoint stays),
    /// NoMemory, Io if the folder cannot be written.
    Result<TrainResult> run(const RunControl& control = {}, const Observer& observer = {});

    std::int64_t step() const { return m_step; }

  private:
    using Clock = std::chrono::steady_clock;
    struct Mean {
        double sum = 0;
        std::int64_t count = 0;
    };
    struct Mark {
        std::int64_t step = 0;
        Clock::time_point at;
    };
    enum class Epoch { Done, Interrupted };

    /// What all processes do next.
    struct Next {
        Command command = Command::Run;
        bool epochDue = false;
        bool finished = false;
    };

    // the loop: trainer.cpp
    bool first() const { return !m_options.ranks || m_options.ranks->rank() == 0; }
    Result<void> checkSame();
    Result<Next> agree(const RunControl& control);
    double progress() const;
    bool finished() const;
    bool epochDue() const;
    double epochShare() const;
    std::optional<TimeLeft> timeLeft() const;
    Result<End> loop(const RunControl& control, const Observer& observer);
    Result<void> report(const Observer& observer);
    void report(const Observer& observer, RunEvent::Kind kind, std::string text,
                std::filesystem::path weights = {}, int halfBatch = 0) const;
    // epochs and pauses: trainer_epoch.cpp
    Result<Measures> validateAndWrite(const RunControl& control, EpochReport& epoch);
    Result<Epoch> endEpoch(const RunControl& control, const Observer& observer);
    Result<void> pause(const RunControl& control, const Observer& observer);
    // a step: trainer_step.cpp
    Result<void> trainStep();
    Result<void> runPhase(const Phase& phase, StepContext& context);
    Result<void> meanOverAll(torch::Tensor& gradient, std::vector<torch::Tensor>& figures);
    void chooseThreads(const Observer& observer);
    double secondsOfSteps(int threads, int steps);
    // files: trainer_files.cpp
    Result<void> checkpoint();
    Result<void> restore(const std::filesystem::path& path, RunData data);
    Result<void> forgetScores();
    std::filesystem::path result() const;
    void swapAverages();
    Result<void> checkFinite();
    tl::unexpected<Error> stopNotFinite(const std::string& what, const std::string& where);
    std::vector<NamedTensor> stateTensors() const;
    Result<void> applyState(const std::map<std::string, torch::Tensor>& tensors);
    nlohmann::json stateJson() const;
    std::vector<std::filesystem::path> checkpoints() const;
    Result<void> writeConfig();
    Result<void> writeWeights(const std::string& name, const Measures& measures);
    Result<void> log(const nlohmann::json& line);
    Result<void> dropLaterLines();

    std::shared_ptr<Trainable> m_trainable;
    std::filesystem::path m_folder;
    TrainerOptions m_options;
    std::vector<Optimiser> m_optimisers;
    std::vector<NamedTensor> m_unmoved; ///< frozen parameters and buffers, for the checkpoint
    DataOrder m_order;
    torch::Generator m_generator;
    std::int64_t m_total = 0;      ///< steps of the run; unused if it is limited by minutes
    std::int64_t m_epochSteps = 0; ///< 0: epochs go by the clock
    std::int64_t m_step = 0;
    int m_epoch = 0;      ///< epochs done
    int m_worse = 0;      ///< epochs since the best one
    double m_seconds = 0; ///< spent in this run before m_start
    Clock::time_point m_start;
    std::optional<double> m_bestScore;
    std::map<std::string, Mean> m_losses; ///< since the last log
    Mean m_stepSeconds;                   ///< since the last log
    std::int64_t m_logged = 0;            ///< step of the last log
    Mark m_validated;
    std::int64_t m_saved = -1; ///< step of the newest checkpoint
    Measures m_last;
    Eta m_eta;
    int m_threads = 0;     ///< 0: not chosen yet
    double m_progress = 0; ///< of this step, the same in all processes
    bool m_notFinite = false;
};

} // namespace canto::models::train
