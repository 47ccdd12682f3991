// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace canto {

int defaultThreads() {
    const auto found = static_cast<int>(std::thread::hardware_concurrency());
    return std::clamp(found, 1, 16);
}

void parallelFor(std::size_t count, std::size_t piece, int threads,
                 const std::function<void(std::size_t begin, std::size_t end)>& body) {
    if (count == 0) {
        return;
    }
    piece = std::max<std::size_t>(piece, 1);
    const std::size_t pieces = (count + piece - 1) / piece;
    const auto wanted = static_cast<std::size_t>(threads > 0 ? threads : defaultThreads());
    std::atomic<std::size_t> next = 0;
    std::mutex thrownLock;
    std::exception_ptr thrown;
    const auto work = [&] {
        try {
            for (std::size_t i = next.fetch_add(1); i < pieces; i = next.fetch_add(1)) {
                body(i * piece, std::min(count, (i + 1) * piece));
            }
        } catch (...) {
            next = pieces;
            const std::lock_guard lock(thrownLock);
            thrown = std::current_exception();
        }
    };
    {
        std::vector<std::jthread> others;
        try {
            for (std::size_t other = 1; other < std::min(wanted, pieces); ++other) {
                others.emplace_back(work);
            }
        } catch (const std::system_error&) {
            // The system gives no more threads: those that exist do the work.
        }
        work();
    }
    if (thrown) {
        std::rethrow_exception(thrown);
    }
}

} // namespace canto
