// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>

namespace canto {

/// Where the weights of the note network are installed for this user:
/// $XDG_DATA_HOME/Cantograph/Cantograph/networks/basic-pitch.safetensors (~/.local/share without
/// the variable), the data folder of the window. Empty if there is no home folder.
std::filesystem::path userNoteNetwork();

/// The weights that transcription uses: $CANTO_NOTE_NETWORK (a file, or "none"), else
/// networks/basic-pitch.safetensors in the data folder given, in the user's, or in an assets
/// folder. They are not part of the program: NotFound where they are not installed, with how to
/// install them. Only looks for the file. Thread: any.
/// @param dataFolder  of the window; may be empty.
Result<std::filesystem::path> noteNetworkFile(const std::filesystem::path& dataFolder = {});

} // namespace canto
