// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/analysis_measures.h"
#include "core/audio/note_tracker.h"
#include "core/music/song.h"

#include <span>

namespace canto::audio {

/// Two onsets this far apart may be the same note, s. Source: mir_eval.transcription.
inline constexpr double kNoteWindow = 0.05;

/// How many notes were found: a note is right if the other list has one of the same pitch whose
/// onset is within the window; each is paired once. Lengths are not compared. Source:
/// mir_eval.transcription.precision_recall_f1_overlap with offset_ratio None.
FMeasure noteFMeasure(std::span<const DetectedNote> reference,
                      std::span<const DetectedNote> estimate, double window = kNoteWindow);

/// The notes of a song except drums, at their seconds; amplitude is velocity / 127.
std::vector<DetectedNote> notesOf(const music::Song& song);

} // namespace canto::audio
