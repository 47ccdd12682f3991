#pragma once

#include "core/base/cancel.h"
#include "models/train/data_order.h"
#include "models/train/optimiser.h"
#include "models/train/trainable.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

namespace canto::models::train {

struct TrainerOptions {
    /// Length of the run: steps, or minutes when > 0. Schedules follow it. A run bounded by minutes
    /// depends on the machine's speed and does not repeat bit for bit.
    std::int64_t steps = 1000;
    double minutes = 0;
    std::uint64_t seed = 1;
    int logEvery = 20;              ///< steps
    double validateMinutes = 2;     ///< between validations and checkpoints ...
    std::int64_t validateEvery = 0; ///< ... or steps, when > 0
    int checkpointsKept = 2;
    /// Intra-op threads; 0: one or two, whichever a short timing finds faster.
    int threads = 0;
};

/// What is shown while it runs.
struct TrainStatus {
    std::int64_t step = 0;
    double progress = 0;
    double secondsPerStep = 0;
    std::map<std::string, double> losses; ///< means since the last report, "phase.term"
    std::optional<Measures> measures;     ///< of a validation that was just made
};
using OnStatus = std::function<void(const TrainStatus&)>;

struct TrainOutcome {
    std::int64_t steps = 0;
    bool cancelled = false;
    double bestScore = 0;
    Measures last; ///< of the last validation
};

/// Trains any Trainable in a folder:
///   config.json, metrics.jsonl (a line per log, a line per validation),
///   checkpoint-<step>.safetensors (parameters, every optimiser's state, step, random state, data
///   order), best.safetensors and last.safetensors (weights that openModel takes).
/// All but the log are written aside and renamed. A checkpoint brings the run back exactly: on one
/// thread, ten steps, a stop and ten steps are the same as twenty.
/// Thread: run() works on the calling thread.
class Trainer {
  public:
    Trainer(std::shared_ptr<Trainable> trainable, std::filesystem::path folder,
            TrainerOptions options);

    /// Goes on from the newest checkpoint that is whole; a damaged one is named on `notes` and the
    /// one before it is taken. NotFound without any.
    Result<void> resume(std::vector<std::string>* notes = nullptr);

    /// Runs to the end, or until cancelled (then a checkpoint is written).
    /// Errors: Model when a loss is not finite (names the step and the term; the last checkpoint
    /// stays), Io when the folder cannot be written.
    Result<TrainOutcome> run(const CancelToken& cancel, const OnStatus& onStatus = {});

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
    double progress() const;
    bool finished() const;
    Result<void> writeConfig();
    Result<void> trainStep();
    Result<void> runPhase(const Phase& phase, StepContext& context);
    Result<void> logLosses(TrainStatus& status);
    bool validationDue() const;
    Result<void> saveAndValidate(TrainStatus& status, const CancelToken& cancel);
    Result<Measures> validate(const CancelToken& cancel);
    Result<void> writeWeights(const std::string& name, const Measures& measures);
    Result<void> checkpoint();
    Result<void> restore(const std::filesystem::path& path);
    std::vector<std::filesystem::path> checkpoints() const;
    Result<void> log(const nlohmann::json& line);
    void chooseThreads();

    std::shared_ptr<Trainable> m_trainable;
    std::filesystem::path m_folder;
    TrainerOptions m_options;
    std::vector<Optimiser> m_optimisers;
    DataOrder m_order;
    torch::Generator m_generator;
    std::int64_t m_step = 0;
    double m_seconds = 0; ///< spent in this run before this start
    Clock::time_point m_start;
    double m_bestScore = -1e300;
    std::map<std::string, Mean> m_losses; ///< since the last log
    Mark m_logged;
    Mark m_validated;
    Measures m_last;
    int m_threads = 1;
};

} // namespace canto::models::train
