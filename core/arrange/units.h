// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/arrange/arranger.h"
#include "core/audio/audio_analysis.h"

namespace canto::arrange {

/// One unit for each downbeat, in order. Beats before the first downbeat belong to a unit that
/// begins a bar before it (its firstBeat is negative); beats outside the song are silent and have
/// no chord.
std::vector<Unit> unitsOf(const audio::AudioAnalysis& analysis, const audio::SongFrames& frames);

/// The same without the audio features (Unit::audio is empty), which need 66 KB a unit.
std::vector<Unit> unitOutlines(const audio::AudioAnalysis& analysis,
                               const audio::SongFrames& frames);

/// Fills Unit::audio. @param grid  audio::gridFeatures of the song's beats.
void fillAudio(Unit& unit, const audio::Feature& grid);

/// Fills a unit as unitsOf does, for `firstBeat` alone: for training with known beats. The lines
/// may be empty: then the unit has none. `chords` has one for each beat.
struct GridView {
    std::span<const double> beats; ///< one more than there are beats
    std::span<const audio::Chord> chords;
    std::span<const int> melody; ///< by sixteenth
    std::span<const int> bass;
    const audio::Feature* grid = nullptr; ///< audio::gridFeatures of the beats
};
Unit unitAt(int firstBeat, int barBeats, const GridView& view, const audio::SongFrames& frames);

} // namespace canto::arrange
