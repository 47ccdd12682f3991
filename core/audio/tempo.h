// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/beat_tracker.h"

#include <span>
#include <vector>

namespace canto::audio {

inline constexpr double kTempoHop = 1; ///< s between two values of TempoPath::periods

/// The tempo of a song and how it moves.
struct TempoPath {
    double bpm = 0;                             ///< of the song as a whole
    double share = 0;                           ///< its probability, as Beats::tempoShare
    double steadiness = 0;                      ///< as Beats::steadiness
    std::vector<TempoAlternative> alternatives; ///< as in Beats
    /// Period of the beat in onset frames, the first around 0.5 s, one every kTempoHop.
    std::vector<double> periods;
};

/// Finds the likeliest tempo of the whole song, then the path of the local tempo near it. The
/// probability of a tempo is a softmax over 36 tempi an octave of a weighted sum of functions of
/// the autocorrelation at multiples of its period (the mean of 10 s windows) and a polynomial of
/// its logarithm; the weights are fitted by maximum likelihood (tempo.cpp states the data).
/// @param evidence  as beatEvidence returns it, not empty.
/// When cancelled, there are no periods. Thread: any.
TempoPath findTempo(std::span<const float> evidence, const BeatOptions& options,
                    const CancelToken& cancel);

} // namespace canto::audio
