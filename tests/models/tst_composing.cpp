// SPDX-License-Identifier: GPL-3.0-or-later
// Moods and forms of composed music, and the choice among draws.

#include "models/common/mood_path.h"
#include "models/muser/composing.h"
#include "small_words.h"
#include "tests/support/test_support.h"

#include <QTest>
#include <torch/torch.h>

using namespace canto;
using namespace canto::models;
using namespace canto::models::muser;

namespace {

/// Four notes in a bar of two seconds, the last of which ends with it.
std::vector<codec::Word> fourNotes(int velocity, int pitch) {
    music::Song song;
    song.ticksPerQuarter = 480;
    song.tracks.push_back({"Piano"});
    for (int i = 0; i < 4; ++i) {
        music::Note note;
        note.start = 480 * i;
        note.length = 480;
        note.pitch = static_cast<std::uint8_t>(pitch);
        note.velocity = static_cast<std::uint8_t>(velocity);
        song.notes.push_back(note);
    }
    song.tempo = music::TempoMap(480, {{0, 60'000'000u / 119u}}); // the centre of a bin
    song.metre = music::MetreMap(480, {{0, 4, 4}});
    song.finish();
    return codec::wordsOf(song).words;
}

} // namespace

class TestComposing : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void moodsLieBetweenTheirCorners() {
        QCOMPARE(moodWeights({1, 1}), (std::vector<double>{1, 0, 0, 0}));
        QCOMPARE(moodWeights({-1, 1}), (std::vector<double>{0, 1, 0, 0}));
        QCOMPARE(moodWeights({0, 0}), (std::vector<double>{.25, .25, .25, .25}));
        QCOMPARE(moodWeights({1, 0}), (std::vector<double>{.5, 0, 0, .5}));
        QCOMPARE(moodWeights({7, -7}), (std::vector<double>{0, 0, 0, 1})); // the edge
        for (int quadrant = 0; quadrant < 4; ++quadrant) {
            QCOMPARE(moodWeights(cornerOf(quadrant))[static_cast<std::size_t>(quadrant)], 1.0);
        }
    }

    void aPathReachesItsPointsInTime() {
        // Calm, then tense, then happy, over five bars: the third bar is tense.
        const auto points = moodPath("calm, Q2,1:1");
        QVERIFY_RESULT(points);
        QCOMPARE(points->size(), std::size_t(3));
        const auto moods = moodsAlong(*points, 5);
        QCOMPARE(moods.size(), std::size_t(5));
        QCOMPARE(moods[0], moodWeights(cornerOf(3)));
        QCOMPARE(moods[1], (std::vector<double>{.25, .25, .25, .25})); // half way across
        QCOMPARE(moods[2], moodWeights(cornerOf(1)));
        QCOMPARE(moods[3], (std::vector<double>{.5, .5, 0, 0}));
        QCOMPARE(moods[4], moodWeights(cornerOf(0)));
        QCOMPARE(moodsAlong(*points, 1).front(), moodWeights(cornerOf(3)));
    }

    void whatIsNoMoodIsNamed() {
        for (const char* text : {"angry", "0.5", "0.5:2", "calm,,tense", "", "nan:0"}) {
            const auto points = moodPath(text);
            QVERIFY2(!points, text);
            QCOMPARE(points.error().code, Error::Code::BadInput);
        }
        QVERIFY(moodPath("calm,angry").error().what.find("angry") != std::string::npos);
    }

    void sectionsReturnButForTheirLastBar() {
        const ComposePlan plan{.bars = 16, .form = "AABA"};
        // A has bars 0-3, then returns at 4 and 12; B is new.
        const std::vector<int> expected{-1, -1, -1, -1, 0, 1, 2, -1, -1, -1, -1, -1, 0, 1, 2, -1};
        for (int bar = 0; bar < 16; ++bar) {
            QCOMPARE(variedBar(plan, bar).value_or(-1), expected[static_cast<std::size_t>(bar)]);
        }
        QVERIFY(!variedBar({.bars = 16}, 5));
        // Short sections return whole.
        QCOMPARE(variedBar({.bars = 4, .form = "AA"}, 3).value_or(-1), 1);
    }

    void aPhraseIsMeasuredInSeconds() {
        const auto measured = measuresOf(fourNotes(62, 69));
        QVERIFY(measured.has_value());
        // Four notes in four quarters at 119 or so a minute: about two a second.
        QVERIFY(std::abs(std::exp((*measured)[0]) - 2) < 0.1);
        QVERIFY(std::abs((*measured)[1] - 62) <= 2); // bins of four
        QCOMPARE((*measured)[2], 1.0);
        QCOMPARE((*measured)[3], 69.0);
        QVERIFY(!measuresOf({}));
    }

    void targetsSurviveTheirCard() {
        // Deviation within both classes: 1 of the first measure, 0 of all others.
        const DrawTargets targets(
            {{{0, 60, 2, 50}, {2, 60, 2, 50}}, {{6, 90, 4, 70}, {4, 90, 4, 70}}});
        QVERIFY(targets.any());
        QCOMPARE(targets.at({1, 0}, 0)[0], 0.0);
        QCOMPARE(targets.at({0, 1}, 0)[0], 4.0); // in order of density
        QCOMPARE(targets.at({.5, .5}, .9)[0], 4.0);
        QCOMPARE(targets.at({.5, .5}, .9)[1], 75.0);
        // Density counts twice: one deviation away is a squared distance of four.
        QCOMPARE(targets.distance({0, 60, 2, 50}, {1, 60, 2, 50}), 4.0);
        const auto again = DrawTargets::fromCard(targets.toCard(), 2);
        QVERIFY(again.any());
        QCOMPARE(again.at({.5, .5}, .9), targets.at({.5, .5}, .9));
        QVERIFY(!DrawTargets::fromCard(targets.toCard(), 4).any());
        for (const char* text :
             {"", "{}", "[1]", "{\"measures\":[[1],[2]],\"deviation\":[1,1,1,1]}"}) {
            QVERIFY2(!DrawTargets::fromCard(text, 2).any(), text);
        }
        QVERIFY(!DrawTargets({{}, {}}).any());
    }

    void keptCodesStay() {
        torch::manual_seed(3);
        Net net(test::smallMuser());
        net->eval();
        auto kept = torch::full({5, kElements}, 7, torch::kInt64);
        kept[2][4] = -1;
        const auto begun = torch::full({2, kElements}, 3, torch::kInt64);
        Random random(5);
        const auto draws = drawCodes(
            *net, {.mixture = {.5, .5}, .begun = begun, .kept = kept, .count = 3}, {}, random, {});
        QVERIFY_RESULT(draws);
        QCOMPARE(draws->size(), std::size_t(3));
        for (const auto& codes : *draws) {
            QCOMPARE(codes.size(0), std::int64_t(7));
            QVERIFY(torch::equal(codes.narrow(0, 0, 2), begun));
            auto free = codes.narrow(0, 2, 5).clone();
            free[2][4] = 7;
            QVERIFY((free == 7).all().item<bool>());
        }
    }

    void sideBySideAsAlone() {
        torch::manual_seed(3);
        Net net(test::smallMuser());
        net->eval();
        // The most probable codes do not depend on chance, nor on how many are drawn.
        Random random(1);
        const DrawOptions sure{.temperature = 0};
        const auto one = drawCodes(*net, {.mixture = {1, 0}}, sure, random, {});
        const auto three = drawCodes(*net, {.mixture = {1, 0}, .count = 3}, sure, random, {});
        QVERIFY_RESULT(one);
        QVERIFY_RESULT(three);
        for (const auto& codes : *three) {
            QVERIFY(torch::equal(codes, one->front()));
        }
    }

    void aReturningSectionHasTheSameRhythm() {
        torch::manual_seed(3);
        Net net(test::smallMuser());
        net->eval();
        Random random(2);
        int reported = 0;
        const auto words = composeWords(
            *net, {}, {.bars = 4, .moods = {{1, 0}, {0, 1}}, .form = "AA"}, {}, {}, random,
            [&](std::span<const codec::Word>, int bars) {
                reported = bars;
                return true;
            },
            {});
        QVERIFY_RESULT(words);
        QCOMPARE(reported, 4);
        QCOMPARE(std::count_if(words->begin(), words->end(),
                               [](const codec::Word& word) { return word.isBar(); }),
                 std::ptrdiff_t(4));
    }
};

QTEST_GUILESS_MAIN(TestComposing)
#include "tst_composing.moc"
