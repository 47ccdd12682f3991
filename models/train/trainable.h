// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a model provides to be trained. The loop, learning rate schedules, clipping, files and
// progress belong to the trainer (trainer.h).

#include "core/base/result.h"
#include "models/train/observer.h"
#include "models/train/run_control.h"

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <torch/torch.h>
#include <vector>

namespace canto::models::train {

class Ranks;

/// One named term of a loss. weight 0: logged, not trained on.
struct LossTerm {
    std::string name;
    torch::Tensor value; ///< scalar
    double weight = 1.0;
};
using LossTerms = std::vector<LossTerm>;

struct NamedTensor {
    std::string name;
    torch::Tensor tensor;
};

struct OptimiserOptions {
    double rate = 1e-3;
    double lastRate = 1e-4; ///< reached along a half cosine at the end of the run
    int warmupSteps = 0;    ///< linear from 0
    double beta1 = 0.9;
    double beta2 = 0.999;
    double weightDecay = 0.0; ///< decoupled; matrices only, not biases, norms or vectors
    double clip = 1.0;        ///< norm of the gradient of the whole group
    /// Learning rate of the hidden matrices, which are updated along their orthogonalised momentum
    /// (orthogonal.h), with the schedule of `rate`; 0: they are updated as all others.
    double matrixRate = 0.0;
    double matrixMomentum = 0.95;
    double averaging = 0.0; ///< decay of a running mean of the parameters; 0: none
};

/// Parameters that one optimiser updates together.
struct ParameterGroup {
    std::string name;
    std::vector<NamedTensor> parameters;
    OptimiserOptions options;
    /// Names of the matrices between hidden layers, to which OptimiserOptions::matrixRate applies.
    std::set<std::string> hiddenMatrices = {};
};

/// A part of a training step: one loss, and one group that is updated while all others are frozen.
struct Phase {
    std::string name;
    std::string group;
    int repeats = 1;
};

/// A source of examples. A batch takes its share from each source, and each source runs through its
/// own seeded permutation of its rows, again and again.
struct Source {
    std::string name;
    std::vector<std::int64_t> rows;
    double share = 1.0;
};

/// Phrases for training: the strict ones with their share, and all with the rest of it.
/// @tparam Rows  (bool strict) -> the rows of the training split.
template <class Rows>
std::vector<Source> strictAndAll(const Rows& rows, double strictShare) {
    std::vector<Source> sources;
    if (auto strict = rows(true); !strict.empty() && strictShare > 0) {
        sources.push_back({"strict", std::move(strict), strictShare});
    }
    if (strictShare < 1 || sources.empty()) {
        const double share = sources.empty() ? 1.0 : 1.0 - strictShare;
        sources.push_back({"all", rows(false), share});
    }
    return sources;
}

/// A step as a model sees it. Random numbers are drawn for the batch of all processes and cut to
/// the rows of this one, always on the CPU: the same seed gives the same run on every device and,
/// up to rounding, for every number of processes.
struct StepContext {
    std::int64_t step = 0;
    double progress = 0; ///< of the whole run, 0 to 1
    torch::Generator generator;
    torch::Device device = torch::kCPU;
    int rank = 0;
    int world = 1;          ///< processes that train together
    Ranks* ranks = nullptr; ///< the processes; null for one

    /// N(0, 1). The first of `sizes` is the batch of this process. Float32, on the device.
    torch::Tensor normal(std::vector<std::int64_t> sizes) const;
    /// Uniform in [0, 1).
    torch::Tensor uniform(std::vector<std::int64_t> sizes) const;
    /// Int64 in [low, high), one for each row.
    torch::Tensor integers(std::int64_t low, std::int64_t high, std::int64_t rows) const;
    /// Mean over all processes of a tensor without gradient that divides a loss: a loss whose
    /// divisor depends on the batch is only the mean of its parts if all use the mean divisor.
    /// Throws if another process is lost.
    torch::Tensor overAll(const torch::Tensor& tensor) const;
    /// From ordinary memory to the device: pinned and asynchronous on CUDA.
    torch::Tensor toDevice(const torch::Tensor& tensor) const;
};

/// Thread: the trainer's only.
class Trainable {
  public:
    virtual ~Trainable() = default;
    virtual std::string architecture() const = 0; ///< registry id
    virtual nlohmann::json netConfig() const = 0; ///< what is needed to open the weights again
    virtual nlohmann::json trainConfig() const = 0;
    virtual torch::nn::Module& module() = 0;
    /// Moves the module and whatever else a step needs; called once, before groups().
    virtual void to(torch::Device device) { module().to(device); }
    virtual std::vector<ParameterGroup> groups() = 0;
    virtual std::vector<Source> sources() const = 0;
    virtual int batchSize() const = 0; ///< of one process

    /// Phases of a step, in order.
    virtual std::vector<Phase> phases(double progress) const = 0;
    /// Fetches the examples of a step; random draws come from context.generator.
    virtual void beginStep(const std::vector<std::int64_t>& rows, StepContext& context) = 0;
    /// Loss of one pass through a phase.
    virtual LossTerms losses(const Phase& phase, StepContext& context) = 0;
    /// Whether the data have a validation split.
    virtual bool hasValidation() const = 0;
    /// On held-out data, gradients off, with its own random numbers; without "score" unless
    /// hasValidation(). Polls `stop` at least every half second of work. Result: Cancelled.
    virtual Result<Measures> validate(const Stop& stop) = 0;
    /// Card of the weights: title, data, licence ...; the trainer adds metrics and the run.
    virtual std::map<std::string, std::string> card() const = 0;
};

} // namespace canto::models::train
