// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The log of a run: its losses, its epochs, their weights.

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace canto {

struct LossLine {
    std::int64_t step = 0;
    std::map<std::string, double> losses; ///< "phase.term"
};

struct EpochLine {
    int epoch = 1;
    std::int64_t step = 0;
    std::map<std::string, double> measures;
    std::filesystem::path weights; ///< empty: not kept
};

struct RunLog {
    std::vector<LossLine> losses; ///< in the order of their steps
    std::vector<EpochLine> epochs;
};

/// Reads metrics.jsonl of a run's folder. Lines truncated by a kill are skipped; if a resumed run
/// repeated steps, the newer lines count. NotFound without the file. Thread: any.
Result<RunLog> readRunLog(const std::filesystem::path& folder);

} // namespace canto
