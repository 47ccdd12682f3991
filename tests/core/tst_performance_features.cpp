// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/codec/feature_statistics.h"
#include "core/codec/key_profile.h"
#include "core/codec/performance_features.h"
#include "tests/support/test_support.h"

#include <QTest>
#include <array>
#include <cmath>

using namespace canto;
using namespace canto::codec;

namespace {

music::Note note(double start, double length, int pitch, int velocity = 80) {
    music::Note one;
    one.startSeconds = start;
    one.lengthSeconds = length;
    one.pitch = static_cast<std::uint8_t>(pitch);
    one.velocity = static_cast<std::uint8_t>(velocity);
    return one;
}

/// C major in quarters at 120 bpm: a note each half second, C4 to C5.
std::vector<music::Note> scale() {
    std::vector<music::Note> notes;
    for (const int pitch : {60, 62, 64, 65, 67, 69, 71, 72}) {
        notes.push_back(note(0.5 * static_cast<double>(notes.size()), 0.5, pitch));
    }
    return notes;
}

/// Triads of two seconds each, the root an octave lower.
std::vector<music::Note> triads(std::initializer_list<std::array<int, 3>> chords) {
    std::vector<music::Note> notes;
    double start = 0;
    for (const auto& chord : chords) {
        notes.push_back(note(start, 2, chord[0] - 12));
        for (const int pitch : chord) {
            notes.push_back(note(start, 2, pitch));
        }
        start += 2;
    }
    return notes;
}

double of(const std::vector<music::Note>& notes, const char* name) {
    const auto features = soundFeatures(notes);
    const double value = valueOf(features, name);
    if (std::isnan(value)) {
        qWarning("no feature %s", name);
    }
    return value;
}

bool near(double a, double b) { return std::abs(a - b) < 1e-9; }

} // namespace

class TestPerformanceFeatures : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aScaleByHand() {
        const auto notes = scale();
        // Eight notes from 0 to 3.5 s, half a second for the last.
        QVERIFY(near(of(notes, "log notes a second"), std::log(8 / 4.0)));
        QVERIFY(near(of(notes, "log onsets a second"), std::log(8 / 4.0)));
        QVERIFY(near(of(notes, "notes an onset"), 1));
        QVERIFY(near(of(notes, "share of single notes"), 1));
        QVERIFY(near(of(notes, "log notes at a time"), std::log(8 * 0.5 / 4)));
        QVERIFY(near(of(notes, "log inter-onset interval, mean"), std::log(0.5)));
        QVERIFY(near(of(notes, "log inter-onset interval, deviation"), 0));
        QVERIFY(near(of(notes, "inter-onset interval, bin 7"), 1)); // .48 to .68 s
        QVERIFY(near(of(notes, "pitch, mean"), 530 / 8.0));
        QVERIFY(near(of(notes, "pitch, 50 %"), 66)); // between F4 and G4
        QVERIFY(near(of(notes, "share of the left half"), 0));
        // Steps 2 2 1 2 2 2 1: twelve semitones in seven moves.
        QVERIFY(near(of(notes, "top line, interval"), 12 / 7.0));
        QVERIFY(near(of(notes, "top line, steps"), 1));
        QVERIFY(near(of(notes, "top line, rising"), 1));
        QVERIFY(near(of(notes, "bottom line, leaps"), 0));
        QVERIFY(near(of(notes, "inside one scale"), 1));
        QVERIFY(of(notes, "major rather than minor") > 0);
        // C is the tonic and sounds twice, so do none of the others.
        QVERIFY(near(of(notes, "pitch class above the tonic 0"), 2 / 8.0));
        QVERIFY(near(of(notes, "pitch class above the tonic 1"), 0));
        QVERIFY(near(of(notes, "pitch class above the tonic 7"), 1 / 8.0));
    }

    void twiceAsFastIsTwiceAsDense() {
        auto notes = scale();
        for (auto& one : notes) {
            one.startSeconds /= 2;
            one.lengthSeconds /= 2;
        }
        QVERIFY(near(of(notes, "log notes a second"), std::log(8 / (1.75 + 0.5))));
        QVERIFY(near(of(notes, "log inter-onset interval, mean"), std::log(0.25)));
        QVERIFY(near(of(notes, "inter-onset interval, bin 5"), 1)); // .24 to .34 s
        QVERIFY(near(of(notes, "top line, interval"), 12 / 7.0));
    }

    void chordsThatAreNotPlayedExactlyAreOneOnset() {
        const std::vector<music::Note> notes = {note(0, 1, 60), note(0.02, 1, 64),
                                                note(0.04, 1, 67), note(1, 1, 60)};
        QVERIFY(near(of(notes, "notes an onset"), 2));
        QVERIFY(near(of(notes, "share of chords"), 0.5));
        QVERIFY(near(of(notes, "log inter-onset interval, mean"), 0)); // one second
    }

    void functionsOfChordsByHand() {
        // C F G C: I IV V I.
        const auto cadence = triads({{60, 64, 67}, {65, 69, 72}, {67, 71, 74}, {60, 64, 67}});
        QVERIFY(near(of(cadence, "major chords"), 1));
        QVERIFY(near(of(cadence, "borrowed chords"), 0));
        QVERIFY(near(of(cadence, "move V-I"), 1 / 3.0));
        QVERIFY(near(of(cadence, "move IV-V"), 1 / 3.0));
        QVERIFY(near(of(cadence, "chord on degree 0"), 4 / 8.0)); // two of the four, 2 s each
        QVERIFY(near(of(cadence, "major chord on 7"), 2 / 8.0));
        QVERIFY(near(of(cadence, "major third above the bass"), 1));
        QVERIFY(near(of(cadence, "minor third above the bass"), 0));
        QVERIFY(near(of(cadence, "pitch classes at a time"), 3));
        QVERIFY(near(of(cadence, "bass on degree 5"), 2 / 8.0));
        // C Fm C G C: the minor subdominant is borrowed.
        const auto borrowed =
            triads({{60, 64, 67}, {65, 68, 72}, {60, 64, 67}, {67, 71, 74}, {60, 64, 67}});
        QVERIFY(near(of(borrowed, "borrowed chords"), 1 / 5.0));
        QVERIFY(near(of(borrowed, "move iv-I"), 1 / 4.0));
        QVERIFY(near(of(borrowed, "minor chord on 5"), 1 / 5.0));
    }

    void theDominantOfMinorIsNotBorrowed() {
        const auto minor =
            triads({{57, 60, 64}, {62, 65, 69}, {64, 68, 71}, {57, 60, 64}}); // Am Dm E Am
        QVERIFY(of(minor, "major rather than minor") < 0);
        QVERIFY(near(of(minor, "borrowed chords"), 0));
        QVERIFY(near(of(minor, "move V-i"), 1 / 3.0));
    }

    void transpositionMovesTheRegisterAlone() {
        const auto notes = triads({{60, 64, 67}, {65, 69, 72}, {67, 71, 74}, {60, 64, 67}});
        auto moved = notes;
        for (auto& one : moved) {
            one.pitch = static_cast<std::uint8_t>(one.pitch + 3);
        }
        const auto a = soundFeatures(notes);
        const auto b = soundFeatures(moved);
        for (std::size_t i = 0; i < a.size(); ++i) {
            QCOMPARE(a[i].name, b[i].name);
            const bool ofRegister = a[i].name.starts_with("pitch, ") ||
                                    a[i].name.starts_with("share of ") ||
                                    a[i].name.ends_with("line, mean");
            QVERIFY2(ofRegister || std::abs(a[i].value - b[i].value) < 1e-9, a[i].name.c_str());
        }
        QVERIFY(near(valueOf(b, "pitch, mean") - valueOf(a, "pitch, mean"), 3));
    }

    void velocityByHand() {
        // Four notes, one a second, each 10 louder than the one before.
        std::vector<music::Note> notes;
        for (int i = 0; i < 4; ++i) {
            notes.push_back(note(i, 1, 72, 60 + 10 * i));
        }
        const auto features = velocityFeatures(notes);
        QVERIFY(near(valueOf(features, "velocity, mean"), 75));
        QVERIFY(near(valueOf(features, "velocity, deviation"), std::sqrt(125.0)));
        QVERIFY(near(valueOf(features, "velocity, 10 %"), 63));
        QVERIFY(near(valueOf(features, "velocity, change between onsets"), 10));
        QVERIFY(near(valueOf(features, "left half, louder by"), 0)); // no notes there
        const auto use = velocityUse(notes);
        QVERIFY(near(valueOf(use, "effective number of velocities"), 4));
        QVERIFY(near(valueOf(use, "share of repeated velocities"), 0));
        for (auto& one : notes) {
            one.velocity = 64;
        }
        const auto constant = velocityUse(notes);
        QVERIFY(near(valueOf(constant, "log deviation of velocity"), 0));
        QVERIFY(near(valueOf(constant, "effective number of velocities"), 1));
        QVERIFY(near(valueOf(constant, "share of repeated velocities"), 1));
    }

    void velocityIsNotInTheSound() {
        auto notes = scale();
        const auto before = valuesOf(soundFeatures(notes));
        for (auto& one : notes) {
            one.velocity = 3;
        }
        QCOMPARE(valuesOf(soundFeatures(notes)), before);
    }

    void everyMusicHasTheSameFiniteFeatures() {
        const auto names = soundFeatures(scale());
        Random random(3);
        for (int round = 0; round < 40; ++round) {
            std::vector<music::Note> notes;
            const auto count = 1 + random.below(30);
            for (std::uint64_t i = 0; i < count; ++i) {
                notes.push_back(note(20 * random.uniform(), 3 * random.uniform(),
                                     21 + static_cast<int>(random.below(88)),
                                     1 + static_cast<int>(random.below(127))));
            }
            const auto features = soundFeatures(notes);
            QCOMPARE(features.size(), names.size());
            for (std::size_t i = 0; i < features.size(); ++i) {
                QCOMPARE(features[i].name, names[i].name);
                QVERIFY2(std::isfinite(features[i].value), features[i].name.c_str());
            }
            for (const auto& feature : velocityFeatures(notes)) {
                QVERIFY2(std::isfinite(feature.value), feature.name.c_str());
            }
        }
    }

    void drumsAndSilenceHaveNone() {
        auto drum = note(0, 1, 36);
        drum.channel = music::kDrumChannel;
        QVERIFY(soundFeatures(std::span(&drum, 1)).empty());
        QVERIFY(velocityFeatures({}).empty());
        QVERIFY(velocityUse({}).empty());
    }

    void statisticsByHand() {
        const std::array<double, 4> values = {0, 1, 2, 5};
        QCOMPARE(percentileOf(values, 0.5), 1.5);
        QCOMPARE(percentileOf(values, 1.0), 5.0);
        QCOMPARE(meanOf(values), 2.0);
        // Deviations -2 -1 0 3, squares 14 / 4 = 3.5, cubes -8 - 1 + 27 = 18 / 4 = 4.5.
        QVERIFY(near(skewOf(values), 4.5 / std::pow(3.5, 1.5)));
        QCOMPARE(skewOf(std::array<double, 2>{7, 7}), 0.0);
        QCOMPARE(keyOf(kMinorProfile).isMinor(), true);
        QCOMPARE(keyOf(kMinorProfile).tonic(), std::size_t(0));
    }
};

QTEST_APPLESS_MAIN(TestPerformanceFeatures)
#include "tst_performance_features.moc"
