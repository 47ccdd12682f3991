// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/song_frames.h"

#include <span>

namespace canto::audio {

inline constexpr int kCellsPerBeat = 8; ///< thirty-seconds when a beat is a quarter
inline constexpr int kChannels = 3;     ///< energy, onset, note

/// The audio features of the arrangement space, on the beat grid, 0 .. 1: (3 * 88, cells), cell k
/// of beat b is frame b * 8 + k and holds the sound between the two eighths of the beat, so nothing
/// is stretched. Row c * 88 + band:
///   0 energy  log magnitude of the semitone, 60 dB below the loudest of the song to 0
///   1 onset   the largest rise within the cell of the root of the magnitude, over 46 ms; the
///             logarithm would rise as soon as a window touches a tone
///   2 note    how strongly the pitch itself sounds when its overtones are taken as such:
///             non-negative least squares over tones of decaying partials, compressed as energy
/// @param beats  times in s, increasing; N times give N - 1 beats. Beats beyond the sound are 0.
/// Source: Mauch and Dixon 2010 (least squares).
Feature gridFeatures(const SongFrames& frames, std::span<const double> beats);

/// Tones in a spectrum of semitones: x >= 0 that minimises |D x - y|, D the partials of each pitch
/// (amplitude 0.7^k), by multiplicative updates. Made once, used for many spectra.
/// Thread: any, const.
class ToneFit {
  public:
    ToneFit();
    /// (88) -> (88)
    void fit(std::span<const float> magnitudes, std::span<float> tones, int rounds = 30) const;

  private:
    std::vector<float> m_tones; ///< (88, 88) tone-major: the spectrum of each pitch
    std::vector<float> m_gram;  ///< (88, 88) products of the tones with each other
};

} // namespace canto::audio
