// SPDX-License-Identifier: GPL-3.0-or-later
// "None of these": distances to known clips, their thresholds and rates, worked out by hand, and
// recordings that get no composer.

#include "app/spaces/orchestra/clip_sounds.h"
#include "app/spaces/orchestra/known_clips.h"
#include "tests/support/sound_models.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>

using namespace canto;
using namespace canto;
namespace fs = std::filesystem;

namespace {

LabelledClip clip(double at, const std::string& recording, const std::string& composer,
                  const std::string& split, const std::string& font = "made.sf2") {
    return {{static_cast<float>(at), 0}, recording, composer, split, font};
}

/// Known clips at 0, 0.25 ... 4.75 by Anton; twenty held-out clips in four recordings, of which
/// one lies at 7, two units from the others.
std::vector<LabelledClip> library() {
    std::vector<LabelledClip> clips;
    for (int i = 0; i < 20; ++i) {
        clips.push_back(clip(0.25 * i, "known " + std::to_string(i / 5), "Anton", "train"));
    }
    for (int i = 0; i < 19; ++i) {
        clips.push_back(clip(0.25 * i, "valid " + std::to_string(i / 5), "Anton", "valid"));
    }
    clips.push_back(clip(7, "valid 3", "Anton", "valid"));
    for (const double at : {1.0, 2.0, 3.0, 6.0}) {
        clips.push_back(clip(at, at < 2.5 ? "test 0" : "test 1", "Anton", "test"));
    }
    return clips;
}

bool near(double a, double b) { return std::abs(a - b) < 1e-6; }

} // namespace

class TestKnownClips : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path file(const std::string& name) const {
        return fs::path(m_folder.path().toStdString()) / name;
    }

  private Q_SLOTS:
    void distanceIsTheMeanToTheNearestClips() {
        const auto known = KnownClips::calibrate(library(), "m1", {2, 0.05});
        QVERIFY_RESULT(known);
        // On a known clip: 0 and 0.25. Beyond the last at 4.75: 0.75 and 1.
        QVERIFY(near(known->distance(std::vector<float>{1, 0}), 0.125));
        QVERIFY(near(known->distance(std::vector<float>{5.5F, 0}), 0.875));
        // 3 above the known clip at 1; the next is 0.25 beside that.
        QVERIFY(near(known->distance(std::vector<float>{1, 3}), (3 + std::sqrt(9 + 0.0625)) / 2));
        // A recording has the median: of 0.125, 0.125 and 0.875; of two clips the mean.
        const std::vector<models::Latent> three{{1, 0}, {5.5F, 0}, {2, 0}};
        QVERIFY(near(known->distanceOfRecording(three), 0.125));
        QVERIFY(near(known->distanceOfRecording(std::span(three).first(2)), 0.5));
    }

    void oneInTwentyOfTheHeldOutClipsIsBeyondTheThreshold() {
        const auto known = KnownClips::calibrate(library(), "m1", {2, 0.05});
        QVERIFY_RESULT(known);
        // The clip at 7 (2.25 and 2.5) may be refused, the nineteen others have 0.125.
        QVERIFY(near(known->clipThreshold(), 0.125));
        QVERIFY(known->refusesClip(std::vector<float>{7, 0}));
        QVERIFY(!known->refusesClip(std::vector<float>{1, 0}));
        const auto all = KnownClips::calibrate(library(), "m1", {2, 0.0});
        QVERIFY_RESULT(all);
        QVERIFY(near(all->clipThreshold(), 2.375)); // none may be
        QVERIFY(!all->refusesClip(std::vector<float>{7, 0}));
    }

    void ratesAreOfHeldOutMusicAndOfOthers() {
        auto known = KnownClips::calibrate(library(), "m1", {2, 0.05});
        QVERIFY_RESULT(known);
        // Berta's clips lie far away, one of them at Anton's place; in another font Anton's lie
        // far away too. Music that was trained on is not held-out music.
        const NamedClips berta{"others",
                               {clip(20, "b 0", "Berta", "train"), clip(21, "b 0", "Berta", "test"),
                                clip(22, "b 1", "Berta", "test"), clip(1, "b 1", "Berta", "test"),
                                clip(40, "a", "Anton", "train"),
                                clip(30, "a 0", "Anton", "test", "second.sf2"),
                                clip(2, "a 1", "Anton", "test", "second.sf2"),
                                clip(31, "b 2", "Berta", "test", "second.sf2")}};
        known->measure({&berta, 1});
        const auto& rates = known->rates();
        QCOMPARE(rates["known"]["clips"].get<int>(), 20);
        QCOMPARE(rates["known"]["recordings"].get<int>(), 4);
        QCOMPARE(rates["heldOut"].size(), std::size_t(2));
        const auto& own = rates["heldOut"][0];
        QCOMPARE(own["font"].get<std::string>(), std::string("made.sf2"));
        QCOMPARE(own["clips"].get<int>(), 4);
        QVERIFY(near(own["clipsRefused"], 0.25)); // the one at 6
        const auto& second = rates["heldOut"][1];
        QVERIFY(near(second["clipsRefused"], 0.5));
        QCOMPARE(rates["others"].size(), std::size_t(2));
        const auto& others = rates["others"][0];
        QCOMPARE(others["name"].get<std::string>(), std::string("others"));
        QCOMPARE(others["clips"].get<int>(), 4);
        QCOMPARE(others["recordings"].get<int>(), 2);
        QVERIFY(near(others["clipsRefused"], 0.75));
        QVERIFY(near(others["recordingsRefused"], 1.0));
        // Three of four are farther than all four of Anton's; the fourth ties with three of them.
        QVERIFY(near(others["clipAuc"], (3 + 3 * 0.5 / 4) / 4));
        QVERIFY(near(rates["others"][1]["clipAuc"], 1.0)); // 31 against 30 and 2, of its own font
    }

    void energiesAreMeasuredBesideDistances() {
        auto known = KnownClips::calibrate(library(), "m1", {2, 0.05});
        QVERIFY_RESULT(known);
        // In another font, Anton's energies are -3 and -1, Berta's -2 and 0: three of four pairs
        // are in order. By distance all are, the other way round.
        const auto with = [](LabelledClip of, double energy) {
            of.energy = energy;
            return of;
        };
        NamedClips sets{"others",
                        {with(clip(30, "a 0", "Anton", "test", "second.sf2"), -3),
                         with(clip(31, "a 1", "Anton", "test", "second.sf2"), -1),
                         with(clip(1, "b 0", "Berta", "test", "second.sf2"), -2),
                         with(clip(2, "b 1", "Berta", "test", "second.sf2"), 0)}};
        known->measure({&sets, 1});
        const auto& row = known->rates()["others"][0];
        QCOMPARE(row["energyClipAuc"].get<double>(), 0.75);
        QCOMPARE(row["energyRecordingAuc"].get<double>(), 0.75);
        QCOMPARE(row["clipAuc"].get<double>(), 0.0);
        sets.clips[3].energy = std::numeric_limits<double>::quiet_NaN();
        known->measure({&sets, 1});
        QVERIFY(known->rates()["others"][0]["energyClipAuc"].is_null());
    }

    void unseenSoundsAreCountedByClipRecordingAndWork() {
        // The model says Berta with the first number of a latent as probability. Berta's work of
        // two movements: .9 and .2 (mean .55), .3 and .4 (mean .35): all four .45, so its work and
        // one of its recordings are wrong. Anton's work has .2 and .6.
        const auto of = [](double at, const char* recording, const char* composer,
                           const char* split = "test") {
            auto one = clip(at, recording, composer, split, "other.sf2");
            one.work = "symphony";
            return one;
        };
        const std::vector<LabelledClip> clips{
            of(0.9, "b/1", "Berta"),          of(0.2, "b/1", "Berta"), of(0.3, "b/2", "Berta"),
            of(0.4, "b/2", "Berta"),          of(0.2, "a/1", "Anton"), of(0.6, "a/1", "Anton"),
            of(0.1, "a/2", "Anton", "train"), of(0.1, "c", "Clara")};
        const auto sounds = unseenSounds(test::AudioModel(), clips);
        QCOMPARE(sounds.size(), std::size_t(1));
        const auto& row = sounds[0];
        QCOMPARE(row["font"].get<std::string>(), std::string("other.sf2"));
        QCOMPARE(row["clips"].get<int>(), 6);
        QCOMPARE(row["clipsRight"].get<int>(), 2);
        QCOMPARE(row["recordings"].get<int>(), 3);
        QCOMPARE(row["recordingsRight"].get<int>(), 2);
        QCOMPARE(row["works"].get<int>(), 2);
        QCOMPARE(row["worksRight"].get<int>(), 1);
        QCOMPARE(row["largest"].get<int>(), 1);
    }

    void areaUnderTheCurveIsTheShareOfPairsInOrder() {
        const std::vector<double> low{1, 2, 3}, high{4, 5}, mixed{0, 2, 9};
        QCOMPARE(areaUnderRoc(low, high), std::optional(1.0));
        QCOMPARE(areaUnderRoc(high, low), std::optional(0.0));
        QVERIFY(near(*areaUnderRoc(low, mixed), (0 + 1.5 + 3) / 9));
        QVERIFY(!areaUnderRoc({}, high) && !areaUnderRoc(low, {}));
    }

    void whatIsWrittenIsRead() {
        auto known = KnownClips::calibrate(library(), "l1", {2, 0.05});
        QVERIFY_RESULT(known);
        known->measure({});
        known->setRecordingsAccuracy({31, 8, 0.125, "elsewhere", "2026-11-01"});
        fs::create_directories(file("classifiers"));
        QVERIFY_RESULT(known->write(file("classifiers/listener-known.safetensors")));
        const auto read = KnownClips::open(file("classifiers/listener-known.safetensors"));
        QVERIFY_RESULT(read);
        QVERIFY(near(read->clipThreshold(), known->clipThreshold()));
        QVERIFY(near(read->recordingThreshold(), known->recordingThreshold()));
        QVERIFY(near(read->distance(std::vector<float>{1, 3}),
                     known->distance(std::vector<float>{1, 3})));
        QVERIFY(read->rates() == known->rates());
        QCOMPARE(read->font(), std::string("made.sf2"));
        QVERIFY(read->recordingsAccuracy().has_value());
        QCOMPARE(read->recordingsAccuracy()->right, 8);
        QCOMPARE(read->recordingsAccuracy()->date, std::string("2026-11-01"));
    }

    void whatCannotBeCalibratedSaysWhy() {
        QCOMPARE(KnownClips::calibrate({}, "m", {}).error().code, Error::Code::BadInput);
        const std::vector<LabelledClip> few{clip(0, "a", "A", "train"), clip(0, "b", "A", "valid")};
        QCOMPARE(KnownClips::calibrate(few, "m", {2, 0.05}).error().code, Error::Code::BadInput);
        QVERIFY_RESULT(KnownClips::calibrate(few, "m", {1, 0.05}));
        const std::vector<LabelledClip> blind{clip(0, "a", "A", "train"),
                                              clip(0, "b", "A", "test")};
        QVERIFY(!KnownClips::calibrate(blind, "m", {1, 0.05}));
        auto uneven = few;
        uneven[1].latent.push_back(0);
        QCOMPARE(KnownClips::calibrate(uneven, "m", {1, 0.05}).error().code, Error::Code::BadShape);
        QVERIFY(!recordingsAccuracyFrom(nlohmann::json::parse(R"({"recordings": 3})")));
        QVERIFY(!recordingsAccuracyFrom(nlohmann::json::parse("[1]")));
    }

    void recordingsFarFromKnownMusicGetNoComposer() {
        // Levels 0 to 0.475 are known: latents 0 to 4.75. Held-out clips lie 1 beside them.
        auto clips = library();
        for (LabelledClip& one : clips) {
            one.latent[1] = one.split == "valid" ? 1 : 0;
        }
        auto known = KnownClips::calibrate(clips, "l1", {2, 0.05});
        QVERIFY_RESULT(known);
        fs::create_directories(file("classifiers"));
        QVERIFY_RESULT(known->write(file("classifiers/listener-known.safetensors")));
        qputenv("CANTO_ASSETS", m_folder.path().toUtf8());
        const test::AudioModel model;
        const auto near =
            placeRecording(model, test::writeLevels(file("near.wav"), {0.1F, 0.2F, 0.9F}), {});
        QVERIFY_RESULT(near);
        QVERIFY(near->known.has_value() && near->prediction.has_value());
        QVERIFY(near->named == NoComposer::Named); // the median clip is near
        QCOMPARE(near->clipNamed.size(), std::size_t(3));
        QVERIFY(near->clipNamed[0] == NoComposer::Named);
        QVERIFY(near->clipNamed[2] == NoComposer::FarFromKnown);
        const auto far =
            placeRecording(model, test::writeLevels(file("far.wav"), {0.8F, 0.9F}), {});
        QVERIFY_RESULT(far);
        QVERIFY(far->named == NoComposer::FarFromKnown);
        QVERIFY(far->prediction.has_value()); // what it would have been
        qunsetenv("CANTO_ASSETS");
    }

    void recordingsShorterThanAClipGetNoComposer() {
        const test::AudioModel model;
        const auto wav = [this](const char* name, double seconds) {
            return test::writeWav(
                file(name),
                std::vector<float>(static_cast<std::size_t>(seconds * test::kSoundRate), 0.1F),
                static_cast<int>(test::kSoundRate));
        };
        const auto nine = placeRecording(model, wav("nine.wav", 9.5), {});
        QVERIFY_RESULT(nine);
        QVERIFY(nine->named == NoComposer::TooShort);
        QVERIFY(!nine->prediction && nine->predictions.empty());
        QCOMPARE(nine->latents.size(), std::size_t(1)); // it has its place on the map
        const auto ten = placeRecording(model, wav("ten.wav", 10), {});
        QVERIFY_RESULT(ten);
        QVERIFY(ten->named == NoComposer::Named && ten->prediction);
        QVERIFY(!ten->known); // not calibrated: the shipped file belongs to other weights
        const auto two = placeRecording(model, wav("two.wav", 2.4), {});
        QVERIFY(!two);
        QCOMPARE(two.error().code, Error::Code::BadInput);
        QVERIFY(two.error().what.find("too short") != std::string::npos);
    }

    void theShippedThresholdsBelongToTheShippedWeights() {
        const auto path = findAsset("classifiers/orchestra-known.safetensors");
        QVERIFY_RESULT(path);
        const auto weights = shippedWeights("orchestra");
        QVERIFY_RESULT(weights);
        const auto model = openModelOrShipped(weights->string());
        QVERIFY_RESULT(model);
        const auto known = KnownClips::forModel(**model);
        QVERIFY(known.has_value());
        // What is shown beside a recording: works right with SoundFonts that training did not use.
        QVERIFY(known->rates()["unseenSounds"].size() >= 2);
        QVERIFY(!known->rates()["heldOut"].empty() && !known->rates()["others"].empty());
    }
};

QTEST_GUILESS_MAIN(TestKnownClips)
#include "tst_known_clips.moc"
