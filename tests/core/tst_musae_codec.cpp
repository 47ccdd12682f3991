// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/musae_codec.h"
#include "core/codec/token_metrics.h"
#include "tests/support/test_support.h"

#include <QTest>

using namespace canto;
using namespace canto::codec;
using music::Tick;

namespace {

constexpr int kQuarter = 480;
constexpr Tick kStep = kQuarter / 4;
constexpr Tick kBar = 4 * kQuarter;

music::Note noteAt(Tick start, Tick length, int pitch, int program, int channel = 0) {
    music::Note note;
    note.start = start;
    note.length = length;
    note.pitch = static_cast<std::uint8_t>(pitch);
    note.program = static_cast<std::uint8_t>(program);
    note.channel = static_cast<std::uint8_t>(channel);
    return note;
}

music::Song songOf(std::vector<music::Note> notes, std::vector<music::MetreChange> metre = {}) {
    music::Song song;
    song.ticksPerQuarter = kQuarter;
    song.tempo = music::TempoMap(kQuarter, {});
    song.metre = music::MetreMap(kQuarter, std::move(metre));
    song.tracks.push_back({"all"});
    song.notes = std::move(notes);
    song.finish();
    return song;
}

/// One note on each of the four families, as long as given.
std::vector<music::Note> fourFamilies(Tick start, Tick length) {
    return {noteAt(start, length, 36, 0, 9), noteAt(start, length, 40, 33, 1),
            noteAt(start, length, 60, 25, 2), noteAt(start, length, 72, 48, 3)};
}

std::vector<Token> trackOf(const std::vector<Token>& tokens, int track) {
    const auto steps = static_cast<std::ptrdiff_t>(tokens.size() / kTracks);
    return {tokens.begin() + track * steps, tokens.begin() + (track + 1) * steps};
}

constexpr int kS = kSilence;
constexpr int kH = kHold;
/// A track whose first tokens are given; hold to the end.
std::vector<Token> track(std::initializer_list<int> first, int steps = kPhraseSteps) {
    std::vector<Token> tokens(static_cast<std::size_t>(steps), kHold);
    std::size_t i = 0;
    for (const int token : first) {
        tokens[i++] = static_cast<Token>(token);
    }
    return tokens;
}

std::vector<Token> randomTokens(Random& random, int bars) {
    std::vector<Token> tokens(static_cast<std::size_t>(kTracks * kStepsPerBar * bars));
    for (Token& token : tokens) {
        const double u = random.uniform();
        token = u < 0.5 ? kHold : u < 0.65 ? kSilence : static_cast<Token>(random.below(kPitches));
    }
    return tokens;
}

std::vector<int> barsOf(const std::vector<PhraseWindow>& windows) {
    std::vector<int> bars;
    for (const auto& window : windows) {
        bars.push_back(window.bar);
    }
    return bars;
}

} // namespace

class TestMusaeCodec : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void familiesFollowThePrograms();
    void ticksGoToTheNearestSixteenth();
    void stepsOfAnyResolutionFillTheBar();
    void tokensOfAHandWrittenPhrase();
    void theLowestPitchWinsAndTheUpperOneComesBack();
    void aRepeatedNoteIsHoldUnlessAskedFor();
    void familiesMergeTheirChannels();
    void notesWithoutLengthSoundForOneStep();
    void aNoteFromBeforeTheWindowIsAPitchInItsFirstStep();
    void everyBarWithANoteInReachStartsAWindow();
    void shortSongsHaveOneWindow();
    void anEarlyOnsetOnTheLastBarLineIsNotLost();
    void otherMetresHaveWindowsToo();
    void longBarsHaveSeveralStarts();
    void tinyBarsDoNotGiveAWindowEach();
    void longSilenceIsPassedOverAtOnce();
    void everyNoteOfRandomSongsFindsAPlace();
    void strictNeedsEveryTrackInEveryBar();
    void strictNeedsWholeFourFourBars();
    void theSongRuleSaysWhatIsMissing();
    void canonicalTokensComeBackFromMusic();
    void otherResolutionsAndLengthsComeBackToo();
    void decodedSongIsReadyToPlay();
    void streamingShowsTheFirstBars();
    void wrongTokensAreRefused();
    void transposingLeavesDrumsAndRangeAlone();
    void randomTranspositionIsInRangeAndUsesAllShifts();
};

void TestMusaeCodec::familiesFollowThePrograms() {
    QCOMPARE(familyOf(noteAt(0, 1, 60, 33, 9)), Family::Drums);
    QCOMPARE(familyOf(noteAt(0, 1, 60, 0)), Family::Guitar);
    QCOMPARE(familyOf(noteAt(0, 1, 60, 31)), Family::Guitar);
    QCOMPARE(familyOf(noteAt(0, 1, 60, 32)), Family::Bass);
    QCOMPARE(familyOf(noteAt(0, 1, 60, 39)), Family::Bass);
    QCOMPARE(familyOf(noteAt(0, 1, 60, 40)), Family::Strings);
    QCOMPARE(familyOf(noteAt(0, 1, 60, 127)), Family::Strings);
}

void TestMusaeCodec::ticksGoToTheNearestSixteenth() {
    QCOMPARE(stepAt(0, 0, 480), 0);
    QCOMPARE(stepAt(59, 0, 480), 0); // a sixteenth is 120 ticks
    QCOMPARE(stepAt(60, 0, 480), 1);
    QCOMPARE(stepAt(179, 0, 480), 1);
    QCOMPARE(stepAt(-60, 0, 480), 0);
    QCOMPARE(stepAt(-61, 0, 480), -1);
    QCOMPARE(stepAt(1000, 1000, 480), 0);
    QCOMPARE(stepAt(1, 0, 1), 4); // one tick a quarter
    QCOMPARE(stepAt(25, 0, 25), 4);
    QCOMPARE(stepAt(3, 0, 25), 0); // a sixteenth is 6.25 ticks, its half 3.125
    QCOMPARE(stepAt(4, 0, 25), 1);
}

void TestMusaeCodec::stepsOfAnyResolutionFillTheBar() {
    for (const int quarter : {24, 25, 96, 101, 120, 383, 480, 960, 32767}) {
        QCOMPARE(tickAt(16, 0, quarter), Tick{4} * quarter);
        for (int step = -5; step < 70; ++step) {
            QCOMPARE(stepAt(tickAt(step, 7, quarter), 7, quarter), step);
        }
    }
}

void TestMusaeCodec::tokensOfAHandWrittenPhrase() {
    // Drums: kick in step 0, one step long, snare in step 4 for two; bass: one note over step 1-3;
    // guitar: silent; strings: a note over the whole phrase.
    const auto song = songOf({noteAt(0, kStep, 36, 0, 9), noteAt(4 * kStep, 2 * kStep, 38, 0, 9),
                              noteAt(kStep, 3 * kStep, 40, 33), noteAt(0, 2 * kBar, 67, 48)});
    const auto tokens = MusaeSong(song).encode(0);
    QCOMPARE(tokens.size(), std::size_t{kPhraseTokens});
    QCOMPARE(trackOf(tokens, 0), track({36, kS, kH, kH, 38, kH, kS}));
    QCOMPARE(trackOf(tokens, 1), track({kS, 40, kH, kH, kS}));
    QCOMPARE(trackOf(tokens, 2), track({kS}));
    QCOMPARE(trackOf(tokens, 3), track({67}));
}

void TestMusaeCodec::theLowestPitchWinsAndTheUpperOneComesBack() {
    const auto song = songOf({noteAt(0, 8 * kStep, 64, 0), noteAt(2 * kStep, 2 * kStep, 60, 0),
                              noteAt(0, 8 * kStep, 67, 0)});
    const auto guitar = trackOf(MusaeSong(song).encode(0), 2);
    QCOMPARE(guitar, track({64, kH, 60, kH, 64, kH, kH, kH, kS}));
}

void TestMusaeCodec::aRepeatedNoteIsHoldUnlessAskedFor() {
    const auto song = songOf({noteAt(0, 2 * kStep, 60, 0), noteAt(2 * kStep, 2 * kStep, 60, 0),
                              noteAt(3 * kStep, kStep, 72, 0)});
    QCOMPARE(trackOf(MusaeSong(song).encode(0), 2), track({60, kH, kH, kH, kS}));
    const MusaeSong repeated(song, {.repeats = RepeatRule::Onset});
    QCOMPARE(trackOf(repeated.encode(0), 2), track({60, kH, 60, kH, kS}));
}

void TestMusaeCodec::familiesMergeTheirChannels() {
    const auto song =
        songOf({noteAt(0, kStep, 60, 0, 0), noteAt(kStep, kStep, 62, 25, 5), // piano, then guitar
                noteAt(2 * kStep, kStep, 64, 16, 7)});                       // organ
    QCOMPARE(trackOf(MusaeSong(song).encode(0), 2), track({60, 62, 64, kS}));
}

void TestMusaeCodec::notesWithoutLengthSoundForOneStep() {
    const auto song = songOf({noteAt(0, 0, 36, 0, 9), noteAt(2 * kStep, 1, 38, 0, 9),
                              noteAt(4 * kStep - 1, 2, 42, 0, 9)});
    QCOMPARE(trackOf(MusaeSong(song).encode(0), 0), track({36, kS, 38, kS, 42, kS}));
}

void TestMusaeCodec::aNoteFromBeforeTheWindowIsAPitchInItsFirstStep() {
    const auto song = songOf({noteAt(0, kBar + 2 * kStep, 50, 48)});
    const auto tokens = MusaeSong(song).encode(kBar);
    QCOMPARE(trackOf(tokens, 3), track({50, kH, kS}));
}

void TestMusaeCodec::everyBarWithANoteInReachStartsAWindow() {
    // Notes in bars 0 and 5 of six: windows that contain them start in bars 0, 4 (and 5 would reach
    // past the end, which 4 has reached already).
    const auto song = songOf({noteAt(0, kStep, 60, 0), noteAt(5 * kBar, kStep, 60, 0)});
    const auto windows = MusaeSong(song).windows();
    QCOMPARE(barsOf(windows), (std::vector<int>{0, 4}));
    QCOMPARE(windows[1].start, 4 * kBar);
    QCOMPARE(windows[1].end, 6 * kBar);
}

void TestMusaeCodec::shortSongsHaveOneWindow() {
    const auto windows = MusaeSong(songOf({noteAt(kStep, kStep, 60, 0)})).windows();
    QCOMPARE(windows.size(), std::size_t{1});
    QCOMPARE(windows[0], (PhraseWindow{0, 0, 2 * kBar, false}));
    QVERIFY(MusaeSong(songOf({})).windows().empty());
}

void TestMusaeCodec::anEarlyOnsetOnTheLastBarLineIsNotLost() {
    // Played 10 ticks before bar 2 and released before it: on the grid it lies in bar 2.
    const auto song = songOf({noteAt(2 * kBar - 10, 8, 60, 0)});
    const MusaeSong codec(song);
    const auto windows = codec.windows();
    QCOMPARE(barsOf(windows), (std::vector<int>{1}));
    const auto guitar = trackOf(codec.encode(windows[0].start), 2);
    QCOMPARE(guitar[16], Token{60});
}

void TestMusaeCodec::otherMetresHaveWindowsToo() {
    // A waltz of six bars: 12 steps each, 72 in all. The phrase from bar 3 covers steps 36-67, the
    // one from bar 4 (48-79) is the first to reach the end.
    std::vector<music::Note> notes;
    for (int bar = 0; bar < 6; ++bar) {
        notes.push_back(noteAt(bar * 3 * kQuarter, kQuarter, 60 + bar, 0));
    }
    const auto song = songOf(notes, {{.tick = 0, .numerator = 3, .denominator = 4}});
    const auto windows = MusaeSong(song).windows();
    QCOMPARE(barsOf(windows), (std::vector<int>{0, 1, 2, 3, 4}));
    QCOMPARE(windows[1].start, 3 * kQuarter);
    QCOMPARE(windows[1].end, 11 * kQuarter);
    QVERIFY(!windows[1].strict);
}

void TestMusaeCodec::longBarsHaveSeveralStarts() {
    // One bar of 16 quarters; the notes in its first and last quarter.
    const auto song = songOf({noteAt(0, kStep, 60, 0), noteAt(15 * kQuarter, kStep, 62, 0)},
                             {{.tick = 0, .numerator = 16, .denominator = 4}});
    const auto windows = MusaeSong(song).windows();
    QCOMPARE(barsOf(windows), (std::vector<int>{0, 0}));
    QCOMPARE(windows[1].start, 8 * kQuarter);
}

void TestMusaeCodec::tinyBarsDoNotGiveAWindowEach() {
    // 1/64 bars are 30 ticks; starts are eight steps (960 ticks) apart. Two bars of 4/4 long.
    const auto song =
        songOf({noteAt(0, 3 * kBar, 60, 0)}, {{.tick = 0, .numerator = 1, .denominator = 64}});
    const auto windows = MusaeSong(song).windows();
    QCOMPARE(windows.size(), std::size_t{3});
    QCOMPARE(windows[1].start - windows[0].start, Tick{960});
    QCOMPARE(windows[2].end, 3 * kBar);
}

void TestMusaeCodec::longSilenceIsPassedOverAtOnce() {
    const Tick far = Tick{1} << 40;
    const auto song = songOf({noteAt(0, kStep, 60, 0), noteAt(far / kBar * kBar, kStep, 60, 0)});
    QCOMPARE(MusaeSong(song).windows().size(), std::size_t{2});
    const auto hanging = songOf({noteAt(0, far, 60, 0)});
    QCOMPARE(MusaeSong(hanging).windows().size(), kMaxWindows);
}

void TestMusaeCodec::everyNoteOfRandomSongsFindsAPlace() {
    Random random(11);
    const int numerators[] = {2, 3, 4, 5, 7, 12, 33, 1};
    const int denominators[] = {1, 2, 4, 8, 16};
    for (int round = 0; round < 200; ++round) {
        std::vector<music::MetreChange> metre;
        Tick tick = 0;
        for (std::uint64_t i = random.below(4); i > 0; --i) {
            metre.push_back({.tick = tick,
                             .numerator = numerators[random.below(8)],
                             .denominator = denominators[random.below(5)]});
            tick += static_cast<Tick>(random.below(6 * kBar));
        }
        // A single voice, so that no note can hide behind a lower one.
        std::vector<music::Note> notes;
        Tick at = static_cast<Tick>(random.below(3 * kBar));
        while (notes.size() < 12) {
            const auto length = static_cast<Tick>(random.below(kBar));
            notes.push_back(noteAt(at, length, 20 + static_cast<int>(notes.size()), 0));
            at += length + 2 * kStep + static_cast<Tick>(random.below(4 * kBar));
        }
        const auto song = songOf(notes, metre);
        const MusaeSong codec(song);
        std::array<bool, kPitches> seen{};
        Tick last = -1;
        for (const auto& window : codec.windows()) {
            QVERIFY(window.start > last);
            last = window.start;
            for (const Token token : codec.encode(window.start)) {
                if (token < kPitches) {
                    seen[token] = true;
                }
            }
        }
        for (const auto& note : notes) {
            QVERIFY2(seen[note.pitch], qPrintable(QString::number(round)));
        }
    }
}

void TestMusaeCodec::strictNeedsEveryTrackInEveryBar() {
    auto notes = fourFamilies(0, 2 * kBar);
    const auto more = fourFamilies(2 * kBar, kBar);
    notes.insert(notes.end(), more.begin(), more.end());
    const auto windows = MusaeSong(songOf(notes)).windows();
    QCOMPARE(windows.size(), std::size_t{2});
    QVERIFY(windows[0].strict && windows[1].strict);

    notes.pop_back(); // strings rest in bar 2
    const auto gap = MusaeSong(songOf(notes)).windows();
    QVERIFY(gap[0].strict && !gap[1].strict);
}

void TestMusaeCodec::strictNeedsWholeFourFourBars() {
    const auto notes = fourFamilies(0, 4 * kBar);
    // Bar 2 is 2/2: as long as 4/4, but not 4/4.
    const auto halves =
        MusaeSong(songOf(notes, {{.tick = 0, .numerator = 4, .denominator = 4},
                                 {.tick = 2 * kBar, .numerator = 2, .denominator = 2},
                                 {.tick = 3 * kBar, .numerator = 4, .denominator = 4}}))
            .windows();
    QCOMPARE(halves.size(), std::size_t{3});
    QVERIFY(halves[0].strict && !halves[1].strict && !halves[2].strict);
    // A time signature in the middle of bar 1 cuts it short.
    const auto cut = MusaeSong(songOf(notes, {{.tick = kBar + kQuarter}})).windows();
    QVERIFY(!cut[0].strict && !cut[1].strict && cut[2].strict);
    QCOMPARE(cut[2].start, kBar + kQuarter);
}

void TestMusaeCodec::theSongRuleSaysWhatIsMissing() {
    QVERIFY(songRule(songOf(fourFamilies(0, kStep))).passes());
    auto rule = songRule(songOf({noteAt(0, kStep, 60, 0)}, {{.tick = 0, .numerator = 3}}));
    QVERIFY(!rule.fourFour && !rule.passes());
    QCOMPARE(rule.present, (std::array<bool, kTracks>{false, false, true, false}));
}

void TestMusaeCodec::canonicalTokensComeBackFromMusic() {
    Random random(3);
    for (const RepeatRule repeats : {RepeatRule::Hold, RepeatRule::Onset}) {
        for (int round = 0; round < 300; ++round) {
            const auto raw = randomTokens(random, kPhraseBars);
            const auto tokens = canonical(raw, repeats);
            QCOMPARE(canonical(tokens, repeats), tokens);
            const CodecOptions options{.repeats = repeats};
            for (const auto& source : {raw, tokens}) {
                const auto song = phraseToSong(source);
                QVERIFY_RESULT(song);
                QCOMPARE(MusaeSong(*song, options).encode(0), tokens);
            }
        }
    }
}

void TestMusaeCodec::otherResolutionsAndLengthsComeBackToo() {
    Random random(4);
    for (const int quarter : {24, 25, 96, 101, 960}) {
        for (const int bars : {1, 2, 16}) {
            const auto tokens = canonical(randomTokens(random, bars));
            const auto song = phraseToSong(tokens, {.ticksPerQuarter = quarter});
            QVERIFY_RESULT(song);
            QCOMPARE(song->ticksPerQuarter, quarter);
            QCOMPARE(MusaeSong(*song, {.bars = bars}).encode(0), tokens);
        }
    }
}

void TestMusaeCodec::decodedSongIsReadyToPlay() {
    auto tokens = alwaysHold();
    tokens[0] = 36;
    tokens[1] = kSilence;
    tokens[kPhraseSteps + 4] = 40; // bass from the second quarter to the end
    const auto song = phraseToSong(tokens, {.bpm = 90});
    QVERIFY_RESULT(song);
    QCOMPARE(song->tracks.size(), std::size_t{4});
    QCOMPARE(song->tracks[1].name, std::string("Bass"));
    QCOMPARE(song->notes.size(), std::size_t{2});
    const auto& kick = song->notes[0];
    QVERIFY(kick.isDrum());
    QCOMPARE(kick.length, Tick{120});
    const auto& bass = song->notes[1];
    QCOMPARE(bass.start, Tick{480});
    QCOMPARE(bass.end(), 2 * kBar);
    QCOMPARE(bass.program, std::uint8_t{33});
    QCOMPARE(bass.velocity, std::uint8_t{80});
    // 60e6 / 90 rounds to 666667 microseconds.
    QVERIFY(std::abs(bass.startSeconds - 0.666667) < 1e-9);
    std::vector<int> programs;
    for (const auto& event : song->events) {
        QCOMPARE(event.kind, music::ChannelEvent::Kind::Program);
        programs.push_back(event.value);
    }
    QCOMPARE(programs, (std::vector<int>{0, 33, 25, 48}));
}

void TestMusaeCodec::streamingShowsTheFirstBars() {
    auto tokens = alwaysHold();
    tokens[kPhraseSteps] = 40;          // bass over both bars
    tokens[2 * kPhraseSteps + 16] = 60; // guitar in bar 1 only
    const auto song = phraseToSong(tokens, {.bars = 1});
    QVERIFY_RESULT(song);
    QCOMPARE(song->notes.size(), std::size_t{1});
    QCOMPARE(song->notes[0].length, kBar);
}

void TestMusaeCodec::wrongTokensAreRefused() {
    auto tokens = alwaysHold();
    tokens[5] = 130;
    const auto high = phraseToSong(tokens);
    QVERIFY(!high.has_value());
    QCOMPARE(high.error().code, Error::Code::BadInput);
    const auto few = phraseToSong(std::vector<Token>(100, kHold));
    QVERIFY(!few.has_value());
    QCOMPARE(few.error().code, Error::Code::BadShape);
    QVERIFY(!phraseToSong({}).has_value());
}

void TestMusaeCodec::transposingLeavesDrumsAndRangeAlone() {
    auto tokens = alwaysHold();
    tokens[0] = 36;
    tokens[kPhraseSteps] = 40;
    tokens[3 * kPhraseSteps] = 125;
    auto moved = tokens;
    QVERIFY(transpose(moved, 2));
    QCOMPARE(moved[0], Token{36});
    QCOMPARE(moved[kPhraseSteps], Token{42});
    QCOMPARE(moved[3 * kPhraseSteps], Token{127});
    QCOMPARE(moved[1], kHold);
    QCOMPARE(moved[2 * kPhraseSteps], kSilence);
    auto kept = tokens;
    QVERIFY(!transpose(kept, 3));
    QCOMPARE(kept, tokens);
    QVERIFY(!transpose(kept, -41));
}

void TestMusaeCodec::randomTranspositionIsInRangeAndUsesAllShifts() {
    Random random(5);
    auto free = alwaysHold();
    free[kPhraseSteps] = 40;
    std::map<int, int> shifts;
    for (int i = 0; i < 1200; ++i) {
        auto tokens = free;
        const int shift = transposeAtRandom(tokens, random);
        QCOMPARE(tokens[kPhraseSteps], static_cast<Token>(40 + shift));
        ++shifts[shift];
    }
    QCOMPARE(shifts.size(), std::size_t{12});
    QCOMPARE(shifts.begin()->first, -5);
    QCOMPARE(shifts.rbegin()->first, 6);

    auto narrow = free;
    narrow[kPhraseSteps] = 1;
    narrow[2 * kPhraseSteps] = 127;
    for (int i = 0; i < 50; ++i) {
        auto tokens = narrow;
        const int shift = transposeAtRandom(tokens, random);
        QVERIFY(shift == -1 || shift == 0);
    }
}

QTEST_APPLESS_MAIN(TestMusaeCodec)
#include "tst_musae_codec.moc"
