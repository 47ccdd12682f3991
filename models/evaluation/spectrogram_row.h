// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <span>
#include <vector>

namespace canto {

/// A mel spectrogram to draw.
struct SpectrogramTile {
    int mels = 0; ///< the lowest is drawn at the bottom
    int frames = 0;
    std::vector<float> decibels; ///< (mels, frames), -80 .. 0
};

/// Draws spectrograms side by side as in figure 9 of the slides: a PNG with three pixels a value,
/// white for -80 dB, dark for 0. Io.
Result<void> drawSpectrogramRow(std::span<const SpectrogramTile> tiles,
                                const std::filesystem::path& out);

} // namespace canto
