// SPDX-License-Identifier: GPL-3.0-or-later
// The Orchestra space from the command line's side: clips into an atlas, similar clips,
// predictions with their held-out accuracy, and interpolations as sound. Clips and music are made
// here.

#include "app/library/phrase_chain.h"
#include "app/spaces/orchestra/clip_library.h"
#include "app/spaces/orchestra/composer_prediction.h"
#include "app/spaces/orchestra/orchestra_sound.h"
#include "core/atlas/segment_attributes.h"
#include "core/audio/stft.h"
#include "core/sound/audio_file.h"
#include "models/train/run.h"
#include "tests/models/small_clips.h"
#include "tests/support/midi_folder.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>
#include <cmath>
#include <fstream>

using namespace canto;
using namespace canto;
using namespace canto::test;
namespace fs = std::filesystem;

class TestSoundSpace : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path file(const std::string& name) const {
        return fs::path(m_folder.path().toStdString()) / name;
    }
    /// Weights after two steps on small clips.
    fs::path weightsOf(const char* preset) const {
        models::train::RunRequest request;
        request.architecture = "orchestra";
        request.preset = preset;
        request.dataset = file("clips.safetensors");
        request.out = file(std::string("run-") + preset);
        request.changes = {{"width", 0.125}, {"latent", 8}};
        request.steps = 2;
        request.batch = 8;
        request.threads = 1;
        const auto weights = request.out / "last.safetensors";
        if (!fs::exists(weights) &&
            !models::train::runTraining(request, models::train::Start::Fresh, {}, {})) {
            return {};
        }
        return weights;
    }
    static models::ModelInfo infoWith(const std::string& metrics) {
        models::ModelInfo info;
        info.card["metrics"] = metrics;
        return info;
    }

  private Q_SLOTS:
    void initTestCase() { QVERIFY_RESULT(smallClips(3, 8).write(file("clips.safetensors"))); }

    void clipsLieWhereTheirMusicHasThem() {
        const auto clips = tensors::PreparedClips::open(file("clips.safetensors"));
        QVERIFY_RESULT(clips);
        // Of six movements one MIDI file is there: 96 ticks a quarter at 120 quarters a minute are
        // 192 a second.
        fs::create_directories(file("music/A"));
        std::ofstream(file("music/A/1.mid"), std::ios::binary) << songBytes(5, 48);
        const auto model = openOrchestra(weightsOf("clip"));
        QVERIFY_RESULT(model);
        auto atlas = atlas::Atlas::open(file("clips.atlas"), atlas::Access::Create);
        QVERIFY_RESULT(atlas);
        const auto ali = openOrchestra(weightsOf("ali"));
        QVERIFY_RESULT(ali);
        const ClipImportOptions options{file("music"), atlas::Precision::Float, false, ali->get()};
        const auto report = importClips(*atlas, **model, *clips, options, {}, {});
        QVERIFY_RESULT(report);
        QCOMPARE(report->movements, std::size_t(6));
        QCOMPARE(report->clips, std::size_t(48));
        QCOMPARE(report->found, std::size_t(1));

        const auto rows = atlas->models();
        QVERIFY_RESULT(rows);
        QCOMPARE(rows->size(), std::size_t(3));
        QCOMPARE(rows->front().version, (*model)->info().version);
        QVERIFY(atlas::makesMaps(rows->front()));
        const auto points = atlas->points(rows->front().id);
        QVERIFY_RESULT(points);
        QCOMPARE(points->count(), std::size_t(48));
        const auto latents = (*model)->encodeClips(*clips, {});
        QVERIFY_RESULT(latents);
        for (std::size_t row = 0; row < points->count(); ++row) {
            const auto& song = points->songOf(row);
            const auto& segment = points->segments[row];
            const bool known = song.path == "A/1.mid";
            QCOMPARE(song.hash.empty(), !known);
            QCOMPARE(segment.start, segment.bar * (known ? 1920 : 10000));
            QCOMPARE(segment.end - segment.start, known ? 1920 : 10000);
            QCOMPARE(song.label("font"), std::string("made.sf2"));
            QVERIFY(song.composer == "A" || song.composer == "B");
        }
        // The first movement's clips keep their order and their latents.
        for (std::size_t row = 0; row < 8; ++row) {
            QCOMPARE(points->segments[row].bar, static_cast<int>(row));
            for (std::size_t i = 0; i < 8; ++i) {
                QCOMPARE(points->latent(row)[i], (*latents)[row][i]);
            }
        }
        // Beside them the loudness, and what ALI makes their sound from: both halves of the range,
        // 13 windows each, 8 numbers.
        QCOMPARE(rows->at(1).name, std::string("measure:loudness"));
        QVERIFY(!atlas::makesMaps(rows->at(1)));
        QCOMPARE(rows->at(2).name, std::string("parts:orchestra"));
        QCOMPARE(rows->at(2).version, (*ali)->info().version);
        QCOMPARE(rows->at(2).latentSize, 2 * 13 * 8);
        const auto parts = (*ali)->encodeParts(*clips, {});
        QVERIFY_RESULT(parts);
        const auto levels = atlas->points(rows->at(1).id);
        const auto kept = atlas->points(rows->at(2).id);
        QVERIFY_RESULT(levels);
        QVERIFY_RESULT(kept);
        QCOMPARE(kept->count(), std::size_t(48));
        for (std::size_t row = 0; row < 8; ++row) { // as above
            QCOMPARE(kept->segments[row].id, points->segments[row].id);
            QCOMPARE(levels->latent(row)[0], -20.0F);                // smallClips has it so
            for (std::size_t i = 0; i < (*parts)[row].size(); ++i) { // in 16 bits
                QVERIFY(std::fabs(kept->latent(row)[i] - (*parts)[row][i]) < 2e-3F);
            }
        }
        // Again: nothing is there twice.
        const auto digest = atlas->contentDigest();
        const auto second = importClips(*atlas, **model, *clips, options, {}, {});
        QVERIFY_RESULT(second);
        QCOMPARE(second->kept, std::size_t(6));
        QCOMPARE(*atlas->contentDigest(), *digest);
        auto replacing = options;
        replacing.again = true;
        const auto third = importClips(*atlas, **model, *clips, replacing, {}, {});
        QVERIFY_RESULT(third);
        QCOMPARE(third->kept, std::size_t(0));
        QCOMPARE(*atlas->contentDigest(), *digest);
        CancelToken stopped;
        stopped.cancel();
        QCOMPARE(importClips(*atlas, **model, *clips, options, {}, stopped).error().code,
                 Error::Code::Cancelled);
    }

    void whoSoundsAlikeIsNearestInDirection() {
        atlas::AtlasPoints points;
        points.model.latentSize = 2;
        for (const char* composer : {"A", "B", "B", "C"}) {
            atlas::SongRow song;
            song.path = std::string(composer) + std::to_string(points.songs.size());
            song.composer = composer;
            points.songs.push_back(song);
        }
        // The mean is the origin. Song 1 has two clips at 10 and 20 degrees from the question,
        // song 2 one at 30, song 3 one on the other side.
        const auto put = [&points](std::int32_t song, double degrees, double length) {
            atlas::SegmentRow segment;
            segment.song = song;
            points.segments.push_back(segment);
            const double angle = degrees * 3.14159265358979 / 180;
            points.latents.push_back(static_cast<float>(length * std::cos(angle)));
            points.latents.push_back(static_cast<float>(length * std::sin(angle)));
        };
        put(0, 0, 1);
        put(1, 20, 9);
        put(1, 10, 1);
        put(2, 30, 1);
        put(3, 180, 2);
        double x = 0;
        double y = 0;
        for (std::size_t i = 0; i < 5; ++i) {
            x += static_cast<double>(points.latents[2 * i]);
            y += static_cast<double>(points.latents[2 * i + 1]);
        }
        atlas::SegmentRow balance; // brings the mean back to the origin
        balance.song = 3;
        points.segments.push_back(balance);
        points.latents.push_back(static_cast<float>(-x));
        points.latents.push_back(static_cast<float>(-y));

        const std::vector<float> asked{3, 0};
        const auto others = similarClips(points, asked, "A", 10);
        QCOMPARE(others.size(), std::size_t(3)); // one of each movement
        QCOMPARE(others[0].row, std::size_t(2));
        QVERIFY(std::fabs(others[0].similarity - std::cos(10 * 3.14159265358979 / 180)) < 1e-4);
        QCOMPARE(others[1].row, std::size_t(3));
        const auto all = similarClips(points, asked, {}, 1);
        QCOMPARE(all.size(), std::size_t(1));
        QCOMPARE(all[0].row, std::size_t(0));
    }

    void theCardSaysHowOftenAModelIsRight() {
        const auto held = heldOutAccuracy(
            infoWith(R"({"largestClass": 0.3, "rows": [{"method": "probe", "test": {"accuracy": 1}},
                {"method": "own classes", "split": "work", "test": {"accuracy": 0.5, "low": 0.4,
                "high": 0.6, "clips": 300, "works": 21}}]})"));
        QVERIFY(held.has_value());
        QCOMPARE(held->accuracy, 0.5);
        QCOMPARE(held->low, 0.4);
        QCOMPARE(held->high, 0.6);
        QCOMPARE(held->largestClass, 0.3);
        QCOMPARE(held->clips, 300);
        QCOMPARE(held->works, 21);
        QCOMPARE(held->split, std::string("work"));
    }

    void aCardWithoutFiguresGivesNone_data() {
        QTest::addColumn<QByteArray>("metrics");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no JSON") << QByteArray("{\"rows\": [");
        QTest::newRow("a list") << QByteArray("[1, 2]");
        QTest::newRow("rows of another kind") << QByteArray(R"({"rows": 3})");
        QTest::newRow("no own classes") << QByteArray(R"({"rows": [{"method": "probe"}, 7]})");
        QTest::newRow("no test") << QByteArray(R"({"rows": [{"method": "own classes"}]})");
    }
    void aCardWithoutFiguresGivesNone() {
        QFETCH(QByteArray, metrics);
        QVERIFY(!heldOutAccuracy(infoWith(metrics.toStdString())).has_value());
        QVERIFY(!heldOutAccuracy(models::ModelInfo{}).has_value());
    }

    void aVerdictIsTheMeanOverTheClips() {
        const auto model = openOrchestra(weightsOf("clip"));
        QVERIFY_RESULT(model);
        const std::vector<models::Latent> latents{models::Latent(8, 1.0F),
                                                  models::Latent(8, -2.0F)};
        const auto prediction = predictionOn(**model, latents);
        QVERIFY(prediction.has_value());
        const auto one = (*model)->classScores(latents[0]);
        const auto other = (*model)->classScores(latents[1]);
        QVERIFY(std::fabs(prediction->shares[0] - (one[0] + other[0]) / 2) < 1e-9);
        QVERIFY(std::fabs(prediction->shares[0] + prediction->shares[1] - 1) < 1e-6);
        QCOMPARE(prediction->composer,
                 std::string(prediction->shares[0] >= prediction->shares[1] ? "A" : "B"));
        QVERIFY(!predictionOn(**model, {}).has_value());
        const auto ali = openOrchestra(weightsOf("ali"));
        QVERIFY_RESULT(ali);
        QVERIFY(!predictionOn(**ali, latents).has_value()); // has no classes
    }

    void aWalkCanBeHeardAndSeen() {
        const auto model = openOrchestra(weightsOf("ali"));
        QVERIFY_RESULT(model);
        const auto path = straightPath(models::Latent(8, 0.0F), models::Latent(8, 1.0F), 5);
        const auto walk = writeWalk(**model, path, file("walk.wav"), {});
        QVERIFY_RESULT(walk);
        const auto item = sound::readMono(file("walk.wav"), audio::kRate);
        QVERIFY_RESULT(item);
        QCOMPARE(item->samples.size(), std::size_t((5 * 32 - 1) * 512));
        float peak = 0;
        double squares = 0;
        for (const float sample : item->samples) {
            peak = std::max(peak, std::fabs(sample));
            squares += static_cast<double>(sample) * sample;
        }
        QVERIFY(peak > 0.3F && peak <= 0.501F); // neither silent nor clipped
        QVERIFY(squares / static_cast<double>(item->samples.size()) > 1e-4);
        QVERIFY(walk->convergence > 0 && walk->convergence < 1);
        // The tiles are what each step alone gives.
        QCOMPARE(walk->tiles.size(), std::size_t(5));
        for (std::size_t step = 0; step < 5; ++step) {
            const auto alone = (*model)->decodeSound(path[step], {}, {});
            QVERIFY_RESULT(alone);
            QCOMPARE(walk->tiles[step].frames, 32);
            for (std::size_t i = 0; i < alone->decibels.size(); ++i) {
                QVERIFY(std::fabs(walk->tiles[step].decibels[i] - alone->decibels[i]) < 0.01F);
            }
        }
        QVERIFY_RESULT(drawSpectrogramRow(walk->tiles, file("walk.png")));
        QVERIFY(fs::file_size(file("walk.png")) > 200);
        QCOMPARE(writeWalk(**model, path, file("walk.txt"), {}).error().code,
                 Error::Code::BadInput);
        QCOMPARE(writeWalk(**model, {}, file("none.wav"), {}).error().code, Error::Code::BadInput);
        const auto mute = openOrchestra(weightsOf("clip"));
        QVERIFY_RESULT(mute);
        QCOMPARE(writeWalk(**mute, path, file("none.wav"), {}).error().code, Error::Code::BadInput);
    }

    void aClipIsMadeOfItsParts() {
        const auto clips = tensors::PreparedClips::open(file("clips.safetensors"));
        QVERIFY_RESULT(clips);
        const auto ali = openOrchestra(weightsOf("ali"));
        QVERIFY_RESULT(ali);
        const auto parts = (*ali)->encodeParts(*clips, {});
        QVERIFY_RESULT(parts);
        // The mean of a clip's parts is its latent.
        const auto whole = (*ali)->encodeClips(*clips, {});
        QVERIFY_RESULT(whole);
        for (std::size_t i = 0; i < 8; ++i) {
            double sum = 0;
            for (std::size_t part = 0; part < 26; ++part) {
                sum += static_cast<double>((*parts)[3][part * 8 + i]);
            }
            QVERIFY(std::fabs(sum / 26 - static_cast<double>((*whole)[3][i])) < 1e-4);
        }
        const auto drawn = (*ali)->drawParts((*parts)[3], 2);
        QVERIFY_RESULT(drawn);
        QCOMPARE(drawn->mels, 64);
        QCOMPARE(drawn->frames, 13 * 32);
        QVERIFY(drawn->samples.empty());
        // The third window of the upper half is what its latent alone gives.
        const auto from = (*parts)[3].begin() + (13 + 2) * 8;
        const auto alone = (*ali)->drawParts(std::vector<float>(from, from + 8), 1);
        QVERIFY_RESULT(alone);
        for (int mel = 0; mel < 32; ++mel) {
            for (int frame = 0; frame < 32; ++frame) {
                const auto there = static_cast<std::size_t>((32 + mel) * 13 * 32 + 2 * 32 + frame);
                const auto here = static_cast<std::size_t>(mel * 32 + frame);
                QVERIFY(std::fabs(drawn->decibels[there] - alone->decibels[here]) < 0.01F);
            }
        }
        const auto item = (*ali)->decodeParts((*parts)[3], 2, 1, {});
        QVERIFY_RESULT(item);
        QCOMPARE(item->samples.size(), std::size_t((13 * 32 - 1) * 512));
        QCOMPARE((*ali)->drawParts({}, 2).error().code, Error::Code::BadInput);
        QCOMPARE((*ali)->drawParts(std::vector<float>(8), 3).error().code, Error::Code::BadShape);
        QCOMPARE((*ali)->drawParts(std::vector<float>(9), 1).error().code, Error::Code::BadShape);
        const auto describing = openOrchestra(weightsOf("clip"));
        QVERIFY_RESULT(describing);
        QVERIFY((*describing)->soundDecoder() == nullptr);
        QVERIFY((*describing)->soundEncoder() != nullptr);
        QCOMPARE((*describing)->encodeParts(*clips, {}).error().code, Error::Code::BadInput);
    }

    void weightsOfAnotherSpaceAreRefused() {
        QCOMPARE(openOrchestra(file("nothing.safetensors")).error().code, Error::Code::NotFound);
        QCOMPARE(openOrchestra(file("clips.safetensors")).error().code, Error::Code::BadInput);
    }
};

QTEST_GUILESS_MAIN(TestSoundSpace)
#include "tst_sound_space.moc"
