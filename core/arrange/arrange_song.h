// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/arrange/arranger.h"
#include "core/audio/audio_analysis.h"
#include "core/music/song.h"

#include <functional>

namespace canto::arrange {

/// What a person may ask for, whoever writes the notes.
struct Controls {
    double density = 0; ///< Arranger::setDensity, -1 .. 1
    int lift = 0;       ///< semitones, lifted() of register.h
    bool operator==(const Controls&) const = default;
};

/// What an arranger gave for a unit, and by which wish.
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
    std::vector<UnitNotes> units; ///< by unit; without notes where another one writes its bars
};

struct ArrangeOptions {
    Controls controls;
    /// An arrangement of the same recording by the same arranger: what it wrote of units that begin
    /// before `from` stays, and what the controls do not touch is not written a second time. May be
    /// null.
    const Arrangement* before = nullptr;
    double from = 0; ///< s of the recording
};

/// Called after each written unit (in songs of hours: after each 400th part) with the song so far
/// and the seconds of the recording that it reaches to; false stops. Behind them the song is what
/// was there before, if anything was.
using OnUnit = std::function<bool(const music::Song& soFar, double seconds)>;

/// A recording becomes a song for piano that keeps to its time: units of two bars, one a downbeat,
/// are arranged, stitched, mapped back to the beats as they were played, and given velocities and
/// pedal. Progress counts bars.
/// Errors: those of the arranger; Cancelled. Thread: any.
Result<Arrangement> arrangeSong(const audio::AudioAnalysis& analysis,
                                const audio::SongFrames& frames, Arranger& arranger,
                                const CancelToken& cancel = {}, const Progress& progress = {},
                                const OnUnit& onUnit = {}, const ArrangeOptions& options = {});

} // namespace canto::arrange
