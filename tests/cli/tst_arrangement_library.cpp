// SPDX-License-Identifier: GPL-3.0-or-later
// Prepared arrangements into an atlas. Songs and weights are made here.

#include "app/spaces/arrangement/arrangement_library.h"
#include "models/arrange/library.h"
#include "models/train/run.h"
#include "tests/models/small_arrangements.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>
#include <fstream>

using namespace canto;
using arrange::Part;
using arrange::PartNote;
namespace fs = std::filesystem;

class TestArrangementLibrary : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path m_weights;
    tensors::PreparedArrangements m_songs = test::smallArrangements(4, 6);

    fs::path file(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }

  private Q_SLOTS:
    void initTestCase() {
        QVERIFY_RESULT(m_songs.write(file("songs.safetensors")));
        models::train::RunRequest request;
        request.architecture = "arrange";
        request.preset = "cpu";
        request.dataset = file("songs.safetensors");
        request.out = file("run");
        request.steps = 2;
        request.batch = 4;
        request.threads = 1;
        const auto trained =
            models::train::runTraining(request, models::train::Start::Fresh, {}, {});
        QVERIFY_RESULT(trained);
        m_weights = request.out / "last.safetensors";
        // The song rendered again with another SoundFont is not a song of its own.
        QVERIFY_RESULT(
            m_songs.addSong({"2", "2", "made", "font", "other.sf2", "made"}, test::madeGrid(6, 3)));
    }

    void unitsBecomePoints() {
        auto atlas = atlas::Atlas::open(file("made.atlas"), atlas::Access::Create);
        QVERIFY_RESULT(atlas);
        const auto report = importArrangements(*atlas, m_weights, m_songs, {}, {}, {});
        QVERIFY_RESULT(report);
        QCOMPARE(report->songs, std::size_t(4));
        QCOMPARE(report->units, std::size_t(20)); // five of two bars in six
        const auto models = atlas->models();
        QVERIFY_RESULT(models);
        QCOMPARE(models->size(), std::size_t(1));
        const auto points = atlas->points(models->front().id);
        QVERIFY_RESULT(points);
        QCOMPARE(points->count(), std::size_t(20));
        QCOMPARE(points->songs[1].title, std::string("1"));
        QCOMPARE(points->songs[3].split, std::string("test"));
        QCOMPARE(points->songs[0].label("key"), keyOf(m_songs.notes(0), m_songs.beats(0)));
        QCOMPARE(points->songs[0].label("density"), densityOf(m_songs.notes(0), m_songs.beats(0)));
        QCOMPARE(points->segments[7].bar, 2);
        QCOMPARE(points->segments[7].start, music::Tick(2 * 4 * 480));
        QCOMPARE(points->segments[7].end, music::Tick(4 * 4 * 480));

        // The latents are those of the units, and the model takes them.
        const auto encoded = models::arrange::encodeUnits(m_weights, m_songs);
        QVERIFY_RESULT(encoded);
        QCOMPARE(encoded->latents.size(), std::size_t(20));
        const auto row = points->latent(7);
        QCOMPARE(models::Latent(row.begin(), row.end()), encoded->latents[7]);
        const auto model = models::openModel(m_weights.string());
        QVERIFY_RESULT(model);
        QCOMPARE((*model)->info().version, models->front().version);
        const auto song = (*model)->decode(encoded->latents[7], {}, {});
        QVERIFY_RESULT(song);
        // Chords are the same in both songs, so are their latents; the sound is another.
        const auto& blocks = (*model)->info().blocks;
        QCOMPARE(blocks[0].id, std::string("chord"));
        const auto part = [&](std::size_t unit, const models::LatentBlock& block) {
            const auto& z = encoded->latents[unit];
            return models::Latent(z.begin() + block.begin, z.begin() + block.end);
        };
        for (std::size_t i = 0; i < part(0, blocks[0]).size(); ++i) {
            QVERIFY(std::fabs(part(0, blocks[0])[i] - part(5, blocks[0])[i]) < 1e-4F);
        }
        QVERIFY(part(0, blocks[1]) != part(5, blocks[1]));
        const std::vector<int> carried{0};
        const auto mixed = (*model)->transfer(encoded->latents[0], encoded->latents[6], carried);
        QVERIFY_RESULT(mixed);
        QCOMPARE(models::Latent(mixed->begin(), mixed->begin() + blocks[0].end),
                 part(6, blocks[0]));

        // A second time nothing is doubled.
        QVERIFY_RESULT(importArrangements(*atlas, m_weights, m_songs, {}, {}, {}));
        QCOMPARE(atlas->points(models->front().id)->count(), std::size_t(20));
        // Every second one: bars 1, 3 and 5 of each of four songs.
        auto fewer = atlas::Atlas::open(file("fewer.atlas"), atlas::Access::Create);
        QVERIFY_RESULT(fewer);
        const auto some =
            importArrangements(*fewer, m_weights, m_songs, {atlas::Precision::Half, 2}, {}, {});
        QVERIFY_RESULT(some);
        QCOMPARE(some->units, std::size_t(12));
    }

    void keysAndDensitiesAreCounted() {
        // A minor: a scale with its tonic and fifth held longest.
        std::vector<PartNote> notes;
        const int pitches[] = {57, 59, 60, 62, 64, 65, 68, 69};
        const int lengths[] = {8, 2, 6, 2, 6, 2, 2, 8};
        int step = 0;
        for (int i = 0; i < 8; ++i) {
            notes.push_back({step, lengths[i], static_cast<std::uint8_t>(pitches[i]), Part::Piano});
            step += lengths[i];
        }
        QCOMPARE(keyOf(notes, 9), std::string("A minor"));
        // Eight notes in nine beats are 3.6 a bar.
        QCOMPARE(densityOf(notes, 9), std::string("up to 12 notes a bar"));
        QCOMPARE(densityOf(notes, 2), std::string("16 to 20")); // 16 a bar
        QCOMPARE(densityOf(notes, 1), std::string("over 20"));
        for (auto& note : notes) {
            note.part = Part::Melody; // the singer's own notes are not accompaniment
        }
        QCOMPARE(densityOf(notes, 1), std::string("up to 12 notes a bar"));
    }

    void weightsOfOtherSpacesAreRefused() {
        std::ofstream(file("no.safetensors")) << "no tensors";
        QVERIFY(!models::arrange::encodeUnits(file("no.safetensors"), m_songs));
        const CancelToken cancel;
        cancel.cancel();
        QCOMPARE(models::arrange::encodeUnits(m_weights, m_songs, cancel).error().code,
                 Error::Code::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestArrangementLibrary)
#include "tst_arrangement_library.moc"
