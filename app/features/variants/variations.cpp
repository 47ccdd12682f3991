// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/variants/variations.h"

#include <algorithm>
#include <cmath>

namespace canto::app {

std::vector<float> latentDeviations(const Library* library, const models::ModelInfo& info) {
    const auto size = std::size_t(info.latentSize);
    if (library == nullptr || library->points.model.version != info.version ||
        library->points.count() < 2 || library->points.latent(0).size() != size) {
        return std::vector<float>(size, 1.0F);
    }
    const std::size_t count = library->points.count();
    std::vector<double> sums(size), squares(size);
    for (std::size_t row = 0; row < count; ++row) {
        const auto latent = library->points.latent(row);
        for (std::size_t d = 0; d < size; ++d) {
            sums[d] += double(latent[d]);
        }
    }
    for (std::size_t row = 0; row < count; ++row) {
        const auto latent = library->points.latent(row);
        for (std::size_t d = 0; d < size; ++d) {
            const double difference = double(latent[d]) - sums[d] / double(count);
            squares[d] += difference * difference;
        }
    }
    std::vector<float> deviations(size);
    for (std::size_t d = 0; d < size; ++d) {
        deviations[d] = float(std::sqrt(squares[d] / double(count)));
    }
    return deviations;
}

models::Latent variationOf(const models::Latent& z, std::span<const float> deviations,
                           double radius, Random& random) {
    std::vector<double> direction(z.size());
    double squares = 0;
    int varying = 0;
    for (std::size_t d = 0; d < z.size(); ++d) {
        direction[d] = random.normal(); // for every dimension: the same numbers for any library
        if (d < deviations.size() && deviations[d] > 0) {
            squares += direction[d] * direction[d];
            ++varying;
        }
    }
    models::Latent moved = z;
    if (squares <= 0) {
        return moved;
    }
    const double step = radius / std::sqrt(squares / varying);
    for (std::size_t d = 0; d < std::min(z.size(), deviations.size()); ++d) {
        moved[d] += float(step * direction[d] * double(std::max(deviations[d], 0.0F)));
    }
    return moved;
}

} // namespace canto::app
