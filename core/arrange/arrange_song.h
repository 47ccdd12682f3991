#pragma once

#include "core/arrange/arranger.h"
#include "core/audio/listen.h"
#include "core/music/song.h"

#include <functional>

namespace canto::arrange {

struct Arrangement {
    music::Song song;
    double onsetCorrelation = 0; ///< of the notes with the recording, -1 .. 1
    int bars = 0;
    std::string arranger;
};

/// Called after each written unit with the song so far and the seconds of the recording that it
/// reaches to; false stops.
using OnUnit = std::function<bool(const music::Song& soFar, double seconds)>;

/// A recording becomes a song for piano that keeps to its time: units of two bars, one a downbeat,
/// are arranged, stitched, mapped back to the beats as they were played, and given velocities and
/// pedal. Progress counts bars.
/// Errors: those of the arranger; Cancelled. Thread: any.
Result<Arrangement> arrangeSong(const audio::Heard& heard, const audio::SongFrames& frames,
                                Arranger& arranger, const CancelToken& cancel = {},
                                const Progress& progress = {}, const OnUnit& onUnit = {});

} // namespace canto::arrange
