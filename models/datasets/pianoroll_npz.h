// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/music/song.h"

#include <filesystem>

namespace canto {

/// Reads a multitrack piano roll as pypianoroll saves it, the format of the Lakh Pianoroll Dataset
/// (LPD-5): `info.json` and, for each track, a sparse matrix (time, 128 pitches) of velocities.
///
/// Consecutive cells of one pitch and one velocity become one note: the file does not store
/// repeated notes. The metre is assumed to be 4/4, the tempo that of the first step. Errors: those
/// of ZipArchive::open and npyNumbers; BadFile if parts are missing or do not fit; TooLarge for
/// more than a million cells of a track.
Result<music::Song> readPianorollNpz(const std::filesystem::path& path);

} // namespace canto
