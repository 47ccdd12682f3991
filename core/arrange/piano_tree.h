// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Piano music on a grid: two bars of four beats as 32 sixteenths, each with the notes that start
// there. Source: Wang et al. 2020, "PianoTree VAE".

#include "core/arrange/arranger.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace canto::arrange {

/// The role of a note in the score.
enum class Part : std::uint8_t { Melody, Bridge, Piano };

/// A note of a score on the grid of a song's beats, or of a unit.
struct PartNote {
    std::int32_t step = 0;   ///< sixteenths from the beginning of the song or unit
    std::int32_t length = 1; ///< sixteenths, >= 1
    std::uint8_t pitch = 60;
    Part part = Part::Piano;
    bool operator==(const PartNote&) const = default;
};

/// Puts a note on a grid of beats, to the nearest sixteenth; beats may be spaced unevenly. A note
/// before the first beat or after the last gets length 0.
/// @param beats  seconds, rising, at least two.
PartNote onGrid(double start, double end, std::uint8_t pitch, Part part,
                std::span<const double> beats);

/// Notes that start in [first, first + 32), counted from `first`, cut at the end of the unit.
std::vector<PartNote> unitOf(std::span<const PartNote> song, int first);

/// The notes by step, with a fixed number of slots for each: pitches in ascending order, then an
/// end token if a slot is left, then padding. Only notes that start are included; a pitch occurs
/// once in a step, with its longest length.
struct PianoTree {
    static constexpr std::uint8_t kStart = 128; ///< first input of a decoder
    static constexpr std::uint8_t kEnd = 129;
    static constexpr std::uint8_t kPad = 130;

    int slots = 0;
    std::vector<std::uint8_t> pitch;  ///< (32, slots) 0..127, kEnd or kPad
    std::vector<std::uint8_t> length; ///< (32, slots) 1..32 sixteenths, 0 without a note
};

/// If a step has more notes than slots, the middle ones are left out.
/// @param notes  of one unit, any order. @param slots >= 2.
PianoTree treeOf(std::span<const PartNote> notes, int slots);
/// By step and pitch. Ignores what follows an end token and notes of length 0; parts are Piano.
std::vector<PartNote> notesOf(const PianoTree& tree);

/// Training targets of the feature decoder, three numbers a step (32, 3): the probability that the
/// lowest starting note is a bass (1 at pitch 48 and below, falling to 0 at 60), number of notes
/// that start / 14, whether the bridge starts a note. Source: github ZZWaang/audio2midi.
std::array<float, kUnitSteps * 3> textureFeatures(std::span<const PartNote> notes);

} // namespace canto::arrange
