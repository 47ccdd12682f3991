// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/song_frames.h"
#include "core/base/cancel.h"

#include <optional>
#include <span>
#include <vector>

namespace canto::audio {

struct BeatOptions {
    /// The approximate tempo, beats a minute, if the user states it: decides between a tempo and
    /// its octaves.
    std::optional<double> known;
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
    /// Probability that `bpm` is right and neither half nor double of it is.
    double tempoShare = 0;
    double confidence = 0; ///< steadiness times tempoShare: how reliable the beats are
    /// Half and double `bpm`, the likelier first; those with a probability below one in twenty are
    /// left out, as are both where the user states the tempo.
    std::vector<TempoAlternative> alternatives;
};

/// Evidence that something begins, at kOnsetRate: spectral flux, flux of the bass and change of
/// harmony, each relative to its surroundings; mean 0 where little happens, standard deviation 1.
std::vector<float> beatEvidence(const SongFrames& frames);

/// Tracks the beats of music whose tempo may drift, by libqm-dsp (core/audio/queen_mary.h). The
/// tracker prefers tempi near 120, so that slow songs come out at double their tempo. Therefore
/// half as many beats are taken where the beats are quicker than 112 a minute, the onsets of every
/// other one are weak and few lie between them; how weak depends on the tempo. No beats are
/// reported in the silence before and after the music. Thread: any. When cancelled, returns the
/// beats found so far, possibly none.
Beats trackBeats(const SongFrames& frames, const BeatOptions& options = {},
                 const CancelToken& cancel = {});

} // namespace canto::audio
