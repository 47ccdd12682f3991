// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/token_metrics.h"
#include "tests/support/test_support.h"

#include <QTest>
#include <cmath>

using namespace canto::codec;

class TestTokenMetrics : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void aPerfectGuessScoresOne();
    void scoresOfAHandCountedPhrase();
    void alwaysHoldFindsNoOnset();
    void theMostFrequentClassIsCountedByTrackAndStep();
    void mergingEqualsAddingAll();
};

namespace {
bool near(double a, double b) { return std::abs(a - b) < 1e-12; }
} // namespace

void TestTokenMetrics::aPerfectGuessScoresOne() {
    auto tokens = alwaysHold();
    for (int track = 0; track < kTracks; ++track) {
        tokens[static_cast<std::size_t>(track * kPhraseSteps + 3)] = 60;
    }
    TokenMetrics metrics;
    metrics.add(tokens, tokens);
    const auto scores = metrics.scores();
    QCOMPARE(scores.mean.accuracy, 1.0);
    QCOMPARE(scores.mean.accuracyWithoutHolds, 1.0);
    QCOMPARE(scores.mean.onsetF1, 1.0);
    QCOMPARE(scores.mean.rollCellAccuracy, 1.0);
    QCOMPARE(scores.mean.targetOnsets, std::uint64_t{4});
}

void TestTokenMetrics::scoresOfAHandCountedPhrase() {
    // Drums only differ from always-hold:
    //   target  60 H 62 H S H ...     sounds 60 60 62 62 S S ...
    //   guess   60 H 64 S S 50 H ...  sounds 60 60 64 S  S 50 50 ... (27 steps of 50)
    auto target = alwaysHold();
    auto guess = alwaysHold();
    const int t[] = {60, kHold, 62, kHold, kSilence, kHold};
    const int g[] = {60, kHold, 64, kSilence, kSilence, 50};
    for (std::size_t i = 0; i < 6; ++i) {
        target[i] = static_cast<Token>(t[i]);
        guess[i] = static_cast<Token>(g[i]);
    }
    TokenMetrics metrics;
    metrics.add(guess, target);
    const auto scores = metrics.scores();
    const auto& drums = scores.tracks[0];
    QCOMPARE(drums.steps, std::uint64_t{32});
    QVERIFY(near(drums.accuracy, 29.0 / 32));           // wrong: steps 2, 3, 5
    QVERIFY(near(drums.accuracyWithoutHolds, 2.0 / 3)); // of steps 0, 2, 4
    QVERIFY(near(drums.onsetPrecision, 1.0 / 3));       // 60 of 60, 64, 50
    QVERIFY(near(drums.onsetRecall, 1.0 / 2));          // 60 of 60, 62
    QVERIFY(near(drums.onsetF1, 2.0 / 5));
    QVERIFY(near(drums.rollStepAccuracy, 3.0 / 32)); // steps 0, 1, 4
    // Step 2 differs in two cells, step 3 in one, steps 5-31 in one each.
    QVERIFY(near(drums.rollCellAccuracy, 1 - 30.0 / (32 * 128)));
    QCOMPARE(scores.tracks[1].accuracy, 1.0);
    QVERIFY(near(scores.mean.accuracy, (29.0 / 32 + 3) / 4));
}

void TestTokenMetrics::alwaysHoldFindsNoOnset() {
    auto target = alwaysHold();
    for (std::size_t track = 0; track < kTracks; ++track) {
        for (std::size_t step = 0; step < kPhraseSteps; step += 8) {
            target[track * kPhraseSteps + step] = static_cast<Token>(40 + step);
        }
    }
    TokenMetrics metrics;
    metrics.add(alwaysHold(), target);
    const auto mean = metrics.scores().mean;
    QVERIFY(near(mean.accuracy, 28.0 / 32)); // four onsets a track are missed
    QCOMPARE(mean.onsetF1, 0.0);
    QCOMPARE(mean.onsetPrecision, 0.0);
    QCOMPARE(mean.rollStepAccuracy, 0.0);
}

void TestTokenMetrics::theMostFrequentClassIsCountedByTrackAndStep() {
    auto a = alwaysHold();
    auto b = alwaysHold();
    a[0] = 36;
    b[0] = 36;
    a[kPhraseSteps + 1] = 41;
    b[kPhraseSteps + 1] = 40;
    ClassCounts counts;
    QCOMPARE(counts.mostFrequent()[0], kHold);
    counts.add(a);
    counts.add(b);
    counts.add(alwaysHold());
    const auto guess = counts.mostFrequent();
    QCOMPARE(guess[0], Token{36});
    QCOMPARE(guess[kPhraseSteps], kSilence);
    QCOMPARE(guess[kPhraseSteps + 1], Token{40}); // 40, 41 and hold once each: the lowest
    QCOMPARE(guess[kPhraseSteps + 2], kHold);
}

void TestTokenMetrics::mergingEqualsAddingAll() {
    auto target = alwaysHold();
    target[7] = 60;
    TokenMetrics all;
    TokenMetrics one;
    TokenMetrics two;
    all.add(alwaysHold(), target);
    all.add(target, target);
    one.add(alwaysHold(), target);
    two.add(target, target);
    one.merge(two);
    QCOMPARE(one.phrases(), std::uint64_t{2});
    QCOMPARE(one.scores().mean.accuracy, all.scores().mean.accuracy);
    QCOMPARE(one.scores().tracks[0].onsetRecall, 0.5);
}

QTEST_APPLESS_MAIN(TestTokenMetrics)
#include "tst_token_metrics.moc"
