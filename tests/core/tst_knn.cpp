// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel.h"
#include "core/projection/knn_exact.h"
#include "core/projection/knn_hnsw.h"
#include "core/projection/neighbours.h"

#include "tests/core/project_support.h"
#include "tests/support/test_support.h"

#include <algorithm>
#include <limits>
#include <new>

using namespace canto;
using namespace canto::projection;

#if defined(__SANITIZE_THREAD__)
/// hnswlib locks a point while it visits its neighbours, in no one order; we build each graph by
/// one thread, so that no second one can wait.
extern "C" const char* __tsan_default_options() { return "detect_deadlocks=0"; }
#endif

class TestKnn : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void agreesWithNumpy();
    void exactAgreesWithBruteForce_data();
    void exactAgreesWithBruteForce();
    void twinsAreNeighboursAtDistanceZero();
    void threadsDoNotChangeTheResult();
    void manyNeighboursAreAtMostAllOthers();
    void hnswFindsNearlyAllAndIsRepeatable();
    void queriesAgreeWithBruteForce();
    void refusesAndCancels();
    void parallelForVisitsEachOnceAndHandsOnWhatIsThrown();
};

namespace {

using Ranked = std::vector<std::pair<double, std::uint32_t>>;

/// Square distances in double to all points but `skip`, nearest first.
Ranked bruteForce(std::span<const float> query, PointsView points, std::size_t skip) {
    Ranked ranked;
    for (std::uint32_t row = 0; row < points.count; ++row) {
        double square = 0;
        for (std::size_t d = 0; d < points.dimensions; ++d) {
            const double off = static_cast<double>(query[d]) - points.row(row)[d];
            square += off * off;
        }
        if (row != skip) {
            ranked.emplace_back(square, row);
        }
    }
    std::sort(ranked.begin(), ranked.end());
    return ranked;
}

/// Each distance equals that of brute force at the same rank, and belongs to its point. (Points at
/// all but equal distances may swap ranks by rounding: the indices themselves are not compared.)
bool sameAsBruteForce(std::span<const std::uint32_t> index, std::span<const float> distance,
                      const Ranked& wanted) {
    for (std::size_t i = 0; i < index.size(); ++i) {
        const double d = std::sqrt(wanted[i].first);
        const auto own = std::find_if(wanted.begin(), wanted.end(),
                                      [&](const auto& entry) { return entry.second == index[i]; });
        if (own == wanted.end() || std::abs(distance[i] - d) > 1e-5 * (d + 1e-3) ||
            std::abs(std::sqrt(own->first) - d) > 1e-5 * (d + 1e-3)) {
            return false;
        }
    }
    std::vector<std::uint32_t> sorted(index.begin(), index.end());
    std::sort(sorted.begin(), sorted.end());
    return std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end();
}

} // namespace

void TestKnn::agreesWithNumpy() {
    // numpy: np.argsort(cdist(x, x) + 9 I, 1) for rows 0 and 59 of scattered().
    const auto near = neighbours(test::scattered(), 4);
    QVERIFY_RESULT(near);
    const std::uint32_t first[] = {56, 32, 16, 34}, last[] = {16, 35, 30, 42};
    const double firstAt[] = {0.63285158, 0.64465919, 0.66073832, 0.6733614};
    const double lastAt[] = {0.03005055, 0.09957818, 0.14482533, 0.55143689};
    for (std::size_t i = 0; i < 4; ++i) {
        QCOMPARE(near->indexOf(0)[i], first[i]);
        QCOMPARE(near->indexOf(59)[i], last[i]);
        QVERIFY(std::abs(near->distanceOf(0)[i] - firstAt[i]) < 1e-6);
        QVERIFY(std::abs(near->distanceOf(59)[i] - lastAt[i]) < 1e-6);
    }
}

void TestKnn::exactAgreesWithBruteForce_data() {
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("dimensions");
    QTest::addColumn<double>("apart");
    QTest::newRow("two points") << 2 << 3 << 1.0;
    QTest::newRow("one dimension") << 300 << 1 << 1.0;
    QTest::newRow("one block exactly") << 480 << 16 << 1.0;
    QTest::newRow("one point in the second block") << 481 << 17 << 1.0;
    QTest::newRow("far clouds, blocks left out") << 3000 << 24 << 40.0;
    QTest::newRow("one cloud, nothing left out") << 2500 << 64 << 0.0;
    QTest::newRow("more dimensions than a register") << 1000 << 131 << 1.0;
}

void TestKnn::exactAgreesWithBruteForce() {
    QFETCH(int, count);
    QFETCH(int, dimensions);
    QFETCH(double, apart);
    const Points points = test::clouds(static_cast<std::size_t>(count),
                                       static_cast<std::size_t>(dimensions), 6, apart, 11);
    const auto near = neighbours(points, 15);
    QVERIFY_RESULT(near);
    QCOMPARE(near->k, std::min<std::size_t>(15, points.count - 1));
    for (std::size_t row = 0; row < points.count; ++row) {
        QVERIFY(sameAsBruteForce(near->indexOf(row), near->distanceOf(row),
                                 bruteForce(points.view().row(row), points, row)));
    }
}

void TestKnn::twinsAreNeighboursAtDistanceZero() {
    // 1,000 points in 50 places: 19 twins each, lower rows first.
    Points points = test::clouds(50, 8, 50, 5, 3);
    const std::vector<float> once = points.values;
    for (int copy = 1; copy < 20; ++copy) {
        points.values.insert(points.values.end(), once.begin(), once.end());
    }
    points.count = 1000;
    const auto near = neighbours(points, 15);
    QVERIFY_RESULT(near);
    for (std::uint32_t row = 0; row < 1000; ++row) {
        std::vector<std::uint32_t> twins;
        for (std::uint32_t twin = row % 50; twins.size() < 15; twin += 50) {
            if (twin != row) {
                twins.push_back(twin);
            }
        }
        QVERIFY(std::ranges::equal(near->indexOf(row), twins));
        QCOMPARE(near->distanceOf(row).back(), 0.0f);
    }
}

void TestKnn::threadsDoNotChangeTheResult() {
    const Points points = test::clouds(4000, 40, 9, 1.5, 2);
    const auto one = neighbours(points, 10, {.threads = 1});
    QVERIFY_RESULT(one);
    for (const int threads : {2, 5}) {
        const auto more = neighbours(points, 10, {.threads = threads});
        QVERIFY_RESULT(more);
        QCOMPARE(more->index, one->index);
        QCOMPARE(more->distance, one->distance);
    }
}

void TestKnn::manyNeighboursAreAtMostAllOthers() {
    const auto near = neighbours(test::scattered(), 500);
    QVERIFY_RESULT(near);
    QCOMPARE(near->k, std::size_t(59));
    const Points lonely{{1, 2}, 1, 2};
    QCOMPARE(neighbours(lonely, 5)->k, std::size_t(0));
}

void TestKnn::hnswFindsNearlyAllAndIsRepeatable() {
    const Points points = test::clouds(6000, 16, 12, 1.0, 4);
    const auto exact = neighbours(points, 15);
    const auto one = neighbours(points, 15, {.threads = 1, .exactUpTo = 100});
    const auto three = neighbours(points, 15, {.threads = 3, .exactUpTo = 100});
    QVERIFY_RESULT(exact);
    QVERIFY_RESULT(one);
    QVERIFY_RESULT(three);
    QCOMPARE(three->index, one->index);
    std::size_t hits = 0;
    for (std::size_t row = 0; row < points.count; ++row) {
        const auto found = one->indexOf(row);
        QVERIFY(std::ranges::is_sorted(one->distanceOf(row)));
        QVERIFY(std::ranges::count(found, static_cast<std::uint32_t>(row)) == 0);
        for (const std::uint32_t index : exact->indexOf(row)) {
            hits += static_cast<std::size_t>(std::ranges::count(found, index));
        }
    }
    const double recall = static_cast<double>(hits) / static_cast<double>(exact->index.size());
    QVERIFY2(recall > 0.97, qPrintable(QString::number(recall)));
}

void TestKnn::queriesAgreeWithBruteForce() {
    const Points points = test::clouds(700, 13, 5, 1, 6);
    const Points queries = test::clouds(33, 13, 3, 2, 7);
    const auto near = neighboursOf(queries, points, 9);
    QVERIFY_RESULT(near);
    for (std::size_t q = 0; q < queries.count; ++q) {
        QVERIFY(sameAsBruteForce(near->indexOf(q), near->distanceOf(q),
                                 bruteForce(queries.view().row(q), points, points.count)));
    }
    QCOMPARE(neighboursOf(queries, points, 9000)->k, std::size_t(700));
    QCOMPARE(neighboursOf(queries, test::scattered(), 3).error().code, Error::Code::BadShape);
}

void TestKnn::refusesAndCancels() {
    QCOMPARE(neighbours(Points{}, 3).error().code, Error::Code::BadShape);
    QCOMPARE(neighbours(test::scattered(), 0).error().code, Error::Code::BadInput);
    Points broken = test::scattered();
    broken.values[8] = std::numeric_limits<float>::quiet_NaN();
    QCOMPARE(neighbours(broken, 3).error().where, std::string("row 1"));
    broken.values[8] = 1e25f; // its square is not a float
    QCOMPARE(neighbours(broken, 3).error().code, Error::Code::BadInput);
    CancelToken cancel;
    cancel.cancel();
    QCOMPARE(neighbours(test::scattered(), 3, {}, cancel).error().code, Error::Code::Cancelled);
    QCOMPARE(neighbours(test::scattered(), 3, {.exactUpTo = 1}, cancel).error().code,
             Error::Code::Cancelled);
}

void TestKnn::parallelForVisitsEachOnceAndHandsOnWhatIsThrown() {
    for (const int threads : {1, 2, 7}) {
        std::vector<int> visits(1003, 0);
        parallelFor(visits.size(), 10, threads, [&](std::size_t begin, std::size_t end) {
            QVERIFY(end - begin <= 10);
            for (std::size_t i = begin; i < end; ++i) {
                ++visits[i];
            }
        });
        QCOMPARE(std::ranges::count(visits, 1), 1003);
        QVERIFY_THROWS_EXCEPTION(std::bad_alloc,
                                 parallelFor(100, 1, threads, [](std::size_t begin, std::size_t) {
                                     if (begin == 40) {
                                         throw std::bad_alloc();
                                     }
                                 }));
    }
    parallelFor(0, 1, 3, [](std::size_t, std::size_t) { QFAIL("nothing to visit"); });
}

QTEST_APPLESS_MAIN(TestKnn)
#include "tst_knn.moc"
