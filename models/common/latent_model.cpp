// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/common/latent_model.h"

#include <algorithm>
#include <cmath>

namespace canto::models {

Result<Latent> LatentModel::transfer(const Latent& target, const Latent& source,
                                     std::span<const int> blocks) const {
    const auto size = static_cast<std::size_t>(info().latentSize);
    if (target.size() != size || source.size() != size) {
        return fail(Error::Code::BadShape, "The latents are of another model");
    }
    Latent z = target;
    for (const int index : blocks) {
        if (index < 0 || index >= static_cast<int>(info().blocks.size())) {
            return fail(Error::Code::BadInput, "The model has no block " + std::to_string(index));
        }
        const auto& block = info().blocks[static_cast<std::size_t>(index)];
        std::copy(source.begin() + block.begin, source.begin() + block.end,
                  z.begin() + block.begin);
    }
    return z;
}

Latent LatentModel::coordinates(const Latent& z, std::optional<int> block) const {
    if (!block || *block < 0 || *block >= static_cast<int>(info().blocks.size())) {
        return z;
    }
    const auto& range = info().blocks[static_cast<std::size_t>(*block)];
    return {z.begin() + range.begin, z.begin() + range.end};
}

Result<void> checkLatentSize(const Latent& z, int size) {
    if (z.size() != static_cast<std::size_t>(size)) {
        return fail(Error::Code::BadShape, "The latent has " + std::to_string(z.size()) +
                                               " numbers, expected " + std::to_string(size));
    }
    return {};
}

Result<void> checkLatent(const Latent& z, int size) {
    if (auto ok = checkLatentSize(z, size); !ok) {
        return ok;
    }
    if (!std::all_of(z.begin(), z.end(), [](float x) { return std::isfinite(x); })) {
        return fail(Error::Code::BadInput, "The latent holds a number that is not finite");
    }
    return {};
}

std::vector<double> softmax(std::vector<double> scores) {
    const double best = *std::max_element(scores.begin(), scores.end());
    double sum = 0;
    for (auto& score : scores) {
        score = std::exp(score - best);
        sum += score;
    }
    for (auto& score : scores) {
        score /= sum;
    }
    return scores;
}

} // namespace canto::models
