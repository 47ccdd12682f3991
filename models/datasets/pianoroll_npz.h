// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/music/song.h"

#include <filesystem>

namespace canto {

/// A multitrack piano roll as pypianoroll saves it, which is how the Lakh Pianoroll Dataset (LPD-5)
/// comes: `info.json` and, for each track, a sparse matrix (time, 128 pitches) of velocities.
///
/// Cells of one pitch and one velocity that follow each other become one note: where it was struck
/// again in between is not in the file. The metre is taken as 4/4, the tempo as that of the first
/// step.
/// Errors: those of ZipArchive::open and npyNumbers; BadFile when parts are missing or do not fit;
/// TooLarge for more than a million cells of a track.
Result<music::Song> readPianorollNpz(const std::filesystem::path& path);

} // namespace canto
