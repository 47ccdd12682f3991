// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/model_store.h"
#include "app/spaces/emotion/emotion_classifier.h"
#include "tests/support/fake_model.h"
#include "tests/support/test_support.h"

using namespace canto;

namespace {

/// Eight bars of piano in four: as many strokes a beat, of three notes.
music::Song piano(int strokesABeat, double bpm, std::uint8_t velocity, std::uint8_t lowest,
                  std::uint8_t third) {
    music::Song song;
    song.tracks = {{"Piano"}};
    song.tempo =
        music::TempoMap(song.ticksPerQuarter, {{0, std::uint32_t(std::lround(60e6 / bpm))}});
    const music::Tick step = song.ticksPerQuarter / strokesABeat;
    for (music::Tick at = 0; at < 32 * song.ticksPerQuarter; at += step) {
        for (const int above : {0, int(third), 7}) {
            music::Note note;
            note.start = at;
            note.length = step;
            note.pitch = std::uint8_t(lowest + above + (at / step) % 4);
            note.velocity = velocity;
            song.notes.push_back(note);
        }
    }
    song.finish();
    return song;
}

} // namespace

class TestEmotionClassifier : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() {
        const auto weights = shippedWeights("muser");
        QVERIFY_RESULT(weights);
        auto model = openModelOrShipped(weights->string());
        QVERIFY_RESULT(model);
        m_model = std::move(*model);
    }
    void fastAndLoudIsLivelierThanSlowAndSoft() {
        const auto classifier = EmotionClassifier::forModel(*m_model);
        QVERIFY(classifier.has_value());
        const auto lively = classifier->predict(piano(4, 150, 110, 60, 4));
        const auto calm = classifier->predict(piano(1, 60, 40, 48, 3));
        QVERIFY_RESULT(lively);
        QVERIFY_RESULT(calm);
        QCOMPARE(lively->probabilities.size(), std::size_t(4));
        const auto& p = lively->probabilities;
        QVERIFY(std::abs(p[0] + p[1] + p[2] + p[3] - 1) < 1e-9);
        QVERIFY(p[0] + p[1] > 0.5);                                     // Q1 and Q2
        QVERIFY(calm->probabilities[2] + calm->probabilities[3] > 0.5); // Q3 and Q4
    }
    void oneLoudnessThroughoutSaysNothing() {
        const auto classifier = EmotionClassifier::open();
        QVERIFY_RESULT(classifier);
        const auto soft = classifier->predict(piano(2, 100, 30, 55, 4));
        const auto loud = classifier->predict(piano(2, 100, 120, 55, 4));
        QVERIFY_RESULT(soft);
        QVERIFY_RESULT(loud);
        QVERIFY(loud->velocityWeight < 0.01);
        for (std::size_t i = 0; i < 4; ++i) {
            QVERIFY(std::abs(soft->probabilities[i] - loud->probabilities[i]) < 0.02);
        }
    }
    void itSaysHowOftenItIsRight() {
        const auto classifier = EmotionClassifier::forModel(*m_model);
        QVERIFY(classifier.has_value());
        const double share = classifier->accuracy()["crossValidated"]["quadrant"];
        QVERIFY(share > classifier->accuracy()["majority"].get<double>() && share < 1);
        QVERIFY(classifier->accuracyText().find("Classifier accuracy") == 0);
        QVERIFY(classifier->accuracyText().find(" 990 clips") != std::string::npos);
    }
    void modelsWithOtherClassesHaveNone() {
        const test::FakeModel other;
        QVERIFY(!EmotionClassifier::forModel(other).has_value());
    }
    void aSongWithoutNotesIsNoClip() {
        const auto classifier = EmotionClassifier::open();
        QVERIFY_RESULT(classifier);
        QVERIFY(!classifier->predict(music::Song()));
    }
    void aMissingFileIsSaid() {
        const auto classifier = EmotionClassifier::open("/nowhere/missing.safetensors");
        QVERIFY(!classifier);
        QVERIFY(classifier.error().message().find("missing.safetensors") != std::string::npos);
    }

  private:
    std::shared_ptr<models::LatentModel> m_model;
};

QTEST_GUILESS_MAIN(TestEmotionClassifier)
#include "tst_emotion_classifier.moc"
