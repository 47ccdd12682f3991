// SPDX-License-Identifier: GPL-3.0-or-later
// From an analysed recording to a song for piano: units, stitching, times, performance, rules.

#include "core/arrange/arrange_song.h"
#include "core/arrange/baseline_arranger.h"
#include "core/arrange/performance.h"
#include "core/arrange/register.h"
#include "core/arrange/units.h"
#include "core/midi/smf_reader.h"
#include "core/midi/smf_writer.h"
#include "tests/support/made_song.h"
#include "tests/support/test_support.h"

#include <algorithm>

using namespace canto;
using namespace canto::arrange;
using audio::chordOn;
using audio::parseChord;

namespace {

/// A song with known analysis: `beats` beats of half a second from 1 s on.
struct Given {
    audio::AudioAnalysis analysis;
    audio::SongFrames frames;
};

Given given(int beats, int beatsPerBar = 4, int upbeat = 0) {
    Given song;
    song.analysis.metre.beatsPerBar = beatsPerBar;
    for (int b = 0; b <= beats; ++b) {
        song.analysis.beats.times.push_back(1 + 0.5 * b);
        song.analysis.metre.position.push_back((b - upbeat + 4 * beatsPerBar) % beatsPerBar);
    }
    for (int b = 0; b < beats; ++b) {
        song.analysis.chords.push_back(*parseChord(b / beatsPerBar % 2 == 0 ? "C:maj" : "G:maj"));
    }
    song.analysis.melody.assign(static_cast<std::size_t>(4 * beats), 72);
    song.analysis.bass.assign(static_cast<std::size_t>(4 * beats), 36);
    song.frames = audio::analyseFrames(
        std::vector<float>(static_cast<std::size_t>((1.5 + 0.5 * beats) * test::kMadeRate)));
    song.analysis.seconds = song.frames.seconds;
    song.analysis.grid = audio::gridFeatures(song.frames, song.analysis.beats.times);
    return song;
}

std::vector<Unit> plainUnits(std::initializer_list<int> firstBeats) {
    std::vector<Unit> units;
    for (const int first : firstBeats) {
        units.emplace_back().firstBeat = first;
    }
    return units;
}

/// Gives each unit one note at each of its beats, pitch 60 + number of the call; records the
/// previous units that it was given.
class CountingArranger final : public Arranger {
  public:
    explicit CountingArranger(Stitching stitching) : m_stitching(stitching) {}
    std::string name() const override { return "counting"; }
    Stitching stitching() const override { return m_stitching; }
    void setDensity(double density) override { densities.push_back(density); }
    Result<std::vector<GridNote>> arrange(const Unit& unit, std::span<const GridNote> previous,
                                          const CancelToken&) override {
        conditions.push_back(static_cast<int>(previous.empty() ? 0 : previous.front().pitch));
        firstBeats.push_back(unit.firstBeat);
        std::vector<GridNote> notes;
        for (int beat = 0; beat < kUnitBeats; ++beat) {
            notes.push_back({beat * 4, 4, 59 + static_cast<int>(conditions.size())});
        }
        return notes;
    }
    std::vector<int> conditions;
    std::vector<int> firstBeats;
    std::vector<double> densities;

  private:
    Stitching m_stitching;
};

} // namespace

class TestArrange : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aUnitBeginsAtEachDownbeat() {
        const auto song = given(16);
        const auto units = unitsOf(song.analysis, song.frames);
        QCOMPARE(units.size(), std::size_t(4));
        QCOMPARE(units[1].firstBeat, 4);
        QCOMPARE(units[1].barBeats, 4);
        QCOMPARE(units[1].audio.size(), kUnitAudio);
        QCOMPARE(units[0].chords[3], *parseChord("C:maj"));
        QCOMPARE(units[0].chords[4], *parseChord("G:maj"));
        QVERIFY(units[3].chords[4].none()); // beyond the end
        QCOMPARE(units[3].melody[15], 72);
        QCOMPARE(units[3].melody[16], 0);
    }

    void anUpbeatHasAUnitOfItsOwn() {
        const auto song = given(10, 4, 2);
        const auto units = unitsOf(song.analysis, song.frames);
        QCOMPARE(units.size(), std::size_t(3));
        QCOMPARE(units[0].firstBeat, -2);
        QVERIFY(units[0].chords[1].none());
        QCOMPARE(units[0].chords[2], *parseChord("C:maj"));
        QCOMPARE(units[1].firstBeat, 2);
    }

    void featuresOfAUnitLieByChannelCellAndBand() {
        auto song = given(12);
        // Channel 2, beat 5, cell 3, C4.
        const int row = 2 * audio::kBands + 60 - audio::kLowestPitch;
        song.analysis.grid.frame(5 * 8 + 3)[static_cast<std::size_t>(row)] = 0.5F;
        const auto units = unitsOf(song.analysis, song.frames);
        const std::size_t inFirst = (2 * 64 + 43) * 88 + 39;  // beat 5 of unit 0
        const std::size_t inSecond = (2 * 64 + 11) * 88 + 39; // beat 1 of unit 1
        QCOMPARE(units[0].audio[inFirst], 0.5F);
        QCOMPARE(units[1].audio[inSecond], 0.5F);
        QCOMPARE(std::count(units[0].audio.begin(), units[0].audio.end(), 0.5F), 1);
    }

    void onsetsOfAUnitStandAtTheirSixteenths() {
        auto song = given(8);
        std::fill(song.frames.onset.begin(), song.frames.onset.end(), 0.0F);
        // Beat 2 begins at 2 s; its third sixteenth at 2.25 s.
        song.frames.onset[static_cast<std::size_t>(std::lround(2.25 * audio::kOnsetRate))] = 3;
        const auto units = unitsOf(song.analysis, song.frames);
        for (std::size_t step = 0; step < 32; ++step) {
            QCOMPARE(units[0].onset[step], step == 10 ? 1.0F : 0.0F);
        }
    }

    void twoBarsLeaveOutEverySecondUnit() {
        const auto units = plainUnits({0, 4, 8, 12, 16});
        const auto written = writtenSteps(units, Stitching::TwoBars, 18);
        QCOMPARE(written[0].count, 32);
        QCOMPARE(written[1].count, 0);
        QCOMPARE(written[2].count, 32);
        QCOMPARE(written[3].count, 0);
        QCOMPARE(written[4].count, 8); // two beats are left
    }

    void firstBarWritesOneOfEach() {
        const auto written = writtenSteps(plainUnits({-2, 2, 6}), Stitching::FirstBar, 12);
        QCOMPARE(written[0].first, 8); // the upbeat's silent half is not written
        QCOMPARE(written[0].count, 8);
        QCOMPARE(written[1].count, 16);
        QCOMPARE(written[2].count, 24); // to the end
    }

    void everyStepIsWrittenOnce() {
        // Bars of 4, 4, 5, 3, 4, 7, 4 beats; 9 do not fit into a unit.
        const auto units = plainUnits({0, 4, 8, 13, 16, 20, 27});
        for (const auto stitching : {Stitching::TwoBars, Stitching::FirstBar}) {
            const auto written = writtenSteps(units, stitching, 31);
            std::vector<int> times(31 * 4);
            for (std::size_t i = 0; i < units.size(); ++i) {
                for (int s = 0; s < written[i].count; ++s) {
                    ++times[static_cast<std::size_t>(units[i].firstBeat * 4 + written[i].first +
                                                     s)];
                }
            }
            QVERIFY(std::all_of(times.begin(), times.end(), [](int n) { return n == 1; }));
        }
    }

    void notesOfUnitsBecomeNotesOfTheSong() {
        const auto units = plainUnits({0, 4, 8});
        const std::vector<WrittenSteps> written{{0, 32}, {0, 0}, {0, 16}};
        const std::vector<std::vector<GridNote>> predictions{
            {{30, 8, 60}, {0, 4, 64}, {0, 8, 64}, {2, 1, 200}, {3, 0, 60}},
            {{0, 4, 99}},
            {{0, 4, 60, 70}, {12, 40, 62}, {16, 4, 61}}};
        const auto notes = stitched(units, predictions, written, 12);
        const std::vector<SongNote> expected{{0, 8, 64, 0},   // of two equal ones the longer
                                             {30, 2, 60, 0},  // until C4 begins again at step 32
                                             {32, 4, 60, 70}, // from the third unit
                                             {44, 4, 62, 0}}; // until the end of the song
        QCOMPARE(notes, expected);
    }

    void notesComeBackAtTheRecordingsTimes() {
        const std::vector<double> beats{0.9, 1.4, 2.0, 2.45, 3.1};
        const std::vector<SongNote> notes{{0, 4, 60}, {5, 2, 62}, {14, 2, 64}};
        std::vector<BeatPlay> plays(4);
        for (std::size_t b = 0; b < 4; ++b) {
            plays[b].position = static_cast<int>(b);
        }
        const auto song = performed(notes, beats, plays);
        QVERIFY_RESULT(song);
        // Through a file and back, as a user gets it.
        const auto read = midi::readSmf(midi::writeSmf(*song));
        QVERIFY_RESULT(read);
        const auto& made = read->song.notes;
        QCOMPARE(made.size(), std::size_t(3));
        QVERIFY(std::fabs(made[0].startSeconds - 0.9) < 1e-4);
        QVERIFY(std::fabs(made[0].endSeconds() - 1.4) < 1e-4);
        QVERIFY(std::fabs(made[1].startSeconds - (1.4 + 0.25 * 0.6)) < 1e-4);
        QVERIFY(std::fabs(made[2].startSeconds - (2.45 + 0.5 * 0.65)) < 1e-4);
    }

    void bothEndsOfTheBarsAreKept() {
        // Bars of 4, 3 and 4 beats after an upbeat of one.
        std::vector<BeatPlay> plays;
        for (const int position : {3, 0, 1, 2, 3, 0, 1, 2, 0, 1, 2, 3, 0}) {
            plays.push_back({.position = position});
        }
        std::vector<double> beats;
        for (std::size_t b = 0; b <= plays.size(); ++b) {
            beats.push_back(0.5 + 0.5 * static_cast<double>(b)); // one beat of silence before
        }
        const auto song = performed(std::vector<SongNote>{{0, 1, 60}}, beats, plays);
        QVERIFY_RESULT(song);
        std::vector<music::Tick> lines;
        for (int bar = 0; bar < 5; ++bar) {
            lines.push_back(song->metre.barStart(bar) / 480);
        }
        QCOMPARE(lines, (std::vector<music::Tick>{0, 2, 6, 9, 13})); // lead and upbeat, 4, 3, 4
    }

    /// Beats every 0.6 s (100 a minute), the first of them at any time: no tempo far from the
    /// music's, the notes at the recording's times, bars of four from the first downbeat on.
    void theFirstBeatMayLieAnywhere_data() {
        QTest::addColumn<double>("first");
        QTest::addColumn<int>("bar"); ///< that begins with the first beat, from 0
        QTest::newRow("at 0") << 0.0 << 0;
        QTest::newRow("just after 0") << 0.02 << 0;
        QTest::newRow("an eighth in") << 0.09 << 1;
        QTest::newRow("a sixteenth") << 0.15 << 1;
        QTest::newRow("two thirds") << 0.4 << 1;
        QTest::newRow("a beat and a half") << 0.9 << 1;
        QTest::newRow("a whole bar") << 2.4 << 1;
        QTest::newRow("ten beats") << 6.01 << 3;
    }
    void theFirstBeatMayLieAnywhere() {
        QFETCH(double, first);
        QFETCH(int, bar);
        std::vector<double> beats;
        std::vector<BeatPlay> plays(12);
        for (int b = 0; b <= 12; ++b) {
            beats.push_back(first + 0.6 * b);
        }
        for (int b = 0; b < 12; ++b) {
            plays[static_cast<std::size_t>(b)].position = b % 4;
        }
        const auto song =
            performed(std::vector<SongNote>{{0, 1, 60}, {16, 1, 60}, {20, 1, 60}}, beats, plays);
        QVERIFY_RESULT(song);
        const auto read = midi::readSmf(midi::writeSmf(*song));
        QVERIFY_RESULT(read);
        for (const auto& change : read->song.tempo.changes()) {
            const double bpm = read->song.tempo.bpmAt(change.tick);
            QVERIFY2(bpm > 79 && bpm < 126, qPrintable(QString::number(bpm)));
        }
        QVERIFY(std::fabs(read->song.notes[0].startSeconds - first) < 0.0201);
        QVERIFY(std::fabs(read->song.notes[1].startSeconds - (first + 2.4)) < 1e-4);
        QVERIFY(std::fabs(read->song.notes[2].startSeconds - (first + 3.0)) < 1e-4);
        const auto& metre = read->song.metre;
        const music::Tick tick = read->song.notes[0].start;
        QCOMPARE(metre.barAt(tick), bar);
        QCOMPARE(metre.barStart(bar), tick);
        QCOMPARE(metre.barStart(bar + 1), tick + 4 * 480);
        // Every change of metre comes where the bar before it is complete.
        for (const auto& change : metre.changes()) {
            const int before = metre.barAt(change.tick) - 1;
            const auto in = metre.metreAt(change.tick - 1);
            if (change.tick > 0) {
                QCOMPARE(metre.barStart(before) + 4 * 480 * in.numerator / in.denominator,
                         change.tick);
            }
        }
    }

    void rulesOfVelocity() {
        QCOMPARE(velocityOf(60, 0, {.position = 0}), 83);
        QCOMPARE(velocityOf(60, 4, {.position = 1}), 80);
        QCOMPARE(velocityOf(60, 2, {.position = 0}), 77); // between beats
        QCOMPARE(velocityOf(47, 4, {.position = 1}), 85);
        QCOMPARE(velocityOf(70, 4, {.position = 1}), 85);
        QCOMPARE(velocityOf(69, 4, {.position = 1}), 80);
        QCOMPARE(velocityOf(60, 4, {.position = 1, .loudness = -40}), 74);
        QCOMPARE(velocityOf(60, 4, {.position = 1, .loudness = 20}), 83);
        QCOMPARE(velocityOf(60, 4, {.position = 1, .loudness = -4}), 78);
    }

    void thePedalIsPressedAnewWithEachChord() {
        auto song = given(12);
        const auto units = unitsOf(song.analysis, song.frames);
        const auto plays = beatPlays(song.analysis, units);
        QVERIFY(plays[0].pedal);
        QVERIFY(!plays[1].pedal);
        QVERIFY(plays[4].pedal);
        const auto played = performed({}, song.analysis.beats.times, plays);
        QVERIFY_RESULT(played);
        QCOMPARE(played->events.size(), std::size_t(7)); // three chords, and up at the end
        QCOMPARE(int(played->events[2].value), 0);
        QVERIFY(std::fabs(played->events[2].seconds - 3.0) < 1e-3); // beat 4
        QCOMPARE(int(played->events[3].value), 80);
        QVERIFY(std::fabs(played->events[3].seconds - 3.01) < 2e-3);
        QCOMPARE(int(played->events[6].value), 0);
        QVERIFY(!performed({}, std::vector{1.0}, {}));
    }

    void onsetCorrelationKnowsWhereNotesBelong() {
        std::vector<float> sound(12 * test::kMadeRate);
        std::vector<double> beats;
        for (int b = 0; b < 20; ++b) {
            beats.push_back(0.5 + 0.5 * b);
            if (b % 3 != 1) {
                test::addClick(sound, beats.back(), 0.5, std::uint64_t(b));
            }
        }
        const auto frames = audio::analyseFrames(sound);
        const auto correlationOf = [&](int shift) {
            std::vector<SongNote> notes;
            for (int b = 0; b < 19; ++b) {
                if (b % 3 != 1) {
                    notes.push_back({4 * b + shift, 1, 60});
                }
            }
            return onsetCorrelation(*performed(notes, beats, std::vector<BeatPlay>(19)), frames);
        };
        QVERIFY2(correlationOf(0) > 0.6, qPrintable(QString::number(correlationOf(0))));
        QVERIFY(correlationOf(2) < 0.1);
        QCOMPARE(onsetCorrelation(music::Song(), frames), 0.0);
    }

    void anArrangerIsToldWhatItGaveBefore() {
        const auto song = given(16);
        CountingArranger one(Stitching::FirstBar);
        const auto arranged = arrangeSong(song.analysis, song.frames, one);
        QVERIFY_RESULT(arranged);
        QCOMPARE(one.conditions, (std::vector{0, 60, 61, 62}));
        QCOMPARE(arranged->song.notes.size(), std::size_t(16));
        QCOMPARE(int(arranged->song.notes[5].pitch), 61); // beat 5 lies in the second unit
        CountingArranger two(Stitching::TwoBars);
        QVERIFY_RESULT(arrangeSong(song.analysis, song.frames, two));
        QCOMPARE(two.conditions, (std::vector{0, 0}));
        QCOMPARE(two.firstBeats, (std::vector{0, 8}));
    }

    void arrangingTellsWhatItHasAndStops() {
        const auto song = given(32);
        BaselineArranger rules;
        std::vector<std::size_t> sizes;
        std::vector<double> reached;
        const auto whole = arrangeSong(song.analysis, song.frames, rules, {}, {},
                                       [&](const music::Song& soFar, double seconds) {
                                           sizes.push_back(soFar.notes.size());
                                           reached.push_back(seconds);
                                           return true;
                                       });
        QVERIFY_RESULT(whole);
        QCOMPARE(reached, (std::vector{5.0, 9.0, 13.0, 17.0})); // 1 s and 8 beats of .5 s each
        QVERIFY(std::is_sorted(sizes.begin(), sizes.end()));
        QCOMPARE(sizes.back(), whole->song.notes.size());
        const auto stopped = arrangeSong(song.analysis, song.frames, rules, {}, {},
                                         [](const music::Song&, double) { return false; });
        QCOMPARE(stopped.error().code, Error::Code::Cancelled);
        const CancelToken cancel;
        cancel.cancel();
        QCOMPARE(arrangeSong(song.analysis, song.frames, rules, cancel).error().code,
                 Error::Code::Cancelled);
    }

    void wishesChangeWhatLiesBehindThePlayhead() {
        const auto song = given(32);
        CountingArranger arranger(Stitching::TwoBars);
        const auto first = arrangeSong(song.analysis, song.frames, arranger);
        QVERIFY_RESULT(first);
        const auto pitchAt = [](const Arrangement& made, std::size_t beat) {
            return int(made.song.notes[beat].pitch);
        };
        QCOMPARE(arranger.firstBeats, (std::vector{0, 8, 16, 24}));
        QCOMPARE(pitchAt(*first, 31), 63);
        // Units begin at 1, 5, 9 and 13 s; what begins before 9 s stays.
        std::vector<std::size_t> sizes;
        const auto denser =
            arrangeSong(song.analysis, song.frames, arranger, {}, {},
                        [&](const music::Song& soFar, double) {
                            sizes.push_back(soFar.notes.size());
                            return true;
                        },
                        {.controls = {.density = 0.5}, .before = &*first, .from = 9.0});
        QVERIFY_RESULT(denser);
        QCOMPARE(arranger.firstBeats, (std::vector{0, 8, 16, 24, 16, 24}));
        QCOMPARE(arranger.densities, (std::vector{0.0, 0.5}));
        QCOMPARE(sizes, (std::vector<std::size_t>{32, 32})); // never less than there was
        QCOMPARE(pitchAt(*denser, 0), 60);
        QCOMPARE(pitchAt(*denser, 15), 61);
        QCOMPARE(pitchAt(*denser, 16), 64);
        QCOMPARE(pitchAt(*denser, 31), 65);
        // Another register is computed without the arranger: only units of another density are
        // written again.
        const auto higher =
            arrangeSong(song.analysis, song.frames, arranger, {}, {}, {},
                        {.controls = {.density = 0.5, .lift = 12}, .before = &*denser});
        QVERIFY_RESULT(higher);
        QCOMPARE(arranger.firstBeats, (std::vector{0, 8, 16, 24, 16, 24, 0, 8}));
        QCOMPARE(pitchAt(*higher, 0), 66 + 12);
        QCOMPARE(pitchAt(*higher, 16), 64 + 12);
        const auto back = arrangeSong(song.analysis, song.frames, arranger, {}, {}, {},
                                      {.controls = {.density = 0.5}, .before = &*higher});
        QVERIFY_RESULT(back);
        QCOMPARE(arranger.firstBeats.size(), std::size_t(8));
        QCOMPARE(pitchAt(*back, 31), 65);
    }

    void whoIsToldMustBeToldAnew() {
        const auto song = given(16);
        CountingArranger arranger(Stitching::FirstBar);
        const auto first = arrangeSong(song.analysis, song.frames, arranger);
        QVERIFY_RESULT(first);
        QCOMPARE(arranger.conditions, (std::vector{0, 60, 61, 62}));
        const auto again = arrangeSong(song.analysis, song.frames, arranger, {}, {}, {},
                                       {.controls = {.density = 1}, .before = &*first, .from = 3});
        QVERIFY_RESULT(again);
        // Units begin at 1, 3, 5, 7 s: the second is conditioned on the first as it was.
        QCOMPARE(arranger.conditions, (std::vector{0, 60, 61, 62, 60, 64, 65}));
        // From the second on back to what they were written with: its follower differs as well.
        Arrangement mixed = *again;
        mixed.units[1].density = 0;
        const auto third = arrangeSong(song.analysis, song.frames, arranger, {}, {}, {},
                                       {.controls = {.density = 1}, .before = &mixed, .from = 3});
        QVERIFY_RESULT(third);
        QCOMPARE(arranger.firstBeats.size(), std::size_t(10));
        QCOMPARE(int(third->song.notes[5].pitch), 67);
        QCOMPARE(int(third->song.notes[9].pitch), 68);
    }

    void notesAreLiftedByOctaves() {
        const std::vector<GridNote> chord{{0, 4, 60}, {0, 4, 64}, {0, 4, 67}, {4, 4, 72}};
        const auto pitches = [&](int semitones) {
            std::vector<int> all;
            for (const auto& note : lifted(chord, semitones)) {
                all.push_back(note.pitch);
            }
            std::sort(all.begin(), all.end() - 1);
            return all;
        };
        QCOMPARE(pitches(0), (std::vector{60, 64, 67, 72}));
        QCOMPARE(pitches(4), (std::vector{64, 67, 72, 72}));  // a third of three
        QCOMPARE(pitches(-4), (std::vector{55, 60, 64, 72})); // the highest goes down
        QCOMPARE(pitches(8), (std::vector{67, 72, 76, 84}));  // two of three, and one of one
        QCOMPARE(pitches(12), (std::vector{72, 76, 79, 84}));
        QCOMPARE(pitches(-16), (std::vector{43, 48, 52, 60}));
        QCOMPARE(pitches(99), (std::vector{84, 88, 91, 96})); // two octaves at the most
        QCOMPARE(lifted(std::vector<GridNote>{{0, 1, 100}}, 12).front().pitch, 100);
        QCOMPARE(lifted(std::vector<GridNote>{{0, 1, 30}}, -24).front().pitch, 30);
    }

    void rulesWriteMoreOrLess() {
        Unit unit;
        unit.audio.assign(kUnitAudio, 0);
        unit.chords.fill(*parseChord("C:maj"));
        unit.onset.fill(0);
        unit.onset[5] = 0.1F;
        unit.onset[6] = 0.6F;
        BaselineArranger rules;
        const auto at = [&](double density, int step) {
            rules.setDensity(density);
            const auto notes = rules.arrange(unit, {}, {});
            return std::count_if(notes->begin(), notes->end(),
                                 [step](const GridNote& note) { return note.step == step; });
        };
        QCOMPARE(at(0, 5), 0);
        QCOMPARE(at(0, 6), 3);
        QCOMPARE(at(-1, 6), 0); // the threshold is .85 now
        QCOMPARE(at(1, 5), 3);  // and .05 now
        QCOMPARE(at(0, 5), 0);
    }

    void rulesPlayTheChordTheyAreGiven() {
        Unit unit;
        unit.audio.assign(kUnitAudio, 0);
        unit.chords.fill(*parseChord("F:min7/b3"));
        unit.onset.fill(0);
        unit.onset[6] = 0.9F;
        BaselineArranger rules;
        const auto notes = rules.arrange(unit, {}, {});
        QVERIFY_RESULT(notes);
        for (const auto& note : *notes) {
            QVERIFY(unit.chords[0].has(note.pitch % 12));
            QVERIFY(note.step + note.length <= kUnitSteps);
            QVERIFY(note.pitch >= 36 && note.pitch <= 72);
        }
        const auto at = [&](int step) {
            std::vector<int> pitches;
            for (const auto& note : *notes) {
                if (note.step == step) {
                    pitches.push_back(note.pitch);
                }
            }
            std::sort(pitches.begin(), pitches.end());
            return pitches;
        };
        QCOMPARE(at(0).front(), 36 + 8); // Ab in the bass
        QCOMPARE(at(0).size(), std::size_t(5));
        QCOMPARE(at(6).size(), std::size_t(4)); // the chord alone, where something begins
        QVERIFY(at(5).empty());
        QCOMPARE(at(8), (std::vector{48})); // the fifth
    }

    void theMelodyLiesOnTop() {
        Unit unit;
        unit.audio.assign(kUnitAudio, 0);
        unit.chords.fill(*parseChord("C:maj"));
        std::fill_n(unit.melody.begin(), 6, 76);
        std::fill_n(unit.melody.begin() + 6, 4, 74);
        BaselineArranger rules;
        const auto notes = rules.arrange(unit, {}, {});
        QVERIFY_RESULT(notes);
        const GridNote first{0, 6, 76, 92};
        const GridNote second{6, 4, 74, 92};
        QCOMPARE(std::count(notes->begin(), notes->end(), first), 1);
        QCOMPARE(std::count(notes->begin(), notes->end(), second), 1);
        BaselineArranger without({.melody = false});
        const auto chords = without.arrange(unit, {}, {});
        QCOMPARE(std::count(chords->begin(), chords->end(), first), 0);
    }

    void unitsWithoutFeaturesAreRefused() {
        BaselineArranger rules;
        QCOMPARE(rules.arrange(Unit{}, {}, {}).error().code, Error::Code::BadShape);
    }

    void aRecordingBecomesAnArrangementInTime() {
        const auto made = test::makeSong(
            {.bars = 12, .seconds = [](int beat) { return 0.55 + 0.1 * std::sin(beat / 9.0); }});
        const auto frames = audio::analyseFrames(made.sound);
        const auto analysis = audio::analyse(frames);
        QVERIFY_RESULT(analysis);
        BaselineArranger rules;
        const auto arranged = arrangeSong(*analysis, frames, rules);
        QVERIFY_RESULT(arranged);
        QVERIFY(arranged->song.notes.size() > 150);
        QVERIFY2(arranged->onsetCorrelation > 0.4,
                 qPrintable(QString::number(arranged->onsetCorrelation)));
        // Most notes are tones of the chord that sounds there.
        int right = 0;
        for (const auto& note : arranged->song.notes) {
            const auto chord = std::find_if(made.chords.begin(), made.chords.end(),
                                            [&](const audio::ChordSpan& span) {
                                                return note.startSeconds >= span.start - 0.05 &&
                                                       note.startSeconds < span.end - 0.05;
                                            });
            right += chord != made.chords.end() && chord->chord.has(note.pitch % 12) ? 1 : 0;
        }
        QVERIFY2(right > 0.9 * double(arranged->song.notes.size()),
                 qPrintable(QString::number(right)));
    }
};

QTEST_GUILESS_MAIN(TestArrange)
#include "tst_arrange_song.moc"
