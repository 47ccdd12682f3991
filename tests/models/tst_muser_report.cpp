// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "models/muser/emotion_probe.h"
#include "models/muser/muser.h"
#include "models/muser/net.h"
#include "models/nn/weights_io.h"
#include "small_words.h"
#include "tests/support/test_support.h"

#include <QTest>
#include <algorithm>
#include <array>
#include <cmath>
#include <torch/torch.h>

using namespace canto;
using namespace canto::models;
using namespace canto::models::muser;

class TestMuserReport : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void theProbeFindsClassesThatAreThere() {
        Random random(1);
        std::vector<std::vector<double>> rows;
        std::vector<int> labels;
        for (int i = 0; i < 400; ++i) {
            const int label = static_cast<int>(random.below(4));
            // Two features determine the class, one is random, one is always the same.
            rows.push_back({(label < 2 ? 3.0 : -3.0) + random.normal(),
                            100 * ((label % 2 == 0 ? 3.0 : -3.0) + random.normal()),
                            random.normal(), 5.0});
            labels.push_back(label);
        }
        const auto probe = EmotionProbe::learn(rows, labels, 4, {.penalty = 1, .ridge = 1});
        int right = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            right += probe.classOf(rows[i]) == labels[i];
        }
        QVERIFY2(right >= 392, qPrintable(QString::number(right)));
        const auto chances = probe.probabilities(rows.front());
        QVERIFY(std::abs(chances[0] + chances[1] + chances[2] + chances[3] - 1) < 1e-9);
        // With a huge penalty only the shares of the classes remain.
        const auto flat = EmotionProbe::learn(rows, labels, 4, {.penalty = 1e9, .ridge = 1e9})
                              .probabilities(rows.front());
        for (int c = 0; c < 4; ++c) {
            const auto share =
                static_cast<double>(std::count(labels.begin(), labels.end(), c)) / 400;
            QVERIFY(std::abs(flat[static_cast<std::size_t>(c)] - share) < 0.01);
        }
    }

    void partsNeverTearASongApart() {
        std::vector<std::string> songs;
        for (int i = 0; i < 200; ++i) {
            songs.push_back("song " + std::to_string(i % 37));
        }
        const auto folds = foldsByGroup(songs, 5);
        std::array<int, 5> count{};
        for (std::size_t i = 0; i < songs.size(); ++i) {
            QCOMPARE(folds[i], folds[i % 37]);
            ++count[static_cast<std::size_t>(folds[i])];
        }
        QVERIFY(*std::min_element(count.begin(), count.end()) > 0);
        // Each song's label is random and its features are its own: within songs it could be
        // memorised, across songs nothing can be predicted.
        Random random(4);
        std::vector<std::vector<double>> rows;
        std::vector<int> labels;
        for (std::size_t i = 0; i < songs.size(); ++i) {
            Random own(i % 37);
            rows.push_back({own.normal(), own.normal(), own.normal()});
            labels.push_back(static_cast<int>((i % 37 * 7919 % 97) % 4));
        }
        const auto classified =
            classifiedAcross(rows, labels, folds, 4, {.penalty = 1, .ridge = 0.1});
        QVERIFY(quadrantScores(classified, labels).quadrant < 0.6);
        const auto whole = EmotionProbe::learn(rows, labels, 4, {.penalty = 0.1, .ridge = 0.001});
        int right = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            right += whole.classOf(rows[i]) == labels[i];
        }
        QVERIFY(right > 180);
    }

    void aProbeSurvivesItsFile() {
        QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.filePath("p").toStdString());
        const std::vector<std::vector<double>> rows = {{0, 1}, {1, 0}, {4, 4},
                                                       {5, 5}, {2, 9}, {2, 8}};
        const std::vector<int> labels = {0, 0, 1, 1, 2, 2};
        const auto probe = EmotionProbe::learn(rows, labels, 3, {.penalty = 1, .ridge = 1});
        const auto packed = probe.packed("one.");
        std::vector<tensors::TensorView> views;
        for (const auto& tensor : packed) {
            views.push_back(tensor.view());
        }
        QVERIFY_RESULT(tensors::writeSafeTensors(path, views, {}));
        const auto file = tensors::SafeTensors::open(path);
        QVERIFY_RESULT(file);
        const auto again = EmotionProbe::unpacked(*file, "one.");
        QVERIFY_RESULT(again);
        for (std::size_t i = 0; i < 3; ++i) {
            QVERIFY(std::abs(again->probabilities({3, 3})[i] - probe.probabilities({3, 3})[i]) <
                    1e-3); // rows of the kernel have 16 bits
        }
        // There is none of another name.
        QCOMPARE(EmotionProbe::unpacked(*file, "two.").error().code, Error::Code::BadShape);
    }

    void onlyTheFirstRowsAreInTheKernel() {
        const std::vector<std::vector<double>> rows = {{0, 1}, {1, 0}, {4, 4}, {5, 5}};
        const auto probe =
            EmotionProbe::learn(rows, {0, 0, 1, 1}, 2, {.penalty = 1, .ridge = 1, .kernelRows = 3});
        for (const auto& tensor : probe.packed("")) {
            if (tensor.name == "seen") {
                QCOMPARE(tensor.shape, (std::vector<std::int64_t>{3, 2}));
                QCOMPARE(tensor.bytes.size(), std::size_t(12));
            }
        }
    }

    void scoresOfQuadrantsByHand() {
        // Q1 right; Q2 predicted Q1: arousal right; Q3 predicted Q2: valence right; Q4 predicted
        // Q2: none.
        const auto scores = quadrantScores({0, 0, 1, 1}, {0, 1, 2, 3});
        QCOMPARE(scores.quadrant, 0.25);
        QCOMPARE(scores.arousal, 0.5);
        QCOMPARE(scores.valence, 0.5);
    }

    void silhouettesByHand() {
        // Each point of {0, 1}: near 1, far mean(|x - 10|, |x - 12|) = 11 and 10; of {10, 12}: near
        // 2, far 9.5 and 11.5.
        const double expected =
            ((1 - 1 / 11.0) + (1 - 1 / 10.0) + (1 - 2 / 9.5) + (1 - 2 / 11.5)) / 4;
        QVERIFY(std::abs(silhouette({{0}, {1}}, {{10}, {12}}) - expected) < 1e-12);
        QVERIFY(silhouette({{0}, {1}}, {{0}, {1}}) < 0.01);
    }

    void aReportHoldsWhatIsClaimed() {
        QTemporaryDir folder;
        const auto data = std::filesystem::path(folder.filePath("d").toStdString());
        const auto path = std::filesystem::path(folder.filePath("w").toStdString());
        QVERIFY_RESULT(test::smallPieces(14, 4).write(data));
        torch::manual_seed(2);
        Net net(test::smallMuser());
        QVERIFY_RESULT(saveWeights(
            *net, path, {{"architecture", "muser"}, {"config", net->config.toJson().dump()}},
            Precision::Half));
        const auto weights = tensors::SafeTensors::open(path, tensors::OpenOptions::weights());
        QVERIFY_RESULT(weights);
        const auto report = emotionReport({&*weights, data, "test", {}}, {});
        QVERIFY_RESULT(report);
        QCOMPARE((*report)["reconstruction"]["model"].size(), std::size_t(7));
        QCOMPARE((*report)["transfer"]["elements"].size(), std::size_t(4));
        QVERIFY(!report->contains("probe")); // two labels are not quadrants
        CancelToken cancel;
        cancel.cancel();
        const auto stopped = emotionReport({&*weights, data, "test", {}}, cancel);
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().code, Error::Code::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestMuserReport)
#include "tst_muser_report.moc"
