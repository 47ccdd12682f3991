// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensors/average_weights.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>
#include <QTest>

using namespace canto;
using namespace canto::tensors;

class TestAverageWeights : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void sharesWeighTheNumbers();
    void otherNetworksAreRefused();
    void fewAndWrongSharesAreRefused();

  private:
    /// A matrix of 32 bits, a vector of 16 and a counter.
    std::filesystem::path file(const char* name, float x, float y, std::int64_t counter,
                               const char* config = "{\"width\":2}") const {
        const std::vector<float> matrix{x, y};
        const std::vector<std::uint16_t> half{toHalf(x), toHalf(y)};
        const std::vector<std::int64_t> count{counter};
        const std::vector<TensorView> tensors{
            {"matrix", Dtype::F32, {1, 2}, std::as_bytes(std::span(matrix))},
            {"half", Dtype::F16, {2}, std::as_bytes(std::span(half))},
            {"count", Dtype::I64, {1}, std::as_bytes(std::span(count))}};
        const auto path = std::filesystem::path(m_folder.path().toStdString()) / name;
        const auto written = writeSafeTensors(
            path, tensors,
            {{"architecture", "small"}, {"config", config}, {"metrics", "{}"}, {"title", "A"}});
        return written ? path : std::filesystem::path();
    }
    QTemporaryDir m_folder;
};

void TestAverageWeights::sharesWeighTheNumbers() {
    const auto one = file("one", 1, -2, 7);
    const auto two = file("two", 5, 2, 9);
    const auto out = one.parent_path() / "mean";
    const std::vector<WeightsShare> parts{{one, 3}, {two, 1}};
    QVERIFY_RESULT(averageWeights(parts, out));
    const auto mean = SafeTensors::open(out, OpenOptions::weights());
    QVERIFY_RESULT(mean);
    const auto matrix = *numbersOf<float>(*mean->find("matrix"));
    QCOMPARE(matrix[0], 2.0F); // (3 * 1 + 5) / 4
    QCOMPARE(matrix[1], -1.0F);
    const auto half = *numbersOf<std::uint16_t>(*mean->find("half"));
    QCOMPARE(fromHalf(half[0]), 2.0F);
    QCOMPARE(fromHalf(half[1]), -1.0F);
    QCOMPARE((*numbersOf<std::int64_t>(*mean->find("count")))[0], std::int64_t{7}); // the first's
    QCOMPARE(mean->metadata("title"), std::string("A"));
    QVERIFY(mean->metadata("metrics").empty()); // they are not of these weights
    QVERIFY(mean->metadata("averaging").find("0.75 of") != std::string::npos);
}

void TestAverageWeights::otherNetworksAreRefused() {
    const auto one = file("one", 1, 2, 1);
    const auto wide = file("wide", 1, 2, 1, "{\"width\":3}");
    const auto out = one.parent_path() / "never";
    const std::vector<WeightsShare> parts{{one, 1}, {wide, 1}};
    const auto refused = averageWeights(parts, out);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, Error::Code::BadInput);
    QCOMPARE(refused.error().where, wide.string());
    QVERIFY(!std::filesystem::exists(out));
}

void TestAverageWeights::fewAndWrongSharesAreRefused() {
    const auto one = file("one", 1, 2, 1);
    const auto out = one.parent_path() / "never";
    const std::vector<WeightsShare> alone{{one, 1}};
    QVERIFY(!averageWeights(alone, out));
    const std::vector<WeightsShare> nothing{{one, 1}, {one, 0}};
    QVERIFY(!averageWeights(nothing, out));
    QVERIFY(!std::filesystem::exists(out));
}

QTEST_APPLESS_MAIN(TestAverageWeights)
#include "tst_average_weights.moc"
