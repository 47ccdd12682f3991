// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/library.h"
#include "core/base/random.h"
#include "models/common/latent_model.h"

#include <span>
#include <vector>

namespace canto::app {

/// How much the latents of a library differ in each dimension: standard deviations, (Z), >= 0.
/// Ones where the library's latents are of another model, or there are fewer than two.
/// @param library  may be null. Thread: any; reads all latents.
std::vector<float> latentDeviations(const Library* library, const models::ModelInfo& info);

/// A latent at an exact distance from another one, in a random direction: the root mean square over
/// all dimensions that vary of (result - z) / deviation is `radius`. Dimensions without deviation
/// stay as they are.
/// @param deviations  (Z). @param radius  in standard deviations, >= 0.
models::Latent variationOf(const models::Latent& z, std::span<const float> deviations,
                           double radius, Random& random);

} // namespace canto::app
