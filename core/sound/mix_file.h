// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/music/song.h"
#include "core/sound/render_file.h"

namespace canto::sound {

struct MixOptions {
    std::filesystem::path soundFont; ///< empty: the system's SoundFont
    double rate = 48000;
    float song = 1;  ///< level of the song's notes, 0 .. 4
    float sound = 1; ///< of the recording
};

/// Renders a song and the recording it is in sync with, mixed from second 0 on, to a .wav or .flac
/// file (24 bit). If the mix would clip it is lowered to -0.1 dBFS. Errors: those of renderSongs
/// and readSound; BadInput for another extension; Io with path and reason; Cancelled. Thread: any.
Result<RenderReport> mixToFile(const std::shared_ptr<const music::Song>& song,
                               const std::filesystem::path& recording,
                               const std::filesystem::path& out, const MixOptions& options,
                               const CancelToken& cancel = {}, const Progress& progress = {});

} // namespace canto::sound
