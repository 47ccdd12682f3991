// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/stft.h"

namespace canto::audio {

/// How far the music deviates from A 440, in semitones: -0.5 .. 0.49, in hundredths. The most
/// common deviation among the louder half of all spectral peaks between 150 Hz and 4 kHz. @param
/// power  (bins, frames). Source: librosa.estimate_tuning with S=power, over librosa.piptrack.
float tuningOf(const Feature& power, int rate);

/// Energy by pitch class, C first, (12, frames): bumps around each semitone, weighted towards the
/// octaves around C5 +- 2; each frame is divided by its largest value. A silent frame stays zero.
/// Source: librosa.feature.chroma_stft and librosa.filters.chroma at their defaults.
Feature chromaOf(const Feature& power, int rate, float tuning);

} // namespace canto::audio
