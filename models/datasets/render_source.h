// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>

namespace canto {

/// What every corpus is rendered from.
struct RenderSource {
    std::filesystem::path labels; ///< CSV
    std::filesystem::path music;  ///< the paths are relative to it; empty: the folder of the CSV
    std::filesystem::path out;
    std::filesystem::path soundFont; ///< empty: the system's SoundFont
    int threads = 0;                 ///< 0: what the machine has
    std::uint64_t seed = 1;          ///< of missing splits, and of all that is drawn

    /// Fills in the folder of the music and the SoundFont. Errors of soundFontOr().
    Result<void> resolve();
};

} // namespace canto
