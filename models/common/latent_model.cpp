// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/common/latent_model.h"

#include <algorithm>

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

} // namespace canto::models
