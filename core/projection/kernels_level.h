// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The code of Kernels, compiled in several files with different options. All of it belongs to the
// namespace of its number of lanes, and it uses no container or algorithm of the standard library:
// the linker keeps one copy of such a function for the whole program, and must not find one that
// only newer processors can run.

#include "core/projection/kernels.h"
#include "core/projection/simd.h"
#include "core/projection/umap_force.h"

namespace canto::projection::inline CANTO_LANES {

using simd::Doubles;
using simd::Floats;
using simd::kLanes;

inline constexpr std::size_t kColumns = 2 * kLanes;
inline constexpr std::size_t kDoubleColumns = kLanes; ///< two registers of half as many doubles
inline constexpr std::size_t kSumRows = 128;          ///< rows packed at a time by addProducts

template <class Vector>
struct Tile {
    Vector value[kTileRows][2];
};

/// Adds the products of dimensions [from, to).
template <class Vector, class Number>
inline void multiply(Tile<Vector>& tile, const Number* rows, const Number* columns,
                     std::size_t from, std::size_t to) {
    constexpr std::size_t lanes = sizeof(Vector) / sizeof(Number);
    Tile<Vector> sum = tile;
    for (std::size_t d = from; d < to; ++d) {
        Vector first, second;
        std::memcpy(&first, columns + d * 2 * lanes, sizeof first);
        std::memcpy(&second, columns + d * 2 * lanes + lanes, sizeof second);
        for (std::size_t r = 0; r < kTileRows; ++r) {
            const Vector broadcast = Vector{} + rows[d * kTileRows + r];
            sum.value[r][0] += broadcast * first;
            sum.value[r][1] += broadcast * second;
        }
    }
    tile = sum;
}

/// Memory of one call, all zeros.
template <class Number>
class Scratch {
  public:
    explicit Scratch(std::size_t count) : m_at(new Number[count]()) {}
    ~Scratch() { delete[] m_at; }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    Number* get() { return m_at; }

  private:
    Number* m_at;
};

inline void squaredDistances(const float* from, const float* rows, std::size_t count,
                             std::size_t dimensions, float* squares) {
    for (std::size_t row = 0; row < count; ++row) {
        squares[row] = simd::squaredDistance(from, rows + row * dimensions, dimensions);
    }
}

inline Tile<Floats> startTile(const PackedPoints& points, std::size_t row, std::size_t column) {
    Tile<Floats> tile;
    for (std::size_t r = 0; r < kTileRows; ++r) {
        for (std::size_t half = 0; half < 2; ++half) {
            tile.value[r][half] =
                -(simd::load(points.half + column + half * kLanes) + points.half[row + r]);
        }
    }
    return tile;
}

/// The remaining products are at most the product of the tails' lengths (Cauchy-Schwarz).
inline bool canHold(const PackedPoints& points, const Tile<Floats>& tile, std::size_t check,
                    std::size_t row, std::size_t column, const float* thresholdsA,
                    const Floats (&least)[2]) {
    const float* tail = points.tail[check];
    const Floats tails[2] = {simd::load(tail + column), simd::load(tail + column + kLanes)};
    simd::Ints any{};
    for (std::size_t r = 0; r < kTileRows; ++r) {
        const Floats wanted = simd::all(thresholdsA[r]);
        for (std::size_t half = 0; half < 2; ++half) {
            const Floats least2 = least[half] < wanted ? least[half] : wanted;
            any |= tile.value[r][half] + tails[half] * tail[row + r] + points.slack >= least2;
        }
    }
    return simd::bits(any) != 0;
}

/// Calls `found` for the lanes that are set.
inline void report(simd::Ints truth, const Floats& values, std::size_t row, std::size_t column,
                   FoundPair found, void* search) {
    for (auto some = simd::bits(truth); some != 0; some &= some - 1) {
        const auto lane = static_cast<std::size_t>(__builtin_ctz(some));
        found(search, row, column + lane, values[lane]);
    }
}

inline void pairsWithin(const PackedPoints& points, std::size_t block, const float* thresholds,
                        FoundPair found, void* search) {
    const std::size_t first = block * kKnnBlock;
    for (std::size_t c = 0; c < kKnnBlock; c += kColumns) {
        for (std::size_t r0 = 0; r0 < kKnnBlock; r0 += kTileRows) {
            Tile<Floats> tile = startTile(points, first + r0, first + c);
            multiply(tile, points.rowPanels + (first + r0) * points.dimensions,
                     points.columnPanels + (first + c) * points.dimensions, 0, points.dimensions);
            for (std::size_t r = 0; r < kTileRows; ++r) {
                for (std::size_t half = 0; half < 2; ++half) {
                    const Floats& values = tile.value[r][half];
                    report(values >= simd::all(thresholds[r0 + r]), values, r0 + r,
                           c + half * kLanes, found, search);
                }
            }
        }
    }
}

inline void pairsBetween(const PackedPoints& points, std::size_t a, std::size_t b,
                         const float* thresholdsA, const float* thresholdsB, EarlyChecks& checks,
                         FoundPair found, void* search) {
    for (std::size_t c = 0; c < kKnnBlock; c += kColumns) {
        const Floats least[2] = {simd::load(thresholdsB + c), simd::load(thresholdsB + c + kLanes)};
        const std::size_t column = b * kKnnBlock + c;
        const float* columnPanel = points.columnPanels + column * points.dimensions;
        for (std::size_t r0 = 0; r0 < kKnnBlock; r0 += kTileRows) {
            const std::size_t row = a * kKnnBlock + r0;
            const float* rowPanel = points.rowPanels + row * points.dimensions;
            Tile<Floats> tile = startTile(points, row, column);
            std::size_t done = 0;
            bool givenUp = false;
            for (std::size_t check = 0; check < kKnnChecks && !givenUp; ++check) {
                if (checks.used[check]) {
                    multiply(tile, rowPanel, columnPanel, done, points.checkAt[check]);
                    done = points.checkAt[check];
                    givenUp = !canHold(points, tile, check, row, column, thresholdsA + r0, least);
                    ++checks.tried[check];
                    checks.spared[check] += givenUp ? 1 : 0;
                }
            }
            if (givenUp) {
                continue;
            }
            multiply(tile, rowPanel, columnPanel, done, points.dimensions);
            for (std::size_t r = 0; r < kTileRows; ++r) {
                const Floats wanted = simd::all(thresholdsA[r0 + r]);
                for (std::size_t half = 0; half < 2; ++half) {
                    const Floats& values = tile.value[r][half];
                    report((values >= wanted) | (values >= least[half]), values, r0 + r,
                           c + half * kLanes, found, search);
                }
            }
        }
    }
}

inline void moveLayout(const LayoutEpoch& epoch, std::size_t begin, std::size_t end) {
    const Force force(epoch.curve);
    const MapPoint* now = epoch.now;
    float xs[kLayoutPushers], ys[kLayoutPushers];
    for (std::size_t i = begin; i < end; ++i) {
        const MapPoint at = now[i];
        const Floats x = simd::all(at.x), y = simd::all(at.y);
        Floats pullX{}, pullY{}, pulls{};
        const std::uint32_t last = epoch.start[i + 1];
        for (std::uint32_t edge = epoch.start[i]; edge < last; edge += kLanes) {
            const std::size_t used = last - edge < kLanes ? last - edge : kLanes;
            Floats weight{};
            for (std::size_t lane = 0; lane < used; ++lane) {
                const MapPoint other = now[epoch.to[edge + lane]];
                xs[lane] = other.x;
                ys[lane] = other.y;
                weight[lane] = epoch.weight[edge + lane];
            }
            for (std::size_t lane = used; lane < kLanes; ++lane) {
                xs[lane] = at.x;
                ys[lane] = at.y;
            }
            const Floats dx = simd::load(xs) - x;
            const Floats dy = simd::load(ys) - y;
            const Floats factor = weight * force.attraction(dx * dx + dy * dy);
            pullX += factor * dx;
            pullY += factor * dy;
            pulls += factor;
        }
        // SplitMix64 counted from (seed, epoch, point): no state to share.
        std::uint64_t state = epoch.seed + i * 0xD1342543DE82EF95ull;
        for (std::size_t p = 0; p < kLayoutPushers; ++p) {
            state += 0x9E3779B97F4A7C15ull;
            std::uint64_t z = (state ^ (state >> 32)) * 0xBF58476D1CE4E5B9ull;
            z ^= z >> 32;
            const MapPoint other = now[((z & 0xFFFFFFFFull) * epoch.count) >> 32];
            xs[p] = other.x;
            ys[p] = other.y;
        }
        Floats pushX{}, pushY{};
        for (std::size_t p = 0; p < kLayoutPushers; p += kLanes) {
            const Floats dx = x - simd::load(xs + p);
            const Floats dy = y - simd::load(ys + p);
            const Floats factor = force.repulsion(dx * dx + dy * dy);
            pushX += clippedPush(factor * dx);
            pushY += clippedPush(factor * dy);
        }
        // The attraction is evaluated at the end of the step (linearised), so that many strong
        // neighbours cannot throw a point beyond them; each edge attracts both of its ends.
        const float twice = 2 * epoch.rate;
        const float push = epoch.rate * epoch.pushes * epoch.pull[i];
        const float damping = 1.0f / (1.0f + twice * simd::sum(pulls));
        epoch.next[i] = {at.x + damping * (twice * simd::sum(pullX) + push * simd::sum(pushX)),
                         at.y + damping * (twice * simd::sum(pullY) + push * simd::sum(pushY))};
    }
}

inline MapPoint settle(const PlacedPoint& point) {
    constexpr int kSteps = 40;
    const Force force(point.curve);
    MapPoint at = point.at;
    for (int step = 0; step < kSteps; ++step) {
        Floats pullX{}, pullY{}, pulls{}, pushX{}, pushY{};
        for (std::size_t j = 0; j < point.neighbours; j += kLanes) {
            const Floats dx = simd::load(point.x + j) - at.x;
            const Floats dy = simd::load(point.y + j) - at.y;
            const Floats factor =
                simd::load(point.weight + j) * force.attraction(dx * dx + dy * dy);
            pullX += factor * dx;
            pullY += factor * dy;
            pulls += factor;
        }
        for (std::size_t p = 0; p < point.pushers; p += kLanes) {
            const Floats dx = at.x - simd::load(point.pusherX + p);
            const Floats dy = at.y - simd::load(point.pusherY + p);
            const Floats factor = force.repulsion(dx * dx + dy * dy);
            pushX += clippedPush(factor * dx);
            pushY += clippedPush(factor * dy);
        }
        const float twice = 2.0f * (1.0f - static_cast<float>(step) / kSteps);
        const float damping = 1.0f / (1.0f + twice * simd::sum(pulls));
        const float push = twice / 2 * point.push;
        at = {at.x + damping * (twice * simd::sum(pullX) + push * simd::sum(pushX)),
              at.y + damping * (twice * simd::sum(pullY) + push * simd::sum(pushY))};
    }
    return at;
}

inline void project(const float* points, std::size_t count, const float* centre, const float* axes,
                    std::size_t components, std::size_t dimensions, float* out) {
    const std::size_t panels = (components + kColumns - 1) / kColumns;
    Scratch<float> columns(panels * kColumns * dimensions);
    for (std::size_t c = 0; c < components; ++c) {
        float* to = columns.get() + c / kColumns * kColumns * dimensions + c % kColumns;
        for (std::size_t d = 0; d < dimensions; ++d) {
            to[d * kColumns] = axes[c * dimensions + d];
        }
    }
    Scratch<float> packed(kTileRows * dimensions);
    for (std::size_t row = 0; row < count; row += kTileRows) {
        const std::size_t rows = count - row < kTileRows ? count - row : kTileRows;
        for (std::size_t r = 0; r < rows; ++r) {
            for (std::size_t d = 0; d < dimensions; ++d) {
                packed.get()[d * kTileRows + r] = points[(row + r) * dimensions + d] - centre[d];
            }
        }
        for (std::size_t c0 = 0; c0 < components; c0 += kColumns) {
            Tile<Floats> tile{};
            multiply(tile, packed.get(), columns.get() + c0 * dimensions, 0, dimensions);
            const std::size_t used = components - c0 < kColumns ? components - c0 : kColumns;
            for (std::size_t r = 0; r < rows; ++r) {
                std::memcpy(out + (row + r) * components + c0, tile.value[r], used * sizeof(float));
            }
        }
    }
}

inline void addProducts(const double* rows, std::size_t count, std::size_t dimensions,
                        double* sum) {
    Scratch<double> rowPanels((dimensions + kTileRows) * kSumRows);
    Scratch<double> columns(kDoubleColumns * kSumRows);
    for (std::size_t first = 0; first < count; first += kSumRows) {
        const std::size_t n = count - first < kSumRows ? count - first : kSumRows;
        const double* from = rows + first * dimensions;
        for (std::size_t d = 0; d < dimensions; ++d) {
            double* panel = rowPanels.get() + d / kTileRows * kTileRows * n + d % kTileRows;
            for (std::size_t i = 0; i < n; ++i) {
                panel[i * kTileRows] = from[i * dimensions + d];
            }
        }
        for (std::size_t c0 = 0; c0 < dimensions; c0 += kDoubleColumns) {
            const std::size_t left = dimensions - c0;
            const std::size_t used = left < kDoubleColumns ? left : kDoubleColumns;
            for (std::size_t i = 0; i < n; ++i) {
                std::memcpy(columns.get() + i * kDoubleColumns, from + i * dimensions + c0,
                            used * sizeof(double));
            }
            for (std::size_t r0 = c0 / kTileRows * kTileRows; r0 < dimensions; r0 += kTileRows) {
                Tile<Doubles> tile{};
                multiply(tile, rowPanels.get() + r0 * n, columns.get(), 0, n);
                for (std::size_t r = r0; r < r0 + kTileRows && r < dimensions; ++r) {
                    double values[kDoubleColumns];
                    std::memcpy(values, tile.value[r - r0], sizeof values);
                    for (std::size_t c = 0; c < used; ++c) {
                        sum[r * dimensions + c0 + c] += values[c];
                    }
                }
            }
        }
    }
}

inline constexpr Kernels levelKernels() {
    return {kLanes,           simd::squaredDistance,
            squaredDistances, pairsWithin,
            pairsBetween,     moveLayout,
            settle,           project,
            addProducts};
}

} // namespace canto::projection::inline CANTO_LANES
