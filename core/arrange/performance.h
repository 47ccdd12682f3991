#pragma once

#include "core/arrange/stitch.h"
#include "core/audio/listen.h"
#include "core/music/song.h"

namespace canto::arrange {

/// What the rules of performance need to know of a beat.
struct BeatPlay {
    int position = 0;   ///< in its bar
    float loudness = 0; ///< of the recording there, smoothed, dB against its mean
    bool pedal = false; ///< the chord changes here: the pedal is lifted and pressed again
};

std::vector<BeatPlay> beatPlays(const audio::Heard& heard, std::span<const Unit> units);

/// 80 for pitches 48 - 69, else 85; 3 more on the first and third beat of a bar, 3 less between
/// beats; -6 .. +3 from the loudness of the recording. Source: github ZZWaang/audio2midi,
/// perf_render.py.
int velocityOf(int pitch, int step, const BeatPlay& beat);

/// Notes at the times of the recording: a beat of it is a quarter of 480 ticks, the tempo changes
/// with every beat, and as many beats as fit stand before the first one, so that second 0 of the
/// song is second 0 of the recording. Bars begin where the recording's do. One track, a piano;
/// pedal (controller 64) to 0 at each change of chord and to 80 ten milliseconds later.
/// Error: BadInput for fewer than two beats.
Result<music::Song> performed(std::span<const SongNote> notes, std::span<const double> beats,
                              std::span<const BeatPlay> plays);

/// Pearson's correlation of note onsets (each a bump of 25 ms, as high as its velocity) with the
/// onset strength of the recording: how well a score keeps to its rhythm, -1 .. 1; 0 without notes.
double onsetCorrelation(const music::Song& song, const audio::SongFrames& frames);

} // namespace canto::arrange
