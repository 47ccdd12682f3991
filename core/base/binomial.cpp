// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/binomial.h"

#include <algorithm>
#include <cmath>

namespace canto {
namespace {

constexpr double kZ95 = 1.959963984540054; ///< 97.5th percentile of the normal distribution

void clampHits(int& hits, int& trials) {
    trials = std::max(trials, 0);
    hits = std::clamp(hits, 0, trials);
}

} // namespace

double binomialAtLeast(int hits, int trials) {
    clampHits(hits, trials);
    if (hits == 0) {
        return 1;
    }
    double sum = 0;
    double choose = -trials * std::log(2.0); // log(trials over k / 2^trials): no overflow
    for (int k = trials; k >= hits; --k) {   // from the smallest term of the tail
        sum += std::exp(choose);
        choose += std::log(double(k)) - std::log(double(trials - k + 1));
    }
    return std::min(sum, 1.0);
}

double binomialTwoSided(int hits, int trials) {
    clampHits(hits, trials);
    const int far = std::max(hits, trials - hits);
    return 2 * far == trials ? 1.0 : std::min(2 * binomialAtLeast(far, trials), 1.0);
}

ShareInterval wilsonInterval(int hits, int trials) {
    clampHits(hits, trials);
    if (trials == 0) {
        return {};
    }
    const double n = trials, share = hits / n, z2 = kZ95 * kZ95;
    const double centre = (share + z2 / (2 * n)) / (1 + z2 / n);
    const double half = kZ95 * std::sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n);
    return {std::max(centre - half, 0.0), std::min(centre + half, 1.0)};
}

} // namespace canto
