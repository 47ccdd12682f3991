// SPDX-License-Identifier: GPL-3.0-or-later
// Frames of a recording and features on the beat grid, for tones at known positions.

#include "core/arrange/arranger.h"
#include "core/audio/song_frames.h"
#include "tests/support/made_audio.h"
#include "tests/support/test_support.h"

#include <algorithm>

using namespace canto;
using namespace canto::audio;
using test::MadeTone;

namespace {

int loudestBand(std::span<const float> frame) {
    return static_cast<int>(std::max_element(frame.begin(), frame.end()) - frame.begin());
}

std::size_t highestOnset(const SongFrames& frames, double from, double to) {
    const auto first = frames.onset.begin() + static_cast<std::ptrdiff_t>(from * kOnsetRate);
    const auto last = frames.onset.begin() + static_cast<std::ptrdiff_t>(to * kOnsetRate);
    return static_cast<std::size_t>(std::max_element(first, last) - frames.onset.begin());
}

} // namespace

class TestSongFrames : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aToneIsLoudestInItsOwnSemitone() {
        for (const int pitch : {28, 45, 51, 52, 60, 67, 68, 90, 100}) {
            const auto frames = analyseFrames(test::sine(pitch, 1.0));
            QCOMPARE(frames.bands.rows, 88);
            QCOMPARE(frames.bands.frames, 44); // 1 + 22050 / 512
            QCOMPARE(loudestBand(frames.bands.frame(22)), pitch - 21);
        }
    }

    void aDetunedRecordingKeepsItsSemitones() {
        // 40 cents up: nearly half-way to the next key of the piano.
        std::vector<float> sound(6 * kRate);
        for (int i = 0; i < 6; ++i) {
            test::addTone(sound, MadeTone{60 + 2 * i, double(i), 0.9}, 0.4);
        }
        const auto frames = analyseFrames(sound);
        QVERIFY2(std::fabs(frames.tuning - 0.4F) < 0.06F,
                 qPrintable(QString::number(frames.tuning)));
        for (int i = 0; i < 6; ++i) {
            const int middle = static_cast<int>((i + 0.45) * kRate / kBandHop);
            QCOMPARE(loudestBand(frames.bands.frame(middle)), 60 + 2 * i - 21);
        }
    }

    void onsetsAreWhereTonesBegin() {
        std::vector<float> sound(4 * kRate);
        for (const double at : {0.5, 1.37, 2.6}) {
            test::addTone(sound, {64, at, 0.5});
            test::addTone(sound, {43, at, 0.5});
        }
        const auto frames = analyseFrames(sound);
        for (const double at : {0.5, 1.37, 2.6}) {
            const double found = double(highestOnset(frames, at - 0.2, at + 0.2)) / kOnsetRate;
            QVERIFY2(std::fabs(found - at) < 0.02, qPrintable(QString::number(found)));
        }
        const auto low = std::max_element(frames.lowOnset.begin(), frames.lowOnset.end());
        QVERIFY(*low > 0.1F);
    }

    void piecesGiveTheSameFramesAsTheWhole() {
        std::vector<float> sound(65 * kRate); // beyond the minute that is held back
        for (int i = 0; i < 64; ++i) {
            test::addTone(sound, {50 + (i * 7) % 24, double(i), 0.8});
        }
        const auto whole = analyseFrames(sound);
        FrameAnalysis analysis;
        for (std::size_t at = 0; at < sound.size(); at += 9973) {
            analysis.feed(
                std::span(sound).subspan(at, std::min<std::size_t>(9973, sound.size() - at)));
        }
        const auto pieces = analysis.end();
        QCOMPARE(pieces.onset.size(), whole.onset.size());
        QCOMPARE(pieces.bands.frames, whole.bands.frames);
        // The whole recording finds tuning and level from all of it, the pieces from a little over
        // a minute.
        for (std::size_t i = 0; i < whole.onset.size(); i += 100) {
            QVERIFY(std::fabs(pieces.onset[i] - whole.onset[i]) < 0.05F);
        }
    }

    void levelOfTheFileDoesNotMatter() {
        std::vector<float> sound(3 * kRate);
        test::addTone(sound, {60, 0.5, 1.0});
        test::addTone(sound, {67, 1.5, 1.0});
        auto quiet = sound;
        std::for_each(quiet.begin(), quiet.end(), [](float& s) { s *= 0.05F; });
        const auto loud = analyseFrames(sound);
        const auto soft = analyseFrames(quiet);
        QVERIFY(std::fabs(loud.loudnessDb - soft.loudnessDb - 26.02F) < 0.05F); // 20 log10 20
        for (std::size_t i = 0; i < loud.onset.size(); ++i) {
            QVERIFY(std::fabs(loud.onset[i] - soft.onset[i]) < 1e-3F);
        }
    }

    void silenceAndNothingHaveFrames() {
        const auto silent = analyseFrames(std::vector<float>(kRate));
        QCOMPARE(silent.bands.frames, 44);
        QCOMPARE(silent.onset.size(), std::size_t(87)); // 1 + 22050 / 256
        QCOMPARE(*std::max_element(silent.onset.begin(), silent.onset.end()), 0.0F);
        QVERIFY(silent.loudnessDb <= -119.0F);
        const auto nothing = analyseFrames({});
        QCOMPARE(nothing.bands.frames, 1);
        QCOMPARE(nothing.seconds, 0.0);
    }

    void notANumberInASoundIsSilence() {
        std::vector<float> sound = test::sine(60, 1.0);
        sound[100] = std::numeric_limits<float>::quiet_NaN();
        sound[101] = std::numeric_limits<float>::infinity();
        const auto frames = analyseFrames(sound);
        QVERIFY(std::all_of(frames.bands.values.begin(), frames.bands.values.end(),
                            [](float x) { return std::isfinite(x); }));
    }

    void leastSquaresTellATonesOvertonesFromNotes() {
        // One tone with overtones: its octave and twelfth are not notes.
        const auto frames = analyseFrames([] {
            std::vector<float> sound(kRate);
            test::addTone(sound, {48, 0.0, 1.0});
            return sound;
        }());
        std::vector<float> tones(88);
        ToneFit().fit(frames.bands.frame(20), tones);
        QCOMPARE(loudestBand(tones), 48 - 21);
        QVERIFY(tones[60 - 21] < 0.3F * tones[48 - 21]);
        QVERIFY(tones[67 - 21] < 0.3F * tones[48 - 21]);
    }

    void gridCellsHoldWhatSoundsInThem() {
        // Beats of changing length; a C4 in the second half of beat 1, a G4 in all of beat 2.
        const std::vector<double> beats{0.3, 0.9, 1.7, 2.3};
        std::vector<float> sound(3 * kRate);
        test::addTone(sound, {60, 1.3, 0.36});
        test::addTone(sound, {67, 1.7, 0.55});
        const auto grid = gridFeatures(analyseFrames(sound), beats);
        QCOMPARE(grid.rows, 3 * 88);
        QCOMPARE(grid.frames, 24);
        const int c4 = 60 - 21;
        const int g4 = 67 - 21;
        QVERIFY(grid(c4, 14) > 0.7F);          // beat 1, cell 6
        QVERIFY(grid(c4, 9) < 0.2F);           // before it
        QVERIFY(grid(g4, 20) > 0.7F);          // beat 2, cell 4
        QVERIFY(grid(2 * 88 + g4, 20) > 0.7F); // a note
        QVERIFY(grid(2 * 88 + g4 + 12, 20) < grid(2 * 88 + g4, 20) - 0.15F);
        QVERIFY(grid(88 + c4, 12) > 0.3F); // beat 1, cell 4: it begins
        QVERIFY(grid(88 + g4, 16) > 0.3F);
        QVERIFY(grid(88 + g4, 21) < 0.1F);
        QVERIFY(std::all_of(grid.values.begin(), grid.values.end(),
                            [](float x) { return x >= 0 && x <= 1; }));
    }

    void beatsBeyondTheSoundAreSilent() {
        const auto grid =
            gridFeatures(analyseFrames(test::sine(60, 1.0)), std::vector{0.0, 1.0, 2.0});
        QCOMPARE(grid.frames, 16);
        QVERIFY(grid(60 - 21, 4) > 0.5F);
        QCOMPARE(grid(60 - 21, 12), 0.0F);
        QCOMPARE(gridFeatures(analyseFrames({}), std::vector{0.0, 1.0}).frames, 8);
    }

    void chordLabelsAreReadAndWritten() {
        const auto c = parseChord("C:maj");
        QVERIFY_RESULT(c);
        QCOMPARE(c->root, 0);
        QCOMPARE(c->bass, 0);
        QCOMPARE(c->chroma, std::uint16_t(0b000010010001)); // C E G
        const auto f = parseChord("F#:min7/b3");
        QVERIFY_RESULT(f);
        QCOMPARE(f->root, 6);
        QCOMPARE(f->bass, 9); // A
        QCOMPARE(f->chroma, std::uint16_t((1 << 6) | (1 << 9) | (1 << 1) | (1 << 4)));
        QVERIFY(parseChord("N")->none());
        QCOMPARE(parseChord("Bb")->root, 10); // major
        QCOMPARE(parseChord("Cb")->root, 11);
        QCOMPARE(parseChord("G:(1,5)")->chroma, std::uint16_t((1 << 7) | (1 << 2)));
        QCOMPARE(parseChord("D:maj(*3)")->chroma, std::uint16_t((1 << 2) | (1 << 9)));
        for (const char* label : {"C:maj", "F#:min7/b3", "N", "Ab:sus4(b7)", "B:hdim7", "E:dim/b5",
                                  "C:maj/2", "D:7/3", "C:(1,b2,b3)"}) {
            const auto read = parseChord(label);
            QVERIFY_RESULT(read);
            QCOMPARE(chordLabel(*read), std::string(label));
        }
        for (const char* label : {"", "H:maj", "C:", "C:maj/", "C:maj/0", "C:maj/14", "C:nonsense",
                                  "C:maj(", "C:maj(99)", "C#######:maj"}) {
            QVERIFY2(!parseChord(label), label);
        }
    }
};

QTEST_GUILESS_MAIN(TestSongFrames)
#include "tst_song_frames.moc"
