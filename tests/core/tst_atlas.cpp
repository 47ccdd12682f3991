// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/atlas/atlas.h"
#include "core/base/random.h"
#include "tests/support/atlas_support.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>

using namespace canto;
using namespace canto::atlas;
using namespace canto::test;
namespace fs = std::filesystem;
using Code = Error::Code;

class TestAtlas : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    fs::path path(const std::string& name) const {
        return fs::path(m_folder.path().toStdString()) / name;
    }

  private Q_SLOTS:
    void whatIsPutIsRead();
    void halvesKeepTheLatentToTheirPrecision();
    void puttingASongAgainReplacesIt();
    void twoModelsShareASong();
    void wrongSizesAndNumbersAreRefused();
    void labelsColourAnyColumn();
    void projectionsAreKeptByName();
    void lineageNamesTheParents();
    void theDigestKnowsContentNotOrder();
    void twoConnectionsSeeEachOther();
};

void TestAtlas::whatIsPutIsRead() {
    auto atlas = Atlas::open(path("read.atlas"), Access::Create);
    QVERIFY_RESULT(atlas);
    const auto model = atlas->putModel({0, "musae", "v1", kLatent});
    QVERIFY_RESULT(model);
    SongRow song = songNamed("a/b.mid", "rock");
    song.artist = "Ä";
    song.labels = {{"key", "C"}, {"year", "1999"}};
    const auto latents = latentsOf(4, 1);
    const auto id = atlas->putSong(song, *model, segmentsOf(4), latents);
    QVERIFY_RESULT(id);
    QVERIFY_RESULT(atlas->putSong(songNamed("c.mid"), *model, segmentsOf(2), latentsOf(2, 2)));

    atlas = Atlas::open(path("read.atlas"), Access::ReadOnly);
    QVERIFY_RESULT(atlas);
    const auto models = atlas->models();
    QVERIFY_RESULT(models);
    QCOMPARE(models->size(), std::size_t(1));
    QCOMPARE(models->front().name, std::string("musae"));
    QCOMPARE(models->front().version, std::string("v1"));
    const auto points = atlas->points(*model);
    QVERIFY_RESULT(points);
    QCOMPARE(points->count(), std::size_t(6));
    QCOMPARE(points->latents.size(), std::size_t(6 * kLatent));
    QVERIFY(std::equal(latents.begin(), latents.end(), points->latents.begin()));
    QCOMPARE(points->songs.size(), std::size_t(2));
    QCOMPARE(points->songOf(3).path, std::string("a/b.mid"));
    QCOMPARE(points->songOf(3).artist, std::string("Ä"));
    QCOMPARE(points->songOf(3).labels.at("year"), std::string("1999"));
    QCOMPARE(points->songOf(3).seconds, 61.5);
    QCOMPARE(points->songOf(3).notes, std::int64_t(321));
    QCOMPARE(points->songOf(5).path, std::string("c.mid"));
    QCOMPARE(points->segments[3].bar, 3);
    QCOMPARE(points->segments[3].start, music::Tick(5760));
    QCOMPARE(points->segments[3].end, music::Tick(9600));
    QVERIFY(points->segments[2].strict);
    QVERIFY(!points->segments[3].strict);
    QCOMPARE(atlas->points(99).error().code, Code::NotFound);
    const auto found = atlas->findSong("a/b.mid");
    QVERIFY_RESULT(found);
    QCOMPARE((*found)->id, *id);
    QVERIFY(!atlas->findSong("absent")->has_value());
}

void TestAtlas::halvesKeepTheLatentToTheirPrecision() {
    auto atlas = Atlas::open(path("half.atlas"), Access::Create);
    QVERIFY_RESULT(atlas);
    const auto model = atlas->putModel({0, "musae", "v1", kLatent});
    const auto latents = latentsOf(3, 9);
    QVERIFY_RESULT(atlas->putSong(songNamed("a"), *model, segmentsOf(3), latents, Precision::Half));
    const auto points = atlas->points(*model);
    QVERIFY_RESULT(points);
    for (std::size_t i = 0; i < latents.size(); ++i) {
        QVERIFY(std::abs(points->latents[i] - latents[i]) <= std::abs(latents[i]) * 0x1p-11f);
    }
}

void TestAtlas::puttingASongAgainReplacesIt() {
    auto atlas = Atlas::open(path("again.atlas"), Access::Create);
    QVERIFY_RESULT(atlas);
    QVERIFY_RESULT(fill(*atlas, 2));
    QVERIFY_RESULT(atlas->putFailed({"song 1", "was broken"}));
    SongRow song = songNamed("song 1", "pop");
    song.hash = "ffffffffffffffff";
    QVERIFY_RESULT(atlas->putSong(song, 1, segmentsOf(5), latentsOf(5, 77)));
    QCOMPARE(atlas->points(1)->count(), std::size_t(8));
    QCOMPARE(atlas->songs()->size(), std::size_t(2));
    QCOMPARE((*atlas->findSong("song 1"))->genre, std::string("pop"));
    QVERIFY(atlas->failedFiles()->empty());
    QVERIFY_RESULT(atlas->removeSong((*atlas->findSong("song 1"))->id));
    QCOMPARE(atlas->points(1)->count(), std::size_t(3));
}

void TestAtlas::twoModelsShareASong() {
    auto atlas = Atlas::open(path("two.atlas"), Access::Create);
    QVERIFY_RESULT(atlas);
    QVERIFY_RESULT(fill(*atlas, 1));
    const auto other = atlas->putModel({0, "muser", "v9", 2 * kLatent});
    QVERIFY_RESULT(other);
    const std::vector<float> latents(2 * 2 * kLatent, 0.5f);
    QVERIFY_RESULT(atlas->putSong(songNamed("song 0"), *other, segmentsOf(2), latents));
    QCOMPARE(atlas->points(1)->count(), std::size_t(3));
    QCOMPARE(atlas->points(*other)->count(), std::size_t(2));
    QCOMPARE(atlas->points(*other)->latents, latents);
    QVERIFY(*atlas->hasLatents(1, *other));
    QCOMPARE(*atlas->putModel({0, "muser", "v9", 2 * kLatent}), *other);
    QCOMPARE(atlas->putModel({0, "muser", "v9", 3}).error().code, Code::BadInput);
}

void TestAtlas::wrongSizesAndNumbersAreRefused() {
    auto atlas = Atlas::open(path("wrong.atlas"), Access::Create);
    QVERIFY_RESULT(atlas);
    QVERIFY_RESULT(fill(*atlas, 1));
    const auto before = *atlas->contentDigest();
    QCOMPARE(atlas->putSong(songNamed("x"), 1, segmentsOf(2), latentsOf(3, 1)).error().code,
             Code::BadShape);
    auto latents = latentsOf(2, 1);
    latents[5] = std::numeric_limits<float>::quiet_NaN();
    QCOMPARE(atlas->putSong(songNamed("x"), 1, segmentsOf(2), latents).error().code,
             Code::BadInput);
    latents[5] = 70000;
    QCOMPARE(
        atlas->putSong(songNamed("x"), 1, segmentsOf(2), latents, Precision::Half).error().code,
        Code::BadInput);
    QCOMPARE(atlas->putSong(songNamed("x"), 42, segmentsOf(1), latentsOf(1, 1)).error().code,
             Code::NotFound);
    QCOMPARE(atlas->putModel({0, "m", "", 0}).error().code, Code::BadInput);
    QCOMPARE(*atlas->contentDigest(), before);
}

void TestAtlas::labelsColourAnyColumn() {
    auto atlas = Atlas::open(path("labels.atlas"), Access::Create);
    QVERIFY_RESULT(atlas);
    QVERIFY_RESULT(fill(*atlas, 1));
    SongRow song = songNamed("b", "rock");
    song.labels = {{"key", "C"}, {"=formula", "=1+1"}};
    QVERIFY_RESULT(atlas->putSong(song, 1, segmentsOf(1), latentsOf(1, 4)));
    QCOMPARE(*atlas->labelColumns(),
             (std::vector<std::string>{"genre", "split", "title", "=formula", "key"}));
    QCOMPARE(*atlas->labelValues("genre"), (std::vector<std::string>{"jazz", "rock"}));
    QCOMPARE(*atlas->labelValues("key"), (std::vector<std::string>{"C"}));
    QVERIFY(atlas->labelValues("composer")->empty());
    song.id = (*atlas->findSong("b"))->id;
    song.genre = "pop";
    QVERIFY_RESULT(atlas->updateLabels(song));
    QCOMPARE(*atlas->labelValues("genre"), (std::vector<std::string>{"jazz", "pop"}));
    QCOMPARE(atlas->points(1)->count(), std::size_t(4));
    song.id = 99;
    QCOMPARE(atlas->updateLabels(song).error().code, Code::NotFound);
}

void TestAtlas::projectionsAreKeptByName() {
    auto atlas = Atlas::open(path("projections.atlas"), Access::Create);
    QVERIFY_RESULT(atlas);
    QVERIFY_RESULT(fill(*atlas, 2));
    const auto points = atlas->points(1);
    Projection pca{.name = "PCA", .model = 1, .parameters = R"({"axes":2})", .quality = "{}"};
    for (const SegmentRow& segment : points->segments) {
        pca.segments.push_back(segment.id);
        pca.xy.push_back(float(segment.id) * 0.25f);
        pca.xy.push_back(-1.0f);
    }
    QVERIFY_RESULT(atlas->writeProjection(pca));
    pca.quality = R"({"trustworthiness":0.9})";
    pca.xy[0] = 8.5f;
    QVERIFY_RESULT(atlas->writeProjection(pca));
    const auto list = atlas->projections(1);
    QVERIFY_RESULT(list);
    QCOMPARE(list->size(), std::size_t(1));
    QCOMPARE(list->front().parameters, std::string(R"({"axes":2})"));
    QCOMPARE(list->front().quality, pca.quality);
    const auto read = atlas->readProjection(1, "PCA");
    QVERIFY_RESULT(read);
    QCOMPARE(read->segments, pca.segments);
    QCOMPARE(read->xy, pca.xy);
    QCOMPARE(atlas->readProjection(1, "UMAP").error().code, Code::NotFound);
    pca.xy.pop_back();
    QCOMPARE(atlas->writeProjection(pca).error().code, Code::BadShape);
    QVERIFY_RESULT(atlas->removeSong(1));
    QCOMPARE(atlas->readProjection(1, "PCA")->segments.size(), std::size_t(3));
}

void TestAtlas::lineageNamesTheParents() {
    auto atlas = Atlas::open(path("lineage.atlas"), Access::Create);
    QVERIFY_RESULT(atlas);
    QVERIFY_RESULT(fill(*atlas, 3));
    const std::vector<LineageRow> parents = {{3, 1, 0.25, "interpolate"}, {3, 4, 0.75, "carry"}};
    QVERIFY_RESULT(atlas->putLineage(3, parents));
    const auto read = atlas->lineage(3);
    QVERIFY_RESULT(read);
    QCOMPARE(read->size(), std::size_t(2));
    QCOMPARE((*read)[1].segment, RowId(4));
    QCOMPARE((*read)[1].weight, 0.75);
    QCOMPARE((*read)[1].how, std::string("carry"));
    const std::vector<LineageRow> orphans = {{3, 999, 1, "x"}};
    QVERIFY(!atlas->putLineage(3, orphans));
    QCOMPARE(atlas->lineage(3)->size(), std::size_t(2));
}

void TestAtlas::theDigestKnowsContentNotOrder() {
    std::vector<std::string> digests;
    for (const bool reversed : {false, true}) {
        auto atlas = Atlas::open(path(reversed ? "d1.atlas" : "d2.atlas"), Access::Create);
        QVERIFY_RESULT(atlas);
        QVERIFY_RESULT(atlas->putModel({0, "musae", "v1", kLatent}));
        for (int i = 0; i < 10; ++i) {
            const int song = reversed ? 9 - i : i;
            QVERIFY_RESULT(atlas->putSong(songNamed(std::to_string(song)), 1, segmentsOf(2),
                                          latentsOf(2, std::uint64_t(song))));
        }
        digests.push_back(*atlas->contentDigest());
        QVERIFY_RESULT(atlas->putFailed({"x.mid", "empty"}));
        QVERIFY(*atlas->contentDigest() != digests.back());
    }
    QCOMPARE(digests[0], digests[1]);
    auto atlas = Atlas::open(path("d1.atlas"), Access::ReadWrite);
    const auto before = *atlas->contentDigest();
    auto latents = latentsOf(2, 3);
    latents[7] = std::nextafter(latents[7], 9.0f);
    QVERIFY_RESULT(atlas->putSong(songNamed("3"), 1, segmentsOf(2), latents));
    QVERIFY(*atlas->contentDigest() != before);
}

void TestAtlas::twoConnectionsSeeEachOther() {
    const auto file = path("shared.atlas");
    auto writer = Atlas::open(file, Access::Create);
    QVERIFY_RESULT(writer);
    QVERIFY_RESULT(fill(*writer, 2));
    auto reader = Atlas::open(file, Access::ReadOnly);
    QVERIFY_RESULT(reader);
    QVERIFY_RESULT(writer->putSong(songNamed("new"), 1, segmentsOf(1), latentsOf(1, 1)));
    QCOMPARE(reader->points(1)->count(), std::size_t(7));
    const auto refused = writer->finalise();
    QVERIFY(!refused); // in use
    QCOMPARE(refused.error().code, Code::Io);
}

QTEST_GUILESS_MAIN(TestAtlas)
#include "tst_atlas.moc"
