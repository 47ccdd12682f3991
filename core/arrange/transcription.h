// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/audio_analysis.h"
#include "core/audio/note_tracker.h"
#include "core/music/song.h"

#include <span>

namespace canto::arrange {

enum class Timing {
    Quantised, ///< onsets and ends on the sixteenths or triplets of the beats that were found
    AsPlayed,  ///< where they are in the recording, to a 480th of a beat
};

/// The melody and the bass line of an analysis as notes: the transcription of a recording where no
/// network is installed. Equal pitches of neighbouring sixteenths are one note; amplitude 0.63.
std::vector<audio::DetectedNote> notesOfLines(const audio::AudioAnalysis& analysis);

/// A song with these notes on the beats and bars of a recording, whose second 0 is its own (see
/// songTimeOf). Velocity is 127 times the amplitude. Up to three tracks: "Bass", the lowest of what
/// sounds below C3 or near it; "Lead", the highest from C4 on; "Middle", the rest. All play a
/// piano. Quantised, each beat is divided into four, or into three where its onsets fit that
/// clearly better; a note lasts at least one step and ends where the same pitch begins again.
/// @param beats      s, rising; with fewer than two, 120 beats a minute from second 0 are used and
///                   notes stay as played.
/// @param positions  position of each beat in its bar.
/// Thread: any.
Result<music::Song> transcribed(std::span<const audio::DetectedNote> notes,
                                std::span<const double> beats, std::span<const int> positions,
                                Timing timing);

} // namespace canto::arrange
