// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Statistics of lists of numbers that features are made of; 0 for an empty list.

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <vector>

namespace canto::codec {

inline double meanOf(std::span<const double> values) {
    return values.empty() ? 0.0
                          : std::accumulate(values.begin(), values.end(), 0.0) /
                                static_cast<double>(values.size());
}

/// Standard deviation.
inline double spreadOf(std::span<const double> values) {
    const double mean = meanOf(values);
    double sum = 0;
    for (const double value : values) {
        sum += (value - mean) * (value - mean);
    }
    return values.empty() ? 0.0 : std::sqrt(sum / static_cast<double>(values.size()));
}

/// Linear between the two neighbours. @param sorted ascending. @param share 0 to 1.
inline double percentileOf(std::span<const double> sorted, double share) {
    if (sorted.empty()) {
        return 0;
    }
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto i = static_cast<std::size_t>(place);
    const double next = sorted[std::min(i + 1, sorted.size() - 1)];
    return sorted[i] + (next - sorted[i]) * (place - std::floor(place));
}

/// Third standardised moment, limited to [-4, 4]; 0 if all values are the same.
inline double skewOf(std::span<const double> values) {
    const double mean = meanOf(values);
    const double spread = spreadOf(values);
    if (spread < 1e-9) {
        return 0;
    }
    double sum = 0;
    for (const double value : values) {
        sum += std::pow((value - mean) / spread, 3);
    }
    return std::clamp(sum / static_cast<double>(values.size()), -4.0, 4.0);
}

/// Share of the values for which `has` is true.
template <class Has>
double shareOf(std::span<const double> values, const Has& has) {
    return values.empty() ? 0.0
                          : static_cast<double>(std::count_if(values.begin(), values.end(), has)) /
                                static_cast<double>(values.size());
}

} // namespace canto::codec
