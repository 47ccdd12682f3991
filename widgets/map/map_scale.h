// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <cstddef>
#include <vector>

namespace canto::widgets {

/// A scale of numbers shown as a gradient: its first `shades` classes are even steps from low to
/// high, too fine for the eye to distinguish.
struct MapScale {
    double low = 0, high = 1; ///< low < high, or equal: then there is one shade
    std::size_t shades = 1;
    std::vector<double> ticks; ///< round numbers from low to high, rising

    /// Shade of a number; beyond the ends the outermost. @param value  finite.
    std::size_t shadeOf(double value) const;
    /// The least number of a shade; of the shade after the last, high.
    double from(std::size_t shade) const;
    /// As it is written beside the scale, as exact as the ticks are far apart; `finer` with one
    /// more decimal place.
    QString text(double value, bool finer = false) const;
};

} // namespace canto::widgets
