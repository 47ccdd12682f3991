// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/muser/draw_report.h"
#include "models/muser/performance_classifier.h"
#include "small_words.h"
#include "tests/support/test_support.h"

#include <QTest>
#include <algorithm>
#include <cmath>

using namespace canto;
using namespace canto::models::muser;

namespace {

/// Lively pieces are Q1, slow ones Q4; with other velocities each song differs a little.
std::vector<MoodClip> clips(int count) {
    std::vector<MoodClip> all;
    for (int i = 0; i < count; ++i) {
        auto song = test::pieceNumber(i, 8);
        for (std::size_t n = 0; n < song.notes.size(); ++n) {
            song.notes[n].velocity = static_cast<std::uint8_t>(song.notes[n].velocity + n % 9);
        }
        all.push_back({song.notes, i % 2 == 0 ? 0 : 3, "song " + std::to_string(i / 2),
                       i >= count - 8 ? "test" : "train"});
    }
    return all;
}

std::vector<music::Note> withVelocityOf(std::vector<music::Note> notes, int velocity) {
    for (auto& note : notes) {
        note.velocity = static_cast<std::uint8_t>(velocity);
    }
    return notes;
}

} // namespace

class TestPerformanceClassifier : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void theGateShutsOutsideTheRange() {
        // 0 to 100 in steps of 1: the 1st percentile is 1, the 99th is 99.
        std::vector<std::vector<double>> uses;
        for (int i = 0; i <= 100; ++i) {
            uses.push_back({double(i), 5});
        }
        const auto gate = VelocityGate::learn(uses);
        QCOMPARE(gate.low, (std::vector<double>{1, 5}));
        QCOMPARE(gate.high, (std::vector<double>{99, 5}));
        QCOMPARE(gate.weight({50, 5}), 1.0);
        QCOMPARE(gate.weight({1, 5}), 1.0);
        // A quarter of the range of 98 beyond it: distance 1.
        QVERIFY(std::abs(gate.weight({99 + 24.5, 5}) - std::exp(-2.0)) < 1e-12);
        QVERIFY(std::abs(gate.weight({1 - 49, 5}) - std::exp(-8.0)) < 1e-12);
        QVERIFY(gate.weight({50, 6}) < 1e-12); // nobody had another value
    }

    void velocityThatSaysNothingDoesNotCount() {
        const auto all = clips(40);
        const auto classifier = PerformanceClassifier::learn(all, {});
        QVERIFY_RESULT(classifier);
        const auto row = performanceRow(all[0].notes);
        const auto own = classifier->predict(row);
        QVERIFY(own.velocityWeight > 0.5);
        QVERIFY(own.probabilities[0] > 0.5);
        double sum = 0;
        for (const double p : own.probabilities) {
            sum += p;
        }
        QVERIFY(std::abs(sum - 1) < 1e-9);
        const auto flat = performanceRow(withVelocityOf(all[0].notes, 80));
        const auto constant = classifier->predict(flat);
        QVERIFY(constant.velocityWeight < 0.01);
        // Only the other classifier remains, and it does not see the velocity.
        const auto without = classifier->withoutVelocity(row);
        for (std::size_t c = 0; c < 4; ++c) {
            QVERIFY(std::abs(constant.probabilities[c] - without[c]) < 0.02);
        }
        QCOMPARE(classifier->withoutVelocity(flat), without);
        QVERIFY(!classifier->predict(std::vector<music::Note>()));
    }

    void loudnessAloneDoesNotMakeMusicLively() {
        const auto classifier = PerformanceClassifier::learn(clips(40), {});
        QVERIFY_RESULT(classifier);
        const auto slow = test::pieceNumber(1, 8); // Q4
        for (const int velocity : {20, 64, 120}) {
            const auto prediction = classifier->predict(withVelocityOf(slow.notes, velocity));
            QVERIFY_RESULT(prediction);
            QVERIFY(prediction->probabilities[3] > 0.5);
        }
    }

    void itSurvivesItsFile() {
        QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.filePath("c").toStdString());
        const auto all = clips(24);
        const auto classifier = PerformanceClassifier::learn(all, {});
        QVERIFY_RESULT(classifier);
        QVERIFY_RESULT(classifier->write(path, {{"accuracy", "{}"}}));
        std::map<std::string, std::string> card;
        const auto again = PerformanceClassifier::open(path, &card);
        QVERIFY_RESULT(again);
        QCOMPARE(card["accuracy"], std::string("{}"));
        for (const auto& clip : all) {
            const auto a = classifier->predict(performanceRow(clip.notes));
            const auto b = again->predict(performanceRow(clip.notes));
            for (std::size_t c = 0; c < 4; ++c) {
                QVERIFY(std::abs(a.probabilities[c] - b.probabilities[c]) < 0.01); // 16 bits
            }
        }
        // Another file with that format's name is refused.
        std::vector<float> numbers(4, 1.0F);
        QVERIFY_RESULT(tensors::writeSafeTensors(
            path,
            std::vector<tensors::TensorView>{
                {"sound.mean", tensors::Dtype::F32, {4}, std::as_bytes(std::span(numbers))}},
            {{"format", "canto.mood-classifier.1"}}));
        QCOMPARE(PerformanceClassifier::open(path).error().code, Error::Code::BadShape);
    }

    void aStudyTellsWhatVelocityIsWorth() {
        const auto study = studyPerformance(clips(48), "test", {});
        QVERIFY_RESULT(study);
        const auto& figures = study->figures;
        QCOMPARE(figures["clips"].get<int>(), 40);
        QCOMPARE(figures["tested"].get<int>(), 8);
        QVERIFY(figures["crossValidated"]["quadrant"].get<double>() > 0.8);
        QVERIFY(figures["changed"]["velocity 80"]["quadrant"].get<double>() > 0.8);
        QCOMPARE(figures["changed"].size(), std::size_t(4));
        const auto& interval = figures["crossValidated"]["interval"];
        const double share = figures["crossValidated"]["quadrant"]; // a sum of shares
        QVERIFY(interval[0].get<double>() <= share + 1e-9);
        QVERIFY(interval[1].get<double>() >= share - 1e-9);
        CancelToken cancel;
        cancel.cancel();
        QVERIFY(!studyPerformance(clips(16), "test", cancel));
    }

    void intervalsResampleSongsNotClips() {
        // One song of 99 clips, all right, and one of 99, all wrong: a resample has 0, 1/2 or 1.
        std::vector<bool> right(198, false);
        std::vector<std::string> songs(198, "b");
        for (std::size_t i = 0; i < 99; ++i) {
            right[i] = true;
            songs[i] = "a";
        }
        const auto wide = bootstrapOverGroups(right, songs);
        QCOMPARE(wide.low, 0.0);
        QCOMPARE(wide.high, 1.0);
        const auto sure =
            bootstrapOverGroups(std::vector<bool>(10, true), std::vector<std::string>(10, "a"));
        QCOMPARE(sure.low, 1.0);
        QCOMPARE(sure.high, 1.0);
    }

    void changesOfVelocityAreWhatTheySay() {
        Random random(1);
        const auto notes = test::pieceNumber(0, 8).notes;
        const auto constant = withVelocity(notes, VelocityChange::Constant, random);
        QVERIFY(std::all_of(constant.begin(), constant.end(), [&](const music::Note& note) {
            return note.velocity == constant.front().velocity;
        }));
        const auto levels = withVelocity(notes, VelocityChange::Levels, random);
        for (std::size_t i = 1; i < levels.size(); ++i) {
            const auto section = [&](std::size_t n) { return int(levels[n].startSeconds / 8); };
            QVERIFY(section(i) != section(i - 1) || levels[i].velocity == levels[i - 1].velocity);
        }
        const auto range = withVelocity(notes, VelocityChange::Range, random);
        QCOMPARE(range.size(), notes.size());
        for (std::size_t i = 0; i < notes.size(); ++i) {
            QCOMPARE(range[i].pitch, notes[i].pitch);
            QVERIFY(range[i].velocity >= 1 && range[i].velocity <= 127);
        }
    }

    void earthIsMovedAsFarAsItMust() {
        QCOMPARE(earthMovers({1, 2, 3}, {3, 1, 2}), 0.0);
        QCOMPARE(earthMovers({0, 0}, {3}), 3.0);
        QCOMPARE(earthMovers({0, 1}, {0, 3}), 1.0); // half of it by two
        QCOMPARE(earthMovers({}, {1}), 0.0);
    }

    void rulesSetTempoModeRegisterAndLoudness() {
        music::Song song;
        song.tracks = {{"Piano"}};
        for (const int pitch : {60, 64, 67, 69, 60}) { // C E G A C
            music::Note note;
            note.start = static_cast<music::Tick>(song.notes.size()) * 480;
            note.length = pitch == 60 ? 960 : 240;
            note.pitch = static_cast<std::uint8_t>(pitch);
            note.velocity = 70;
            song.notes.push_back(note);
        }
        song.finish();
        Random random(1);
        const auto sad = byRule(song, 2, 50, random);
        std::vector<int> pitches;
        for (const auto& note : sad.notes) {
            pitches.push_back(note.pitch);
            QCOMPARE(int(note.velocity), 50);
        }
        // C minor, an octave lower: Eb and Ab.
        QCOMPARE(pitches, (std::vector<int>{48, 51, 55, 56, 48}));
        // A quarter lasts between 60 / 69 and 60 / 40 seconds.
        QVERIFY(sad.notes[1].startSeconds > 60 / 69.01 && sad.notes[1].startSeconds < 60 / 39.99);
        const auto happy = byRule(song, 0, 90, random);
        QCOMPARE(int(happy.notes[1].pitch), 64); // was major already
        QVERIFY(happy.notes[1].startSeconds < 60 / 159.99);
    }

    void guidanceIsWeakerWhereItWouldAddNotes() {
        const DrawOptions usual;
        for (int element = 0; element < kElements; ++element) {
            const auto field = static_cast<codec::Field>(element);
            const bool exaggerated = field == codec::Field::Chord || field == codec::Field::Pitch;
            QCOMPARE(usual.guidance[static_cast<std::size_t>(element)],
                     exaggerated ? DrawOptions::kGuidance : 1.0);
        }
    }

    void drawsFollowTheGuidanceOfEachElement() {
        torch::manual_seed(3);
        Net net(test::smallMuser());
        net->eval();
        const DrawRequest request{.mixture = {1, 0}};
        const auto drawn = [&](double scale) {
            DrawOptions options;
            options.guidance.fill(scale);
            Random random(5);
            return drawCodes(*net, request, options, random, {});
        };
        DrawOptions one;
        one.guidance.fill(1);
        Random random(5);
        const auto labelled = drawCodes(*net, request, one, random, {});
        QVERIFY_RESULT(labelled);
        const auto same = drawn(1);
        QVERIFY_RESULT(same);
        QVERIFY(torch::equal(labelled->front(), same->front()));
        // Guidance of a single element is enough to need both priors; an extreme one changes what
        // is drawn.
        one.guidance[static_cast<std::size_t>(codec::Field::Pitch)] = 500;
        Random again(5);
        const auto guided = drawCodes(*net, request, one, again, {});
        QVERIFY_RESULT(guided);
        QVERIFY(!torch::equal(labelled->front(), guided->front()));
    }
};

QTEST_GUILESS_MAIN(TestPerformanceClassifier)
#include "tst_performance_classifier.moc"
