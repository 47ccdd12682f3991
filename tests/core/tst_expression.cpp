// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/expression.h"
#include "core/codec/note_metrics.h"
#include "tests/support/test_support.h"

#include <QTest>

using namespace canto;
using namespace canto::codec;
using music::Tick;

namespace {

constexpr Tick kQuarter = 480;
constexpr std::size_t kGuitar = 2 * kPhraseSteps; ///< where its tokens begin

/// Notes of a piano (track "guitar"), each of 100 ticks: start, pitch, velocity.
music::Song pianoOf(std::initializer_list<std::array<int, 3>> notes) {
    music::Song song;
    song.ticksPerQuarter = kQuarter;
    song.tempo = music::TempoMap(kQuarter, {});
    song.metre = music::MetreMap(kQuarter, {});
    song.tracks.push_back({"piano"});
    for (const auto& [start, pitch, velocity] : notes) {
        music::Note note;
        note.start = start;
        note.length = 100;
        note.pitch = static_cast<std::uint8_t>(pitch);
        note.velocity = static_cast<std::uint8_t>(velocity);
        song.notes.push_back(note);
    }
    song.finish();
    return song;
}

std::vector<Token> randomTokens(Random& random) {
    std::vector<Token> tokens(kPhraseTokens, kHold);
    for (auto& token : tokens) {
        if (random.uniform() < 0.3) {
            token = random.uniform() < 0.2 ? kSilence : static_cast<Token>(random.below(kPitches));
        }
    }
    return canonical(tokens);
}

} // namespace

class TestExpression : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void levelsAndOffsetsByHand();
    void tripletsAndLoudnessAreKept();
    void aNoteStruckAgainIsAHoldWithATouch();
    void touchesComeBackFromMusic();
    void notesNeverOverlapNorBeginBeforeThePhrase();
    void wrongTouchesAreRefused();
    void notesAreCountedByHand();
    void withoutTouchesOnlyTheGridIsRight();
};

void TestExpression::levelsAndOffsetsByHand() {
    QCOMPARE(expressionOf(0, -1), Expression{1});
    QCOMPARE(expressionOf(15, 0), Expression{2});
    QCOMPARE(expressionOf(16, -1), Expression{4});
    QCOMPARE(expressionOf(127, 1), Expression{24});
    QCOMPARE(expressionOf(88, 0), kPlainExpression);
    for (int expression = 1; expression < kExpressions; ++expression) {
        const auto one = static_cast<Expression>(expression);
        QCOMPARE(expressionOf(expressionVelocity(one), expressionOffset(one)), one);
    }
    QCOMPARE(int(expressionVelocity(kPlainExpression)), 88);
}

void TestExpression::tripletsAndLoudnessAreKept() {
    // A triplet of eighths over the first quarter, one of sixteenths over the half beat after it. A
    // sixteenth is 120 ticks, a twelfth 40: 160 is a twelfth after step 1, 320 one before step 3.
    const auto song = pianoOf(
        {{0, 60, 100}, {160, 62, 50}, {320, 64, 20}, {480, 65, 127}, {560, 67, 1}, {640, 69, 64}});
    const MusaeSong reader(song);
    const auto tokens = reader.encode(0);
    const auto expressions = reader.expressions(0);
    QCOMPARE(expressions.size(), std::size_t{kPhraseTokens});
    const std::array<std::array<int, 3>, 6> expected{
        // step, velocity level, offset
        {{0, 6, 0}, {1, 3, 1}, {3, 1, -1}, {4, 7, 0}, {5, 0, -1}, {5, 4, 1}}};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto [step, level, offset] = expected[i];
        QCOMPARE(int(expressions[kGuitar + std::size_t(step)]), 1 + 3 * level + offset + 1);
    }
    // 560 and 640 lie both nearest to step 5 (600): the lower one wins.
    QCOMPARE(int(tokens[kGuitar + 5]), 67);
    QCOMPARE(int(expressions[kGuitar + 5]), 1 + 0 - 1 + 1);

    const auto back = phraseToSong(tokens, {.expressions = expressions});
    QVERIFY_RESULT(back);
    std::vector<Tick> starts;
    std::vector<int> velocities;
    for (const auto& note : back->notes) {
        starts.push_back(note.start);
        velocities.push_back(note.velocity);
    }
    QCOMPARE(starts, (std::vector<Tick>{0, 160, 320, 480, 560}));
    QCOMPARE(velocities, (std::vector<int>{104, 56, 24, 120, 8}));
}

void TestExpression::aNoteStruckAgainIsAHoldWithATouch() {
    const auto song = pianoOf({{0, 60, 80}, {120, 60, 40}, {240, 60, 80}});
    const MusaeSong reader(song);
    const auto tokens = reader.encode(0);
    const auto expressions = reader.expressions(0);
    QCOMPARE(int(tokens[kGuitar + 1]), int(kHold));
    QCOMPARE(expressions[kGuitar + 1], expressionOf(40, 0));
    QCOMPARE(phraseToSong(tokens)->notes.size(), std::size_t{1});
    const auto back = phraseToSong(tokens, {.expressions = expressions});
    QVERIFY_RESULT(back);
    QCOMPARE(back->notes.size(), std::size_t{3});
    QCOMPARE(back->notes[1].start, Tick{120});
    QCOMPARE(int(back->notes[1].velocity), 40);
    // A note that sounds on into the phrase does not begin in it.
    QCOMPARE(MusaeSong(pianoOf({{-200 + 1920, 60, 80}})).expressions(1920)[kGuitar], kNoExpression);
}

void TestExpression::touchesComeBackFromMusic() {
    Random random(5);
    for (const int quarter : {24, 25, 96, 101, 480, 960}) {
        for (int round = 0; round < 50; ++round) {
            const auto tokens = randomTokens(random);
            std::vector<Expression> raw(tokens.size());
            for (auto& expression : raw) {
                expression = static_cast<Expression>(
                    random.uniform() < 0.5 ? 0 : random.below(kExpressions));
            }
            const auto expressions = canonicalExpressions(tokens, raw);
            QCOMPARE(canonicalExpressions(tokens, expressions), expressions);
            const auto song =
                phraseToSong(tokens, {.ticksPerQuarter = quarter, .expressions = expressions});
            QVERIFY_RESULT(song);
            const MusaeSong reader(*song);
            QCOMPARE(reader.encode(0), tokens);
            QCOMPARE(reader.expressions(0), expressions);
        }
    }
}

void TestExpression::notesNeverOverlapNorBeginBeforeThePhrase() {
    Random random(6);
    for (int round = 0; round < 100; ++round) {
        const auto tokens = randomTokens(random);
        std::vector<Expression> expressions(tokens.size());
        for (auto& expression : expressions) {
            expression = static_cast<Expression>(random.below(kExpressions));
        }
        const auto song = phraseToSong(tokens, {.expressions = expressions});
        QVERIFY_RESULT(song);
        std::array<Tick, kTracks> free{};
        for (const auto& note : song->notes) {
            QVERIFY(note.length > 0);
            QVERIFY(note.start >= free[note.track]);
            free[note.track] = note.end();
        }
    }
}

void TestExpression::wrongTouchesAreRefused() {
    const auto tokens = canonical(std::vector<Token>(kPhraseTokens, kHold));
    std::vector<Expression> expressions(kPhraseTokens, kNoExpression);
    expressions[7] = kExpressions;
    auto song = phraseToSong(tokens, {.expressions = expressions});
    QVERIFY(!song);
    QCOMPARE(song.error().code, Error::Code::BadInput);
    expressions.pop_back();
    song = phraseToSong(tokens, {.expressions = expressions});
    QVERIFY(!song);
    QCOMPARE(song.error().code, Error::Code::BadShape);
}

void TestExpression::notesAreCountedByHand() {
    // Four notes: on the grid, a twelfth late, repeated, one that is missed. The guess has one
    // on the wrong twelfth and one too many.
    const auto target = pianoOf({{0, 60, 72}, {160, 62, 72}, {240, 62, 72}, {480, 64, 72}});
    const auto guess = pianoOf({{0, 60, 40}, {120, 62, 72}, {240, 62, 88}, {960, 64, 72}});
    const MusaeSong a(guess);
    const MusaeSong b(target);
    const auto tokens = a.encode(0);
    const auto expressions = a.expressions(0);
    const auto truth = b.encode(0);
    const auto reonset = b.expressions(0);
    NoteMetrics metrics;
    metrics.add({tokens, expressions}, {truth, reonset});
    const auto scores = metrics.scores();
    QCOMPARE(scores.notes, std::uint64_t{4});
    QCOMPARE(scores.precision, 0.5); // right: the first and the third
    QCOMPARE(scores.recall, 0.5);
    QCOMPARE(scores.f1, 0.5);
    QCOMPARE(scores.again, std::uint64_t{1});
    QCOMPARE(scores.againRecall, 1.0);
    QCOMPARE(scores.offGrid, std::uint64_t{1});
    QCOMPARE(scores.offGridRecall, 0.0);
    QCOMPARE(scores.velocityError, 24.0); // |40 - 72| and |88 - 72|
}

void TestExpression::withoutTouchesOnlyTheGridIsRight() {
    const auto song = pianoOf({{0, 60, 88}, {160, 62, 40}, {240, 62, 40}, {480, 64, 88}});
    const MusaeSong reader(song);
    const auto tokens = reader.encode(0);
    const auto expressions = reader.expressions(0);
    NoteMetrics metrics;
    metrics.add({tokens, {}}, {tokens, expressions});
    const auto scores = metrics.scores();
    QCOMPARE(scores.again, std::uint64_t{1});
    QCOMPARE(scores.offGrid, std::uint64_t{1});
    QCOMPARE(scores.againRecall, 0.0);
    QCOMPARE(scores.offGridRecall, 0.0);
    QCOMPARE(scores.velocityError, 0.0); // 60 and 64 are as loud as a plain expression
}

QTEST_APPLESS_MAIN(TestExpression)
#include "tst_expression.moc"
