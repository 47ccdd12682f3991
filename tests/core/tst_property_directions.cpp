// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/projection/property_directions.h"
#include "tests/support/test_support.h"

#include <QTest>
#include <limits>

using namespace canto;
using namespace canto::projection;

class TestPropertyDirections : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void pearsonOfHandMadeColumns();
    void aLinearPropertyIsFoundExactly();
    void theWeightsAreThoseOfScikitLearn();
    void aShiftBringsWhatIsAsked();
    void aShiftCanKeepAnotherProperty();
    void dimensionsThatMoveMoreCarryTheShift();
    void missingAndConstantValues();
    void phrasesOfASongStayTogether();
    void theStateComesBack();
    void nonsenseIsRefused();
    void classMeansByHand();
};

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
bool near(double a, double b, double tolerance) { return std::abs(a - b) <= tolerance; }

Points cloud(std::size_t count, std::size_t dimensions, std::uint64_t seed) {
    Random random(seed);
    Points points{std::vector<float>(count * dimensions), count, dimensions};
    for (float& value : points.values) {
        value = static_cast<float>(random.normal());
    }
    return points;
}

PropertyValues linear(const Points& points, std::string name, std::vector<double> weights,
                      double intercept, double noise = 0) {
    Random random(99);
    PropertyValues property{std::move(name), {}};
    for (std::size_t row = 0; row < points.count; ++row) {
        double value = intercept + noise * random.normal();
        for (std::size_t d = 0; d < weights.size(); ++d) {
            value += weights[d] * double(points.view().row(row)[d]);
        }
        property.values.push_back(value);
    }
    return property;
}

double change(const PropertyDirections& directions, std::size_t property,
              const std::vector<float>& shift) {
    return directions.predict(property, shift) -
           directions.predict(property, std::vector<float>(shift.size(), 0.0f));
}

} // namespace

void TestPropertyDirections::pearsonOfHandMadeColumns() {
    // By hand: deviations (-1, 0, 1) and (-2, 1, 1): 3 / sqrt(2 * 6).
    QVERIFY(near(*pearson(std::vector<double>{1, 2, 3}, std::vector<double>{0, 3, 3}),
                 3 / std::sqrt(12.0), 1e-12));
    QVERIFY(near(*pearson(std::vector<double>{1, 2, kNone, 3}, std::vector<double>{6, 4, 9, 2}), -1,
                 1e-12));
    QVERIFY(!pearson(std::vector<double>{1, 2, 3}, std::vector<double>{5, 5, 5}));
    QVERIFY(!pearson(std::vector<double>{1, 2}, std::vector<double>{1, 2}));
}

void TestPropertyDirections::aLinearPropertyIsFoundExactly() {
    const Points points = cloud(400, 5, 1);
    const auto fitted = PropertyDirections::fit(
        points, std::vector{linear(points, "density", {2, 0, -1}, 7)}, {}, {.ridge = 0});
    QVERIFY_RESULT(fitted);
    const PropertyDirection& density = fitted->all().front();
    QVERIFY(near(double(density.weights[0]), 2, 1e-5));
    QVERIFY(near(double(density.weights[1]), 0, 1e-5));
    QVERIFY(near(double(density.weights[2]), -1, 1e-5));
    QVERIFY(near(density.intercept, 7, 1e-5));
    QVERIFY(near(density.heldOutR, 1, 1e-9));
    QCOMPARE(density.heldOutCount, std::size_t{80});
    QVERIFY(near(fitted->predict(0, std::vector<float>{1, 5, 1, 0, 0}), 8, 1e-4));
    // One step along the unit direction brings the gain.
    QVERIFY(near(change(*fitted, 0, density.unit), density.gain, 1e-5));
}

void TestPropertyDirections::theWeightsAreThoseOfScikitLearn() {
    // scikit-learn 1.2.1: Ridge(alpha=2) on the ten points (i, i * i mod 7), standardised by
    // StandardScaler, with y = i * i / 10; alpha is our ridge times the number of points.
    Points points{{}, 10, 2};
    PropertyValues property{"y", {}};
    for (int i = 0; i < 10; ++i) {
        points.values.push_back(float(i));
        points.values.push_back(float(i * i % 7));
        property.values.push_back(i * i / 10.0);
    }
    const std::vector<std::uint32_t> oneSong(10, 0); // nothing to keep out
    const auto fitted =
        PropertyDirections::fit(points, std::vector{property}, oneSong, {.ridge = 0.2});
    QVERIFY_RESULT(fitted);
    const PropertyDirection& direction = fitted->all().front();
    QCOMPARE(direction.heldOutCount, std::size_t{0});
    QVERIFY(near(double(direction.weights[0]), 0.751900145, 1e-6));
    QVERIFY(near(double(direction.weights[1]), -0.025081917, 1e-6));
    QVERIFY(near(direction.intercept, -0.485895011, 1e-6));
}

void TestPropertyDirections::aShiftBringsWhatIsAsked() {
    const Points points = cloud(300, 4, 2);
    const auto fitted = PropertyDirections::fit(
        points, std::vector{linear(points, "a", {1, 1}, 0), linear(points, "b", {0, 0, 1, -1}, 3)},
        {}, {});
    QVERIFY_RESULT(fitted);
    const auto one = fitted->shift(std::vector<std::optional<double>>{1.5, std::nullopt});
    QVERIFY_RESULT(one);
    QVERIFY(near(change(*fitted, 0, *one), 1.5, 1e-4));
    const auto both = fitted->shift(std::vector<std::optional<double>>{-1.0, 2.0});
    QVERIFY_RESULT(both);
    QVERIFY(near(change(*fitted, 0, *both), -1, 0.01));
    QVERIFY(near(change(*fitted, 1, *both), 2, 0.01));
    const auto none = fitted->shift(std::vector<std::optional<double>>{std::nullopt, std::nullopt});
    QVERIFY_RESULT(none);
    QCOMPARE(*none, std::vector<float>(4, 0.0f));
}

void TestPropertyDirections::aShiftCanKeepAnotherProperty() {
    // b shares dimension 0 with a: raising a moves b, unless it must stay.
    const Points points = cloud(500, 3, 3);
    const auto fitted = PropertyDirections::fit(
        points, std::vector{linear(points, "a", {1, 1}, 0), linear(points, "b", {1, 0, 1}, 0)}, {},
        {});
    QVERIFY_RESULT(fitted);
    const auto free = fitted->shift(std::vector<std::optional<double>>{2.0, std::nullopt});
    QVERIFY_RESULT(free);
    QVERIFY(change(*fitted, 1, *free) > 0.8);
    const auto kept = fitted->shift(std::vector<std::optional<double>>{2.0, 0.0});
    QVERIFY_RESULT(kept);
    QVERIFY(near(change(*fitted, 0, *kept), 2, 0.02));
    QVERIFY(near(change(*fitted, 1, *kept), 0, 0.02));
}

void TestPropertyDirections::dimensionsThatMoveMoreCarryTheShift() {
    // Both dimensions bring the same per unit, but the first has ten times the spread: the latent
    // leaves its corpus least when the first moves a hundred times as far.
    Points points = cloud(400, 2, 4);
    for (std::size_t i = 0; i < points.values.size(); i += 2) {
        points.values[i] *= 10;
    }
    const auto fitted = PropertyDirections::fit(points, std::vector{linear(points, "a", {1, 1}, 0)},
                                                {}, {.ridge = 0});
    QVERIFY_RESULT(fitted);
    const auto shift = fitted->shift(std::vector<std::optional<double>>{5.0});
    QVERIFY_RESULT(shift);
    const double ratio = double((*shift)[0]) / double((*shift)[1]);
    const double spread = double(fitted->scale()[0]) / double(fitted->scale()[1]);
    QVERIFY(near(ratio, spread * spread, 1e-3 * ratio));
    const auto& unit = fitted->all().front().unit;
    QVERIFY(near(double(unit[0]) / double(unit[1]), ratio, 1e-3 * ratio));
}

void TestPropertyDirections::missingAndConstantValues() {
    const Points points = cloud(200, 3, 5);
    PropertyValues half = linear(points, "half", {0, 1}, 0);
    for (std::size_t row = 0; row < 100; ++row) {
        half.values[row] = kNone;
    }
    const PropertyValues constant{"constant", std::vector<double>(200, 0.1)};
    const auto fitted = PropertyDirections::fit(points, std::vector{half, constant}, {}, {});
    QVERIFY_RESULT(fitted);
    QCOMPARE(fitted->all()[0].count + fitted->all()[0].heldOutCount, std::size_t{100});
    QVERIFY(near(double(fitted->all()[0].weights[1]), 1, 0.02));
    QCOMPARE(fitted->all()[1].gain, 0.0);
    QVERIFY(!fitted->shift(std::vector<std::optional<double>>{std::nullopt, 1.0}));
    QVERIFY(fitted->shift(std::vector<std::optional<double>>{1.0, 0.0}).has_value());
}

void TestPropertyDirections::phrasesOfASongStayTogether() {
    // Noise that all phrases of a song share can be memorised if the song is on both sides. Here
    // each song has its own latent and a random value: held-out songs cannot be predicted.
    Points points{{}, 0, 40};
    PropertyValues property{"noise", {}};
    std::vector<std::uint32_t> groups;
    Random random(6);
    for (std::uint32_t song = 0; song < 60; ++song) {
        const Points centre = cloud(1, 40, 1000 + song);
        const double value = random.normal();
        for (int phrase = 0; phrase < 10; ++phrase) {
            points.values.insert(points.values.end(), centre.values.begin(), centre.values.end());
            property.values.push_back(value);
            groups.push_back(song);
            ++points.count;
        }
    }
    const auto together = PropertyDirections::fit(points, std::vector{property}, groups, {});
    const auto apart = PropertyDirections::fit(points, std::vector{property}, {}, {});
    QVERIFY_RESULT(together);
    QVERIFY_RESULT(apart);
    QVERIFY(apart->all().front().heldOutR > 0.7);
    QVERIFY(together->all().front().heldOutR < 0.5);
    QCOMPARE(together->all().front().heldOutCount, std::size_t{120});
}

void TestPropertyDirections::theStateComesBack() {
    const Points points = cloud(100, 3, 7);
    const auto fitted = PropertyDirections::fit(
        points, std::vector{linear(points, "a", {1, 2, 3}, 4, 0.5)}, {}, {});
    QVERIFY_RESULT(fitted);
    const auto back = PropertyDirections::restore(fitted->state());
    QVERIFY_RESULT(back);
    QCOMPARE(back->state(), fitted->state());
    QCOMPARE(back->all().front().weights, fitted->all().front().weights);
    QCOMPARE(back->all().front().heldOutR, fitted->all().front().heldOutR);
    QVERIFY(!PropertyDirections::restore("{}"));
    QVERIFY(!PropertyDirections::restore("not json"));
    std::string cut = fitted->state();
    cut.replace(cut.find("\"scale\":["), 9, "\"scale\":[1,");
    QVERIFY(!PropertyDirections::restore(cut));
}

void TestPropertyDirections::nonsenseIsRefused() {
    const Points points = cloud(10, 2, 8);
    const std::vector<PropertyValues> tooFew{{"a", std::vector<double>(9, 1.0)}};
    QVERIFY(!PropertyDirections::fit(points, tooFew, {}, {}));
    QVERIFY(!PropertyDirections::fit(points, {}, std::vector<std::uint32_t>(3), {}));
    QVERIFY(!PropertyDirections::fit(points, {}, {}, {.heldOut = 1}));
    QVERIFY(!PropertyDirections::fit(points, {}, {}, {.ridge = -1}));
    CancelToken cancel;
    cancel.cancel();
    const auto stopped =
        PropertyDirections::fit(points, std::vector{linear(points, "a", {1}, 0)}, {}, {}, cancel);
    QVERIFY(!stopped && stopped.error().code == Error::Code::Cancelled);
    const auto fitted =
        PropertyDirections::fit(points, std::vector{linear(points, "a", {1}, 0)}, {}, {});
    QVERIFY_RESULT(fitted);
    QVERIFY(!fitted->shift(std::vector<std::optional<double>>{}));
    QVERIFY(!fitted->shift(std::vector<std::optional<double>>{kNone}));
}

void TestPropertyDirections::classMeansByHand() {
    const Points points{{1, 2, 3, 4, 10, 20, 5, 5}, 4, 2};
    const auto means = classMeans(points, std::vector<int>{0, 0, 2, -1}, 3);
    QCOMPARE(means.mean.size(), std::size_t{3});
    QCOMPARE(means.mean[0], (std::vector<float>{2, 3}));
    QCOMPARE(means.mean[1], (std::vector<float>{0, 0}));
    QCOMPARE(means.mean[2], (std::vector<float>{10, 20}));
    QCOMPARE(means.count, (std::vector<std::size_t>{2, 0, 1}));
}

QTEST_GUILESS_MAIN(TestPropertyDirections)
#include "tst_property_directions.moc"
