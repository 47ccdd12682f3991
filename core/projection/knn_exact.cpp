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

using simd::Floats;
using simd::kLanes;
constexpr std::size_t kRows = KnnBlocks::kTileRows;
constexpr std::size_t kColumns = KnnBlocks::kTileColumns;
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

struct Tile {
    Floats value[kRows][2];
};

/// Adds the products of dimensions [from, to).
inline void multiply(Tile& tile, const float* rows, const float* columns, std::size_t from,
                     std::size_t to) {
    Tile sum = tile;
    for (std::size_t d = from; d < to; ++d) {
        const Floats first = simd::load(columns + d * kColumns);
        const Floats second = simd::load(columns + d * kColumns + kLanes);
        for (std::size_t r = 0; r < kRows; ++r) {
            const Floats broadcast = simd::all(rows[d * kRows + r]);
            sum.value[r][0] += broadcast * first;
            sum.value[r][1] += broadcast * second;
        }
    }
    tile = sum;
}

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
          m_slack(4e-6f * blocks.largestHalf) {}

    Lists& lists() { return m_lists; }

    /// All pairs within a block, by one thread.
    void within(std::size_t block) {
        const std::size_t first = block * kBlock;
        for (std::size_t column = first; column < first + kBlock; column += kColumns) {
            for (std::size_t row = first; row < first + kBlock; row += kRows) {
                Tile tile = start(row, column);
                multiply(tile, rowPanel(row), columnPanel(column), 0, m_blocks.dimensions);
                for (std::size_t r = 0; r < kRows; ++r) {
                    const Floats least = simd::all(m_lists.threshold(row + r));
                    for (std::size_t half = 0; half < 2; ++half) {
                        auto found = simd::bits(tile.value[r][half] >= least);
                        for (; found != 0; found &= found - 1) {
                            const auto lane = static_cast<std::size_t>(__builtin_ctz(found));
                            const std::size_t other = column + half * kLanes + lane;
                            if (other != row + r) {
                                m_lists.offer(
                                    row + r, {tile.value[r][half][lane], m_blocks.original[other]});
                            }
                        }
                    }
                }
            }
        }
    }

    /// All pairs between two blocks; safe on any number of threads at once. A nearness is the same
    /// number from both sides, and lists keep the best by a total order, so the result does not
    /// depend on the order of the pairs of blocks.
    void between(std::size_t a, std::size_t b, float leastSquare) {
        float thresholdA[kBlock];
        float thresholdB[kBlock];
        const float loosest =
            std::min(copyThresholds(a, thresholdA), copyThresholds(b, thresholdB));
        if (-leastSquare / 2 < loosest - m_slack) {
            return;
        }
        std::vector<std::pair<std::uint16_t, Candidate>> toA, toB;
        std::array<bool, kChecks> looks{};
        std::array<std::uint32_t, kChecks> tried{}, spared{};
        for (std::size_t check = 0; check < kChecks; ++check) {
            looks[check] = m_blocks.dimensions >= 16 && m_early[check].pays();
        }
        for (std::size_t c = 0; c < kBlock; c += kColumns) {
            const Floats least[2] = {simd::load(thresholdB + c),
                                     simd::load(thresholdB + c + kLanes)};
            const std::size_t column = b * kBlock + c;
            for (std::size_t r = 0; r < kBlock; r += kRows) {
                const std::size_t row = a * kBlock + r;
                Tile tile = start(row, column);
                std::size_t done = 0;
                bool givenUp = false;
                for (std::size_t check = 0; check < kChecks && !givenUp; ++check) {
                    if (looks[check]) {
                        multiply(tile, rowPanel(row), columnPanel(column), done,
                                 m_blocks.checkAt[check]);
                        done = m_blocks.checkAt[check];
                        givenUp = !canHold(tile, check, row, column, thresholdA + r, least);
                        ++tried[check];
                        spared[check] += givenUp ? 1 : 0;
                    }
                }
                if (!givenUp) {
                    multiply(tile, rowPanel(row), columnPanel(column), done, m_blocks.dimensions);
                    collect(tile, r, c, a, b, thresholdA + r, thresholdB + c, least, toA, toB);
                }
            }
        }
        for (std::size_t check = 0; check < kChecks; ++check) {
            m_early[check].tried.fetch_add(tried[check], std::memory_order_relaxed);
            m_early[check].spared.fetch_add(spared[check], std::memory_order_relaxed);
        }
        give(a, toA);
        give(b, toB);
    }

  private:
    using Offers = std::vector<std::pair<std::uint16_t, Candidate>>;

    const float* rowPanel(std::size_t place) const {
        return m_blocks.rowPanels.data() + place * m_blocks.dimensions;
    }
    const float* columnPanel(std::size_t place) const {
        return m_blocks.columnPanels.data() + place * m_blocks.dimensions;
    }
    Tile start(std::size_t row, std::size_t column) const {
        Tile tile;
        for (std::size_t r = 0; r < kRows; ++r) {
            for (std::size_t half = 0; half < 2; ++half) {
                tile.value[r][half] = -(simd::load(m_blocks.half.data() + column + half * kLanes) +
                                        m_blocks.half[row + r]);
            }
        }
        return tile;
    }
    /// The remaining products are at most the product of the tails' lengths (Cauchy-Schwarz).
    bool canHold(const Tile& tile, std::size_t check, std::size_t row, std::size_t column,
                 const float* thresholdA, const Floats (&least)[2]) const {
        const float* tail = m_blocks.tail[check].data();
        const Floats tails[2] = {simd::load(tail + column), simd::load(tail + column + kLanes)};
        simd::Ints any{};
        for (std::size_t r = 0; r < kRows; ++r) {
            const Floats wanted = simd::all(thresholdA[r]);
            for (std::size_t half = 0; half < 2; ++half) {
                const Floats least2 = least[half] < wanted ? least[half] : wanted;
                any |= tile.value[r][half] + tails[half] * tail[row + r] + m_slack >= least2;
            }
        }
        return simd::bits(any) != 0;
    }
    void collect(const Tile& tile, std::size_t r0, std::size_t c0, std::size_t a, std::size_t b,
                 const float* thresholdA, const float* thresholdB, const Floats (&least)[2],
                 Offers& toA, Offers& toB) const {
        for (std::size_t r = 0; r < kRows; ++r) {
            const Floats wanted = simd::all(thresholdA[r]);
            for (std::size_t half = 0; half < 2; ++half) {
                const Floats& values = tile.value[r][half];
                const simd::Ints some = (values >= wanted) | (values >= least[half]);
                for (auto found = simd::bits(some); found != 0; found &= found - 1) {
                    const auto lane = static_cast<std::size_t>(__builtin_ctz(found));
                    const std::size_t c = c0 + half * kLanes + lane;
                    const float nearness = values[lane];
                    if (nearness >= thresholdA[r]) {
                        toA.push_back({static_cast<std::uint16_t>(r0 + r),
                                       {nearness, m_blocks.original[b * kBlock + c]}});
                    }
                    if (nearness >= thresholdB[half * kLanes + lane]) {
                        toB.push_back({static_cast<std::uint16_t>(c),
                                       {nearness, m_blocks.original[a * kBlock + r0 + r]}});
                    }
                }
            }
        }
    }
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
    float m_slack;
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
                ranked[i] = {simd::squaredDistance(points.row(row).data(),
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
