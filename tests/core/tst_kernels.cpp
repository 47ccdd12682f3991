// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/kernels.h"

#include "tests/core/project_support.h"
#include "tests/support/test_support.h"

#include <cmath>

using namespace canto;
using namespace canto::projection;

/// Every test is run with the kernels of each generation that this machine can run; expected values
/// are computed in double by plain loops.
class TestKernels : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void theFastestAreChosen();
    void distancesAgreeWithPlainLoops();
    void projectionsAgreeWithPlainLoops();
    void productsAgreeWithPlainLoops();
    void pairsAboveTheThresholdsAreFound();
    void generationsAgreeOnMoves();
};

namespace {

struct Pair {
    std::size_t row, column;
    float nearness;
};

void collect(void* pairs, std::size_t row, std::size_t column, float nearness) {
    static_cast<std::vector<Pair>*>(pairs)->push_back({row, column, nearness});
}

double dot(PointsView points, std::size_t a, std::size_t b) {
    double sum = 0;
    for (std::size_t d = 0; d < points.dimensions; ++d) {
        sum += static_cast<double>(points.row(a)[d]) * points.row(b)[d];
    }
    return sum;
}

/// Panels of `side` points, (D, side) each.
std::vector<float> panels(PointsView points, std::size_t side) {
    std::vector<float> packed(points.count * points.dimensions);
    for (std::size_t i = 0; i < points.count; ++i) {
        for (std::size_t d = 0; d < points.dimensions; ++d) {
            packed[i / side * side * points.dimensions + d * side + i % side] = points.row(i)[d];
        }
    }
    return packed;
}

} // namespace

void TestKernels::theFastestAreChosen() {
    QVERIFY(!supportedKernels().empty());
    QCOMPARE(&kernels(), supportedKernels().back());
    for (const Kernels* one : supportedKernels()) {
        QVERIFY(one->lanes <= kernels().lanes && one->lanes <= kMostLanes);
    }
}

void TestKernels::distancesAgreeWithPlainLoops() {
    for (const Kernels* one : supportedKernels()) {
        for (const std::size_t dimensions : {1, 7, 16, 33, 100}) {
            const Points points = test::clouds(9, dimensions, 3, 2, dimensions);
            std::vector<float> squares(points.count);
            one->squaredDistances(points.values.data(), points.values.data(), points.count,
                                  dimensions, squares.data());
            QCOMPARE(squares[0], 0.0f);
            for (std::size_t row = 1; row < points.count; ++row) {
                const double wanted =
                    dot(points, 0, 0) + dot(points, row, row) - 2 * dot(points, 0, row);
                QVERIFY(std::abs(static_cast<double>(squares[row]) - wanted) < 1e-4 * wanted);
                QCOMPARE(one->squaredDistance(points.values.data(), points.view().row(row).data(),
                                              dimensions),
                         squares[row]);
            }
        }
    }
}

void TestKernels::projectionsAgreeWithPlainLoops() {
    for (const Kernels* one : supportedKernels()) {
        for (const std::size_t components : {1, 2, 31, 37}) {
            const std::size_t dimensions = 37;
            const Points points = test::clouds(13, dimensions, 3, 2, 1);
            const Points axes = test::clouds(components + 1, dimensions, 1, 1, 2);
            const auto centre = axes.view().row(components);
            std::vector<float> out(points.count * components);
            one->project(points.values.data(), points.count, centre.data(), axes.values.data(),
                         components, dimensions, out.data());
            for (std::size_t row = 0; row < points.count; ++row) {
                for (std::size_t c = 0; c < components; ++c) {
                    double wanted = 0;
                    for (std::size_t d = 0; d < dimensions; ++d) {
                        wanted += (static_cast<double>(points.view().row(row)[d]) - centre[d]) *
                                  axes.view().row(c)[d];
                    }
                    QVERIFY(std::abs(static_cast<double>(out[row * components + c]) - wanted) <
                            1e-3);
                }
            }
        }
    }
}

void TestKernels::productsAgreeWithPlainLoops() {
    for (const Kernels* one : supportedKernels()) {
        for (const std::size_t dimensions : {1, 5, 24, 43}) {
            const Points points = test::clouds(300, dimensions, 3, 2, 1);
            const std::vector<double> rows(points.values.begin(), points.values.end());
            std::vector<double> sum(dimensions * dimensions, 1.0); // it is added to
            one->addProducts(rows.data(), points.count, dimensions, sum.data());
            for (std::size_t r = 0; r < dimensions; ++r) {
                for (std::size_t c = 0; c <= r; ++c) {
                    double wanted = 1;
                    for (std::size_t i = 0; i < points.count; ++i) {
                        wanted += rows[i * dimensions + r] * rows[i * dimensions + c];
                    }
                    QVERIFY(std::abs(sum[r * dimensions + c] - wanted) < 1e-9);
                }
            }
        }
    }
}

void TestKernels::pairsAboveTheThresholdsAreFound() {
    const Points points = test::clouds(2 * kKnnBlock, 24, 10, 3, 4);
    std::vector<float> half(points.count), tail(points.count, 1e6f);
    for (std::size_t i = 0; i < points.count; ++i) {
        half[i] = static_cast<float>(dot(points, i, i) / 2);
    }
    const std::vector<float> thresholds(kKnnBlock, -12.0f);
    const auto expected = [&](std::size_t a, std::size_t b) {
        std::size_t count = 0;
        for (std::size_t r = 0; r < kKnnBlock; ++r) {
            for (std::size_t c = 0; c < kKnnBlock; ++c) {
                const std::size_t row = a * kKnnBlock + r, column = b * kKnnBlock + c;
                count += dot(points, row, column) - half[row] - half[column] >= -12 ? 1u : 0u;
            }
        }
        return count;
    };
    for (const Kernels* one : supportedKernels()) {
        const auto rowPanels = panels(points, kTileRows);
        const auto columnPanels = panels(points, 2 * one->lanes);
        const PackedPoints packed{rowPanels.data(),
                                  columnPanels.data(),
                                  half.data(),
                                  {tail.data(), tail.data()},
                                  {6, 12},
                                  24,
                                  0};
        std::vector<Pair> within, between;
        one->pairsWithin(packed, 1, thresholds.data(), collect, &within);
        EarlyChecks checks{{true, true}, {}, {}}; // tails this long rule nothing out
        one->pairsBetween(packed, 0, 1, thresholds.data(), thresholds.data(), checks, collect,
                          &between);
        // Rounding may decide a pair that lies on the threshold.
        QVERIFY(std::abs(static_cast<double>(within.size()) -
                         static_cast<double>(expected(1, 1))) <= 2);
        QVERIFY(std::abs(static_cast<double>(between.size()) -
                         static_cast<double>(expected(0, 1))) <= 2);
        QVERIFY(!between.empty());
        QCOMPARE(checks.spared[0] + checks.spared[1], 0u);
        for (const Pair& pair : between) {
            const std::size_t column = kKnnBlock + pair.column;
            const double wanted = dot(points, pair.row, column) - half[pair.row] - half[column];
            QVERIFY(std::abs(static_cast<double>(pair.nearness) - wanted) < 1e-2);
        }
    }
}

void TestKernels::generationsAgreeOnMoves() {
    constexpr std::size_t count = 64, edges = 5;
    Random random(8);
    std::vector<MapPoint> now(count), wanted;
    for (MapPoint& p : now) {
        p = {static_cast<float>(random.normal()), static_cast<float>(random.normal())};
    }
    std::vector<std::uint32_t> start{0}, to;
    std::vector<float> weight, pull(count, edges / 2.0f);
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t e = 1; e <= edges; ++e) {
            to.push_back(static_cast<std::uint32_t>((i + e * e) % count));
            weight.push_back(0.5f);
        }
        start.push_back(static_cast<std::uint32_t>(to.size()));
    }
    std::vector<float> x, y;
    for (const MapPoint& p : now) {
        x.push_back(p.x);
        y.push_back(p.y);
    }
    const PlacedPoint placed{{0.1f, 0.2f}, {},       x.data(), y.data(), nullptr, 0,
                             x.data(),     y.data(), count,    0.01f};
    MapPoint wantedPlace;
    for (const Kernels* one : supportedKernels()) {
        std::vector<MapPoint> next(count);
        LayoutEpoch epoch{now.data(), next.data(),   count,       start.data(),
                          to.data(),  weight.data(), pull.data(), {}};
        epoch.pushes = 0.25f;
        epoch.rate = 0.5f;
        epoch.seed = 5;
        one->moveLayout(epoch, 0, count);
        const MapPoint place = one->settle(placed);
        if (wanted.empty()) {
            wanted = next;
            wantedPlace = place;
        }
        QVERIFY(mapDistance(place, wantedPlace) < 1e-2f);
        for (std::size_t i = 0; i < count; ++i) {
            QVERIFY(mapDistance(next[i], wanted[i]) < 1e-3f);
            QVERIFY(mapDistance(next[i], now[i]) > 0);
        }
    }
}

QTEST_APPLESS_MAIN(TestKernels)
#include "tst_kernels.moc"
