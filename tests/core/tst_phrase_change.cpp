// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/phrase_change.h"
#include "tests/support/test_support.h"

using namespace canto;
using namespace canto::codec;

class TestPhraseChange : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void hammingCountsDifferentSteps();
    void risingIsSeenAndStandingStillIsNot();
    void pitchClassesLeaveDrumsOutAndForgetOctaves();
    void rhythmComparesPlacesNotPitches();
};

namespace {
/// Four tracks of 16 steps, silent but for the notes given as {track, step, pitch}.
std::vector<Token> phrase(std::initializer_list<std::array<int, 3>> notes) {
    std::vector<Token> tokens(kTracks * 16, kHold);
    for (std::size_t track = 0; track < kTracks; ++track) {
        tokens[track * 16] = kSilence;
    }
    for (const auto& [track, step, pitch] : notes) {
        tokens[static_cast<std::size_t>(track * 16 + step)] = static_cast<Token>(pitch);
    }
    return tokens;
}
} // namespace

void TestPhraseChange::hammingCountsDifferentSteps() {
    const auto a = phrase({{1, 0, 40}, {2, 4, 60}});
    const auto b = phrase({{1, 0, 40}, {2, 4, 62}, {3, 8, 70}});
    QCOMPARE(hammingDistance(a, a), 0.0);
    QCOMPARE(hammingDistance(a, b), 2.0 / 64); // the guitar's pitch, the strings' note
}

void TestPhraseChange::risingIsSeenAndStandingStillIsNot() {
    QVERIFY(neverRises(std::array{0.5, 0.3, 0.3, 0.0}));
    QVERIFY(!neverRises(std::array{0.5, 0.3, 0.31, 0.0}));
    QVERIFY(neverRises(std::array{0.5}));
}

void TestPhraseChange::pitchClassesLeaveDrumsOutAndForgetOctaves() {
    const auto a = phrase({{0, 0, 36}, {1, 0, 36}, {2, 4, 48}, {2, 8, 64}}); // C, C, E
    QCOMPARE(pitchClasses(a)[0], 2.0);
    QCOMPARE(pitchClasses(a)[4], 1.0);
    const auto b = phrase({{1, 0, 60}, {2, 8, 67}}); // C, G
    // (2, 1, 0) and (1, 0, 1): 2 / sqrt(5 * 2).
    QVERIFY(std::abs(pitchClassCosine(a, b) - 2 / std::sqrt(10.0)) < 1e-12);
    QVERIFY(std::abs(pitchClassCosine(a, a) - 1) < 1e-12);
    const auto drums = phrase({{0, 0, 36}});
    QCOMPARE(pitchClassCosine(drums, drums), 1.0);
    QCOMPARE(pitchClassCosine(drums, b), 0.0);
}

void TestPhraseChange::rhythmComparesPlacesNotPitches() {
    const auto a = phrase({{1, 0, 40}, {2, 4, 60}, {2, 8, 60}});
    const auto b = phrase({{1, 0, 45}, {2, 4, 72}});
    QCOMPARE(rhythmKept(a, b), 4.0 / 5); // two places shared of 3 + 2
    QCOMPARE(rhythmKept(phrase({}), phrase({})), 1.0);
    QCOMPARE(rhythmKept(a, phrase({})), 0.0);
}

QTEST_APPLESS_MAIN(TestPhraseChange)
#include "tst_phrase_change.moc"
