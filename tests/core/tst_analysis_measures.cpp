// SPDX-License-Identifier: GPL-3.0-or-later
// Measures of mir_eval, on small examples worked out by hand.

#include "core/audio/analysis_measures.h"
#include "tests/support/test_support.h"

using namespace canto;
using namespace canto::audio;

namespace {

ChordSpan span(double start, double end, const char* label) {
    return {start, end, *parseChord(label)};
}

bool same(double a, double b) { return std::fabs(a - b) < 1e-9; }

} // namespace

class TestAnalysisMeasures : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void beatsWithinSeventyMillisecondsMatch() {
        const std::vector<double> reference{6, 7, 8, 9};
        const auto good = beatFMeasure(reference, std::vector{6.06, 6.94, 8.0, 9.08});
        QCOMPARE(good.matched, std::size_t(3)); // the last is 80 ms off
        QVERIFY(same(good.f, 0.75));
    }

    void oneBeatMatchesOnlyOne() {
        // Twice as many as needed: precision 4 / 8, recall 1, F = 2 / 3.
        const std::vector<double> reference{6, 7, 8, 9};
        const auto fast =
            beatFMeasure(reference, std::vector{6.0, 6.5, 7.0, 7.5, 8.0, 8.5, 9.0, 9.5});
        QVERIFY(same(fast.precision, 0.5));
        QVERIFY(same(fast.recall, 1.0));
        QVERIFY(same(fast.f, 2.0 / 3));
        const auto twice = beatFMeasure(std::vector{6.0}, std::vector{5.95, 6.05});
        QCOMPARE(twice.matched, std::size_t(1));
        // Greedy by nearness would pair 6.06 with 6.10 and leave two alone.
        const auto crowded = beatFMeasure(std::vector{6.0, 6.1}, std::vector{6.06, 6.13});
        QCOMPARE(crowded.matched, std::size_t(2));
    }

    void theFirstFiveSecondsAreNotJudged() {
        const auto late = beatFMeasure(std::vector{1.0, 2.0, 6.0}, std::vector{3.3, 4.99, 6.0});
        QVERIFY(same(late.f, 1.0));
        QVERIFY(same(beatFMeasure(std::vector{1.0, 2.0}, std::vector{1.0, 2.0}).f, 0.0));
        QVERIFY(same(beatFMeasure(std::vector{1.0, 2.0}, std::vector{1.0, 2.0}, 0.07, 0).f, 1.0));
        QVERIFY(same(beatFMeasure({}, std::vector{6.0}).f, 0.0));
    }

    void chordsCountByTheirTime() {
        // 3 s right, 1 s wrong root; of the third second the bass and seventh do not matter.
        const std::vector<ChordSpan> reference{span(0, 2, "C:maj"), span(2, 4, "A:min")};
        const std::vector<ChordSpan> estimate{span(0, 2, "C:7/3"), span(2, 3, "A:min7"),
                                              span(3, 4, "F:maj")};
        const auto accuracy = chordAccuracy(reference, estimate);
        QVERIFY(same(accuracy.root, 0.75));
        QVERIFY(same(accuracy.majMin, 0.75));
        QVERIFY(same(accuracy.evaluated, 4));
    }

    void suspensionsAreJudgedByTheirRootOnly() {
        const std::vector<ChordSpan> reference{span(0, 1, "C:sus4"), span(1, 3, "C:min")};
        const std::vector<ChordSpan> estimate{span(0, 3, "C:maj")};
        const auto accuracy = chordAccuracy(reference, estimate);
        QVERIFY(same(accuracy.root, 1));
        QVERIFY(same(accuracy.majMin, 0)); // C minor was estimated as major
        QVERIFY(same(accuracy.majMinTime, 2));
        // An augmented triad shares the third with the major one, not the fifth.
        QVERIFY(same(chordAccuracy(std::vector{span(0, 1, "C:aug")}, estimate).majMinTime, 0));
        // The added bass adds a ninth to the intervals below the fifth: no longer a plain major
        // chord.
        QVERIFY(same(chordAccuracy(std::vector{span(0, 1, "C:maj/2")}, estimate).majMinTime, 0));
    }

    void gapsAreNoChord() {
        const std::vector<ChordSpan> reference{span(0, 1, "N"), span(1, 4, "G:maj"),
                                               span(4, 5, "N")};
        const std::vector<ChordSpan> estimate{span(1, 2, "G:maj"), span(3, 3.5, "G:maj")};
        const auto accuracy = chordAccuracy(reference, estimate);
        QVERIFY(same(accuracy.root, (1 + 1 + 0.5 + 1) / 5)); // N at both ends, 1.5 s of G
        QVERIFY(same(accuracy.majMin, 3.5 / 5));
        QVERIFY(same(chordAccuracy(reference, {}).root, 0.4));
        QVERIFY(same(chordAccuracy({}, estimate).root, 0));
    }

    void anEstimateThatReachesBeyondTheReferenceIsCut() {
        const std::vector<ChordSpan> reference{span(1, 2, "D:min"), span(2, 3, "E:min")};
        const std::vector<ChordSpan> estimate{span(0, 2.5, "D:min"), span(2.5, 9, "E:min")};
        const auto accuracy = chordAccuracy(reference, estimate);
        QVERIFY(same(accuracy.evaluated, 2));
        QVERIFY(same(accuracy.root, 0.75));
    }

    void octavesDoNotCountInTheMelody() {
        const std::vector<double> reference{60, 62, 0, 64, 65};
        // An octave down; 40 cents high; (unvoiced); nothing; a semitone off.
        const std::vector<double> estimate{48, 62.4, 70, 0, 66};
        QVERIFY(same(rawChromaAccuracy(reference, estimate), 0.5));
        QVERIFY(same(rawChromaAccuracy(std::vector{60.0}, std::vector{71.6}), 1)); // 40 cents below
        QVERIFY(same(rawChromaAccuracy(std::vector{0.0}, std::vector{60.0}), 0));
        QVERIFY(same(rawChromaAccuracy(std::vector{60.0, 61.0}, std::vector{60.0}), 0.5));
    }

    void annotationsAreRead() {
        const auto beats = readBeatList("0.5 1.0 1.0\r\n1.0 0.0 0.0\n\n# text\n1.5,1.0,0.0\n");
        QVERIFY_RESULT(beats);
        QCOMPARE(*beats, (std::vector{0.5, 1.0, 1.5}));
        QCOMPARE(*readBeatList("0.5 1.0 1.0\n1.0 0.0 0.0\n", 2), (std::vector{0.5}));
        const auto chords = readChordList("0.0\t1.0\tN\n1.0\t2.5\tBb:sus4(b7)\n2.5 3 G:(1,5)\n");
        QVERIFY_RESULT(chords);
        QCOMPARE(chords->size(), std::size_t(3));
        QCOMPARE((*chords)[1].chord.root, 10);
        QCOMPARE((*chords)[2].chord, parseChord("G:5").value());
        QCOMPARE(readBeatList("0.5\nx\n").error().where, std::string("line 2"));
        QVERIFY(!readBeatList("0.5\n", 1));
        QVERIFY(!readBeatList("nan\n"));
        QVERIFY(!readChordList("0 1\n"));
        QVERIFY(!readChordList("0 1 H\n"));
    }

    void continuityCountsPlaceAndPeriod() {
        std::vector<double> beats;
        std::vector<double> half;
        std::vector<double> off;
        for (int second = 5; second < 15; ++second) {
            beats.push_back(second);
            off.push_back(second + 0.5);
            if (second % 2 == 1) {
                half.push_back(second);
            }
        }
        off.pop_back(); // nothing lies between the last beat and the one after it
        const auto same = beatContinuity(beats, beats);
        QCOMPARE(same.correct, 1.0);
        QCOMPARE(same.anyLevel, 1.0);
        for (const auto& other : {half, off}) {
            const auto level = beatContinuity(beats, other);
            QCOMPARE(level.correct, 0.0);
            QCOMPARE(level.anyLevel, 1.0);
        }
        auto late = beats;
        late[4] += 0.2; // wrong place, and the periods before and after it are .2 off
        QVERIFY(std::fabs(beatContinuity(beats, late).correct - 0.8) < 1e-9);
        QCOMPARE(beatContinuity(beats, {}).anyLevel, 0.0);
    }

    void keysNearTheRightOneCountInPart() {
        const auto score = [](const char* found) { return keyScore("C major", found).value(); };
        QCOMPARE(score("C major"), 1.0);
        QCOMPARE(score("G major"), 0.5);
        QCOMPARE(score("F major"), 0.5);
        QCOMPARE(score("A minor"), 0.3);
        QCOMPARE(score("C minor"), 0.2);
        QCOMPARE(score("D major"), 0.0);
        QCOMPARE(keyScore("A minor", "C major").value(), 0.3);
        QVERIFY(!keyScore("H major", "C major"));
    }
};

QTEST_GUILESS_MAIN(TestAnalysisMeasures)
#include "tst_analysis_measures.moc"
