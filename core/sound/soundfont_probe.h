// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <chrono>
#include <filesystem>
#include <vector>

namespace canto::sound {

/// SoundFonts where distributions and people put them, best first: $CANTO_SOUNDFONT (a file or a
/// folder), the user's data folders (XDG), then the system's sounds/sf2, sounds/sf3, soundfonts.
/// Each file once (links are followed), within a folder the General MIDI names first, then by
/// size, the larger first.
std::vector<std::filesystem::path> findSoundFonts();

/// The first of findSoundFonts, or NotFound with the names of packages that hold one.
Result<std::filesystem::path> defaultSoundFont();

/// Reads the frame of the file only: RIFF sfbk whose chunks nest and end inside the file, and hold
/// the nine lists of SoundFont 2.04 in multiples of their record sizes. Costs a few reads, refuses
/// everything that is another kind of file (DLS among them).
Result<void> checkSoundFontStructure(const std::filesystem::path& path);

struct ProbeLimits {
    /// Of the processor. The clock on the wall gets four times as much, for a machine that has
    /// other work to do.
    std::chrono::milliseconds time{1900};
    /// Address space above what the program itself takes, beside three times the file's size.
    std::size_t extraBytes = std::size_t(256) << 20;
};

/// Whether the file can be loaded and played here: the structure first; then, unless the file came
/// with the system (below /usr/share or /usr/local/share), a child process loads it and sounds a
/// note of every preset under limits of time and memory. A file that crashes the library takes the
/// child with it and is refused; the caller never dies of it.
///
/// The child is the running program started again with an environment variable that a hook in
/// soundfont_probe.cpp sees before main: it works in every program that links this file.
///
/// Errors: NotFound, BadFile (what it did to the child), TooLarge (memory or time).
/// Thread: any; blocks for at most four times the time limit.
Result<void> probeSoundFont(const std::filesystem::path& path, ProbeLimits limits = {});

} // namespace canto::sound
