// SPDX-License-Identifier: GPL-3.0-or-later
// Measures of arrangements against values worked out by hand.

#include "core/arrange/cover_measures.h"
#include "tests/support/test_support.h"

#include <cmath>

using namespace canto;
using namespace canto::arrange;

namespace {

struct Given {
    double start;
    double length;
    int pitch;
};

/// Notes at their seconds: 120 beats a minute, so a second is 960 ticks.
music::Song songOf(std::initializer_list<Given> given) {
    music::Song song;
    song.tracks = {{"Piano"}};
    for (const auto& each : given) {
        music::Note note;
        note.start = std::llround(each.start * 960);
        note.length = std::llround(each.length * 960);
        note.pitch = static_cast<std::uint8_t>(each.pitch);
        song.notes.push_back(note);
    }
    song.finish();
    return song;
}

/// Frames of one sounding class after another.
audio::Feature classes(std::initializer_list<int> each) {
    audio::Feature chroma(12, static_cast<int>(each.size()));
    int t = 0;
    for (const int c : each) {
        chroma.frame(t++)[static_cast<std::size_t>(c)] = 1;
    }
    return chroma;
}

} // namespace

class TestCoverMeasures : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void equalSoundsWarpNothing() {
        const auto chroma = classes({0, 4, 7, 0, 5, 9, 2});
        QVERIFY(std::abs(warpDeviation(chroma, chroma)) < 1e-9);
    }

    void aPathThatWaitsLeavesItsLine() {
        // The song stays on C for two frames: the path is (0,0) (0,1) (1,2) (2,3). About the line
        // of best fit y = 15/11 ... : x 0 0 1 2, y 0 1 2 3: means .75 and 1.5, Sxx 2.75, Sxy 3.5,
        // Syy 5: residual sqrt((5 - 12.25 / 2.75) / 4) frames of a tenth of a second.
        const double expected = std::sqrt((5 - 3.5 * 3.5 / 2.75) / 4) / 10;
        const double deviation = warpDeviation(classes({0, 4, 7}), classes({0, 0, 4, 7}));
        QVERIFY2(std::abs(deviation - expected) < 1e-9, QByteArray::number(deviation));
    }

    void chromaIsOfWhatSounds() {
        const auto chroma =
            chromaOfSong(songOf({{0, 0.2, 60}, {0, 0.1, 67}, {0.35, 0.1, 69}}), 0.5);
        QCOMPARE(chroma.frames, 5);
        QVERIFY(std::abs(chroma(0, 0) - std::sqrt(0.5)) < 1e-6); // C and G, equally loud
        QVERIFY(std::abs(chroma(7, 0) - std::sqrt(0.5)) < 1e-6);
        QCOMPARE(chroma(0, 1), 1.0F); // C alone
        QCOMPARE(chroma(0, 2), 0.0F); // nothing
        QCOMPARE(chroma(9, 3), 1.0F); // A
    }

    void onsetsTogetherAreOne() {
        const auto times = onsetTimes(songOf({{0, 1, 60}, {0.02, 1, 64}, {0.5, 1, 67}}));
        QCOMPARE(times.size(), std::size_t(2));
        QVERIFY(std::abs(times[1] - 0.5) < 1e-6);
    }

    void intervalsLieOnTheGridOrBetween() {
        // Sixteenths of .12 s: intervals of .24 (two, on the grid) and one of .30 (2.5 steps).
        QVERIFY(std::abs(gridDeviation(std::vector<double>{0, 0.24, 0.48, 0.78}, 0.12) - 0.5 / 3) <
                1e-9);
        QCOMPARE(gridDeviation(std::vector<double>{0}, 0.12), 0.0);
    }

    void entropyCountsRunsOfEight() {
        std::vector<double> even;
        std::vector<double> turns{0};
        for (int i = 0; i < 20; ++i) {
            even.push_back(0.25 * i);
            turns.push_back(turns.back() + (i % 2 == 0 ? 0.25 : 0.5));
        }
        QCOMPARE(patternEntropy(even), 0.0); // one run, again and again
        // Twenty intervals in turn: thirteen runs, seven that begin short and six that begin long.
        const double bits = -(7.0 / 13 * std::log2(7.0 / 13) + 6.0 / 13 * std::log2(6.0 / 13));
        QVERIFY2(std::abs(patternEntropy(turns) - bits) < 1e-9,
                 QByteArray::number(patternEntropy(turns)));
        QCOMPARE(patternEntropy(std::vector<double>{0, 1, 2}), 0.0);
    }

    void theHighestToneTellsTheMelody() {
        // C5 over C3 for a second, then nothing for half a second, then G4. The melody: C for
        // 1.5 s (the last tone counts on), A for .5 s.
        const auto song = songOf({{0, 1, 72}, {0, 1, 48}, {1.5, 0.5, 67}});
        std::vector<double> melody(20, 60);
        std::fill(melody.begin() + 15, melody.end(), 69);
        QCOMPARE(melodyChromaKept(song, melody, 0.1), 0.75);
        QCOMPARE(melodyChromaKept(song, std::vector<double>(20), 0.1), 0.0);
    }

    void onsetsMatchOnceWithinTheWindow() {
        const auto made = songOf({{0, 1, 60}, {0.05, 1, 60}, {1, 1, 64}, {2, 1, 67}});
        const auto wanted = songOf({{0.02, 1, 60}, {1.2, 1, 64}, {2.09, 1, 67}});
        const auto match = matchOnsets(made, wanted.notes, 0.1);
        // C once (the second C has no partner left), E too late, G just within.
        QCOMPARE(match.precision, 2.0 / 4);
        QCOMPARE(match.recall, 2.0 / 3);
        QCOMPARE(match.f1, 4.0 / 7);
    }
};

QTEST_GUILESS_MAIN(TestCoverMeasures)
#include "tst_cover_measures.moc"
