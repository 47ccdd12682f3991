// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/grid_index.h"
#include "core/projection/morton.h"
#include "core/projection/procrustes.h"

#include "tests/core/project_support.h"
#include "tests/support/test_support.h"

#include <algorithm>
#include <limits>
#include <numbers>

using namespace canto;
using namespace canto::projection;

class TestGridIndex : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void agreesWithBruteForce_data();
    void agreesWithBruteForce();
    void nearestHeedsRadiusTiesAndFilter();
    void lassoByHand();
    void emptyAndBrokenPointsAreNeverFound();
    void mortonCodeByHand();
    void procrustesRecoversATurn();
    void procrustesRecoversAReflection();
    void procrustesIsTheLeastSquares();
};

namespace {

std::vector<MapPoint> places(const Points& points) {
    std::vector<MapPoint> made;
    for (std::size_t i = 0; i < points.count; ++i) {
        made.push_back({points.view().row(i)[0], points.view().row(i)[1]});
    }
    return made;
}

float square(MapPoint a, MapPoint b) {
    return (a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y);
}

} // namespace

void TestGridIndex::agreesWithBruteForce_data() {
    QTest::addColumn<int>("count");
    QTest::addColumn<double>("apart");
    QTest::addColumn<double>("flat");
    QTest::newRow("clouds") << 3000 << 5.0 << 1.0;
    QTest::newRow("far clouds, most cells empty") << 2000 << 500.0 << 1.0;
    QTest::newRow("a line") << 800 << 2.0 << 0.0;
    QTest::newRow("three points") << 3 << 1.0 << 1.0;
}

void TestGridIndex::agreesWithBruteForce() {
    QFETCH(int, count);
    QFETCH(double, apart);
    QFETCH(double, flat);
    auto points = places(test::clouds(static_cast<std::size_t>(count), 2, 4, apart, 1));
    for (MapPoint& p : points) {
        p.y *= static_cast<float>(flat);
    }
    const GridIndex index(points);
    QCOMPARE(index.size(), points.size());
    Random random(2);
    const auto spread = static_cast<float>(2 * apart + 4);
    for (int query = 0; query < 300; ++query) {
        const MapPoint at{spread * static_cast<float>(random.normal()),
                          spread * static_cast<float>(random.normal())};
        std::vector<std::pair<float, std::uint32_t>> order;
        for (std::uint32_t i = 0; i < points.size(); ++i) {
            order.emplace_back(square(points[i], at), i);
        }
        std::sort(order.begin(), order.end());

        const float radius = spread * static_cast<float>(random.uniform());
        const auto nearest = index.nearest(at, radius);
        QCOMPARE(nearest.has_value(), order.front().first <= radius * radius);
        if (nearest) {
            QCOMPARE(*nearest, order.front().second);
        }
        const auto some = index.nearestK(at, 20);
        QCOMPARE(some.size(), std::min<std::size_t>(20, points.size()));
        for (std::size_t i = 0; i < some.size(); ++i) {
            QCOMPARE(some[i].index, order[i].second);
        }
        const MapPoint other{at.x + radius, at.y - radius / 2};
        std::vector<std::uint32_t> inside;
        for (std::uint32_t i = 0; i < points.size(); ++i) {
            if (points[i].x >= at.x && points[i].x <= other.x && points[i].y <= at.y &&
                points[i].y >= other.y) {
                inside.push_back(i);
            }
        }
        QCOMPARE(index.inRectangle(at, other), inside);
        QCOMPARE(index.inRectangle(other, at), inside);
        const MapPoint corners[] = {at, {other.x, at.y}, other, {at.x, other.y}};
        QCOMPARE(index.inPolygon(corners), inside);
    }
}

void TestGridIndex::nearestHeedsRadiusTiesAndFilter() {
    const std::vector<MapPoint> points{{1, 0}, {-1, 0}, {0, 3}, {5, 5}};
    const GridIndex index(points);
    QCOMPARE(index.nearest({0, 0}, 2).value(), 0u); // 0 and 1 are equally near
    QVERIFY(index.nearest({0, 0}, 1).has_value());  // inclusive
    QVERIFY(!index.nearest({0, 0}, 0.99f).has_value());
    QVERIFY(!index.nearest({0, 0}, -1).has_value());
    const auto notFirst = index.nearest({0, 0}, 9, [](std::uint32_t i) { return i > 1; });
    QCOMPARE(notFirst.value(), 2u);
    QVERIFY(!index.nearest({0, 0}, 9, [](std::uint32_t) { return false; }).has_value());
    const float everywhere = std::numeric_limits<float>::infinity();
    QCOMPARE(index.nearest({1e6f, 1e6f}, everywhere).value(), 3u);
}

void TestGridIndex::lassoByHand() {
    // A C-shape around the middle: what lies in its mouth is outside.
    const std::vector<MapPoint> points{{0.5f, 2}, {2, 2}, {3.5f, 0.5f}, {3.5f, 3.5f}, {9, 9}};
    const GridIndex index(points);
    const MapPoint shape[] = {{0, 0}, {4, 0}, {4, 1}, {1, 1}, {1, 3}, {4, 3}, {4, 4}, {0, 4}};
    QCOMPARE(index.inPolygon(shape), (std::vector<std::uint32_t>{0, 2, 3}));
    QVERIFY(index.inPolygon(std::span(shape).first(2)).empty());
}

void TestGridIndex::emptyAndBrokenPointsAreNeverFound() {
    const float none = std::numeric_limits<float>::quiet_NaN();
    const float endless = std::numeric_limits<float>::infinity();
    const std::vector<MapPoint> points{{none, 0}, {0, endless}, {2, 2}, {2, 2}};
    const GridIndex index(points);
    QCOMPARE(index.size(), std::size_t(2));
    QCOMPARE(index.nearestK({0, 0}, 10).size(), std::size_t(2));
    QCOMPARE(index.nearest({2, 2}, 0).value(), 2u);
    QCOMPARE(index.inRectangle({-endless, -endless}, {endless, endless}),
             (std::vector<std::uint32_t>{2, 3}));
    QVERIFY(index.nearestK({none, 0}, 3).empty());
    QVERIFY(!index.nearest({0, none}, 9).has_value());

    const GridIndex nothing(std::span<const MapPoint>{});
    QVERIFY(!nothing.nearest({0, 0}, endless).has_value());
    QVERIFY(nothing.nearestK({0, 0}, 3).empty());
    QVERIFY(nothing.inRectangle({-1, -1}, {1, 1}).empty());
}

void TestGridIndex::mortonCodeByHand() {
    QCOMPARE(mortonCode(0, 0), std::uint64_t(0));
    QCOMPARE(mortonCode(1, 0), std::uint64_t(1));
    QCOMPARE(mortonCode(0, 1), std::uint64_t(2));
    QCOMPARE(mortonCode(0b101, 0b011), std::uint64_t(0b011011)); // y2x2 y1x1 y0x0 = 01 10 11
    QCOMPARE(mortonCode(0xFFFFFFFF, 0xFFFFFFFF), ~std::uint64_t(0));
}

void TestGridIndex::procrustesRecoversATurn() {
    const auto fixed = places(test::clouds(50, 2, 3, 2, 1));
    // Turned by 40 degrees, half the size, shifted.
    const double angle = 40 * std::numbers::pi / 180;
    std::vector<MapPoint> moved;
    for (const MapPoint p : fixed) {
        moved.push_back(
            {static_cast<float>(0.5 * (std::cos(angle) * p.x - std::sin(angle) * p.y) + 7),
             static_cast<float>(0.5 * (std::sin(angle) * p.x + std::cos(angle) * p.y) - 2)});
    }
    const auto found = procrustes(moved, fixed);
    QVERIFY_RESULT(found);
    QVERIFY(std::abs(found->scale - 2.0f) < 1e-4f);
    QVERIFY(std::abs(found->xx - std::cos(angle)) < 1e-4);
    QVERIFY(std::abs(found->yx + std::sin(angle)) < 1e-4);
    align(*found, moved);
    for (std::size_t i = 0; i < fixed.size(); ++i) {
        QVERIFY(mapDistance(moved[i], fixed[i]) < 1e-4f);
    }
    QCOMPARE(procrustes(moved, std::span(fixed).first(3)).error().code, Error::Code::BadShape);
}

void TestGridIndex::procrustesRecoversAReflection() {
    const auto fixed = places(test::clouds(50, 2, 3, 2, 1));
    std::vector<MapPoint> moved;
    for (const MapPoint p : fixed) {
        moved.push_back({p.y * 3 + 1, p.x * 3}); // mirrored at the diagonal
    }
    const auto found = procrustes(moved, fixed);
    QVERIFY_RESULT(found);
    QVERIFY(found->xx * found->yy - found->xy * found->yx < 0);
    align(*found, moved);
    for (std::size_t i = 0; i < fixed.size(); ++i) {
        QVERIFY(mapDistance(moved[i], fixed[i]) < 1e-4f);
    }
    // Points that coincide: a shift.
    const std::vector<MapPoint> one(4, MapPoint{5, 5}), target{{0, 0}, {2, 0}, {0, 2}, {2, 2}};
    const auto shift = procrustes(one, target);
    QVERIFY_RESULT(shift);
    QCOMPARE((*shift)({5, 5}), (MapPoint{1, 1}));
}

void TestGridIndex::procrustesIsTheLeastSquares() {
    // With noise no small change of the turn, scale or shift does better.
    auto fixed = places(test::clouds(80, 2, 3, 2, 1));
    auto moving = places(test::clouds(80, 2, 3, 2, 2));
    for (std::size_t i = 0; i < fixed.size(); ++i) {
        moving[i] = {0.3f * moving[i].x + fixed[i].y, 0.3f * moving[i].y - fixed[i].x};
    }
    const auto best = procrustes(moving, fixed);
    QVERIFY_RESULT(best);
    const auto error = [&](const Similarity& s) {
        double sum = 0;
        for (std::size_t i = 0; i < fixed.size(); ++i) {
            sum += square(s(moving[i]), fixed[i]);
        }
        return sum;
    };
    const double least = error(*best);
    for (const float change : {-0.02f, 0.02f}) {
        Similarity other = *best;
        other.scale *= 1 + change;
        QVERIFY(error(other) > least);
        other = *best;
        other.shift.x += change;
        QVERIFY(error(other) > least);
        other = *best;
        const float c = std::cos(change), s = std::sin(change);
        other.xx = c * best->xx - s * best->yx;
        other.xy = c * best->xy - s * best->yy;
        other.yx = s * best->xx + c * best->yx;
        other.yy = s * best->xy + c * best->yy;
        QVERIFY(error(other) > least);
    }
}

QTEST_APPLESS_MAIN(TestGridIndex)
#include "tst_grid_index.moc"
