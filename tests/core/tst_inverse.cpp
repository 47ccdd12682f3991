// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/inverse.h"
#include "core/projection/map_projection.h"
#include "core/projection/path.h"

#include "tests/core/project_support.h"
#include "tests/support/test_support.h"

#include <algorithm>
#include <limits>
#include <numbers>

using namespace canto;
using namespace canto::projection;
using Kind = ProjectionOptions::Kind;
using Rest = ProjectionOptions::Rest;

class TestInverse : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void sharesByHand();
    void sharesAreContinuous();
    void percentileByHand();
    void percentileNeverFalls();
    void dataPointsComeBackExactly_data();
    void dataPointsComeBackExactly();
    void pcaInverseLandsOnThePlace();
    void pcaWithTheMeanStaysInItsPlane();
    void planeShowsTwoDimensions();
    void umapTellsItsRoundTrip();
    void umapPlacesNewPointsAmongTheirKind();
    void aLatentHasOnePlace();
    void farFromAllMusicIsMarked();
    void restoredMapsAnswerAlike_data();
    void restoredMapsAnswerAlike();
    void layoutIsShownWhileItGrows();
    void oneAndTwoPointsAreAMap();
    void refusesWhatDoesNotFit();
    void slerpByHand();
    void slerpFallsBackToALine();
    void pathsAreEvenInLatentDistance();
};

namespace {

bool near(double a, double b, double within = 1e-5) { return std::abs(a - b) <= within; }

std::shared_ptr<const Points> shared(Points points) {
    return std::make_shared<const Points>(std::move(points));
}

MapProjection mapOf(std::shared_ptr<const Points> points, Kind kind, Rest rest = Rest::Neighbours) {
    ProjectionOptions options;
    options.kind = kind;
    options.rest = rest;
    options.umap.epochs = 60;
    return MapProjection::fit(std::move(points), options).value();
}

double distance(std::span<const float> a, std::span<const float> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += std::pow(static_cast<double>(a[i]) - b[i], 2);
    }
    return std::sqrt(sum);
}

} // namespace

void TestInverse::sharesByHand() {
    // Distances 1, 2 and, next beyond, 4: ((4-1)/4)^2 = 9/16 and ((4-2)/8)^2 = 1/16: 0.9 and 0.1.
    const std::vector<MapPoint> points{{1, 0}, {0, 2}, {-4, 0}, {9, 9}};
    const GridIndex index(points);
    const NeighbourWeights shares = weightsAt(index, {0, 0}, 2);
    QCOMPARE(shares.index, (std::vector<std::uint32_t>{0, 1}));
    QVERIFY(near(shares.share[0], 0.9));
    QVERIFY(near(shares.share[1], 0.1));
    QCOMPARE(shares.nearest, 1.0f);
    QCOMPARE(shares.farthest, 2.0f);
    const NeighbourWeights hit = weightsAt(index, {0, 2}, 2);
    QCOMPARE(hit.index, (std::vector<std::uint32_t>{1}));
    QCOMPARE(hit.share, (std::vector<float>{1}));
    QVERIFY(weightsAt(GridIndex(), {0, 0}, 2).index.empty());
}

void TestInverse::sharesAreContinuous() {
    const Points points = test::clouds(400, 2, 5, 2, 3);
    std::vector<MapPoint> places;
    for (std::size_t i = 0; i < points.count; ++i) {
        places.push_back({points.view().row(i)[0], points.view().row(i)[1]});
    }
    const GridIndex index(places);
    std::vector<float> last;
    for (int step = 0; step <= 4000; ++step) {
        const MapPoint place{-2 + static_cast<float>(step) * 1e-3f, 0.3f};
        const NeighbourWeights shares = weightsAt(index, place, 8);
        auto mixed = mixture(points, shares);
        float sum = 0;
        for (const float share : shares.share) {
            sum += share;
        }
        QVERIFY(near(sum, 1));
        QVERIFY(last.empty() || distance(last, mixed) < 0.1);
        last = std::move(mixed);
    }
}

void TestInverse::percentileByHand() {
    // 0, 1 ... 20 on a line: the 8th neighbour of an end is 8 away, of 10 it is 4. In the middle
    // (4 to 16, 13 points) it is 4; 3 and 17: 5; 2 and 18: 6; 1 and 19: 7; 0 and 20: 8.
    Points line{{}, 21, 1};
    for (int i = 0; i < 21; ++i) {
        line.values.push_back(static_cast<float>(i));
    }
    const DistanceQuantiles usual = DistanceQuantiles::of(line, 1);
    QCOMPARE(usual.quantiles().size(), DistanceQuantiles::kQuantiles);
    QCOMPARE(usual.quantiles().front(), 4.0f);
    QCOMPARE(usual.quantiles()[100], 4.0f); // the median of 13 fours and 8 others
    QCOMPARE(usual.quantiles().back(), 8.0f);
    QCOMPARE(usual.percentile(3.0f), 0.0);
    QCOMPARE(usual.percentile(9.0f), 100.0);
    QVERIFY(near(usual.percentile(6.0f), 75)); // sorted, the first six stands at 15 of 0 ... 20
}

void TestInverse::percentileNeverFalls() {
    const auto map = mapOf(shared(test::clouds(500, 10, 4, 2, 1)), Kind::Pca);
    double last = -1;
    std::vector<float> latent(map.points()->view().row(0).begin(),
                              map.points()->view().row(0).end());
    std::vector<float> away(10, 0.0f);
    // Straight away from all data, beyond its edge.
    for (float far = 30; far < 300; far += 10) {
        away.assign(10, far);
        const auto percentile = map.distancePercentile(away);
        QVERIFY_RESULT(percentile);
        QVERIFY(*percentile >= last);
        last = *percentile;
    }
    QCOMPARE(last, 100.0);
    const auto usual =
        DistanceQuantiles::restore(DistanceQuantiles::of(*map.points(), 1).quantiles());
    QVERIFY(usual.has_value());
    last = -1;
    for (float d = 0; d < 20; d += 0.01f) {
        QVERIFY(usual->percentile(d) >= last);
        last = usual->percentile(d);
    }
    QVERIFY(!DistanceQuantiles::restore({3, 2, 1}).has_value());
}

void TestInverse::dataPointsComeBackExactly_data() {
    QTest::addColumn<int>("kind");
    QTest::newRow("pca") << static_cast<int>(Kind::Pca);
    QTest::newRow("umap") << static_cast<int>(Kind::Umap);
    QTest::newRow("plane") << static_cast<int>(Kind::Plane);
}

void TestInverse::dataPointsComeBackExactly() {
    QFETCH(int, kind);
    const auto points = shared(test::clouds(700, 9, 5, 2, 4));
    const auto map = mapOf(points, static_cast<Kind>(kind));
    for (std::size_t i = 0; i < points->count; i += 7) {
        const auto back = map.toLatent(map.positions()[i]);
        QVERIFY_RESULT(back);
        QVERIFY(std::ranges::equal(back->latent, points->view().row(i)));
        QCOMPARE(back->method, std::string("data point"));
        QVERIFY(back->roundTripError < 1e-5);
        const auto placed = map.place(points->view().row(i));
        QVERIFY_RESULT(placed);
        QVERIFY(mapDistance(*placed, map.positions()[i]) < 1e-5f);
    }
}

void TestInverse::pcaInverseLandsOnThePlace() {
    const auto map = mapOf(shared(test::clouds(400, 12, 3, 2, 5)), Kind::Pca);
    for (const MapPoint place : {MapPoint{0.3f, -0.7f}, MapPoint{-4, 5}, MapPoint{60, -80}}) {
        const auto back = map.toLatent(place);
        QVERIFY_RESULT(back);
        QVERIFY(back->roundTripError < 1e-3);
        QCOMPARE(back->method, std::string("PCA inverse, the rest from 8 neighbours"));
    }
}

void TestInverse::pcaWithTheMeanStaysInItsPlane() {
    const auto points = shared(test::clouds(400, 12, 3, 2, 5));
    const auto map = mapOf(points, Kind::Pca, Rest::Mean);
    // The inverse is affine: the middle of two places gives the middle of their latents.
    const auto a = map.toLatent({1.5f, 2}), b = map.toLatent({-3.5f, 0.25f}),
               c = map.toLatent({-1, 1.125f});
    QVERIFY_RESULT(a);
    QVERIFY_RESULT(b);
    QVERIFY_RESULT(c);
    QCOMPARE(a->method, std::string("PCA inverse, the rest at the mean"));
    for (std::size_t d = 0; d < 12; ++d) {
        QVERIFY(near((a->latent[d] + b->latent[d]) / 2, c->latent[d], 1e-4));
    }
    QVERIFY(c->roundTripError < 1e-4);
}

void TestInverse::planeShowsTwoDimensions() {
    const auto points = shared(test::clouds(200, 6, 3, 2, 6));
    ProjectionOptions options;
    options.kind = Kind::Plane;
    options.dimensionX = 4;
    options.dimensionY = 1;
    options.rest = Rest::Mean;
    const auto map = MapProjection::fit(points, options);
    QVERIFY_RESULT(map);
    double mean = 0;
    for (std::size_t i = 0; i < points->count; ++i) {
        QCOMPARE(map->positions()[i].x, points->view().row(i)[4]);
        QCOMPARE(map->positions()[i].y, points->view().row(i)[1]);
        mean += static_cast<double>(points->view().row(i)[0]) / 200;
    }
    const auto back = map->toLatent({0.25f, -1.5f});
    QVERIFY_RESULT(back);
    QCOMPARE(back->latent[4], 0.25f);
    QCOMPARE(back->latent[1], -1.5f);
    QVERIFY(near(back->latent[0], mean));
    options.dimensionY = 4;
    QCOMPARE(MapProjection::fit(points, options).error().code, Error::Code::BadInput);
    options.dimensionY = 6;
    QCOMPARE(MapProjection::fit(points, options).error().code, Error::Code::BadInput);
}

void TestInverse::umapTellsItsRoundTrip() {
    const auto map = mapOf(shared(test::clouds(800, 10, 5, 3, 7)), Kind::Umap);
    Random random(1);
    for (int i = 0; i < 60; ++i) {
        const MapPoint from = map.positions()[random.below(800)];
        const MapPoint place{from.x + 0.2f * static_cast<float>(random.normal()),
                             from.y + 0.2f * static_cast<float>(random.normal())};
        const auto back = map.toLatent(place);
        QVERIFY_RESULT(back);
        const auto again = map.place(back->latent);
        QVERIFY_RESULT(again);
        QVERIFY(near(back->roundTripError, mapDistance(*again, place), 1e-5));
        QVERIFY(back->method == "weighted average of the 8 nearest phrases" ||
                back->method == "weighted average of the 3 nearest phrases");
    }
}

void TestInverse::umapPlacesNewPointsAmongTheirKind() {
    // 1,000 points of five clouds make the map, 200 more of the same clouds are transformed.
    constexpr std::size_t kClouds = 5;
    const Points all = test::clouds(1200, 16, kClouds, 3, 8);
    Points first{{all.values.begin(), all.values.begin() + 1000 * 16}, 1000, 16};
    const Points rest{{all.values.begin() + 1000 * 16, all.values.end()}, 200, 16};
    const auto map = mapOf(shared(std::move(first)), Kind::Umap);
    const auto places = map.place(rest);
    QVERIFY_RESULT(places);
    const GridIndex index(map.positions());
    std::size_t strangers = 0;
    for (std::size_t i = 0; i < places->size(); ++i) {
        for (const auto& found : index.nearestK((*places)[i], 5)) {
            strangers += found.index % kClouds != i % kClouds ? 1 : 0;
        }
    }
    QVERIFY2(strangers < 20, qPrintable(QString::number(strangers))); // of 1,000
}

void TestInverse::aLatentHasOnePlace() {
    const Points more = test::clouds(50, 10, 5, 3, 70);
    const auto map = mapOf(shared(test::clouds(800, 10, 5, 3, 7)), Kind::Umap);
    const auto together = map.place(more);
    QVERIFY_RESULT(together);
    for (std::size_t i = 0; i < more.count; ++i) {
        QCOMPARE(map.place(more.view().row(i)).value(), (*together)[i]);
    }
    // A step towards a data point ends near its place.
    std::vector<float> close(map.points()->view().row(17).begin(),
                             map.points()->view().row(17).end());
    close[3] += 1e-4f;
    QVERIFY(mapDistance(map.place(close).value(), map.positions()[17]) < 0.01f);
}

void TestInverse::farFromAllMusicIsMarked() {
    for (const Kind kind : {Kind::Pca, Kind::Umap}) {
        const auto map = mapOf(shared(test::clouds(600, 8, 4, 2, 9)), kind);
        const auto inside = map.toLatent(map.positions()[42]);
        const auto outside = map.toLatent({500, -500});
        QVERIFY_RESULT(inside);
        QVERIFY_RESULT(outside);
        QVERIFY(outside->extrapolated);
        QCOMPARE(outside->placePercentile, 100.0); // the place, whatever latent was found for it
        QVERIFY(inside->placePercentile < 100.0);
        std::size_t marked = 0;
        for (std::size_t i = 0; i < 600; ++i) {
            marked += map.toLatent(map.positions()[i])->extrapolated ? 1 : 0;
        }
        QVERIFY2(marked <= 48, qPrintable(QString::number(marked))); // 5 % by construction, and 1 %
    }
}

void TestInverse::restoredMapsAnswerAlike_data() { dataPointsComeBackExactly_data(); }

void TestInverse::restoredMapsAnswerAlike() {
    QFETCH(int, kind);
    const auto points = shared(test::clouds(500, 9, 5, 2, 4));
    const auto map = mapOf(points, static_cast<Kind>(kind));
    ProjectionOptions options;
    options.kind = static_cast<Kind>(kind);
    const auto withState = MapProjection::restore(points, map.positions(), {}, map.state());
    const auto without = MapProjection::restore(points, map.positions(), options);
    QVERIFY_RESULT(withState);
    QVERIFY_RESULT(without);
    const Points fresh = test::clouds(20, 9, 5, 2, 44);
    for (const auto& again : {*withState, *without}) {
        QCOMPARE(static_cast<int>(again.kind()), kind);
        QCOMPARE(again.positions(), map.positions());
        QCOMPARE(again.place(fresh).value(), map.place(fresh).value());
        const auto a = map.toLatent({0.4f, 0.1f}), b = again.toLatent({0.4f, 0.1f});
        QVERIFY_RESULT(b);
        QCOMPARE(b->latent, a->latent);
        QCOMPARE(b->percentile, a->percentile);
    }
    QCOMPARE(MapProjection::restore(points, map.positions(), {}, "{\"kind\": 3}").error().code,
             Error::Code::BadFile);
    QCOMPARE(MapProjection::restore(points, map.positions(), {}, "no JSON").error().code,
             Error::Code::BadFile);
    QCOMPARE(MapProjection::restore(points, {{0, 0}}, {}).error().code, Error::Code::BadShape);
}

void TestInverse::layoutIsShownWhileItGrows() {
    ProjectionOptions options;
    options.umap.epochs = 60;
    int last = 0;
    std::vector<MapPoint> shown;
    const auto map =
        MapProjection::fit(shared(test::clouds(300, 6, 3, 2, 1)), options, {},
                           [&](int epoch, int lastEpoch, const std::vector<MapPoint>& layout) {
                               QVERIFY(epoch > last);
                               QCOMPARE(lastEpoch, 60);
                               last = epoch;
                               shown = layout;
                           });
    QVERIFY_RESULT(map);
    QCOMPARE(last, 60);
    QCOMPARE(shown, map->positions());
    CancelToken cancel;
    const auto stopped =
        MapProjection::fit(shared(test::clouds(300, 6, 3, 2, 1)), options, cancel,
                           [&](int, int, const std::vector<MapPoint>&) { cancel.cancel(); });
    QCOMPARE(stopped.error().code, Error::Code::Cancelled);
}

void TestInverse::oneAndTwoPointsAreAMap() {
    for (const Kind kind : {Kind::Pca, Kind::Umap, Kind::Plane}) {
        for (const std::size_t count : {1, 2, 5}) {
            const auto map = mapOf(shared(test::clouds(count, 4, 2, 1, 3)), kind);
            QCOMPARE(map.positions().size(), count);
            const auto back = map.toLatent({0.5f, 0.5f});
            QVERIFY_RESULT(back);
            QVERIFY(std::ranges::all_of(back->latent, [](float v) { return std::isfinite(v); }));
            QVERIFY(std::isfinite(back->roundTripError));
        }
    }
}

void TestInverse::refusesWhatDoesNotFit() {
    const auto map = mapOf(shared(test::clouds(100, 6, 3, 2, 1)), Kind::Umap);
    QCOMPARE(map.place(test::scattered()).error().code, Error::Code::BadShape);
    QCOMPARE(map.toLatent({NAN, 0}).error().code, Error::Code::BadInput);
    const std::vector<float> broken{1, 2, NAN, 4, 5, 6};
    QCOMPARE(map.place(broken).error().code, Error::Code::BadInput);
    QCOMPARE(map.distancePercentile(broken).error().code, Error::Code::BadInput);
    QCOMPARE(MapProjection::fit(nullptr, {}).error().code, Error::Code::BadShape);
    QCOMPARE(kindNamed("tsne").error().code, Error::Code::BadInput);
    QCOMPARE(kindNamed("plane").value(), Kind::Plane);
}

void TestInverse::slerpByHand() {
    // From (1, 0) to (0, 2): the direction turns by 90 degrees, the length goes from 1 to 2.
    const std::vector<float> a{1, 0}, b{0, 2};
    for (const double t : {0.25, 0.5, 0.9}) {
        const auto point = between(a, b, t, PathGeometry::Slerp);
        QVERIFY_RESULT(point);
        const double angle = t * std::numbers::pi / 2;
        QVERIFY(near((*point)[0], (1 + t) * std::cos(angle), 1e-6));
        QVERIFY(near((*point)[1], (1 + t) * std::sin(angle), 1e-6));
    }
    QCOMPARE(between(a, b, 0, PathGeometry::Slerp).value(), a);
    QCOMPARE(between(a, b, 1, PathGeometry::Slerp).value(), b);
    QCOMPARE(between(a, b, 0.5, PathGeometry::Linear).value(), (std::vector<float>{0.5f, 1}));
    QCOMPARE(between(a, {{1, 2, 3}}, 0.5, PathGeometry::Linear).error().code,
             Error::Code::BadShape);
}

void TestInverse::slerpFallsBackToALine() {
    const std::vector<float> a{3, 0}, opposite{-1, 0}, zero{0, 0}, along{5, 0};
    QCOMPARE(between(a, opposite, 0.5, PathGeometry::Slerp).value(), (std::vector<float>{1, 0}));
    QCOMPARE(between(zero, a, 0.5, PathGeometry::Slerp).value(), (std::vector<float>{1.5f, 0}));
    QCOMPARE(between(a, along, 0.5, PathGeometry::Slerp).value(), (std::vector<float>{4, 0}));
}

void TestInverse::pathsAreEvenInLatentDistance() {
    // A short leg and a long one: steps do not care where the anchors are.
    const Points corners{{0, 0, 1, 0, 1, 3}, 3, 2};
    const auto line = evenPath(corners, 9, PathGeometry::Linear);
    QVERIFY_RESULT(line);
    QCOMPARE(line->count, std::size_t(9));
    for (std::size_t i = 0; i < 9; ++i) {
        const double way = 0.5 * static_cast<double>(i); // 4 long, 8 steps
        QVERIFY(near(line->view().row(i)[0], std::min(way, 1.0)));
        QVERIFY(near(line->view().row(i)[1], std::max(way - 1, 0.0)));
    }
    // Slerp with growing length: chords are equal, ends exact.
    const Points turn{{1, 0, 0, 0, 0, 6}, 2, 3};
    const auto arc = evenPath(turn, 12, PathGeometry::Slerp);
    QVERIFY_RESULT(arc);
    QVERIFY(std::ranges::equal(arc->view().row(0), turn.view().row(0)));
    QVERIFY(std::ranges::equal(arc->view().row(11), turn.view().row(1)));
    const double first = distance(arc->view().row(0), arc->view().row(1));
    for (std::size_t i = 1; i < 11; ++i) {
        const double step = distance(arc->view().row(i), arc->view().row(i + 1));
        QVERIFY2(near(step / first, 1, 0.03), qPrintable(QString::number(step / first)));
    }
    // Anchors that repeat add nothing; a single one stands still.
    const Points again{{0, 0, 0, 0, 2, 0, 2, 0}, 4, 2};
    const auto pause = evenPath(again, 3, PathGeometry::Slerp);
    QVERIFY_RESULT(pause);
    QVERIFY(near(pause->view().row(1)[0], 1));
    QCOMPARE(evenPath(Points{{7, 8}, 1, 2}, 2, PathGeometry::Linear)->values,
             (std::vector<float>{7, 8, 7, 8}));
    QCOMPARE(evenPath(turn, 1, PathGeometry::Linear)->count, std::size_t(1));
    QCOMPARE(evenPath(turn, 0, PathGeometry::Linear).error().code, Error::Code::BadInput);
}

QTEST_APPLESS_MAIN(TestInverse)
#include "tst_inverse.moc"
