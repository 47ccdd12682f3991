// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/arrange/stitch.h"
#include "core/audio/audio_analysis.h"
#include "core/music/song.h"

namespace canto::arrange {

/// A beat as the rules of performance see it.
struct BeatPlay {
    int position = 0;   ///< in its bar
    float loudness = 0; ///< of the recording at this beat, smoothed, dB relative to its mean
    bool pedal = false; ///< the chord changes here: the pedal is lifted and pressed again
};

std::vector<BeatPlay> beatPlays(const audio::AudioAnalysis& analysis, std::span<const Unit> units);

/// The velocity of a note: 80 for pitches 48 - 69, else 85; 3 more on the first and third beat of a
/// bar, 3 less between beats; -6 .. +3 from the loudness of the recording. Source: github
/// ZZWaang/audio2midi, perf_render.py.
int velocityOf(int pitch, int step, const BeatPlay& beat);

/// Maps the time of a recording to the ticks, beats and bars of a song.
struct SongTime {
    music::TempoMap tempo;
    music::MetreMap metre;
    music::Tick firstBeat = 0; ///< tick of the first beat
};

/// A beat of the recording is a quarter of 480 ticks, the tempo changes with every beat, and second
/// 0 of the song is second 0 of the recording: a rest at about the same tempo precedes the first
/// beat; if that beat is less than an eighth of a beat into the recording, the song begins with it.
/// Bars begin where the recording's do; before the first of them there are bars of the same length
/// and, at the start of the song, a shorter one for the remainder.
/// @param beats      s, rising.
/// @param positions  position of each beat in its bar, 0: the bar begins.
/// Error: BadInput for fewer than two beats.
Result<SongTime> songTimeOf(std::span<const double> beats, std::span<const int> positions);

/// A song with the notes at the times of the recording, as songTimeOf maps them. One track, a
/// piano; the pedal (controller 64) goes to 0 at each change of chord and to 80 ten milliseconds
/// later. Error: BadInput for fewer than two beats.
Result<music::Song> performed(std::span<const SongNote> notes, std::span<const double> beats,
                              std::span<const BeatPlay> plays);

/// Pearson's correlation of note onsets (each a bump of 25 ms, as high as its velocity) with the
/// onset strength of the recording: how well a score follows its rhythm, -1 .. 1; 0 without notes.
double onsetCorrelation(const music::Song& song, const audio::SongFrames& frames);

} // namespace canto::arrange
