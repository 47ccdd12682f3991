// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/pca.h"

#include "tests/core/project_support.h"
#include "tests/support/test_support.h"

#include <limits>

using namespace canto;
using namespace canto::projection;

class TestPca : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void agreesWithScikitLearn();
    void signsAreFixedByTheLargestEntry();
    void projectionOfTheInverseIsThePlaceAgain();
    void allComponentsGiveThePointBack();
    void threadsDoNotChangeABit();
    void restoredAxesProjectAlike();
    void refusesWhatIsNoSetOfPoints();
};

namespace {
/// x[i][d] = (7 i + 3 d) mod 11 + ((5 i + d^2) mod 7) / 2, 12 points in 4 dimensions.
Points twelve() {
    Points points{{}, 12, 4};
    for (int i = 0; i < 12; ++i) {
        for (int d = 0; d < 4; ++d) {
            points.values.push_back(static_cast<float>((i * 7 + d * 3) % 11) +
                                    0.5f * static_cast<float>((i * 5 + d * d) % 7));
        }
    }
    return points;
}

bool near(double a, double b, double within = 1e-5) { return std::abs(a - b) <= within; }
} // namespace

void TestPca::agreesWithScikitLearn() {
    // sklearn 1.2: PCA(3, svd_solver="full").fit(x): mean_, explained_variance_, ..._ratio_,
    // components_; its axes up to sign.
    const auto pca = Pca::fit(twelve(), 3);
    QVERIFY_RESULT(pca);
    const double mean[] = {6.0833335, 6.25, 6.5416665, 6.6666665};
    const double variance[] = {18.563292, 15.616128, 5.8741155};
    const double ratio[] = {0.43766105, 0.36817667, 0.13849223};
    const double axes[3][4] = {{0.35173014, 0.6675867, -0.41678447, -0.50685775},
                               {0.6773287, -0.3845029, -0.50182366, 0.37624013},
                               {0.6334111, -0.08686423, 0.7208536, -0.2676101}};
    for (std::size_t d = 0; d < 4; ++d) {
        QVERIFY(near(pca->mean()[d], mean[d]));
    }
    for (std::size_t c = 0; c < 3; ++c) {
        QVERIFY(near(pca->explainedVariance()[c], variance[c], 1e-4));
        QVERIFY(near(pca->explainedVarianceRatio()[c], ratio[c]));
        for (std::size_t d = 0; d < 4; ++d) {
            QVERIFY(near(pca->axis(c)[d], axes[c][d]));
        }
    }
}

void TestPca::signsAreFixedByTheLargestEntry() {
    // The same cloud mirrored has the same axes.
    Points points = twelve();
    const auto straight = Pca::fit(points, 2);
    for (float& value : points.values) {
        value = -value;
    }
    const auto mirrored = Pca::fit(points, 2);
    QVERIFY_RESULT(straight);
    QVERIFY_RESULT(mirrored);
    for (std::size_t c = 0; c < 2; ++c) {
        float largest = 0;
        for (std::size_t d = 0; d < 4; ++d) {
            QVERIFY(near(straight->axis(c)[d], mirrored->axis(c)[d]));
            if (std::abs(straight->axis(c)[d]) > std::abs(largest)) {
                largest = straight->axis(c)[d];
            }
        }
        QVERIFY(largest > 0);
    }
}

void TestPca::projectionOfTheInverseIsThePlaceAgain() {
    const auto pca = Pca::fit(test::scattered(), 2);
    QVERIFY_RESULT(pca);
    for (const auto& [x, y] :
         {std::pair(0.25f, -0.5f), std::pair(0.0f, 0.0f), std::pair(40.0f, 7.0f)}) {
        const float place[] = {x, y};
        const auto latent = pca->inverse(place);
        QVERIFY_RESULT(latent);
        const auto again = pca->project(onePoint(*latent));
        QVERIFY_RESULT(again);
        QVERIFY(near(again->values[0], x, 1e-5 * (1 + std::abs(x))));
        QVERIFY(near(again->values[1], y, 1e-5 * (1 + std::abs(y))));
    }
    const float three[] = {1, 2, 3};
    QCOMPARE(pca->inverse(three).error().code, Error::Code::BadShape);
}

void TestPca::allComponentsGiveThePointBack() {
    const Points points = test::scattered();
    const auto pca = Pca::fit(points, 5);
    QVERIFY_RESULT(pca);
    const auto all = pca->project(points);
    QVERIFY_RESULT(all);
    for (std::size_t i = 0; i < points.count; ++i) {
        const auto back = pca->inverse(all->view().row(i));
        QVERIFY_RESULT(back);
        for (std::size_t d = 0; d < 5; ++d) {
            QVERIFY(near((*back)[d], points.view().row(i)[d]));
        }
    }
    double whole = 0;
    for (const double ratio : pca->explainedVarianceRatio()) {
        whole += ratio;
    }
    QVERIFY(near(whole, 1));
    QCOMPARE(Pca::fit(points, 50)->components(), std::size_t(5));
}

void TestPca::threadsDoNotChangeABit() {
    const Points points = test::clouds(5000, 20, 7, 2, 1);
    const auto one = Pca::fit(points, 20, 1);
    const auto four = Pca::fit(points, 20, 4);
    QVERIFY_RESULT(one);
    QVERIFY(std::ranges::equal(one->axes(), four->axes()));
    QVERIFY(std::ranges::equal(one->mean(), four->mean()));
    QCOMPARE(one->project(points, 1)->values, one->project(points, 4)->values);
}

void TestPca::restoredAxesProjectAlike() {
    const Points points = test::scattered();
    const auto pca = Pca::fit(points, 2);
    QVERIFY_RESULT(pca);
    const auto again = Pca::restore({pca->mean().begin(), pca->mean().end()},
                                    {pca->axes().begin(), pca->axes().end()});
    QVERIFY_RESULT(again);
    QCOMPARE(again->project(points)->values, pca->project(points)->values);
    QCOMPARE(Pca::restore({1, 2, 3}, {1, 0}).error().code, Error::Code::BadShape);
    QCOMPARE(Pca::restore({1, NAN}, {1, 0}).error().code, Error::Code::BadInput);
}

void TestPca::refusesWhatIsNoSetOfPoints() {
    QCOMPARE(Pca::fit(Points{}, 2).error().code, Error::Code::BadShape);
    QCOMPARE(Pca::fit(twelve(), 0).error().code, Error::Code::BadInput);
    Points broken = twelve();
    broken.values[4 * 7 + 2] = std::numeric_limits<float>::infinity();
    const auto refused = Pca::fit(broken, 2);
    QCOMPARE(refused.error().code, Error::Code::BadInput);
    QCOMPARE(refused.error().where, std::string("row 7"));
    const auto pca = Pca::fit(twelve(), 2);
    QCOMPARE(pca->project(test::scattered()).error().code, Error::Code::BadShape);
}

QTEST_APPLESS_MAIN(TestPca)
#include "tst_pca.moc"
