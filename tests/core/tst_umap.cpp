// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/fuzzy_graph.h"
#include "core/projection/quality.h"
#include "core/projection/umap.h"
#include "core/projection/umap_force.h"

#include "tests/core/project_support.h"
#include "tests/support/test_support.h"

#include <algorithm>

using namespace canto;
using namespace canto::projection;

class TestUmap : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void curveAgreesWithUmapLearn();
    void widthsAgreeWithUmapLearn();
    void graphIsTheFuzzyUnion();
    void fastLogarithmAndPowerAreClose();
    void theSameForEveryNumberOfThreads();
    void goingOnInStepsChangesNothing();
    void anotherSeedGivesAnotherLayout();
    void keepsNeighbourhoodsLikeUmapLearn();
    void cloudsStayTogether();
    void fewAndEqualPointsHaveALayout();
    void cancelStopsAfterAnEpochAndGoesOn();
    void optionsOutOfRangeAreRefused();
    void aLayoutGrowsOutOfAnother();
    void qualityAgreesWithScikitLearn();
    void aFaithfulMapHasFullQuality();
};

namespace {
bool near(double a, double b, double within) { return std::abs(a - b) <= within; }

std::vector<MapPoint> layout(const Points& points, UmapOptions options) {
    auto umap = Umap::initialise(points, options);
    if (!umap) {
        return {};
    }
    umap->runTo(umap->lastEpoch());
    return umap->snapshot();
}
} // namespace

void TestUmap::curveAgreesWithUmapLearn() {
    // umap-learn 0.5.3: umap.umap_.find_ab_params(spread, min_dist)
    struct {
        float spread, minDistance;
        double a, b;
    } const cases[] = {{1, 0.1f, 1.5769434604, 0.8950608781},
                       {1, 0.5f, 0.5830300205, 1.3341669925},
                       {2, 0.25f, 0.4162734966, 0.9218551326},
                       {1, 0, 1.9328083979, 0.7904949734}};
    for (const auto& c : cases) {
        const UmapCurve curve = fitCurve(c.minDistance, c.spread);
        QVERIFY2(near(curve.a, c.a, 2e-4 * c.a), qPrintable(QString::number(curve.a)));
        QVERIFY2(near(curve.b, c.b, 2e-4 * c.b), qPrintable(QString::number(curve.b)));
    }
}

void TestUmap::widthsAgreeWithUmapLearn() {
    // umap.umap_.smooth_knn_dist([[0,.5,.7,1.1,1.9],[0,1,1,2,4]], 5.0): the first column is the
    // point itself, which we leave out.
    const float first[] = {0.5f, 0.7f, 1.1f, 1.9f}, second[] = {1, 1, 2, 4};
    const float target = std::log2(5.0f);
    const LocalScale a = localScale(first, target, 1);
    QCOMPARE(a.nearest, 0.5f);
    QVERIFY(near(a.width, 0.70890808, 1e-4));
    const LocalScale b = localScale(second, target, 1);
    QCOMPARE(b.nearest, 1.0f);
    QVERIFY(near(b.width, 0.82141113, 1e-4));
    QCOMPARE(a.membership(0.2f), 1.0f);
    QVERIFY(near(a.membership(0.5f + a.width), std::exp(-1.0), 1e-6));
}

void TestUmap::graphIsTheFuzzyUnion() {
    // Points 0, 1, 3 and 7 on a line, two neighbours each. By hand: target log2(3) = 1.585 and the
    // nearest counts 1, so the second counts 0.585 from either side.
    const Points points{{0, 1, 3, 7}, 4, 1};
    const auto found = neighbours(points, 2);
    QVERIFY_RESULT(found);
    const FuzzyGraph graph = fuzzyGraph(*found, 1);
    const double s = std::log2(3.0) - 1;
    // 0 -> 1 (1), 3 (s); 1 -> 0 (1), 3 (s); 3 -> 1 (1), 0 (s); 7 -> 3 (1), 1 (s)
    const std::vector<std::vector<std::pair<std::uint32_t, double>>> wanted = {
        {{1, 1.0}, {2, s + s - s * s}},
        {{0, 1.0}, {2, s + 1 - s}, {3, s}},
        {{0, s + s - s * s}, {1, 1.0}, {3, 1.0}},
        {{1, s}, {2, 1.0}}};
    QCOMPARE(graph.count(), std::size_t(4));
    for (std::size_t i = 0; i < 4; ++i) {
        QCOMPARE(graph.start[i + 1] - graph.start[i], std::uint32_t(wanted[i].size()));
        for (std::size_t e = 0; e < wanted[i].size(); ++e) {
            QCOMPARE(graph.to[graph.start[i] + e], wanted[i][e].first);
            QVERIFY(near(graph.weight[graph.start[i] + e], wanted[i][e].second, 1e-4));
        }
    }
}

void TestUmap::fastLogarithmAndPowerAreClose() {
    for (double x = 1e-8; x < 1e8; x *= 1.37) {
        const auto value = fastLog2(simd::all(static_cast<float>(x)));
        QVERIFY(near(value[0], std::log2(x), 3e-5));
    }
    for (double x = -60; x < 60; x += 0.173) {
        const auto value = fastExp2(simd::all(static_cast<float>(x)));
        QVERIFY(near(value[0] / std::exp2(static_cast<double>(static_cast<float>(x))), 1, 1e-5));
    }
}

void TestUmap::theSameForEveryNumberOfThreads() {
    const Points points = test::clouds(1500, 12, 8, 1.5, 1);
    for (const auto start : {UmapOptions::Start::Pca, UmapOptions::Start::Spectral}) {
        const auto one = layout(points, {.epochs = 40, .start = start, .threads = 1});
        QCOMPARE(one.size(), points.count);
        QCOMPARE(layout(points, {.epochs = 40, .start = start, .threads = 2}), one);
        QCOMPARE(layout(points, {.epochs = 40, .start = start, .threads = 5}), one);
    }
}

void TestUmap::goingOnInStepsChangesNothing() {
    const Points points = test::clouds(900, 12, 8, 1.5, 1);
    const auto whole = layout(points, {.epochs = 30});
    auto umap = Umap::initialise(points, {.epochs = 30});
    QVERIFY_RESULT(umap);
    for (const int epoch : {1, 2, 9, 9, 4, 29, 500}) {
        umap->runTo(epoch);
        QVERIFY(umap->epoch() >= std::min(epoch, 30));
    }
    QCOMPARE(umap->epoch(), 30);
    QCOMPARE(umap->snapshot(), whole);
}

void TestUmap::anotherSeedGivesAnotherLayout() {
    const Points points = test::clouds(300, 5, 4, 1.5, 1);
    QCOMPARE(layout(points, {.epochs = 20, .seed = 3}), layout(points, {.epochs = 20, .seed = 3}));
    QVERIFY(layout(points, {.epochs = 20, .seed = 3}) != layout(points, {.epochs = 20, .seed = 4}));
}

void TestUmap::keepsNeighbourhoodsLikeUmapLearn() {
    // umap-learn 0.5.3 with its defaults on the same numbers, evaluated by the same function:
    // 0.9501, 0.9506, 0.9519 for random_state 1, 2, 3.
    const Points points = test::clouds(2000, 20, 10, 1.0, 5);
    const auto quality = mapQuality(points, layout(points, {}));
    QVERIFY_RESULT(quality);
    QVERIFY2(quality->trustworthiness > 0.9501 - 0.005,
             qPrintable(QString::number(quality->trustworthiness)));
}

void TestUmap::cloudsStayTogether() {
    constexpr std::size_t kClouds = 8;
    const Points points = test::clouds(1200, 30, kClouds, 3, 9);
    const auto places = layout(points, {});
    QCOMPARE(places.size(), points.count);
    Points flat{{}, places.size(), 2};
    for (const MapPoint p : places) {
        flat.values.insert(flat.values.end(), {p.x, p.y});
    }
    const auto near = neighbours(flat, 10);
    QVERIFY_RESULT(near);
    std::size_t strangers = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
        for (const std::uint32_t other : near->indexOf(i)) {
            strangers += other % kClouds != i % kClouds ? 1 : 0;
        }
    }
    QVERIFY2(strangers < near->index.size() / 100, qPrintable(QString::number(strangers)));
}

void TestUmap::fewAndEqualPointsHaveALayout() {
    const auto finite = [](const std::vector<MapPoint>& places) {
        return std::ranges::all_of(
            places, [](MapPoint p) { return std::isfinite(p.x) && std::isfinite(p.y); });
    };
    for (const std::size_t count : {1, 2, 3, 20}) {
        const auto places = layout(test::clouds(count, 6, 2, 1, 2), {});
        QCOMPARE(places.size(), count);
        QVERIFY(finite(places));
    }
    const Points equal{std::vector<float>(600, 0.5f), 200, 3};
    const auto places = layout(equal, {.epochs = 50});
    QCOMPARE(places.size(), std::size_t(200));
    QVERIFY(finite(places));
    const Points line{{1, 2, 3, 4, 5}, 5, 1};
    QVERIFY(finite(layout(line, {})));
}

void TestUmap::cancelStopsAfterAnEpochAndGoesOn() {
    const Points points = test::clouds(600, 12, 8, 1.5, 1);
    const auto whole = layout(points, {.epochs = 20});
    auto umap = Umap::initialise(points, {.epochs = 20});
    QVERIFY_RESULT(umap);
    CancelToken cancel;
    cancel.cancel();
    umap->runTo(20, cancel);
    QVERIFY(umap->epoch() < 20);
    umap->runTo(20);
    QCOMPARE(umap->snapshot(), whole);
    QCOMPARE(Umap::initialise(points, {}, cancel).error().code, Error::Code::Cancelled);
}

void TestUmap::optionsOutOfRangeAreRefused() {
    const Points points = test::scattered();
    for (const UmapOptions& options :
         {UmapOptions{.neighbours = 1}, UmapOptions{.minDistance = -1},
          UmapOptions{.minDistance = 2}, UmapOptions{.spread = 0}, UmapOptions{.spread = NAN},
          UmapOptions{.epochs = -1}, UmapOptions{.negatives = 0}}) {
        QCOMPARE(Umap::initialise(points, options).error().code, Error::Code::BadInput);
    }
}

void TestUmap::aLayoutGrowsOutOfAnother() {
    const Points points = test::clouds(400, 8, 4, 3, 8);
    UmapOptions options;
    options.epochs = 100;
    const auto before = layout(points, options);
    QCOMPARE(before.size(), points.count);
    options.seed = 9;
    auto grown = Umap::initialise(points, options, {}, before);
    QVERIFY_RESULT(grown);
    QCOMPARE(grown->snapshot(), before);
    grown->runTo(grown->lastEpoch());
    const auto after = grown->snapshot();
    const auto fresh = layout(points, options);
    // Points keep their positions: they move less than between two independent layouts.
    double moved = 0, other = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
        moved += double(mapDistance(before[i], after[i]));
        other += double(mapDistance(before[i], fresh[i]));
    }
    QVERIFY2(moved < 0.7 * other,
             qPrintable(QStringLiteral("%1 against %2").arg(moved).arg(other)));
    const auto wrong = Umap::initialise(points, options, {}, std::span(before).first(10));
    QCOMPARE(wrong.error().code, Error::Code::BadShape);
}

void TestUmap::qualityAgreesWithScikitLearn() {
    // sklearn.manifold.trustworthiness(x, y, n_neighbors=k) and, with numpy, the mean overlap of
    // the k nearest, for x = scattered() and y = (x0 + x3 / 4, x1 - x4 / 2).
    const Points points = test::scattered();
    std::vector<MapPoint> places;
    for (std::size_t i = 0; i < points.count; ++i) {
        const auto row = points.view().row(i);
        places.push_back({row[0] + row[3] / 4, row[1] - row[4] / 2});
    }
    const auto five = mapQuality(points, places, {.k = 5});
    const auto fifteen = mapQuality(points, places, {.k = 15});
    QVERIFY_RESULT(five);
    QVERIFY_RESULT(fifteen);
    QVERIFY(near(five->trustworthiness, 0.766025641025641, 1e-9));
    QVERIFY(near(five->recall, 0.38333333333333336, 1e-9));
    QVERIFY(near(fifteen->trustworthiness, 0.7774774774774775, 1e-9));
    QVERIFY(near(fifteen->recall, 0.5222222222222223, 1e-9));
    QCOMPARE(fifteen->queries, std::size_t(60));

    // A sample estimates the same number.
    const Points many = test::clouds(3000, 6, 5, 1, 8);
    std::vector<MapPoint> plane;
    for (std::size_t i = 0; i < many.count; ++i) {
        plane.push_back({many.view().row(i)[0], many.view().row(i)[1]});
    }
    const auto all = mapQuality(many, plane);
    const auto some = mapQuality(many, plane, {.maxQueries = 600});
    QVERIFY_RESULT(all);
    QVERIFY_RESULT(some);
    QCOMPARE(some->queries, std::size_t(600));
    QVERIFY(near(some->trustworthiness, all->trustworthiness, 0.01));
    QVERIFY(mapQuality(points, std::span(places).first(10)).error().code == Error::Code::BadShape);
}

void TestUmap::aFaithfulMapHasFullQuality() {
    const Points points = test::clouds(500, 2, 3, 2, 8);
    std::vector<MapPoint> places;
    for (std::size_t i = 0; i < points.count; ++i) {
        places.push_back({points.view().row(i)[0], points.view().row(i)[1]});
    }
    const auto quality = mapQuality(points, places);
    QVERIFY_RESULT(quality);
    QCOMPARE(quality->trustworthiness, 1.0);
    QCOMPARE(quality->recall, 1.0);
}

QTEST_APPLESS_MAIN(TestUmap)
#include "tst_umap.moc"
