// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/silhouette.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace canto::projection {

Result<double> silhouette(PointsView points, std::span<const int> classes,
                          const CancelToken& cancel) {
    if (classes.size() != points.count) {
        return fail(Error::Code::BadShape, "There are not as many classes as points");
    }
    const int most = classes.empty() ? -1 : *std::max_element(classes.begin(), classes.end());
    std::vector<std::size_t> sizes(static_cast<std::size_t>(most + 1), 0);
    for (const int one : classes) {
        if (one >= 0) {
            ++sizes[static_cast<std::size_t>(one)];
        }
    }
    const auto counts = [&](int one) {
        return one >= 0 && sizes[static_cast<std::size_t>(one)] >= 2;
    };
    if (std::count_if(sizes.begin(), sizes.end(), [](std::size_t n) { return n >= 2; }) < 2) {
        return fail(Error::Code::BadInput, "Fewer than two classes have two points");
    }
    double sum = 0;
    std::size_t evaluated = 0;
    std::vector<double> distances(sizes.size());
    for (std::size_t i = 0; i < points.count; ++i) {
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        if (!counts(classes[i])) {
            continue;
        }
        std::fill(distances.begin(), distances.end(), 0.0);
        const auto from = points.row(i);
        for (std::size_t j = 0; j < points.count; ++j) {
            if (!counts(classes[j])) {
                continue;
            }
            const auto to = points.row(j);
            double squares = 0;
            for (std::size_t d = 0; d < from.size(); ++d) {
                const double off = static_cast<double>(from[d]) - static_cast<double>(to[d]);
                squares += off * off;
            }
            distances[static_cast<std::size_t>(classes[j])] += std::sqrt(squares);
        }
        const auto own = static_cast<std::size_t>(classes[i]);
        const double a = distances[own] / static_cast<double>(sizes[own] - 1);
        double b = std::numeric_limits<double>::infinity();
        for (std::size_t other = 0; other < sizes.size(); ++other) {
            if (other != own && sizes[other] >= 2) {
                b = std::min(b, distances[other] / static_cast<double>(sizes[other]));
            }
        }
        sum += std::max(a, b) > 0 ? (b - a) / std::max(a, b) : 0;
        ++evaluated;
    }
    return sum / static_cast<double>(evaluated);
}

} // namespace canto::projection
