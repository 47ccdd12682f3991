// SPDX-License-Identifier: GPL-3.0-or-later
// Labels that neighbours disagree with; what the answers of a listening test say.
#include "core/base/binomial.h"
#include "core/projection/label_check.h"
#include "tests/support/test_support.h"

using namespace canto;
using namespace canto::projection;

namespace {

bool near(double a, double b) { return std::abs(a - b) < 1e-6; }

Neighbours given(std::size_t k, std::vector<std::uint32_t> index) {
    Neighbours found;
    found.queries = index.size() / k;
    found.k = k;
    found.index = std::move(index);
    found.distance.resize(found.index.size());
    return found;
}

} // namespace

class TestCuration : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void chanceOfHits();
    void intervalOfAShare();
    void songsAmongAnotherLabelAreListed();
    void whatDoesNotFitIsRefused();
};

void TestCuration::chanceOfHits() {
    QVERIFY(near(binomialAtLeast(8, 10), 56.0 / 1024)); // 45 + 10 + 1 of 2^10
    QVERIFY(near(binomialAtLeast(10, 10), 1.0 / 1024));
    QVERIFY(near(binomialAtLeast(1, 3), 7.0 / 8));
    QCOMPARE(binomialAtLeast(0, 10), 1.0);
    QVERIFY(near(binomialTwoSided(8, 10), 112.0 / 1024));
    QVERIFY(near(binomialTwoSided(2, 10), 112.0 / 1024));
    QCOMPARE(binomialTwoSided(5, 10), 1.0);
    QCOMPARE(binomialTwoSided(0, 0), 1.0);
    // One more than half of an odd number: half of all results.
    QVERIFY(near(binomialAtLeast(1001, 2001), 0.5));
}

void TestCuration::intervalOfAShare() {
    const ShareInterval eight = wilsonInterval(8, 10);
    QVERIFY(std::abs(eight.low - 0.490163) < 2e-6);
    QVERIFY(std::abs(eight.high - 0.943318) < 2e-6);
    QCOMPARE(wilsonInterval(0, 10).low, 0.0);
    QVERIFY(near(wilsonInterval(0, 10).high, 0.277533)); // z^2 / (10 + z^2)
    QCOMPARE(wilsonInterval(0, 0).high, 1.0);
}

// Rows 0 and 1 are song 0, rows 2 to 5 songs 1 to 4. Songs 0 and 4 have label 0, songs 1 and 2
// label 1, song 3 none.
void TestCuration::songsAmongAnotherLabelAreListed() {
    const std::vector<std::uint32_t> groups = {0, 0, 1, 2, 3, 4};
    const std::vector<int> labels = {0, 1, 1, -1, 0};
    const Neighbours found = given(4, {1, 4, 5, 2,   // label 0, label 1
                                       0, 4, 2, 3,   // label 1 twice
                                       3, 4, 0, 1,   // label 1, label 0
                                       2, 4, 0, 1,   // label 1, label 0
                                       2, 3, 0, 1,   // without a label: not listed
                                       2, 3, 0, 1}); // label 1 twice
    const auto doubts = labelsToCheck(found, 2, groups, labels);
    QVERIFY_RESULT(doubts);
    QCOMPARE(doubts->size(), std::size_t(2));
    QCOMPARE(doubts->at(0).group, 4u); // 2 of 2
    QCOMPARE(doubts->at(0).row, 5u);
    QCOMPARE(doubts->at(0).suggested, 1);
    QCOMPARE(doubts->at(0).strength(), 1.0);
    QCOMPARE(doubts->at(1).group, 0u); // 3 of 4 against 1 of 4
    QCOMPARE(doubts->at(1).row, 1u);
    QCOMPARE(doubts->at(1).suggestedShare, 0.75);
    QCOMPARE(doubts->at(1).ownShare, 0.25);
}

void TestCuration::whatDoesNotFitIsRefused() {
    const std::vector<std::uint32_t> groups = {0, 1};
    const std::vector<int> labels = {0, 1};
    using Code = Error::Code;
    QCOMPARE(labelsToCheck(given(1, {1, 0}), 0, groups, labels).error().code, Code::BadInput);
    QCOMPARE(labelsToCheck(given(1, {1}), 1, groups, labels).error().code, Code::BadShape);
    QCOMPARE(labelsToCheck(given(1, {1, 2}), 1, groups, labels).error().code, Code::BadShape);
    QCOMPARE(labelsToCheck(given(1, {1, 0}), 1, groups, {}).error().code, Code::BadShape);
    QCOMPARE(labelsToCheck(given(1, {1, 0}), 1, groups, labels)->size(), std::size_t(2));
}

QTEST_APPLESS_MAIN(TestCuration)
#include "tst_curation.moc"
