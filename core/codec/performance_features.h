// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Numerical features of piano music counted from its notes in seconds, whatever its bars and beats:
// for predicting the emotion of any MIDI file, also of one whose beats are fiction. What depends on
// velocity is apart, because files differ in whether their velocities mean anything.

#include "core/music/song.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace canto::codec {

struct Feature {
    std::string name; ///< "notes a second": natural logarithms where the name says "log"
    double value = 0;
};

/// Register, rhythm, density, lines, key and functional harmony, without velocity and without the
/// lengths of single notes, which notation and transcription write differently. Notes that begin
/// within 40 ms of the first of them are one onset. All values are finite; the same names in the
/// same order for every music. Drums are left out. Empty for music without other notes.
std::vector<Feature> soundFeatures(std::span<const music::Note> notes);

/// Velocity: how it varies within the music, then its level. Empty for music without notes.
std::vector<Feature> velocityFeatures(std::span<const music::Note> notes);

/// What says whether velocity speaks at all: its mean, log of its deviation + 1, the effective
/// number of its values (exponential of their entropy) and the share of notes that repeat the
/// velocity of the note before.
std::vector<Feature> velocityUse(std::span<const music::Note> notes);

/// The value of that name; NaN if there is none.
double valueOf(std::span<const Feature> features, std::string_view name);
/// The values alone.
std::vector<double> valuesOf(std::span<const Feature> features);

} // namespace canto::codec
