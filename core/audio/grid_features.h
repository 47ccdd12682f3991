// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/song_frames.h"

#include <span>

namespace canto::audio {

inline constexpr int kCellsPerBeat = 8; ///< thirty-seconds when a beat is a quarter
inline constexpr int kChannels = 3;     ///< energy, onset, note

/// The audio features of the Arrangement space on the beat grid, 0 .. 1: (3 * 88, cells). Cell k of
/// beat b is frame b * 8 + k and covers that eighth of the beat, so that nothing is stretched.
/// Row c * 88 + band:
///   0 energy  log magnitude of the semitone: 1 at the loudest of the song, 0 at 60 dB below it
///   1 onset   the largest rise within the cell of the root of the magnitude, over 46 ms (the
///             logarithm would rise as soon as a window reaches a tone)
///   2 note    the strength of the pitch itself, its overtones explained away: non-negative
///             least squares over tones of decaying partials, compressed as energy
/// @param beats  times in s, increasing; N times give N - 1 beats. Cells after the sound are 0.
/// Source: Mauch and Dixon 2010 (least squares).
Feature gridFeatures(const SongFrames& frames, std::span<const double> beats);

/// Explains a spectrum of semitones y by tones: the x >= 0 that minimises |D x - y|, where D holds
/// the partials of each pitch (amplitude 0.7^k), by multiplicative updates. Built once, used for
/// many spectra. Thread: any, const.
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
