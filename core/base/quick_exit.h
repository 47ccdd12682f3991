// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace canto {

/// Ends the process at once with `code`: no destructors, no atexit handlers, for when another
/// thread still works on what they would take away. What was printed to stdout and stderr is
/// written first, also where stdout is a pipe or a file. Thread: any.
[[noreturn]] void quickExit(int code);

} // namespace canto
