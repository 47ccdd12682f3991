// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// An optional ability of a model: composing music of any length, or continuing a song. No LibTorch
// here.

#include "models/common/latent_model.h"

namespace canto::models {

struct ComposeOptions {
    std::optional<int> label; ///< index into ModelInfo::classes; nothing: any
    int bars = 8;             ///< new ones
    /// In place of a label: weights of the classes for each new bar, which add to 1; the last holds
    /// on (mood_path.h makes them).
    std::vector<std::vector<double>> moods = {};
    /// Letters of sections of equal length, such as "AABA": where one returns, its bars are varied.
    std::string form = {};
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
    /// (no such label; weights of another number of classes; more sections than bars).
    virtual Result<music::Song> compose(const music::Song& begun, const ComposeOptions& options,
                                        const OnBar& onBar) const = 0;
};

} // namespace canto::models
