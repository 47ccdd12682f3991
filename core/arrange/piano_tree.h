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

/// Who plays a note.
enum class Part : std::uint8_t { Melody, Bridge, Piano };

/// A note of a score on the grid of a song's beats, or of a unit.
struct PartNote {
    std::int32_t step = 0;   ///< sixteenths from the beginning of the song or unit
    std::int32_t length = 1; ///< sixteenths, >= 1
    std::uint8_t pitch = 60;
    Part part = Part::Piano;
    bool operator==(const PartNote&) const = default;
};

/// A note's place on a grid of beats, to the nearest sixteenth; beats may lie unevenly. A note
/// before the first beat or after the last has none: length 0.
/// @param beats  seconds, rising, two at least.
PartNote onGrid(double start, double end, std::uint8_t pitch, Part part,
                std::span<const double> beats);

/// Notes that start in [first, first + 32), counted from `first`, cut at the end of the unit.
std::vector<PartNote> unitOf(std::span<const PartNote> song, int first);

/// Notes by step, so many places a step: pitches from low to high, then an end if a place is left,
/// then nothing. Only what starts is told; a pitch stands once a step, with its longest length.
struct PianoTree {
    static constexpr std::uint8_t kStart = 128; ///< what a decoder is given first
    static constexpr std::uint8_t kEnd = 129;
    static constexpr std::uint8_t kPad = 130;

    int slots = 0;
    std::vector<std::uint8_t> pitch;  ///< (32, slots) 0..127, kEnd or kPad
    std::vector<std::uint8_t> length; ///< (32, slots) 1..32 sixteenths, 0 without a note
};

/// Of a step with more notes than places the middle ones are left out.
/// @param notes  of one unit, any order. @param slots >= 2.
PianoTree treeOf(std::span<const PartNote> notes, int slots);
/// By step and pitch. What follows an end, and a length of 0, is no note; parts are Piano.
std::vector<PartNote> notesOf(const PianoTree& tree);

/// What the feature decoder is taught, three numbers a step (32, 3): how sure the lowest starting
/// note is a bass (1 at pitch 48 and below, falling to 0 at 60), notes that start / 14, whether the
/// bridge starts a note. Source: github ZZWaang/audio2midi.
std::array<float, kUnitSteps * 3> textureFeatures(std::span<const PartNote> notes);

} // namespace canto::arrange
