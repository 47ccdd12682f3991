// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/song_frames.h"
#include "core/base/cancel.h"

#include <optional>
#include <span>
#include <vector>

namespace canto::audio {

struct BeatOptions {
    /// Beats a minute that are looked for.
    double slowest = 40;
    double fastest = 240;
    /// About so many beats a minute, where a person knows: settles between a tempo and its octaves.
    std::optional<double> known;
    /// How much an uneven beat costs: the square of its deviation in octaves times this.
    double tightness = 120;
};

/// Another tempo that the sound allows.
struct TempoAlternative {
    double bpm = 0;
    double share = 0; ///< probability that this is the tempo, 0 .. 1
};

struct Beats {
    std::vector<double> times; ///< s, increasing; empty where no sound is
    double bpm = 0;            ///< median
    /// How much the onsets repeat with the beat: 0 .. 1. Steady music has .3 and more, speech and
    /// noise less than .15. Says nothing of octaves: every other beat repeats as well.
    double steadiness = 0;
    /// Probability that `bpm` is the tempo within 4 %, against all others that were looked for.
    double tempoShare = 0;
    double confidence = 0; ///< steadiness times tempoShare: how far the beats are to be believed
    /// Tempi in a simple ratio to `bpm` (half, double, third ...), the likeliest first; those below
    /// one in twenty are left out.
    std::vector<TempoAlternative> alternatives;
};

/// Places where something begins, at kOnsetRate: spectral flux, flux of the bass and change of
/// harmony, each against its surroundings; mean 0 where little happens, standard deviation 1.
std::vector<float> beatEvidence(const SongFrames& frames);

/// Beats of music whose tempo may drift. The song's tempo is the likeliest under a log-linear model
/// of the mean autocorrelation (core/audio/tempo.h); near it the local one is a path through
/// the tempogram (Viterbi over 10 s windows); then dynamic programming over the evidence with the
/// local period (Ellis 2007).
/// Thread: any. Cancelled: what there is, possibly nothing.
Beats trackBeats(const SongFrames& frames, const BeatOptions& options = {},
                 const CancelToken& cancel = {});

} // namespace canto::audio
