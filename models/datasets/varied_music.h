// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/music/song.h"

#include <span>
#include <vector>

namespace canto {

/// The same music as another sequencer and another orchestra might play it: what distinguishes
/// files, archives and players apart is redrawn, what the composer wrote stays.
///
/// * Controllers of level, position and effects are dropped; each part gets a level within 6 dB and
///   its own share of reverb.
/// * Velocities: their rank within the part along a curve 30 + 90 u^g, g in .6 .. 1.7; with
///   probability .15 all 80.
/// * Tempo .85 to 1.15 of its own; onsets moved by up to 15 ms (deviation).
/// * Transposed by up to two semitones; drums are not. (The tuning is that of the rendering.)
/// * With probability .2 the program of a part by another of its family (bowed strings, ensembles,
///   brass, reeds, flutes, voices, keyboards).
/// * With probability .1 a part of four or more is left out.
///
/// A pure function of the song and the numbers drawn. A song without notes is returned as it is.
music::Song variedSong(const music::Song& song, Random& random);

/// The same sound as another room, microphone and medium might pass it on: a room (an impulse
/// response of noise that dies away, .2 to 2.5 s), a smooth equaliser (deviation 5 dB), band limits
/// (each with probability .25: highest frequency 3.5 to 9 kHz, lowest 50 to 250 Hz), compression,
/// hiss and hum. The peak is at most 1. In place; the length stays.
/// @param samples one channel. @param rate samples a second.
void varySound(std::vector<float>& samples, double rate, Random& random);

/// Convolves in place by overlap and add; what rings on beyond the end is cut off.
/// @param response at least one number.
void convolve(std::vector<float>& samples, std::span<const float> response);

} // namespace canto
