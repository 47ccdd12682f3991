// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The key whose profile is nearest to a histogram of pitch classes.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace canto::codec {

using PitchClasses = std::array<double, 12>;

// Krumhansl and Kessler 1982, from the tonic.
inline constexpr PitchClasses kMajorProfile = {6.35, 2.23, 3.48, 2.33, 4.38, 4.09,
                                               2.52, 5.19, 2.39, 3.66, 2.29, 2.88};
inline constexpr PitchClasses kMinorProfile = {6.33, 2.68, 3.52, 5.38, 2.60, 3.53,
                                               2.54, 4.75, 3.98, 2.69, 3.34, 3.17};

struct KeyFit {
    std::size_t tonic = 0; ///< 0 is C
    double likeness = -2;  ///< correlation of the histogram with the profile, -1 to 1
};

/// The tonic on which the profile correlates best; of equal ones the lowest.
inline KeyFit bestTonic(const PitchClasses& histogram, const PitchClasses& profile) {
    const double meanH = std::accumulate(histogram.begin(), histogram.end(), 0.0) / 12;
    const double meanP = std::accumulate(profile.begin(), profile.end(), 0.0) / 12;
    KeyFit best;
    for (std::size_t tonic = 0; tonic < 12; ++tonic) {
        double product = 0;
        double squareH = 1e-12;
        double squareP = 0;
        for (std::size_t i = 0; i < 12; ++i) {
            const double h = histogram[(i + tonic) % 12] - meanH;
            const double p = profile[i] - meanP;
            product += h * p;
            squareH += h * h;
            squareP += p * p;
        }
        const double likeness = product / std::sqrt(squareH * squareP);
        if (likeness > best.likeness) {
            best = {tonic, likeness};
        }
    }
    return best;
}

struct Key {
    KeyFit major;
    KeyFit minor;
    bool isMinor() const { return minor.likeness > major.likeness; }
    std::size_t tonic() const { return isMinor() ? minor.tonic : major.tonic; }
    /// How much better major fits than minor.
    double lean() const { return major.likeness - minor.likeness; }
};

inline Key keyOf(const PitchClasses& histogram) {
    return {bestTonic(histogram, kMajorProfile), bestTonic(histogram, kMinorProfile)};
}

} // namespace canto::codec
