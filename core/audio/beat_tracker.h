// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/song_frames.h"
#include "core/base/cancel.h"

#include <optional>
#include <span>
#include <vector>

namespace canto::audio {

struct BeatOptions {
    /// The range of tempi that are considered, beats a minute.
    double slowest = 40;
    double fastest = 240;
    /// The approximate tempo, beats a minute, if the user states it: decides between a tempo and
    /// its octaves.
    std::optional<double> known;
    /// Cost of an uneven beat: this times the square of its deviation in octaves.
    double tightness = 120;
};

/// Another tempo that fits the recording.
struct TempoAlternative {
    double bpm = 0;
    double share = 0; ///< probability that this is the tempo, 0 .. 1
};

struct Beats {
    std::vector<double> times; ///< s, increasing; empty for silence
    double bpm = 0;            ///< median
    /// How much the onsets repeat with the beat: 0 .. 1. Steady music reaches .3 and more, speech
    /// and noise less than .15. It cannot decide between octaves, since every other beat repeats as
    /// well.
    double steadiness = 0;
    /// Probability that `bpm` is right within 4 %, against all other tempi that were considered.
    double tempoShare = 0;
    double confidence = 0; ///< steadiness times tempoShare: how reliable the beats are
    /// Tempi in a simple ratio to `bpm` (half, double, third ...), the likeliest first; those with
    /// a probability below one in twenty are left out.
    std::vector<TempoAlternative> alternatives;
};

/// Evidence that something begins, at kOnsetRate: spectral flux, flux of the bass and change of
/// harmony, each relative to its surroundings; mean 0 where little happens, standard deviation 1.
std::vector<float> beatEvidence(const SongFrames& frames);

/// Tracks the beats of music whose tempo may drift. The song's tempo is the likeliest under a
/// log-linear model of the mean autocorrelation (core/audio/tempo.h); the local tempo near it is a
/// path through the tempogram (Viterbi over 10 s windows); the beats are then found by dynamic
/// programming over the evidence with the local period (Ellis 2007). Thread: any. When cancelled,
/// returns the beats found so far, possibly none.
Beats trackBeats(const SongFrames& frames, const BeatOptions& options = {},
                 const CancelToken& cancel = {});

} // namespace canto::audio
