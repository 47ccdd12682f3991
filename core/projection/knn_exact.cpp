// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/knn_exact.h"

#include "core/base/parallel.h"
#include "core/projection/knn_blocks.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <mutex>

namespace canto::projection {

namespace {

constexpr std::size_t kBlock = KnnBlocks::kBlock;
constexpr std::size_t kChecks = KnnBlocks::kChecks;

/// Nearness is minus half the squared distance. Pairs of points lie above this, padding below.
constexpr float kNothing = -std::numeric_limits<float>::max() / 16;
/// Additional neighbours kept beyond k, so that rounding cannot displace a true neighbour.
constexpr std::size_t kSpare = 4;

struct Candidate {
    float nearness = kNothing;
    std::uint32_t row = std::numeric_limits<std::uint32_t>::max();

    bool before(const Candidate& other) const {
        return nearness != other.nearness ? nearness > other.nearness : row < other.row;
    }
};

/// The best neighbours of every point so far, nearest first.
class Lists {
  public:
    Lists(std::size_t places, std::size_t kept) : m_kept(kept), m_best(places * kept) {}

    std::span<Candidate> of(std::size_t place) {
        return std::span(m_best).subspan(place * m_kept, m_kept);
    }
    float threshold(std::size_t place) const { return m_best[(place + 1) * m_kept - 1].nearness; }
    void offer(std::size_t place, Candidate candidate) {
        const auto list = of(place);
        if (!candidate.before(list.back())) {
            return;
        }
        std::size_t at = list.size() - 1;
        for (; at > 0 && candidate.before(list[at - 1]); --at) {
            list[at] = list[at - 1];
        }
        list[at] = candidate;
    }

  private:
    std::size_t m_kept;
    std::vector<Candidate> m_best;
};

/// How often an early check of a tile avoids the rest of its computation; the check is disabled
/// where it does not pay. It never changes the result, so threads may share the counts.
struct EarlyLook {
    std::atomic<std::uint32_t> tried = 0;
    std::atomic<std::uint32_t> spared = 0;

    bool pays() const {
        const auto t = tried.load(std::memory_order_relaxed);
        return t < 20'000 || spared.load(std::memory_order_relaxed) > t / 6;
    }
};

class Search {
  public:
    Search(const KnnBlocks& blocks, std::size_t kept)
        : m_blocks(blocks), m_lists(blocks.blocks * kBlock, kept), m_locks(blocks.blocks),
          m_packed(blocks.packed(4e-6f * blocks.largestHalf)) {}

    Lists& lists() { return m_lists; }

    /// All pairs within a block, by one thread.
    void within(std::size_t block) {
        struct Within {
            Search& search;
            std::size_t first; ///< place of the block's first point
            float thresholds[kBlock];
        } state{*this, block * kBlock, {}};
        for (std::size_t i = 0; i < kBlock; ++i) {
            state.thresholds[i] = m_lists.threshold(state.first + i);
        }
        const FoundPair found = [](void* to, std::size_t row, std::size_t column, float nearness) {
            auto& [search, first, thresholds] = *static_cast<Within*>(to);
            if (row != column) {
                const std::uint32_t original = search.m_blocks.original[first + column];
                search.m_lists.offer(first + row, {nearness, original});
                thresholds[row] = search.m_lists.threshold(first + row);
            }
        };
        kernels().pairsWithin(m_packed, block, state.thresholds, found, &state);
    }

    /// All pairs between two blocks; safe on any number of threads at once. A nearness is the same
    /// number from both sides, and lists keep the best by a total order, so the result does not
    /// depend on the order of the pairs of blocks.
    void between(std::size_t a, std::size_t b, float leastSquare) {
        struct Between {
            const std::uint32_t *originalA, *originalB;
            float thresholdsA[kBlock], thresholdsB[kBlock];
            Offers toA, toB;
        } state;
        state.originalA = m_blocks.original.data() + a * kBlock;
        state.originalB = m_blocks.original.data() + b * kBlock;
        const float loosest =
            std::min(copyThresholds(a, state.thresholdsA), copyThresholds(b, state.thresholdsB));
        if (-leastSquare / 2 < loosest - m_packed.slack) {
            return;
        }
        EarlyChecks checks;
        for (std::size_t check = 0; check < kChecks; ++check) {
            checks.used[check] = m_blocks.dimensions >= 16 && m_early[check].pays();
        }
        const FoundPair found = [](void* to, std::size_t row, std::size_t column, float nearness) {
            auto& pairs = *static_cast<Between*>(to);
            if (nearness >= pairs.thresholdsA[row]) {
                pairs.toA.push_back(
                    {static_cast<std::uint16_t>(row), {nearness, pairs.originalB[column]}});
            }
            if (nearness >= pairs.thresholdsB[column]) {
                pairs.toB.push_back(
                    {static_cast<std::uint16_t>(column), {nearness, pairs.originalA[row]}});
            }
        };
        kernels().pairsBetween(m_packed, a, b, state.thresholdsA, state.thresholdsB, checks, found,
                               &state);
        for (std::size_t check = 0; check < kChecks; ++check) {
            m_early[check].tried.fetch_add(checks.tried[check], std::memory_order_relaxed);
            m_early[check].spared.fetch_add(checks.spared[check], std::memory_order_relaxed);
        }
        give(a, state.toA);
        give(b, state.toB);
    }

  private:
    using Offers = std::vector<std::pair<std::uint16_t, Candidate>>;

    float copyThresholds(std::size_t block, float* to) {
        const std::lock_guard lock(m_locks[block]);
        float least = std::numeric_limits<float>::max();
        for (std::size_t i = 0; i < kBlock; ++i) {
            to[i] = m_lists.threshold(block * kBlock + i);
            if (block * kBlock + i < m_blocks.count) {
                least = std::min(least, to[i]);
            } else {
                to[i] = std::numeric_limits<float>::max(); // padding needs no neighbours
            }
        }
        return least;
    }
    void give(std::size_t block, const Offers& offers) {
        const std::lock_guard lock(m_locks[block]);
        for (const auto& [place, candidate] : offers) {
            m_lists.offer(block * kBlock + place, candidate);
        }
    }

    const KnnBlocks& m_blocks;
    Lists m_lists;
    std::vector<std::mutex> m_locks;
    PackedPoints m_packed;
    std::array<EarlyLook, kChecks> m_early;
};

struct BlockPair {
    std::uint32_t a = 0, b = 0;
    float leastSquare = 0;
};

/// Near pairs of blocks first: they tighten the thresholds of the others.
std::vector<BlockPair> blockPairs(const KnnBlocks& blocks, int threads) {
    std::vector<BlockPair> pairs;
    for (std::uint32_t a = 0; a < blocks.blocks; ++a) {
        for (std::uint32_t b = a + 1; b < blocks.blocks; ++b) {
            pairs.push_back({a, b, 0.0f});
        }
    }
    parallelFor(pairs.size(), 1024, threads, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            pairs[i].leastSquare = blocks.leastSquare(pairs[i].a, pairs[i].b);
        }
    });
    std::stable_sort(pairs.begin(), pairs.end(), [](const BlockPair& left, const BlockPair& right) {
        return left.leastSquare < right.leastSquare;
    });
    return pairs;
}

} // namespace

Result<Neighbours> exactNeighbours(PointsView points, std::size_t k, int threads,
                                   const CancelToken& cancel) {
    const KnnBlocks blocks = KnnBlocks::make(points, threads);
    if (!(blocks.largestHalf < -kNothing / 8)) {
        return fail(Error::Code::BadInput, "A latent lies too far out to measure distances");
    }
    const std::size_t kept = std::min(k + kSpare, points.count - 1);
    Search search(blocks, kept);
    parallelFor(blocks.blocks, 1, threads, [&](std::size_t begin, std::size_t) {
        if (!cancel.cancelled()) {
            search.within(begin);
        }
    });
    const auto pairs = blockPairs(blocks, threads);
    parallelFor(pairs.size(), 1, threads, [&](std::size_t begin, std::size_t) {
        if (!cancel.cancelled()) {
            search.between(pairs[begin].a, pairs[begin].b, pairs[begin].leastSquare);
        }
    });
    if (cancel.cancelled()) {
        return fail(Error::Code::Cancelled, "Search for neighbours cancelled");
    }

    Neighbours found{points.count, k, {}, {}};
    found.index.resize(points.count * k);
    found.distance.resize(points.count * k);
    parallelFor(points.count, 1024, threads, [&](std::size_t begin, std::size_t end) {
        std::vector<std::pair<float, std::uint32_t>> ranked(kept);
        for (std::size_t place = begin; place < end; ++place) {
            const std::uint32_t row = blocks.original[place];
            const auto list = search.lists().of(place);
            for (std::size_t i = 0; i < kept; ++i) {
                ranked[i] = {kernels().squaredDistance(points.row(row).data(),
                                                       points.row(list[i].row).data(),
                                                       points.dimensions),
                             list[i].row};
            }
            std::sort(ranked.begin(), ranked.end());
            for (std::size_t i = 0; i < k; ++i) {
                found.index[row * k + i] = ranked[i].second;
                found.distance[row * k + i] = std::sqrt(ranked[i].first);
            }
        }
    });
    return found;
}

} // namespace canto::projection
