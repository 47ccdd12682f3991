// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace canto::models {

/// What may be left away of weights that are only to be used.
struct Slimming {
    bool half = false;                ///< F32 becomes F16: half the size, relative error 0.0005
    std::vector<std::string> without; ///< tensors whose names begin so are left out
};

/// Writes weights again, to the same or another file, with entries of their card set: what they
/// were trained on, how well they do, under which licence they stand. The tensors stay as they are,
/// but for `slimming`. Errors: those of opening weights and of saving; BadInput for the keys that
/// say how to open them
/// ("architecture", "config").
Result<void> writeCard(const std::filesystem::path& weights, const std::filesystem::path& out,
                       const std::map<std::string, std::string>& entries,
                       const Slimming& slimming = {});

} // namespace canto::models
