// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/arrange/arranger.h"
#include "core/audio/audio_analysis.h"
#include "core/music/song.h"

#include <functional>

namespace canto::arrange {

/// What the user can control, whichever arranger writes the notes.
struct Controls {
    double density = 0; ///< Arranger::setDensity, -1 .. 1
    int lift = 0;       ///< semitones, see lifted() in register.h
    bool operator==(const Controls&) const = default;
};

/// The arranger's notes for a unit, and the controls they were written with.
struct UnitNotes {
    std::vector<GridNote> given;
    std::vector<GridNote> played; ///< after Controls::lift
    double density = 0;
};

struct Arrangement {
    music::Song song;
    double onsetCorrelation = 0; ///< of the notes with the recording, -1 .. 1
    int bars = 0;
    std::string arranger;
    std::vector<UnitNotes> units; ///< by unit; no notes where another unit covers its bars
};

struct ArrangeOptions {
    Controls controls;
    /// An earlier arrangement of the same recording by the same arranger: its units that begin
    /// before `from` are kept, and what the controls do not affect is not computed again. May be
    /// null.
    const Arrangement* before = nullptr;
    double from = 0; ///< s of the recording
};

/// Called after each unit (in songs of hours, after each 400th of the song) with the song so far
/// and the second of the recording that it reaches; returning false stops. After that second the
/// song still holds the earlier arrangement, if there is one.
using OnUnit = std::function<bool(const music::Song& soFar, double seconds)>;

/// Arranges a recording for piano in the recording's own time: units of two bars, one for each
/// downbeat, are arranged, stitched, mapped back to the tracked beats, and given velocities and
/// pedal. Progress counts bars. Errors: those of the arranger; Cancelled. Thread: any.
Result<Arrangement> arrangeSong(const audio::AudioAnalysis& analysis,
                                const audio::SongFrames& frames, Arranger& arranger,
                                const CancelToken& cancel = {}, const Progress& progress = {},
                                const OnUnit& onUnit = {}, const ArrangeOptions& options = {});

} // namespace canto::arrange
