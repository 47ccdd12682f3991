// SPDX-License-Identifier: GPL-3.0-or-later
// Pieces by the polyphonic model, its calibrated scores and what its draws play.

#include "models/common/composer.h"
#include "models/polyphonic/calibration.h"
#include "models/polyphonic/composing.h"
#include "models/polyphonic/report.h"
#include "models/polyphonic/report_parts.h"
#include "models/polyphonic/track_patterns.h"
#include "small_polyphonic.h"
#include "tests/support/test_support.h"

#include <QTest>
#include <algorithm>
#include <cmath>
#include <torch/torch.h>

using namespace canto;
using namespace canto::models;
using namespace canto::models::polyphonic;
using codec::GridNote;
using codec::GridPhrase;
namespace fs = std::filesystem;

namespace {

const fs::path kShipped = fs::path(CANTO_SOURCE_DIR) / "assets/models/polyphonic.safetensors";

/// Two bars of a composed song as a phrase: (step, pitch, channel) are what is compared.
std::vector<std::tuple<music::Tick, int, int>> barsOf(const music::Song& song, int first,
                                                      int count) {
    const auto from = song.metre.barStart(first);
    const auto to = song.metre.barStart(first + count);
    std::vector<std::tuple<music::Tick, int, int>> notes;
    for (const auto& note : song.notes) {
        // A note may begin a twelfth before its sixteenth.
        const auto start = note.start + song.ticksPerQuarter / 12;
        if (start >= from && start < to) {
            notes.emplace_back((start - from) / (song.ticksPerQuarter / 4), note.pitch,
                               note.channel);
        }
    }
    std::sort(notes.begin(), notes.end());
    return notes;
}

double f1(const std::vector<std::tuple<music::Tick, int, int>>& a,
          const std::vector<std::tuple<music::Tick, int, int>>& b) {
    std::vector<std::tuple<music::Tick, int, int>> both;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
    return a.empty() && b.empty() ? 1.0 : 2.0 * double(both.size()) / double(a.size() + b.size());
}

std::vector<int> sourcesOf(const std::vector<PhrasePlace>& places) {
    std::vector<int> sources;
    for (const auto& place : places) {
        sources.push_back(place.source ? static_cast<int>(*place.source) : -1);
    }
    return sources;
}

GridNote gridNote(int step, int length, int track, int pitch, int velocity = 80) {
    GridNote note;
    note.step = step;
    note.length = length;
    note.track = static_cast<std::uint8_t>(track);
    note.pitch = static_cast<std::uint8_t>(pitch);
    note.velocity = static_cast<std::uint8_t>(velocity);
    return note;
}

} // namespace

class TestPolyphonicPieces : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void sectionsAreMadeOfPhrases() {
        // Sixteen bars, sections of four, phrases of two: A 0 1, A 2 3, B 4 5, A 6 7.
        const auto places = phrasePlaces(16, "AABA", 2);
        QCOMPARE(sourcesOf(places), (std::vector<int>{-1, -1, 0, 1, -1, -1, 0, 1}));
        QCOMPARE(places[3].bar, 6);
        QVERIFY(places[2].first && !places[2].last && places[3].last);
        // Sections of three bars: two and one. Twelve bars of 24 steps: a bar a phrase.
        const auto odd = phrasePlaces(6, "AB", 2);
        QCOMPARE(odd.size(), std::size_t(4));
        QCOMPARE(odd[1].bars, 1);
        QCOMPARE(odd[2].section, 1);
        QCOMPARE(sourcesOf(phrasePlaces(4, "AA", 1)), (std::vector<int>{-1, -1, 0, 1}));
        QCOMPARE(sourcesOf(phrasePlaces(5, "", 2)), (std::vector<int>{-1, -1, -1}));
    }

    void theKeyIsThatOfTheNotes() {
        GridPhrase phrase;
        phrase.notes = {gridNote(0, 8, 2, 60), gridNote(0, 8, 2, 64),  gridNote(0, 8, 2, 67),
                        gridNote(8, 4, 2, 65), gridNote(12, 4, 2, 71), gridNote(0, 1, 0, 37)};
        const auto major = Scale::of({&phrase, 1});
        QVERIFY(major && major->tonic == 0 && !major->minor);
        QVERIFY(major->has(62) && !major->has(61));
        const Scale minor{9, true}; // A minor has G and, leading to A, G sharp
        QVERIFY(minor.has(67) && minor.has(68) && !minor.has(66));
        QVERIFY(!Scale::of({}));
    }

    void anEndingHoldsTheChord() {
        GridPhrase phrase; // two bars of 4/4
        phrase.notes = {gridNote(0, 1, 0, 42), gridNote(20, 1, 0, 42), gridNote(0, 20, 1, 41, 90),
                        gridNote(0, 4, 2, 60), gridNote(18, 2, 2, 62), gridNote(24, 4, 5, 79)};
        endPhrase(phrase, {0, false});
        std::vector<std::array<int, 4>> last; // step, length, track, pitch
        for (const auto& note : phrase.notes) {
            if (note.step >= 16) {
                last.push_back({note.step, note.length, note.track, note.pitch});
            }
        }
        const std::vector<std::array<int, 4>> wanted{
            {16, 1, 0, 36},  {16, 1, 0, 49},  {16, 16, 1, 36}, // C below the F
            {16, 16, 2, 60}, {16, 16, 2, 64}, {16, 16, 2, 67}, {16, 16, 5, 84}};
        QCOMPARE(last, wanted);
        // The bass stopped where the last bar begins.
        const auto bass = std::find_if(phrase.notes.begin(), phrase.notes.end(),
                                       [](const auto& note) { return note.track == 1; });
        QCOMPARE(bass->length, 16);
    }

    void aTemperatureMakesScoresProbabilities() {
        // Said with 1 : e^8, right three times of four: at ln 3 apart it is a probability.
        std::vector<std::vector<double>> logits(400, {8.0, 0.0});
        std::vector<int> labels(400, 0);
        std::fill(labels.begin() + 300, labels.end(), 1);
        const double temperature = fitTemperature(logits, labels);
        QVERIFY(std::abs(temperature - 8 / std::log(3.0)) < 0.02);
        Reliability plain, calibrated;
        for (std::size_t i = 0; i < labels.size(); ++i) {
            plain.add(atTemperature(logits[i], 1), labels[i], i % 2 == 0 ? "a" : "b");
            calibrated.add(atTemperature(logits[i], temperature), labels[i], "a");
        }
        QVERIFY(std::abs(plain.calibrationError() - (1 / (1 + std::exp(-8)) - .75)) < 1e-6);
        QVERIFY(calibrated.calibrationError() < 1e-3);
        QCOMPARE(plain.right(), .75);
        QCOMPARE(plain.interval(), (std::array<double, 2>{.75, .75})); // two equal artists
        QCOMPARE(fitTemperature({}, {}), 1.0);
    }

    void aCalibrationSurvivesItsCard() {
        // At (3, 4) the direction is (.6, .8).
        const ScoreCalibration calibration({{.5, 1, 0, 0, 1}, {0, 0, 1, -1, 0}});
        QCOMPARE(calibration.logits(3, 4), (std::vector<double>{.5 + 3 + .8, 4 - .6}));
        QCOMPARE(calibration.logits(0, 0), (std::vector<double>{.5, 0}));
        const auto again = ScoreCalibration::fromCard(calibration.toCard(), 2);
        QVERIFY(again.any());
        QCOMPARE(again.logits(3, 4), calibration.logits(3, 4));
        QVERIFY(!ScoreCalibration::fromCard(calibration.toCard(), 3).any());
        for (const char* text : {"", "{}", "[[1,2],[3,4]]", "[[1,2,3,4,5],[1,2,3,4,\"x\"]]"}) {
            QVERIFY2(!ScoreCalibration::fromCard(text, 2).any(), text);
        }
    }

    void anIntervalIsAsWideAsArtistsDiffer() {
        Reliability one;
        for (int i = 0; i < 40; ++i) {
            one.add({1, 0}, i < 20 ? 0 : 1, i < 20 ? "right" : "wrong");
        }
        QCOMPARE(one.interval(), (std::array<double, 2>{0, 1}));
    }

    void tracksOfClassesSurviveTheirCard() {
        const Dataset bands(test::smallBands(8, 4));
        const auto patterns = TrackPatterns::of(bands);
        QVERIFY(patterns.any());
        // Drums, bass, keys and the lead play in every phrase.
        const std::array<double, kVoices> all{1, 1, 1, 0, 0, 1};
        QCOMPARE(patterns.shares(0), all);
        const auto again = TrackPatterns::fromCard(patterns.toCard(), 2);
        QVERIFY(again.any());
        QCOMPARE(again.toCard(), patterns.toCard());
        Random random(1);
        QCOMPARE(again.draw(1, random),
                 (std::array<bool, kVoices>{true, true, true, false, false, true}));
        const auto mixed = TrackPatterns::fromCard("[[[1, 1], [3, 3]], [[4, 1]]]", 2);
        QCOMPARE(mixed.shares(0)[1], .75);
        int bass = 0;
        for (int i = 0; i < 1000; ++i) {
            const auto plays = mixed.draw(0, random);
            QVERIFY(plays[0]);
            bass += plays[1];
        }
        QVERIFY(bass > 700 && bass < 800); // 750 +- 14
        QVERIFY(!TrackPatterns::fromCard(patterns.toCard(), 3).any());
        for (const char* text : {"", "{}", "[[[1,1]],[]]", "[[[0,1]],[[1,1]]]",
                                 "[[[64,1]],[[1,1]]]", "[[[1,-1]],[[1,1]]]", "[[1],[2]]"}) {
            QVERIFY2(!TrackPatterns::fromCard(text, 2).any(), text);
        }
    }

    void whatIsCountedHasOnePlace() {
        GridPhrase quiet, loud;
        quiet.notes = {gridNote(0, 4, 2, 60, 32)};
        loud.notes = {gridNote(0, 4, 2, 60, 96)};
        const auto a = countedFeatures(quiet);
        const auto b = countedFeatures(loud);
        QCOMPARE(a.size(), b.size());
        int different = 0;
        for (std::size_t i = 0; i < a.size(); ++i) {
            different += a[i] != b[i];
        }
        QCOMPARE(different, 1); // the velocity of the keys
        QCOMPARE(countedFeatures({}).size(), a.size());
    }

    void aPieceHasItsFormAndEnds() {
        if (!fs::exists(kShipped)) {
            QSKIP("this tree ships no weights");
        }
        const auto model = openModel(kShipped.string());
        QVERIFY_RESULT(model);
        const auto* composer = dynamic_cast<const Composer*>(model->get());
        QVERIFY(composer != nullptr);
        const auto& classes = (*model)->info().classes;
        const auto rock = std::find(classes.begin(), classes.end(), "rock") - classes.begin();
        double returns = 0, news = 0;
        for (const auto& [bars, seed] : {std::pair(16, 1), std::pair(32, 2)}) {
            ComposeOptions options;
            options.label = static_cast<int>(rock);
            options.bars = bars;
            options.form = "AABA";
            options.seed = static_cast<std::uint64_t>(seed);
            int reported = 0;
            const auto song = composer->compose({}, options, [&](const music::Song&, int bar) {
                ++reported;
                return bar == reported;
            });
            QVERIFY_RESULT(song);
            QCOMPARE(reported, bars);
            QCOMPARE(song->bars(), bars);
            QVERIFY(song->tracks.size() >= 2);
            QCOMPARE(song->tempo.changes().size(), std::size_t(1));
            const auto end = song->metre.barStart(bars);
            QVERIFY(song->endTick() <= end);
            // The last bar: everything begins with it, and what has a pitch sounds to its end.
            for (const auto& note : song->notes) {
                if (note.start >= song->metre.barStart(bars - 1)) {
                    QCOMPARE(note.start, song->metre.barStart(bars - 1));
                    QVERIFY(note.channel == music::kDrumChannel || note.end() == end);
                }
            }
            // The first half of A returns nearly as it was, B is something else.
            const int quarter = bars / 4;
            const auto first = barsOf(*song, 0, 2);
            const auto again = barsOf(*song, quarter, 2);
            const auto other = barsOf(*song, 2 * quarter, 2);
            QVERIFY(!first.empty());
            returns += f1(first, again) / 2;
            news += f1(first, other) / 2;
            // The same seed gives the same piece, another one another.
            const auto same = composer->compose({}, options, {});
            QVERIFY_RESULT(same);
            QVERIFY(same->notes == song->notes);
            ++options.seed;
            const auto another = composer->compose({}, options, {});
            QVERIFY_RESULT(another);
            QVERIFY(!(another->notes == song->notes));
        }
        QVERIFY2(returns > 0.7 && returns < 1, std::to_string(returns).c_str());
        QVERIFY2(news < returns - 0.2, std::to_string(news).c_str());
    }

    void aSongIsContinuedInItsMetreAndTempo() {
        if (!fs::exists(kShipped)) {
            QSKIP("this tree ships no weights");
        }
        const auto model = openModel(kShipped.string());
        QVERIFY_RESULT(model);
        const auto* composer = dynamic_cast<const Composer*>(model->get());
        auto begun = test::bandNumber(2, 3); // 12 beats at 110
        begun.metre = music::MetreMap(480, {{0, 3, 4}});
        begun.finish();
        ComposeOptions options;
        options.bars = 4;
        const auto song = composer->compose(begun, options, {});
        QVERIFY_RESULT(song);
        QCOMPARE(song->bars(), 8); // four bars of 3/4, and four new ones
        QCOMPARE(song->metre.metreAt(song->metre.barStart(6)).numerator, 3);
        QVERIFY(std::abs(song->tempo.bpmAt(song->metre.barStart(6)) - 110) < 0.01);
        // What was there stays: the drums and the bass note of the first beat.
        const auto old = barsOf(begun, 0, 4);
        const auto kept = barsOf(*song, 0, 4);
        QVERIFY2(f1(old, kept) > 0.99, std::to_string(f1(old, kept)).c_str());
        QVERIFY(!barsOf(*song, 4, 4).empty());
    }

    void whatCannotBeComposedIsRefused() {
        if (!fs::exists(kShipped)) {
            QSKIP("this tree ships no weights");
        }
        const auto model = openModel(kShipped.string());
        QVERIFY_RESULT(model);
        const auto* composer = dynamic_cast<const Composer*>(model->get());
        ComposeOptions options;
        options.form = "AABA";
        options.bars = 3;
        QCOMPARE(composer->compose({}, options, {}).error().code, Error::Code::BadInput);
        options.bars = 4;
        options.moods = {{1, 0}};
        QCOMPARE(composer->compose({}, options, {}).error().code, Error::Code::BadInput);
        options.moods.clear();
        options.label = 99;
        QCOMPARE(composer->compose({}, options, {}).error().code, Error::Code::BadInput);
        options.label.reset();
        QCOMPARE(
            composer->compose({}, options, [](const auto&, int) { return false; }).error().code,
            Error::Code::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestPolyphonicPieces)
#include "tst_polyphonic_pieces.moc"
