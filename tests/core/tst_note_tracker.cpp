// SPDX-License-Identifier: GPL-3.0-or-later
// From activations to notes to a song: planes that the test makes, values worked out by hand.

#include "core/arrange/transcription.h"
#include "core/audio/note_measures.h"
#include "core/audio/note_tracker.h"
#include "tests/support/test_support.h"

#include <cmath>
#include <map>

using namespace canto;
using namespace canto::audio;
using arrange::Timing;

namespace {

constexpr int kFrames = 30;

/// Nothing sounds; a frame every 0.1 s.
NotePlanes silent() {
    NotePlanes planes;
    planes.onset.resize(std::size_t(kFrames * NotePlanes::kKeys));
    planes.note.resize(planes.onset.size());
    for (int i = 0; i < kFrames; ++i) {
        planes.seconds.push_back(i * 0.1);
    }
    return planes;
}

float& at(std::vector<float>& plane, int frame, int pitch) {
    return plane[std::size_t(frame * NotePlanes::kKeys + pitch - 21)];
}

void sound(NotePlanes& planes, int pitch, int from, int to, float level) {
    for (int frame = from; frame < to; ++frame) {
        at(planes.note, frame, pitch) = level;
    }
}

bool near(double a, double b) { return std::fabs(a - b) < 1e-6; }

const std::vector<double> kBeats{0.5, 1.0, 1.5, 2.0, 2.5};
const std::vector<int> kPositions{0, 1, 2, 3, 0};

} // namespace

class TestNoteTracker : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aNoteLastsFromItsOnsetToTheEndOfItsActivation() {
        auto planes = silent();
        at(planes.onset, 5, 60) = 0.9F;
        sound(planes, 60, 5, 20, 0.8F);
        const auto notes = trackNotes(planes);
        QVERIFY_RESULT(notes);
        QCOMPARE(notes->size(), std::size_t(1));
        QVERIFY(near(notes->front().start, 0.5));
        QVERIFY(near(notes->front().end, 2.0));
        QCOMPARE(notes->front().pitch, 60);
        QVERIFY(near(double(notes->front().amplitude), double(0.8F)));
    }

    void aShortGapDoesNotEndANoteAndASecondOnsetDoes() {
        auto planes = silent();
        at(planes.onset, 2, 60) = 0.9F;
        sound(planes, 60, 2, 9, 0.8F);
        sound(planes, 60, 14, 22, 0.8F); // five frames later, without an onset
        TrackerOptions options;
        options.inferOnsets = false;
        auto notes = trackNotes(planes, options);
        QVERIFY_RESULT(notes);
        QCOMPARE(notes->size(), std::size_t(1));
        QVERIFY(near(notes->front().end, 2.2));
        at(planes.onset, 14, 60) = 0.7F;
        notes = trackNotes(planes, options);
        QVERIFY_RESULT(notes);
        QCOMPARE(notes->size(), std::size_t(2));
        QVERIFY(near((*notes)[0].start, 0.2));
        QVERIFY(near((*notes)[0].end, 0.9));
        QVERIFY(near((*notes)[1].start, 1.4));
    }

    void aRiseOfTheActivationIsAnOnset() {
        auto planes = silent();
        at(planes.onset, 3, 40) = 0.9F; // the strongest onset: rises are scaled to it
        sound(planes, 72, 10, 20, 0.5F);
        TrackerOptions options;
        options.withoutOnset = false;
        const auto notes = trackNotes(planes, options);
        QVERIFY_RESULT(notes);
        QCOMPARE(notes->size(), std::size_t(1));
        QCOMPARE(notes->front().pitch, 72);
        QVERIFY(near(notes->front().start, 1.0));
        options.inferOnsets = false;
        const auto none = trackNotes(planes, options);
        QVERIFY_RESULT(none);
        QVERIFY(none->empty());
    }

    /// As the package does, such a note ends a frame early.
    void aNoteWithoutAnOnsetIsFoundFromItsActivation() {
        auto planes = silent();
        sound(planes, 71, 10, 20, 0.5F);
        TrackerOptions options;
        options.inferOnsets = false;
        options.withoutOnset = true;
        const auto notes = trackNotes(planes, options);
        QVERIFY_RESULT(notes);
        QCOMPARE(notes->size(), std::size_t(1));
        QVERIFY(near(notes->front().start, 1.0));
        QVERIFY(near(notes->front().end, 1.9));
        QVERIFY(near(double(notes->front().amplitude), 0.5));
    }

    void whatANoteCoversIsNotFoundAgainASemitoneBeside() {
        auto planes = silent();
        at(planes.onset, 5, 60) = 0.9F;
        sound(planes, 60, 5, 20, 0.8F);
        sound(planes, 61, 5, 20, 0.4F);
        TrackerOptions options;
        options.inferOnsets = false;
        options.withoutOnset = true;
        const auto notes = trackNotes(planes, options);
        QVERIFY_RESULT(notes);
        QCOMPARE(notes->size(), std::size_t(1));
        QCOMPARE(notes->front().pitch, 60);
    }

    void shortNotesAndOtherPitchesAreLeftOut() {
        auto planes = silent();
        at(planes.onset, 5, 60) = 0.9F;
        sound(planes, 60, 5, 10, 0.8F); // five frames: must exceed five
        const auto tooShort = trackNotes(planes);
        QVERIFY_RESULT(tooShort);
        QVERIFY(tooShort->empty());
        sound(planes, 60, 5, 20, 0.8F);
        TrackerOptions high;
        high.lowest = 61;
        const auto none = trackNotes(planes, high);
        QVERIFY_RESULT(none);
        QVERIFY(none->empty());
    }

    void planesOfDifferentLengthsAreRefused() {
        auto planes = silent();
        planes.note.pop_back();
        const auto notes = trackNotes(planes);
        QVERIFY(!notes);
        QCOMPARE(notes.error().code, Error::Code::BadShape);
        const auto empty = trackNotes({});
        QVERIFY_RESULT(empty);
        QVERIFY(empty->empty());
    }

    void cancellingStops() {
        CancelToken cancel;
        cancel.cancel();
        const auto notes = trackNotes(silent(), {}, cancel);
        QVERIFY(!notes);
        QCOMPARE(notes.error().code, Error::Code::Cancelled);
    }

    void notesArePairedOnceByPitchAndOnset() {
        const std::vector<DetectedNote> reference{
            {1.0, 2, 60, 1}, {1.06, 2, 60, 1}, {2.0, 3, 64, 1}};
        const std::vector<DetectedNote> estimate{
            {1.04, 2, 60, 1}, {1.10, 2, 60, 1}, {2.06, 3, 64, 1}, {3.0, 4, 65, 1}};
        const auto measure = noteFMeasure(reference, estimate);
        QCOMPARE(measure.matched, std::size_t(2)); // 64 is 60 ms late
        QVERIFY(near(measure.precision, 2.0 / 4));
        QVERIFY(near(measure.recall, 2.0 / 3));
        QVERIFY(near(measure.f, 4.0 / 7));
        QCOMPARE(noteFMeasure(reference, {}).f, 0.0);
        // Two estimates near one note: one is right.
        const std::vector<DetectedNote> twice{{1.0, 2, 64, 1}, {1.01, 2, 64, 1}};
        const std::vector<DetectedNote> once{{1.0, 2, 64, 1}};
        QCOMPARE(noteFMeasure(once, twice).matched, std::size_t(1));
    }

    void notesAreWrittenOnTheBeats() {
        const std::vector<DetectedNote> notes{{0.51, 1.01, 60, 0.5F}};
        const auto quantised = arrange::transcribed(notes, kBeats, kPositions, Timing::Quantised);
        QVERIFY_RESULT(quantised);
        QCOMPARE(quantised->notes.size(), std::size_t(1));
        // A beat of 0.5 s before the first beat: 480 ticks.
        QCOMPARE(quantised->notes[0].start, music::Tick(480));
        QCOMPARE(quantised->notes[0].length, music::Tick(480));
        QCOMPARE(int(quantised->notes[0].velocity), 64);
        const auto played = arrange::transcribed(notes, kBeats, kPositions, Timing::AsPlayed);
        QVERIFY_RESULT(played);
        QCOMPARE(played->notes[0].start, music::Tick(490)); // 0.51 s at 960 ticks a second
        QVERIFY(std::fabs(played->notes[0].startSeconds - 0.51) < 1e-3);
    }

    void tripletsStayTriplets() {
        const double third = 0.5 / 3;
        const std::vector<DetectedNote> notes{{1.0, 1.1, 60, 0.5F},
                                              {1.0 + third, 1.3, 62, 0.5F},
                                              {1.0 + 2 * third, 1.5, 64, 0.5F},
                                              {1.5, 1.6, 60, 0.5F},
                                              {1.625, 1.7, 62, 0.5F}};
        const auto song = arrange::transcribed(notes, kBeats, kPositions, Timing::Quantised);
        QVERIFY_RESULT(song);
        QCOMPARE(song->notes.size(), std::size_t(5));
        const music::Tick starts[] = {960, 1120, 1280, 1440, 1560};
        for (std::size_t i = 0; i < 5; ++i) {
            QCOMPARE(song->notes[i].start, starts[i]);
        }
        QCOMPARE(song->notes[3].length, music::Tick(120)); // one step at least
    }

    void aPitchEndsWhereItBeginsAgain() {
        const std::vector<DetectedNote> notes{
            {0.5, 1.4, 60, 0.5F}, {1.0, 1.5, 60, 0.6F}, {1.02, 1.2, 60, 0.3F}};
        const auto song = arrange::transcribed(notes, kBeats, kPositions, Timing::Quantised);
        QVERIFY_RESULT(song);
        QCOMPARE(song->notes.size(), std::size_t(2)); // two begin on one step
        QCOMPARE(song->notes[0].length, music::Tick(480));
        QCOMPARE(song->notes[1].start, music::Tick(960));
        QCOMPARE(int(song->notes[1].velocity), 76); // the louder, 127 * .6
    }

    void tracksFollowTheRegister() {
        const std::vector<DetectedNote> notes{{0.5, 1.5, 36, 0.5F},
                                              {0.5, 1.5, 64, 0.5F},
                                              {0.5, 1.5, 67, 0.5F},
                                              {1.0, 1.5, 48, 0.5F}}; // above the bass: middle
        const auto song = arrange::transcribed(notes, kBeats, kPositions, Timing::Quantised);
        QVERIFY_RESULT(song);
        QCOMPARE(song->tracks.size(), std::size_t(3));
        std::map<int, std::string> track;
        for (const auto& note : song->notes) {
            track[note.pitch] = song->tracks[note.track].name;
        }
        QCOMPARE(track[36], std::string("Bass"));
        QCOMPARE(track[64], std::string("Middle"));
        QCOMPARE(track[67], std::string("Lead"));
        QCOMPARE(track[48], std::string("Middle"));
    }

    void withoutBeatsNotesStayAsPlayed() {
        const std::vector<DetectedNote> notes{{1.01, 1.5, 60, 0.5F}};
        const auto song = arrange::transcribed(notes, {}, {}, Timing::Quantised);
        QVERIFY_RESULT(song);
        QCOMPARE(song->notes[0].start, music::Tick(970)); // 120 beats a minute: 969.6
    }

    void linesAreNotesWhereThereIsNoNetwork() {
        AudioAnalysis analysis;
        analysis.beats.times = {0, 1, 2};
        analysis.melody = {60, 60, 0, 0, 62, 62, 62, 62};
        analysis.bass = {36, 36, 36, 36, 36, 36, 36, 36};
        const auto notes = arrange::notesOfLines(analysis);
        QCOMPARE(notes.size(), std::size_t(3));
        QCOMPARE(notes[0].pitch, 36);
        QVERIFY(near(notes[0].end, 2));
        QCOMPARE(notes[1].pitch, 60);
        QVERIFY(near(notes[1].end, 0.5));
        QCOMPARE(notes[2].pitch, 62);
        QVERIFY(near(notes[2].start, 1));
    }
};

QTEST_APPLESS_MAIN(TestNoteTracker)
#include "tst_note_tracker.moc"
