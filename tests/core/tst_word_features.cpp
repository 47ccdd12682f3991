// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/codec/word_features.h"
#include "tests/support/test_support.h"

#include <QTest>
#include <array>
#include <cmath>

using namespace canto;
using namespace canto::codec;

namespace {

const Word kLine{{0, 0, 1, 2, 0, 0, 0, 0}};
Word place(int step, int tempo = 1, int chord = 1) {
    return {{static_cast<std::uint8_t>(tempo), static_cast<std::uint8_t>(chord),
             static_cast<std::uint8_t>(2 + step), 2, 0, 0, 0, 0}};
}
/// A pitch of MIDI, sixteenths, velocity.
Word note(int pitch, int length, int velocity) {
    return {{0, 0, 0, 3, static_cast<std::uint8_t>(pitch - 20), static_cast<std::uint8_t>(length),
             velocityBin(velocity), 0}};
}

} // namespace

class TestWordFeatures : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void figuresByHand() {
        // Bar 1: C4 and E4 together for a quarter, then G4 for an eighth two sixteenths later than
        // they end. Bar 2: C4 alone, a sixteenth.
        const std::array words = {kLine,           place(0, 32, 2), note(64, 4, 80),
                                  note(60, 4, 80), place(6),        note(67, 2, 80),
                                  kLine,           place(0, 32, 2), note(60, 1, 80)};
        const auto figures = figuresOf(words);
        QCOMPARE(figures.pitchRange, 7.0);
        QCOMPARE(figures.pitchClasses, 3.0);
        QCOMPARE(figures.polyphony, (4 * 2 + 2 + 1) / 7.0); // of the seven that sound
        QCOMPARE(figures.barPitchRange, (7 + 0) / 2.0);
        QCOMPARE(figures.barPitchClasses, (3 + 1) / 2.0);
        QCOMPARE(figures.barPolyphony, (3 / 2.0 + 1) / 2.0);
    }

    void meansByHand() {
        const std::array words = {kLine, place(0, tempoBin(92), 2), note(60, 4, 22),
                                  note(50, 8, 42)};
        const auto means = meansOf(words);
        QCOMPARE(means.tempo, 92.0);
        QCOMPARE(means.pitch, 55.0);
        QCOMPARE(means.duration, 6.0);
        QCOMPARE(means.velocity, 32.0); // bins of 4 with their middles at 22 and 42
        QCOMPARE(means.density, 2.0);
    }

    void featuresAreFiniteAndOfOneLength() {
        Random random(4);
        QVERIFY(featureCount() > 100);
        QCOMPARE(wordFeatures({}), std::vector<double>(featureCount(), 0.0));
        for (int round = 0; round < 50; ++round) {
            std::vector<Word> words{kLine, place(0, 20, 3)};
            for (std::uint64_t i = 0; i < random.below(30); ++i) {
                words.push_back(note(21 + static_cast<int>(random.below(88)),
                                     1 + static_cast<int>(random.below(16)),
                                     static_cast<int>(random.below(128))));
                if (random.below(3) == 0) {
                    words.push_back(kLine);
                    words.push_back(place(static_cast<int>(random.below(16)), 30,
                                          2 + static_cast<int>(random.below(130))));
                }
            }
            const auto features = wordFeatures(words);
            QCOMPARE(features.size(), featureCount());
            for (const double value : features) {
                QVERIFY(std::isfinite(value));
            }
        }
    }

    void transpositionMovesTheRegisterAlone() {
        std::vector<Word> words{kLine, place(0, 30, chordValue({0, 0}))};
        for (const int pitch : {67, 64, 60, 48}) {
            words.push_back(note(pitch, 4, 70));
        }
        words.push_back(place(8, 1, chordValue({7, 0})));
        for (const int pitch : {67, 62, 59, 55}) {
            words.push_back(note(pitch, 8, 60));
        }
        auto moved = words;
        QVERIFY(transposeWords(moved, 2));
        const auto a = wordFeatures(words);
        const auto b = wordFeatures(moved);
        int changed = 0;
        for (std::size_t i = 0; i < a.size(); ++i) {
            const double apart = std::abs(a[i] - b[i]);
            QVERIFY(apart < 1e-9 || std::abs(apart - 2) < 1e-9 || i < 30);
            changed += apart > 1e-9;
        }
        QVERIFY(changed >= 6); // mean, percentiles, lines
        QVERIFY(changed <= 10);
    }
};

QTEST_APPLESS_MAIN(TestWordFeatures)
#include "tst_word_features.moc"
