// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/polyphonic/config.h"

#include <span>
#include <torch/torch.h>

namespace canto::models::polyphonic {

/// Phrases as the network reads and writes them. The N rows are the sounding tracks, sorted by
/// track, then by phrase.
struct Batch {
    std::int64_t phrases = 0;                 ///< B
    std::array<std::int64_t, kVoices> rows{}; ///< of each track; the drums' come first
    torch::Tensor place;                      ///< (N) int64: phrase * R + track
    torch::Tensor tokens;                     ///< (N, Q, kTokenSize) float32
    torch::Tensor program;                    ///< (N) int64: kPrograms for none
    torch::Tensor plays;                      ///< (B, R) float32, 1 or -1
    torch::Tensor form;     ///< (B, kForm) float32: tempo and length in the decoder's units
    torch::Tensor onsets;   ///< (K) int64: places of the notes' onsets in (N, Q, 4, P), ascending
    torch::Tensor sustains; ///< (L) int64: places where a pitch is held on, in the same table
    torch::Tensor velocity; ///< (K) float32: (velocity - 64) / 32
    torch::Tensor steps;    ///< (M) int64: places in (N, Q, 4) with an onset, ascending
    torch::Tensor offset;   ///< (M) int64: that of the lowest note, + 1
    torch::Tensor counts;   ///< (B, kControls) float32: onsets, mean pitch without drums, mean
                            ///< velocity; mean pitch and velocity are 60 and 80 without notes
    std::int64_t sounding() const { return place.size(0); } ///< N

    void to(torch::Device device);
};

/// Drum notes count by their onsets only. @param phrases  at least one.
Batch batchOf(std::span<const codec::GridPhrase> phrases);

/// Tempo and length of phrases in the decoder's units, and back.
double tempoUnits(double bpm);
double bpmOf(double units); ///< 30 to 300
double lengthUnits(int steps);
int stepsOf(double units); ///< an even number of steps, 4 to 32

/// Moves the pitches by semitones, drums unchanged; a phrase with a pitch that would leave the
/// range is not changed.
void transpose(codec::GridPhrase& phrase, int semitones);

/// For each phrase r with mixed[r]: tracks of other phrases, of that `shift[track]` rows further
/// on, in the place of its own, length and tempo unchanged.
std::vector<codec::GridPhrase> mixTracks(const std::vector<codec::GridPhrase>& phrases,
                                         const std::vector<bool>& mixed,
                                         std::span<const std::int64_t> shifts);

} // namespace canto::models::polyphonic
