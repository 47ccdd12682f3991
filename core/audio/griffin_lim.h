// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/audio_features.h"
#include "core/base/cancel.h"

#include <cstdint>

namespace canto::audio {

struct GriffinLimOptions {
    int iterations = 32;
    /// Of the fast variant; 0 is the original of 1984. Near 1 it converges in fewer iterations.
    float momentum = 0.99F;
    std::uint64_t seed = 1; ///< of the first phases
};

struct Resynthesis {
    std::vector<float> samples; ///< one channel
    /// || |STFT(samples)| - magnitude || / || magnitude ||, Frobenius: 0 is perfect.
    double convergence = 0;
};

/// A signal whose transform has these magnitudes as closely as possible. When cancelled, returns
/// the result so far.
/// @param magnitude  (stft.bins(), frames), >= 0.
/// Source: Perraudin, Balazs, Sondergaard, "A fast Griffin-Lim algorithm", 2013, in the form of
/// librosa.griffinlim.
Resynthesis griffinLim(const Feature& magnitude, Stft& stft, const GriffinLimOptions& options = {},
                       const CancelToken& cancel = {});

/// Magnitudes (bins, frames) whose mel spectrogram is close to this one: non-negative least squares
/// by multiplicative updates (Lee and Seung 2001). Bins above the highest filter stay zero. @param
/// mel  (mels, frames) power, >= 0.
Feature magnitudeOf(const Feature& mel, const MelFilters& filters, int iterations = 40);

/// Sound for a mel spectrogram in dB below full scale (as ClipFeatures::mel), its highest peak at
/// `peak`. Thread: one at a time for each AudioFeatures.
Resynthesis soundOfMel(const Feature& melDb, AudioFeatures& features,
                       const GriffinLimOptions& options = {}, float peak = 0.5F,
                       const CancelToken& cancel = {});

} // namespace canto::audio
