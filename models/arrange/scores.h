// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/chord.h"
#include "core/base/result.h"
#include "models/arrange/batch.h"
#include "models/arrange/net.h"

#include <functional>
#include <span>
#include <vector>

namespace canto::models::arrange {

/// How two sets of events match.
struct Match {
    double both = 0; ///< matched, one to one
    double made = 0;
    double wanted = 0;
    double f1() const { return made + wanted > 0 ? 2 * both / (made + wanted) : 1; }
    Match& operator+=(const Match& other);
};

/// Same pitch, onsets at most one step apart, each note once, the nearest first.
Match matchNotes(std::span<const PartNote> made, std::span<const PartNote> wanted);
/// Same pitch class at exactly the same step, each (step, class) counted once.
Match matchPitchClasses(std::span<const PartNote> made, std::span<const PartNote> wanted);

/// How notes of a unit agree with its chords, over the beats that have both.
struct ChordFit {
    double beats = 0;
    double bass = 0;  ///< the lowest sounding pitch class is the chord's bass
    double root = 0;  ///< the chord's root sounds
    double tones = 0; ///< share of the sounding pitch classes that belong to the chord
    ChordFit& operator+=(const ChordFit& other);
};
/// Steps at which notes start, in both or in one.
Match matchSteps(std::span<const PartNote> made, std::span<const PartNote> wanted);

ChordFit fitChords(std::span<const PartNote> notes, std::span<const audio::Chord> chords);

/// What to remove before decoding.
struct Ablation {
    bool chord = false;
    bool audio = false;
    bool texture = false;
};

struct WriteOptions {
    /// The score that is the network's input: that of the training stage, 2 for none.
    int stage = 2;
    Ablation zero;
    double endBias = 0;
};

/// Greedy notes for rows of a dataset, in order. Cancelled if `stop` returns true.
Result<std::vector<std::vector<PartNote>>> writtenFor(NetImpl& net, const Dataset& dataset,
                                                      std::span<const std::int64_t> rows,
                                                      const WriteOptions& options,
                                                      const std::function<bool()>& stop);

/// The result of combining the chords of one unit with the sound (and score) of another: rows[i]
/// gives the chords, rows[(i + apart) % rows.size()] the rest.
struct Swapped {
    ChordFit ofChords;  ///< of the written notes with the chords of the source of chords
    ChordFit ofTexture; ///< with those of the other unit
    Match withChords;   ///< steps at which notes start, against the score of the source of chords
    Match withTexture;
};
/// For networks that have chords and sound.
Result<Swapped> swappedFor(NetImpl& net, const Dataset& dataset, std::span<const std::int64_t> rows,
                           std::size_t apart, const WriteOptions& options,
                           const std::function<bool()>& stop);

/// The bias against ends (WriteOptions::endBias) with the best mean note F1 on rows: without one,
/// the most likely notes of a step are too few where the network is uncertain.
Result<double> endBiasFor(NetImpl& net, const Dataset& dataset, std::span<const std::int64_t> rows,
                          const WriteOptions& options, const std::function<bool()>& stop);

/// Mean cross-entropy of pitches and of lengths with the true notes as input, from means.
struct NoteLoss {
    double pitch = 0;    ///< nats a token
    double length = 0;   ///< nats a digit
    double accuracy = 0; ///< of pitches
};
Result<NoteLoss> noteLossOf(NetImpl& net, const Dataset& dataset,
                            std::span<const std::int64_t> rows, const WriteOptions& options,
                            const std::function<bool()>& stop);

/// Losses of logits, K tokens: sums over tokens and digits of notes, and how many there are.
struct NoteSums {
    torch::Tensor pitch, length; ///< scalars
    torch::Tensor tokens, notes; ///< scalars, float32
};
NoteSums sumsOf(const NoteLogits& logits);

} // namespace canto::models::arrange
