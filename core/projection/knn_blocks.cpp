// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/knn_blocks.h"

#include "core/base/parallel.h"
#include "core/projection/pca.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace canto::projection {

namespace {

/// Sorts into blocks by halving along the dimension of largest extent, with block borders at
/// multiples of kBlock. Ties are broken by row, so that the order is the same everywhere.
void order(const Points& turned, std::span<std::uint32_t> rows) {
    constexpr std::size_t block = KnnBlocks::kBlock;
    if (rows.size() <= block) {
        return;
    }
    // The leading dimensions vary most; examining more of them costs more than it gains.
    const std::size_t looked = std::min<std::size_t>(turned.dimensions, 16);
    std::size_t widest = 0;
    double most = -1;
    for (std::size_t d = 0; d < looked; ++d) {
        double sum = 0, squares = 0;
        for (const std::uint32_t row : rows) {
            const double v = turned.values[row * turned.dimensions + d];
            sum += v;
            squares += v * v;
        }
        const double n = static_cast<double>(rows.size());
        const double variance = squares / n - (sum / n) * (sum / n);
        if (variance > most) {
            most = variance;
            widest = d;
        }
    }
    const std::size_t blocks = (rows.size() + block - 1) / block;
    const std::size_t half = blocks / 2 * block;
    std::nth_element(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(half), rows.end(),
                     [&](std::uint32_t a, std::uint32_t b) {
                         const float left = turned.values[a * turned.dimensions + widest];
                         const float right = turned.values[b * turned.dimensions + widest];
                         return left != right ? left < right : a < b;
                     });
    order(turned, rows.first(half));
    order(turned, rows.subspan(half));
}

/// Rotates to the principal axes of at most 10,000 evenly picked points: any orthogonal rotation
/// gives the right result, a good one gives it faster.
Points turn(PointsView points, int threads) {
    const std::size_t step = std::max<std::size_t>(points.count / 10'000, 1);
    Points sample{{}, 0, points.dimensions};
    for (std::size_t row = 0; row < points.count; row += step) {
        sample.values.insert(sample.values.end(), points.row(row).begin(), points.row(row).end());
        ++sample.count;
    }
    auto turned = Pca::fit(sample, static_cast<int>(points.dimensions), threads)
                      .and_then([&](const Pca& pca) { return pca.project(points, threads); });
    if (turned) {
        return std::move(*turned);
    }
    const std::size_t values = points.count * points.dimensions;
    return {{points.values, points.values + values}, points.count, points.dimensions};
}

} // namespace

KnnBlocks KnnBlocks::make(PointsView points, int threads) {
    const Points turned = turn(points, threads);
    KnnBlocks made;
    made.count = points.count;
    made.dimensions = points.dimensions;
    made.blocks = (points.count + kBlock - 1) / kBlock;
    made.tileColumns = 2 * kernels().lanes;
    made.checkAt = {points.dimensions / 4, points.dimensions / 2};
    const std::size_t places = made.blocks * kBlock;
    const std::size_t size = points.dimensions;
    made.original.resize(points.count);
    std::iota(made.original.begin(), made.original.end(), 0u);
    order(turned, made.original);
    for (std::size_t start = 0; start < points.count; start += kBlock) {
        const auto from = made.original.begin() + static_cast<std::ptrdiff_t>(start);
        std::sort(from, from + static_cast<std::ptrdiff_t>(std::min(kBlock, points.count - start)));
    }
    made.original.resize(places, std::numeric_limits<std::uint32_t>::max());

    made.rowPanels.assign(places * size, 0.0f);
    made.columnPanels.assign(places * size, 0.0f);
    made.half.assign(places, std::numeric_limits<float>::max() / 8);
    for (auto& lengths : made.tail) {
        lengths.assign(places, 0.0f);
    }
    made.boxLow.assign(made.blocks * size, std::numeric_limits<float>::max());
    made.boxHigh.assign(made.blocks * size, std::numeric_limits<float>::lowest());
    parallelFor(made.blocks, 1, threads, [&](std::size_t begin, std::size_t end) {
        for (std::size_t place = begin * kBlock; place < std::min(end * kBlock, made.count);
             ++place) {
            const auto row = turned.view().row(made.original[place]);
            float* low = made.boxLow.data() + place / kBlock * size;
            float* high = made.boxHigh.data() + place / kBlock * size;
            float* asRow = made.rowPanels.data() + place / kTileRows * kTileRows * size;
            float* asColumn =
                made.columnPanels.data() + place / made.tileColumns * made.tileColumns * size;
            double rest = 0;
            for (std::size_t d = size; d-- > 0;) {
                asRow[d * kTileRows + place % kTileRows] = row[d];
                asColumn[d * made.tileColumns + place % made.tileColumns] = row[d];
                low[d] = std::min(low[d], row[d]);
                high[d] = std::max(high[d], row[d]);
                rest += static_cast<double>(row[d]) * row[d];
                for (std::size_t check = 0; check < kChecks; ++check) {
                    if (d == made.checkAt[check]) {
                        made.tail[check][place] = static_cast<float>(std::sqrt(rest));
                    }
                }
            }
            made.half[place] = static_cast<float>(rest / 2);
        }
    });
    for (std::size_t place = 0; place < made.count; ++place) {
        made.largestHalf = std::max(made.largestHalf, made.half[place]);
    }
    return made;
}

PackedPoints KnnBlocks::packed(float slack) const {
    PackedPoints points{
        rowPanels.data(), columnPanels.data(), half.data(), {}, {}, dimensions, slack};
    for (std::size_t check = 0; check < kChecks; ++check) {
        points.tail[check] = tail[check].data();
        points.checkAt[check] = checkAt[check];
    }
    return points;
}

float KnnBlocks::leastSquare(std::size_t a, std::size_t b) const {
    double square = 0;
    for (std::size_t d = 0; d < dimensions; ++d) {
        const std::size_t atA = a * dimensions + d;
        const std::size_t atB = b * dimensions + d;
        const float gap = std::max(boxLow[atA] - boxHigh[atB], boxLow[atB] - boxHigh[atA]);
        square += gap > 0 ? static_cast<double>(gap) * gap : 0;
    }
    return static_cast<float>(square);
}

} // namespace canto::projection
