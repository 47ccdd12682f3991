#include "core/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace canto {

int defaultThreads() {
    const auto found = static_cast<int>(std::thread::hardware_concurrency());
    return std::clamp(found, 1, 16);
}

void parallelRun(int threads, const std::function<void(int worker)>& body) {
    std::vector<std::jthread> others;
    for (int worker = 1; worker < threads; ++worker) {
        others.emplace_back([&body, worker] { body(worker); });
    }
    body(0);
}

void parallelFor(std::size_t count, std::size_t piece, int threads,
                 const std::function<void(std::size_t begin, std::size_t end)>& body) {
    if (count == 0) {
        return;
    }
    piece = std::max<std::size_t>(piece, 1);
    const std::size_t pieces = (count + piece - 1) / piece;
    const int wanted = threads > 0 ? threads : defaultThreads();
    const int used =
        static_cast<int>(std::min<std::size_t>(static_cast<std::size_t>(wanted), pieces));
    std::atomic<std::size_t> next = 0;
    parallelRun(used, [&](int) {
        for (std::size_t index = next.fetch_add(1); index < pieces; index = next.fetch_add(1)) {
            body(index * piece, std::min(count, (index + 1) * piece));
        }
    });
}

} // namespace canto
