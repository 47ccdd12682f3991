// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <chrono>
#include <filesystem>
#include <vector>

namespace canto::sound {

/// SoundFonts in the usual folders, best first: $CANTO_SOUNDFONT (a file or a folder), the user's
/// data folders (XDG), then the system's sounds/sf2, sounds/sf3, soundfonts. Each file once (links
/// are followed), within a folder General MIDI names first, then by size, the larger first.
std::vector<std::filesystem::path> findSoundFonts();

/// The first of findSoundFonts, or NotFound with the names of packages that contain one.
Result<std::filesystem::path> defaultSoundFont();

/// The requested file with its links followed, or if that is empty defaultSoundFont().
Result<std::filesystem::path> soundFontOr(const std::filesystem::path& requested);

/// Validates only the structure of the file: RIFF sfbk whose chunks nest and end inside the file,
/// and hold the nine lists of SoundFont 2.04 in multiples of their record sizes. Needs a few reads,
/// refuses every other kind of file (DLS among them).
Result<void> checkSoundFontStructure(const std::filesystem::path& path);

struct ProbeLimits {
    /// Processor time. The limit of elapsed time is four times as long, for a busy machine.
    std::chrono::milliseconds time{1900};
    /// Address space in addition to what the program itself uses and three times the file's size.
    std::size_t extraBytes = std::size_t(256) << 20;
};

/// Whether the file can be loaded and played here: checks the structure first; then, unless the
/// file was installed by the system (below /usr/share or /usr/local/share), a child process loads
/// it and plays a note of every preset under limits of time and memory. A file that crashes the
/// library only crashes the child, and is refused.
///
/// The child is the running program started again with an environment variable that a hook in
/// soundfont_probe.cpp reads before main: it works in every program that links this file.
///
/// Errors: NotFound, BadFile (what happened in the child), TooLarge (memory or time). Thread: any;
/// blocks for at most four times the time limit.
Result<void> probeSoundFont(const std::filesystem::path& path, ProbeLimits limits = {});

} // namespace canto::sound
