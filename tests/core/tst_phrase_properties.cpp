// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/phrase_properties.h"
#include "tests/support/test_support.h"

#include <QTest>
#include <array>
#include <cmath>

using namespace canto::codec;

class TestPhraseProperties : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void aHandCountedPhrase();
    void pitchesOfAllLeaveTheDrumsOut();
    void whatDoesNotExistHasNoValue();
    void theSyncopationOfHandMadeRhythms();
    void aSongIsMeasuredWithItsRepeats();
    void badTokensAreRefused();
};

namespace {

bool near(double a, double b) { return std::abs(a - b) < 1e-12; }

/// Silence everywhere but where `set` puts tokens: one bar.
std::vector<Token> silentBar() {
    std::vector<Token> tokens(kTracks * kStepsPerBar, kHold);
    for (std::size_t track = 0; track < kTracks; ++track) {
        tokens[track * kStepsPerBar] = kSilence;
    }
    return tokens;
}

double value(const PhraseProperties& phrase, Measure measure, std::optional<Family> track = {}) {
    return valueOf(phrase, measure, track).value_or(-1000);
}

double syncopation(std::initializer_list<int> onsets) {
    std::array<bool, 16> steps{};
    for (const int step : onsets) {
        steps[static_cast<std::size_t>(step)] = true;
    }
    return syncopationOf(steps);
}

} // namespace

void TestPhraseProperties::aHandCountedPhrase() {
    auto tokens = silentBar();
    // drums:  36 H 38 S H ...        notes 2, held 1, silent 13
    tokens[0] = 36;
    tokens[2] = 38;
    tokens[3] = kSilence;
    // bass:   40 H H ... H (all)     notes 1, held 15
    tokens[16] = 40;
    // guitar: silence
    // strings: S, then at step 8: 60 62 H ...   notes 2, held 6, silent 8
    tokens[48 + 8] = 60;
    tokens[48 + 9] = 62;

    const auto phrase = propertiesOf(tokens);
    QVERIFY_RESULT(phrase);
    QCOMPARE(phrase->bars, 1);
    const auto& drums = phrase->tracks[0];
    QCOMPARE(drums.onsets, 2);
    QCOMPARE(drums.held, 1);
    QCOMPARE(drums.silent, 13);
    QCOMPARE(drums.highest, 38);
    QCOMPARE(drums.lowest, 36);
    QVERIFY(near(drums.meanPitch, 37));
    QCOMPARE(phrase->tracks[1].held, 15);
    QCOMPARE(phrase->tracks[2].silent, 16);
    QCOMPARE(phrase->tracks[3].silent, 8);
    QVERIFY(near(value(*phrase, Measure::Notes), 5));             // 2 + 1 + 0 + 2
    QVERIFY(near(value(*phrase, Measure::Held), 22.0 / 64));      // 1 + 15 + 0 + 6
    QVERIFY(near(value(*phrase, Measure::Silence), 37.0 / 64));   // 13 + 0 + 16 + 8
    QVERIFY(near(value(*phrase, Measure::Polyphony), 27.0 / 16)); // 3 + 16 + 0 + 8
    QVERIFY(near(value(*phrase, Measure::DrumShare), 2.0 / 5));
    QVERIFY(near(value(*phrase, Measure::Silence, Family::Strings), 0.5));
}

void TestPhraseProperties::pitchesOfAllLeaveTheDrumsOut() {
    auto tokens = silentBar();
    tokens[0] = 100;
    tokens[16] = 40;
    tokens[48] = 60;
    tokens[49] = 62;
    const auto phrase = propertiesOf(tokens);
    QVERIFY_RESULT(phrase);
    QVERIFY(near(value(*phrase, Measure::MeanPitch), 54)); // (40 + 60 + 62) / 3
    QVERIFY(near(value(*phrase, Measure::Highest), 62));
    QVERIFY(near(value(*phrase, Measure::Lowest), 40));
    QVERIFY(near(value(*phrase, Measure::Highest, Family::Drums), 100));
}

void TestPhraseProperties::whatDoesNotExistHasNoValue() {
    const auto phrase = propertiesOf(silentBar());
    QVERIFY_RESULT(phrase);
    for (const Measure measure : {Measure::Highest, Measure::Lowest, Measure::MeanPitch,
                                  Measure::Syncopation, Measure::DrumShare}) {
        QVERIFY(!valueOf(*phrase, measure));
    }
    QVERIFY(!valueOf(*phrase, Measure::Polyphony, Family::Bass));
    QVERIFY(!valueOf(*phrase, Measure::MeanPitch, Family::Bass));
    QVERIFY(near(value(*phrase, Measure::Silence), 1));
    QVERIFY(near(value(*phrase, Measure::Notes), 0));
}

void TestPhraseProperties::theSyncopationOfHandMadeRhythms() {
    // Four quarters: each is followed only by weaker places.
    QVERIFY(near(syncopation({0, 4, 8, 12}), 0));
    // From the fourth sixteenth (-4) over the second quarter (-2): 2.
    QVERIFY(near(syncopation({3}), 3)); // and over the ninth sixteenth (-1): 3 in all
    QVERIFY(near(syncopation({3, 8}), 2));
    // Charleston: a quarter and a half, 0 and 6. 6 (-3) over 8 (-1): 2.
    QVERIFY(near(syncopation({0, 6}), 2));
    // Tresillo 0 3 6: 3 (-4) over 4 (-2) gives 2; 6 (-3) over 8 (-1) gives 2.
    QVERIFY(near(syncopation({0, 3, 6}), 4));
    QVERIFY(near(syncopation({}), 0));
    // Per bar, as a mean of the tracks that play: two bars, only the bass plays 3 and 8 once.
    auto tokens = std::vector<Token>(kPhraseTokens, kHold);
    for (std::size_t track = 0; track < kTracks; ++track) {
        tokens[track * kPhraseSteps] = kSilence;
    }
    tokens[32 + 3] = 40;
    tokens[32 + 8] = 43; // over the second bar's first step (0) it is 1 more
    const auto phrase = propertiesOf(tokens);
    QVERIFY_RESULT(phrase);
    QVERIFY(near(value(*phrase, Measure::Syncopation), 3.0 / 2));
    QVERIFY(near(value(*phrase, Measure::Syncopation, Family::Bass), 3.0 / 2));
}

void TestPhraseProperties::aSongIsMeasuredWithItsRepeats() {
    canto::music::Song song;
    song.ticksPerQuarter = 4;
    song.tracks.emplace_back();
    for (int beat = 0; beat < 4; ++beat) { // four equal quarters of a piano
        canto::music::Note note;
        note.start = beat * 4;
        note.length = 4;
        note.pitch = 64;
        note.velocity = static_cast<std::uint8_t>(20 + 20 * beat); // levels 16-31, 32-47, 48-63 ...
        song.notes.push_back(note);
    }
    song.finish();
    const PhraseProperties phrase = propertiesOf(song, 1);
    const auto& guitar = phrase.tracks[static_cast<std::size_t>(Family::Guitar)];
    QCOMPARE(guitar.onsets, 4);
    QCOMPARE(guitar.held, 12);
    QCOMPARE(phrase.tracks[0].silent, 16);
    // 20, 40, 60, 80 by the middles of their levels: 24, 40, 56, 88.
    QVERIFY(near(value(phrase, Measure::Loudness), (24 + 40 + 56 + 88) / 4.0));
    QVERIFY(!valueOf(phrase, Measure::Loudness, Family::Drums));
    QVERIFY(!valueOf(*propertiesOf(MusaeSong(song).encode(0)), Measure::Loudness));
}

void TestPhraseProperties::badTokensAreRefused() {
    QVERIFY(!propertiesOf(std::vector<Token>{}));
    QVERIFY(!propertiesOf(std::vector<Token>(65, kHold)));
    auto tokens = silentBar();
    tokens[7] = 130;
    QVERIFY(!propertiesOf(tokens));
}

QTEST_GUILESS_MAIN(TestPhraseProperties)
#include "tst_phrase_properties.moc"
