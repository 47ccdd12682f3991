// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>

namespace canto {

/// Number of threads for heavy work by default: all of the machine's, at most 16.
int defaultThreads();

/// Calls body(begin, end) for pieces of [0, count), each at most `piece` long, on `threads` threads
/// (the caller's among them; 0 = defaultThreads()), and returns when all are done. Which thread
/// gets which piece is not fixed: the body's result must not depend on it. An exception of the body
/// is thrown again here after the others have ended; pieces not begun by then are left out. Where
/// the system gives no more threads, fewer do the work.
void parallelFor(std::size_t count, std::size_t piece, int threads,
                 const std::function<void(std::size_t begin, std::size_t end)>& body);

} // namespace canto
