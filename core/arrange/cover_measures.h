// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/song_frames.h"
#include "core/audio/stft.h"
#include "core/music/song.h"

#include <span>
#include <vector>

namespace canto::arrange {

// Objective measures of an arrangement. WPD, RGC and IPE follow the text of Etude (sec. IV-D),
// whose code fixes constants that the text does not state: figures are comparable within our own
// tables, and only roughly with published ones. For these three, values close to a human
// arrangement are best, not extreme ones.

/// Length of a frame of the chroma sequences, s.
inline constexpr double kChromaHop = 0.1;

/// (12, frames): the pitch classes of a recording, from its semitones between C3 and C7, each frame
/// scaled to length 1 (or 0 if silent).
audio::Feature chromaOfRecording(const audio::SongFrames& frames);
/// The same of a score: sounding notes weighted by velocity, drums left out.
audio::Feature chromaOfSong(const music::Song& song, double seconds);

/// Warp path deviation, s: the standard deviation of the residuals of the line that best fits the
/// path of dynamic time warping. Distance: 1 - cosine; the path stays within `band` seconds of the
/// diagonal. 0 for fewer than two frames. Etude: WPD.
double warpDeviation(const audio::Feature& recording, const audio::Feature& song, double band = 10);

/// Onset times, s, rising; those within 30 ms of the first of a group are one.
std::vector<double> onsetTimes(const music::Song& song);

/// Rhythmic grid coherence: how far the eight most common intervals between onsets (in hundredths
/// of a second) are from multiples of the grid, in parts of it, weighted by how common they are: 0
/// (on the grid) to .5. @param grid  s, > 0; a sixteenth. Etude: RGC.
double gridDeviation(std::span<const double> onsets, double grid);

/// Entropy, bits, of runs of eight intervals between onsets, each interval quantised to one of
/// eight classes of its logarithm (k-means, initialised at the eighths of the sorted intervals). 0
/// for fewer than eight intervals. Etude: IPE.
double patternEntropy(std::span<const double> onsets);

/// Share of a melody's time in which the highest tone that sounds (or the last that ended) has the
/// melody's pitch class.
/// @param melody  MIDI pitch at each `hop` seconds, 0: none.
/// 0 without a melody. After PiCoGen's melody chroma accuracy.
double melodyChromaKept(const music::Song& song, std::span<const double> melody, double hop);

/// Matches notes of the same pitch whose onsets are at most `window` seconds apart, each note once.
struct NoteMatch {
    double precision = 0;
    double recall = 0;
    double f1 = 0;
};
NoteMatch matchOnsets(const music::Song& song, std::span<const music::Note> wanted, double window);

} // namespace canto::arrange
