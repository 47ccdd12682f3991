// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/sound/soundfont_probe.h"

#include <filesystem>

namespace canto::sound {

struct ChildEnd {
    enum class Kind { Good, Refused, NoMemory, TooSlow, Crashed };
    Kind kind = Kind::Crashed;
    int signal = 0; ///< of Crashed
};

/// Starts the running program again such that it only loads and plays the file, and waits for it,
/// at most limits.time. Errors: Io if no process can be started.
Result<ChildEnd> runSoundFontChild(const std::filesystem::path& path, const ProbeLimits& limits);

} // namespace canto::sound
