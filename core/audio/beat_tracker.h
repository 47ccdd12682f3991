#pragma once

#include "core/audio/song_frames.h"
#include "core/base/cancel.h"

#include <span>
#include <vector>

namespace canto::audio {

struct BeatOptions {
    /// Beats a minute that are looked for.
    double slowest = 45;
    double fastest = 200;
    /// Of two tempi an octave apart the nearer to this is taken when the sound does not say; spread
    /// in octaves. As fitted to POP909's training songs: whoever writes arrangements learned on
    /// their grid must count as they do.
    double likely = 83;
    double spread = 0.37;
    /// How much an uneven beat costs: the square of its deviation in octaves times this.
    double tightness = 120;
};

struct Beats {
    std::vector<double> times; ///< s, increasing; empty where no sound is
    double bpm = 0;            ///< median
    /// How much the onsets repeat with the beat: 0 .. 1. Steady music has .3 and more, speech and
    /// noise less than .15.
    double confidence = 0;
};

/// Places where something begins, at kOnsetRate: spectral flux, flux of the bass and change of
/// harmony, each against its surroundings; mean 0 where little happens, standard deviation 1.
std::vector<float> beatEvidence(const SongFrames& frames);

/// Beats of music whose tempo may drift: a path through the tempogram (Viterbi over 10 s windows),
/// then dynamic programming over the evidence with the local period (Ellis 2007).
/// Thread: any. Cancelled: what there is, possibly nothing.
Beats trackBeats(const SongFrames& frames, const BeatOptions& options = {},
                 const CancelToken& cancel = {});

} // namespace canto::audio
