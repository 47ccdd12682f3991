#pragma once

#include <cstddef>
#include <functional>

namespace canto {

/// Threads that heavy work uses unless told otherwise: what the machine has, at most 16.
int defaultThreads();

/// Calls body(begin, end) for pieces of [0, count), each at most `piece` long, on `threads` threads
/// (the caller's among them; 0 = defaultThreads()), and returns when all are done. Which thread
/// gets which piece is not fixed: the body's result must not depend on it. The body must not throw.
void parallelFor(std::size_t count, std::size_t piece, int threads,
                 const std::function<void(std::size_t begin, std::size_t end)>& body);

/// Calls body(worker) for worker = 0 .. threads-1 at the same time, one thread each (0 is the
/// caller's), and returns when all are done. For work that synchronises by itself (std::barrier).
void parallelRun(int threads, const std::function<void(int worker)>& body);

} // namespace canto
