// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <ATen/core/Tensor.h>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace canto::models::train {

/// The environment variables that torchrun sets for a process.
struct RankEnvironment {
    std::string address;      ///< MASTER_ADDR
    int port = 29500;         ///< MASTER_PORT
    int rank = 0;             ///< RANK: 0 writes the files
    int world = 1;            ///< WORLD_SIZE
    int localRank = 0;        ///< LOCAL_RANK: number of the CUDA device
    bool agentServes = false; ///< TORCHELASTIC_USE_AGENT_STORE: torchrun provides the store
    std::string attempt;      ///< TORCHELASTIC_RESTART_COUNT
    /// A process that does not answer for this long is considered lost; one that died is noticed at
    /// once. CANTO_RANK_TIMEOUT in seconds.
    std::chrono::seconds patience{300};

    /// Nothing without WORLD_SIZE or if it is 1. BadInput names an invalid variable.
    static Result<std::optional<RankEnvironment>> fromEnvironment();
};

/// Processes that train one model together, each on its part of every batch. All of them make every
/// call in the same order. Errors: Io if another is lost. Thread: one at a time. Source: LibTorch's
/// c10d, with Gloo on the CPU and NCCL on CUDA.
class Ranks {
  public:
    virtual ~Ranks() = default;
    /// Connects to the others. Io if they do not appear in time, NotFound if this LibTorch lacks
    /// the backend.
    static Result<std::shared_ptr<Ranks>> meet(const RankEnvironment& environment, bool cuda);

    virtual int rank() const = 0;
    virtual int world() const = 0;
    /// Replaces a contiguous tensor by its mean over all.
    virtual Result<void> mean(at::Tensor& tensor) = 0;
    /// ... by its largest elements over all.
    virtual Result<void> largest(at::Tensor& tensor) = 0;
    /// ... by that of rank 0.
    virtual Result<void> fromFirst(at::Tensor& tensor) = 0;
};

} // namespace canto::models::train
