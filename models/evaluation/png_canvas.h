// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace canto {

using Colour = std::array<std::uint8_t, 3>;

/// A white picture for the drawings of reports, without text, which belongs in the caption. Pixels
/// outside are ignored.
class PngCanvas {
  public:
    PngCanvas(int width, int height);

    int width() const { return m_width; }
    int height() const { return m_height; }
    Colour at(int x, int y) const; ///< black outside

    void fill(int x, int y, int width, int height, Colour colour);
    void dot(double x, double y, double radius, Colour colour);
    void line(double x0, double y0, double x1, double y1, Colour colour);

    /// 8-bit RGB. Io as writeFileAtomically.
    Result<void> write(const std::filesystem::path& path) const;

  private:
    int m_width;
    int m_height;
    std::vector<std::uint8_t> m_pixels; ///< (height, width, 3)
};

/// Colour of the i-th of a few classes; they differ in lightness too.
Colour classColour(std::size_t index);
/// Writes a picture of rows of values, each a cell of this size in heatColour. Io.
Result<void> drawHeat(const std::vector<std::vector<double>>& rows, int width, int height,
                      const std::filesystem::path& path);

/// White for 0 to dark blue for 1; values outside are clipped.
Colour heatColour(double value);

} // namespace canto
