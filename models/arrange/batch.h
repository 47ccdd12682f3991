// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/arrange/config.h"
#include "models/datasets/prepared_arrangements.h"

#include <span>
#include <torch/torch.h>
#include <vector>

namespace canto::models::arrange {

using canto::arrange::PartNote;

/// A batch of units as the network's input.
struct Batch {
    torch::Tensor chords;   ///< (B, 8, 36) float32: root one of 12, tones of 12, bass one of 12
    torch::Tensor roots;    ///< (B, 8) int64, 12 for no chord
    torch::Tensor basses;   ///< (B, 8) int64, 12 for no chord
    torch::Tensor audio;    ///< (B, 3, 64, 88) float32, 0 .. 1
    torch::Tensor pitches;  ///< (B, 32, N) int64, PianoTree's
    torch::Tensor lengths;  ///< (B, 32, N) int64, 0 where there is no note
    torch::Tensor features; ///< (B, 32, 3) float32, textureFeatures
    torch::Tensor roll;     ///< (B, 32, 128) float32, of the input score, in beats
};

/// A unit to be copied into a batch.
struct UnitView {
    std::vector<audio::Chord> chords;    ///< 8
    std::span<const std::uint8_t> audio; ///< (64, 3, 88), or empty for silence
    std::vector<PartNote> target;        ///< of the unit; may be empty
    std::vector<PartNote> given;         ///< the input score
    int transpose = 0;                   ///< semitones, applied to everything
};

Batch batchOf(std::span<const UnitView> units, int slots);

/// (32, 128): where a note starts its length in beats, 0 elsewhere.
torch::Tensor rollOf(std::span<const PartNote> notes);

/// The probability of keeping a cell of a corrupted score, by pitch: (128). High notes are masked
/// more often: .7 below 40, .6 below 50, .3 below 60, .1 above. The published code holds the four
/// in an unordered set; this is the order that its comment states.
torch::Tensor keepChances();
/// The roll with cells removed. @param draws  shaped as the roll, uniform in [0, 1).
torch::Tensor corrupted(const torch::Tensor& roll, const torch::Tensor& draws);

/// Prepared songs as examples. Const use from any thread.
class Dataset {
  public:
    explicit Dataset(tensors::PreparedArrangements prepared);

    const tensors::PreparedArrangements& prepared() const { return m_prepared; }
    /// Units of the songs of a split whose target has notes.
    std::vector<std::int64_t> rows(const std::string& split) const;
    /// The notes of piano and bridge in a unit, without the melody.
    std::vector<PartNote> targetOf(std::int64_t row) const;
    /// The input score of a stage: the piano's notes, or (stage 3) piano and bridge one bar
    /// earlier.
    std::vector<PartNote> givenOf(std::int64_t row, int stage) const;
    std::vector<audio::Chord> chordsOf(std::int64_t row) const;
    std::span<const std::uint8_t> audioOf(std::int64_t row) const;
    std::size_t songOf(std::int64_t row) const;

    /// @param transpose  one for each row, or empty for none.
    Batch batch(std::span<const std::int64_t> rows, int stage, int slots,
                std::span<const int> transpose = {}) const;

  private:
    tensors::PreparedArrangements m_prepared;
    std::vector<std::vector<PartNote>> m_notes; ///< of each song
};

} // namespace canto::models::arrange
