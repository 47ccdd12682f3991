// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a model can besides: write music of any length, or go on with a song. No LibTorch here.

#include "models/common/latent_model.h"

namespace canto::models {

struct ComposeOptions {
    std::optional<int> label; ///< index into ModelInfo::classes; nothing: any
    int bars = 8;             ///< new ones
    std::uint64_t seed = 1;
    double bpm = 120; ///< until the model states a tempo
    double temperature = 1.0;
    double nucleus = 0.9;
    CancelToken cancel = {}; ///< asked between tokens
};

/// A LatentModel that also implements this composes bar after bar. Thread: as LatentModel.
class Composer {
  public:
    virtual ~Composer() = default;

    /// @param begun  what to go on from, from its last bars; without notes: from nothing.
    /// @param onBar  told of every new bar as soon as it is whole; may be empty.
    /// @return all of it, `begun` first as the model reads it. Error::Cancelled, BadInput (no such
    /// label).
    virtual Result<music::Song> compose(const music::Song& begun, const ComposeOptions& options,
                                        const OnBar& onBar) const = 0;
};

} // namespace canto::models
