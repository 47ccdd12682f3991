// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/musae/report_parts.h"
#include "models/nn/logistic_probe.h"
#include "models/registry/registry.h"
#include "models/train/trainer.h"
#include "small_music.h"
#include "tests/support/test_support.h"

#include <ATen/Parallel.h>

using namespace canto;
using namespace canto::models;
using namespace canto::models::musae;

class TestStyleReport : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }
    void probeFindsAStraightCutWhateverTheNumbers();
    void equalPhrasesStandStillOnTheWay();
    void everyDimensionIsSweptForEveryProperty();
    void wholeReportHasWhatIsClaimed();
    void otherSplitsAndCancelAreTold();
};

void TestStyleReport::probeFindsAStraightCutWhateverTheNumbers() {
    // Class 1 lies beyond 2 x + y = 4; there are nine times as many of class 0.
    torch::manual_seed(1);
    const auto x = torch::randn({1000, 2}) * 2;
    const auto side = 2 * x.select(1, 0) + x.select(1, 1) - 4;
    const auto labels = (side > 0).to(torch::kInt64);
    const LogisticProbe probe(x, labels, 2, {.ridge = 1e-4, .iterations = 60, .balanced = true});
    const auto right = (probe.predictions(x) == labels).to(torch::kFloat64).mean().item<double>();
    QVERIFY2(right > 0.97, std::to_string(right).c_str());
    const auto points = torch::tensor({3.0F, 1.0F, 0.0F, 0.0F}).view({2, 2});
    QCOMPARE(probe.predictions(points)[0].item<int>(), 1);
    QCOMPARE(probe.predictions(points)[1].item<int>(), 0);
}

namespace {

/// Four songs of three times the same phrase.
tensors::PreparedDataset repeats() {
    tensors::PreparedDataset dataset;
    for (const char* split : {"train", "test"}) {
        for (const char* genre : {"even", "odd"}) {
            std::vector<codec::PhraseWindow> windows;
            std::vector<codec::Token> tokens;
            for (int bar = 0; bar < 6; bar += 2) {
                windows.push_back({bar, bar * 1920, (bar + 2) * 1920, true});
                const auto phrase = test::phraseNumber(1);
                tokens.insert(tokens.end(), phrase.begin(), phrase.end());
            }
            dataset.addSong({std::string(split) + genre, genre, "nobody", genre, split}, windows,
                            tokens);
        }
    }
    dataset.finish("genre");
    return dataset;
}

} // namespace

void TestStyleReport::equalPhrasesStandStillOnTheWay() {
    torch::NoGradGuard off;
    Net net(test::smallNet());
    net->eval();
    const Dataset dataset(repeats());
    const auto part = interpolationPart(*net, dataset, "test", 3, {});
    QCOMPARE(part["pairs"].get<int>(), 3);
    for (const char* points : {"5", "7", "9"}) {
        QCOMPARE(part[points]["fallsToTheEnd"].get<double>(), 1.0);
        QCOMPARE(part[points]["meanDistance"].size(), std::size_t(std::atoi(points)));
        QCOMPARE(part[points]["meanDistance"][0].get<double>(), 0.0);
    }
    // An interpolation ends at its end: the last distance is always 0.
    const Dataset other(test::smallMusic(14));
    const auto way = interpolationPart(*net, other, "train", 4, {});
    QCOMPARE(way["9"]["meanDistance"][8].get<double>(), 0.0);
}

void TestStyleReport::everyDimensionIsSweptForEveryProperty() {
    torch::NoGradGuard off;
    torch::manual_seed(4);
    Net net(test::smallNet());
    net->eval();
    const Dataset dataset(test::smallMusic(14));
    const auto part = sweepPart(*net, dataset, "train", 3, {});
    for (const char* reach : {"10", "2"}) {
        const auto& properties = part[reach]["properties"];
        QCOMPARE(properties.size(), std::size_t(30)); // six of each track and of all
        for (const auto& [name, property] : properties.items()) {
            QCOMPARE(property["r"].size(), std::size_t(16));
            const double best = std::abs(property["best"][0]["r"].get<double>());
            for (const auto& r : property["r"]) {
                QVERIFY(std::abs(r.get<double>()) <= best + 1e-12 && best <= 1 + 1e-9);
            }
        }
    }
}

void TestStyleReport::wholeReportHasWhatIsClaimed() {
    QTemporaryDir folder;
    const auto data = test::pathIn(folder, "music.safetensors");
    QVERIFY_RESULT(test::smallMusic(24).write(data));
    train::TrainerOptions options;
    options.steps = 4;
    options.threads = 1;
    const auto run = test::pathIn(folder, "run");
    auto net = test::smallNet();
    net.controls = kControls;
    QVERIFY_RESULT(
        train::Trainer(test::trainingOf(net, test::smallTraining(), 24), run, options).run({}));
    const auto weights = tensors::SafeTensors::open(run / "last.safetensors");
    QVERIFY_RESULT(weights);
    const auto architecture = findArchitecture("musae");
    QVERIFY_RESULT(architecture);
    QCOMPARE((*architecture)->space, std::string("style"));
    const auto report =
        (*architecture)->report({&*weights, data, "train", {{"twin", &*weights}}}, {});
    QVERIFY_RESULT(report);
    for (const char* part : {"reconstruction", "others", "musegan", "interpolation", "sweeps",
                             "genres", "move", "plane"}) {
        QVERIFY2(report->contains(part), part);
    }
    QCOMPARE((*report)["musegan"]["drawn"]["bars"].get<int>(), 2000);
    // Weights beside themselves have the same figures.
    QVERIFY((*report)["others"]["twin"]["windows"]["strict"]["model"]["mean"] ==
            (*report)["reconstruction"]["windows"]["strict"]["model"]["mean"]);
    const auto& probe = (*report)["genres"]["all"]["probe"];
    QCOMPARE(probe["perLabel"].size(), std::size_t(2));
    QCOMPARE(probe["songs"].get<int>(), 22);
    const auto& distances = (*report)["genres"]["distances"]["euclidean"];
    QVERIFY(distances[0][0].get<double>() < 1e-3);
    QCOMPARE(distances[0][1].get<double>(), distances[1][0].get<double>());
    QCOMPARE((*report)["move"]["plane"]["moves"].get<int>(), 22); // each to the one other label
    QVERIFY((*report)["move"]["plane"]["pitchClassCosine"].get<double>() <= 1.0);
}

void TestStyleReport::otherSplitsAndCancelAreTold() {
    QTemporaryDir folder;
    const auto data = test::pathIn(folder, "music.safetensors");
    QVERIFY_RESULT(test::smallMusic(12).write(data));
    train::TrainerOptions options;
    options.steps = 1;
    options.threads = 1;
    const auto run = test::pathIn(folder, "run");
    QVERIFY_RESULT(
        train::Trainer(test::trainingOf(test::smallNet(), test::smallTraining(), 12), run, options)
            .run({}));
    const auto weights = tensors::SafeTensors::open(run / "last.safetensors");
    QVERIFY_RESULT(weights);
    const auto architecture = *findArchitecture("musae");
    const auto nothing = architecture->report({&*weights, data, "nowhere", {}}, {});
    QVERIFY(!nothing);
    QCOMPARE(nothing.error().code, Error::Code::BadInput);
    const CancelToken stop;
    stop.cancel();
    const auto stopped = architecture->report({&*weights, data, "train", {}}, stop);
    QVERIFY(!stopped);
    QCOMPARE(stopped.error().code, Error::Code::Cancelled);
}

QTEST_APPLESS_MAIN(TestStyleReport)
#include "tst_style_report.moc"
