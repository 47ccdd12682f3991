// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/evaluation/spectrogram_row.h"

#include "models/evaluation/png_canvas.h"

#include <algorithm>

namespace canto {

Result<void> drawSpectrogramRow(std::span<const SpectrogramTile> tiles,
                                const std::filesystem::path& out) {
    constexpr int kPixel = 3;
    constexpr int kGap = 4;
    constexpr float kRange = 80;
    int width = 0;
    int height = 1;
    for (const auto& tile : tiles) {
        width += tile.frames * kPixel + (width > 0 ? kGap : 0);
        height = std::max(height, tile.mels * kPixel);
    }
    PngCanvas canvas(std::max(1, width), height);
    int left = 0;
    for (const auto& tile : tiles) {
        for (int mel = 0; mel < tile.mels; ++mel) {
            for (int frame = 0; frame < tile.frames; ++frame) {
                const float level =
                    tile.decibels[static_cast<std::size_t>(mel * tile.frames + frame)];
                canvas.fill(left + frame * kPixel, height - (mel + 1) * kPixel, kPixel, kPixel,
                            heatColour(static_cast<double>((level + kRange) / kRange)));
            }
        }
        left += tile.frames * kPixel + kGap;
    }
    return canvas.write(out);
}

} // namespace canto
