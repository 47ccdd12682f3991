// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/silhouette.h"
#include "tests/support/test_support.h"

#include <QObject>
#include <QtTest>

using namespace canto;
using namespace canto::projection;

class TestSilhouette : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void fourPointsByHand();
    void asScikitLearn();
    void whatDoesNotCount();
    void badInput();
};

void TestSilhouette::fourPointsByHand() {
    // 0 and 1 against 4 and 6: (5 - 1) / 5, (4 - 1) / 4, (3.5 - 2) / 3.5, (5.5 - 2) / 5.5.
    const Points points{{0, 1, 4, 6}, 4, 1};
    const std::vector<int> classes{0, 0, 1, 1};
    const auto value = silhouette(points, classes);
    QVERIFY_RESULT(value);
    QVERIFY(std::abs(*value - (0.8 + 0.75 + 1.5 / 3.5 + 3.5 / 5.5) / 4) < 1e-9);
}

void TestSilhouette::asScikitLearn() {
    // sklearn.metrics.silhouette_score of these points: 0.74254876
    const Points points{{0, 0, 1, 0, 0, 2, 5, 5, 6, 5, 9, 1, 8, 2, 8, 0.5f}, 8, 2};
    const std::vector<int> classes{0, 0, 0, 1, 1, 2, 2, 2};
    const auto value = silhouette(points, classes);
    QVERIFY_RESULT(value);
    QVERIFY(std::abs(*value - 0.74254876) < 1e-6);
}

void TestSilhouette::whatDoesNotCount() {
    // A point without a class and a class of one point change nothing.
    const Points points{{0, 1, 100, 4, 6, -50}, 6, 1};
    const std::vector<int> classes{0, 0, -1, 1, 1, 2};
    const auto value = silhouette(points, classes);
    QVERIFY_RESULT(value);
    QVERIFY(std::abs(*value - (0.8 + 0.75 + 1.5 / 3.5 + 3.5 / 5.5) / 4) < 1e-9);
    // Points that all lie in one place are not better in one class than in another.
    const Points same{{3, 3, 3, 3}, 4, 1};
    QCOMPARE(silhouette(same, std::vector<int>{0, 0, 1, 1}).value(), 0.0);
}

void TestSilhouette::badInput() {
    const Points points{{0, 1, 4, 6}, 4, 1};
    QCOMPARE(silhouette(points, std::vector<int>{0, 0}).error().code, Error::Code::BadShape);
    QCOMPARE(silhouette(points, std::vector<int>{0, 0, 0, 0}).error().code, Error::Code::BadInput);
    QCOMPARE(silhouette(points, std::vector<int>{0, 0, 1, 2}).error().code, Error::Code::BadInput);
    const CancelToken cancel;
    cancel.cancel();
    QCOMPARE(silhouette(points, std::vector<int>{0, 0, 1, 1}, cancel).error().code,
             Error::Code::Cancelled);
}

QTEST_GUILESS_MAIN(TestSilhouette)
#include "tst_silhouette.moc"
