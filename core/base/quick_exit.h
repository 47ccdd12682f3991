// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace canto {

/// Ends the process at once with `code`, without destructors and atexit handlers: for when another
/// thread still uses what they would destroy. Buffered output to stdout and stderr is written
/// first, also where stdout is a pipe or a file. Thread: any.
[[noreturn]] void quickExit(int code);

} // namespace canto
