// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// An optional ability of a model: keeping parts of a phrase and writing the rest again. No LibTorch
// here.

#include "models/common/latent_model.h"

namespace canto::models {

struct FillOptions {
    /// What is kept: fillTracks() times ModelInfo::phraseBars, track by track; true: kept as it is.
    std::vector<bool> locked;
    /// What the rest should sound like: a clicked position, a class, another song. Its size is
    /// ModelInfo::latentSize.
    Latent toward;
    /// Each seed aims at another latent around `toward`, this many standard deviations away; 0:
    /// at `toward` itself.
    double spread = 0;
    std::uint64_t seed = 1;
    int steps = 80; ///< of the optimisation, > 0
    double bpm = 120;
    CancelToken cancel = {}; ///< polled at every step
};

struct Filled {
    music::Song song; ///< from tick 0, ModelInfo::phraseBars bars
    Latent latent;    ///< which the rest was decoded from
    /// Share of the locked steps, 0 .. 1, that the model itself decodes as they are. The song keeps
    /// all of them; the higher this is, the better does the rest know what it accompanies.
    double understood = 0;
};

/// A LatentModel that also implements this fills phrases. Thread: as LatentModel.
class Filler {
  public:
    virtual ~Filler() = default;

    /// The tracks that can be locked, as they are called: "Drums".
    virtual std::vector<std::string> fillTracks() const = 0;

    /// Keeps the locked parts of a phrase exactly and decodes the rest from a latent that is
    /// optimised with the decoder fixed: cross-entropy on what is locked, and the distance to
    /// `toward`. Everything locked: the phrase; nothing locked: the music of `toward`.
    /// Errors: BadShape (locked, toward), BadInput (the segment lies outside the song), Cancelled.
    virtual Result<Filled> fill(const music::Song& song, const Segment& segment,
                                const FillOptions& options) const = 0;
};

} // namespace canto::models
