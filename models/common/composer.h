// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// An optional ability of a model: composing music of any length, or continuing a song. No LibTorch
// here.

#include "models/common/latent_model.h"

namespace canto::models {

struct ComposeOptions {
    std::optional<int> label; ///< index into ModelInfo::classes; nothing: any
    int bars = 8;             ///< new ones
    std::uint64_t seed = 1;
    double bpm = 120; ///< until the model sets a tempo
    double temperature = 1.0;
    double nucleus = 0.9;
    CancelToken cancel = {}; ///< polled between tokens
};

/// A LatentModel that also implements this composes bar by bar. Thread: as LatentModel.
class Composer {
  public:
    virtual ~Composer() = default;

    /// @param begun  the song to continue, by its last bars; without notes: starts from nothing.
    /// @param onBar  called after every complete new bar; may be empty.
    /// @return all of it, starting with `begun` as the model reads it. Error::Cancelled, BadInput
    /// (no such label).
    virtual Result<music::Song> compose(const music::Song& begun, const ComposeOptions& options,
                                        const OnBar& onBar) const = 0;
};

} // namespace canto::models
