// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace canto::models {

/// What to leave out of weights that are only for inference.
struct Slimming {
    bool half = false;                ///< F32 becomes F16: half the size, relative error 0.0005
    std::vector<std::string> without; ///< tensors whose names begin with one of these are left out
};

/// Writes weights again, to the same or another file, with changed entries of their card: training
/// data, quality, licence. The tensors stay unchanged except for `slimming`. Errors: those of
/// opening weights and of saving; BadInput for the keys that are needed to open them
/// ("architecture", "config").
Result<void> writeCard(const std::filesystem::path& weights, const std::filesystem::path& out,
                       const std::map<std::string, std::string>& entries,
                       const Slimming& slimming = {});

} // namespace canto::models
