// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/musegan_metrics.h"
#include "core/codec/token_metrics.h"
#include "tests/support/test_support.h"

using namespace canto;
using namespace canto::codec;

class TestMuseGanMetrics : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void twoBarsCountedByHand();
    void phrasesAddUp();
    void nothingHasNoFigures();
};

namespace {
/// Two bars. Drums: hits on steps 0, 3, 16. Bass: C2 for 4 steps, then E2 and G2 for one each, then
/// silence; nothing in bar 2. Guitar: C4 held through both bars. Strings: never.
std::vector<Token> byHand() {
    std::vector<Token> tokens(kTracks * 32, kHold);
    for (std::size_t track = 0; track < kTracks; ++track) {
        tokens[track * 32] = kSilence;
    }
    tokens[0] = 36;
    tokens[1] = kSilence;
    tokens[3] = 38;
    tokens[4] = kSilence;
    tokens[16] = 36;
    tokens[32 + 0] = 36;
    tokens[32 + 4] = 40;
    tokens[32 + 5] = 43;
    tokens[32 + 6] = kSilence;
    tokens[64 + 0] = 60;
    return tokens;
}
} // namespace

void TestMuseGanMetrics::twoBarsCountedByHand() {
    MuseGanMetrics metrics;
    metrics.add(byHand());
    const auto figures = metrics.figures();
    QCOMPARE(figures.bars, std::uint64_t(2));
    QCOMPARE(figures.drumPattern, 2.0 / 3.0); // steps 0 and 16 of 0, 3, 16
    QCOMPARE(figures.tracks[0].emptyBars, 0.0);
    QCOMPARE(figures.tracks[1].emptyBars, 0.5);
    QCOMPARE(figures.tracks[1].pitchClasses, 3.0);         // C, E, G in the one bar that sounds
    QCOMPARE(figures.tracks[1].qualifiedNotes, 1.0 / 3.0); // 4, 1 and 1 steps
    QCOMPARE(figures.tracks[2].emptyBars, 0.0);
    QCOMPARE(figures.tracks[2].pitchClasses, 1.0); // C in both bars, held in the second
    QCOMPARE(figures.tracks[2].qualifiedNotes, 1.0);
    QCOMPARE(figures.tracks[3].emptyBars, 1.0);
    QCOMPARE(figures.tracks[3].qualifiedNotes, 0.0);
}

void TestMuseGanMetrics::phrasesAddUp() {
    MuseGanMetrics metrics;
    metrics.add(byHand());
    metrics.add(alwaysHold());
    const auto figures = metrics.figures();
    QCOMPARE(figures.bars, std::uint64_t(4));
    QCOMPARE(figures.tracks[1].emptyBars, 0.75);
    QCOMPARE(figures.tracks[1].pitchClasses, 3.0);
}

void TestMuseGanMetrics::nothingHasNoFigures() {
    const auto figures = MuseGanMetrics().figures();
    QCOMPARE(figures.bars, std::uint64_t(0));
    QCOMPARE(figures.drumPattern, 0.0);
    QCOMPARE(figures.tracks[1].emptyBars, 0.0);
}

QTEST_APPLESS_MAIN(TestMuseGanMetrics)
#include "tst_musegan_metrics.moc"
