// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/chord.h"
#include "core/audio/grid_features.h"
#include "core/base/cancel.h"
#include "core/base/result.h"

#include <array>
#include <span>
#include <string>
#include <vector>

namespace canto::arrange {

inline constexpr int kUnitBeats = 8;
inline constexpr int kStepsPerBeat = 4;                              ///< sixteenths
inline constexpr int kUnitSteps = kUnitBeats * kStepsPerBeat;        ///< 32
inline constexpr int kUnitCells = kUnitBeats * audio::kCellsPerBeat; ///< 64
inline constexpr std::size_t kUnitAudio =
    std::size_t{audio::kChannels} * kUnitCells * audio::kBands; ///< 3 * 64 * 88

/// Eight beats of a song from a downbeat on: two bars in 4/4, the input of the networks of this
/// space. Units overlap: the next one begins a bar later. In 3/4 the two bars end after six beats;
/// the last two beats also belong to the next unit. Beats after the end of the song have no chord
/// and silent features.
struct Unit {
    int firstBeat = 0; ///< index into the beats of the song; negative if it begins with an upbeat
    int barBeats = 4;  ///< beats of the first bar; the second begins at step barBeats * 4
    /// First beat of the unit at the same place of an earlier section that sounds similar; -1:
    /// none.
    int repeats = -1;
    std::array<audio::Chord, kUnitBeats> chords;
    /// (3, 64, 88) float32, channel, then cell, then semitone from A0: audio::gridFeatures.
    std::vector<float> audio;
    /// Strength of the onset nearest to each sixteenth, 0 .. 1 (1: the strongest tenth of the
    /// song).
    std::array<float, kUnitSteps> onset = {};
    /// Loudness of each sixteenth relative to the song's mean, dB.
    std::array<float, kUnitSteps> loudness = {};
    /// The melody and the bass line found in the recording: MIDI pitch at each sixteenth, 0 for
    /// none. A sustained tone repeats its pitch.
    std::array<int, kUnitSteps> melody = {};
    std::array<int, kUnitSteps> bass = {};
};

/// A note of a unit.
struct GridNote {
    int step = 0;     ///< sixteenth of the unit, 0 .. 31
    int length = 1;   ///< sixteenths, >= 1; may reach beyond the unit
    int pitch = 60;   ///< MIDI, 21 .. 108
    int velocity = 0; ///< 1 .. 127, or 0: given by the rules of performance.h
    bool operator==(const GridNote&) const = default;
};

/// How much of each unit is used when units are joined to a song (as in github ZZWaang/audio2midi,
/// perf_render.py).
enum class Stitching {
    TwoBars,  ///< two bars of every other unit; units are independent
    FirstBar, ///< the first bar of every unit; each unit is conditioned on the one before
};

/// Writes the notes for an analysed recording. Implemented by the rules of baseline_arranger.h and
/// the networks of models/arrange; callers need not distinguish them. Thread: any, one call at a
/// time for each object.
class Arranger {
  public:
    virtual ~Arranger() = default;

    /// Shown to users and written into reports: "rules", "a2s".
    virtual std::string name() const = 0;
    virtual Stitching stitching() const = 0;

    /// How many notes to write from now on: 0 is the arranger's default, -1 the fewest, 1 the most.
    virtual void setDensity(double density) = 0;

    /// Called before the units of a song, with those that will be arranged, in order and without
    /// their sound (Unit::audio is empty): for arrangers that plan ahead. The units outlive the
    /// song.
    virtual void begin(std::span<const Unit* const> /*units*/) {}

    /// @param previous  this arranger's complete notes for the unit one bar earlier, with steps
    ///                  counted from that unit; empty for the first unit of a song and where
    ///                  stitching() is TwoBars.
    /// @return          notes in any order. Errors: Model, BadShape (audio.size() != kUnitAudio),
    ///                  Cancelled.
    virtual Result<std::vector<GridNote>>
    arrange(const Unit& unit, std::span<const GridNote> previous, const CancelToken& cancel) = 0;
};

} // namespace canto::arrange
