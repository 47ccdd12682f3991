// SPDX-License-Identifier: GPL-3.0-or-later
// Labels of a library corrected, songs taken out and put back.
#include "core/atlas/curation.h"
#include "tests/support/atlas_support.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>

using namespace canto;
using namespace canto::test;
using Code = Error::Code;

class TestAtlasCuration : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void firstValuesStay();
    void whatIsChangedBackIsAsBefore();
    void oneUnknownSongChangesNothing();
    void songsComeBackWithTheirIds();
    void idsInUseAreRefused();

  private:
    std::string digest() const {
        auto atlas = Atlas::open(m_path, Access::ReadOnly);
        return atlas ? *atlas->contentDigest() : atlas.error().message();
    }
    SongRow song(const std::string& path) const {
        return **Atlas::open(m_path, Access::ReadOnly)->findSong(path);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path m_path;
};

void TestAtlasCuration::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = std::filesystem::path(m_folder->path().toStdString()) / "curated.atlas";
    auto atlas = Atlas::open(m_path, Access::Create);
    QVERIFY_RESULT(atlas);
    QVERIFY_RESULT(fill(*atlas, 4)); // genre jazz
}

void TestAtlasCuration::firstValuesStay() {
    const std::vector<LabelChange> first = {{1, "genre", "jazz", "rock"},
                                            {1, "mood", "", "calm, \"slow\"\nand low"},
                                            {2, "genre", "jazz", ""}};
    QVERIFY_RESULT(changeLabels(m_path, first));
    const std::vector<LabelChange> second = {{1, "genre", "rock", "pop"}};
    QVERIFY_RESULT(changeLabels(m_path, second));
    QCOMPARE(song("song 0").genre, std::string("pop"));
    QCOMPARE(song("song 0").label("mood"), std::string("calm, \"slow\"\nand low"));
    QCOMPARE(song("song 1").genre, std::string());
    QCOMPARE(song("song 2").genre, std::string("jazz"));
    const auto labels = originalLabels(m_path);
    QVERIFY_RESULT(labels);
    const std::vector<OriginalLabel> expected = {
        {1, "genre", "jazz"}, {1, "mood", ""}, {2, "genre", "jazz"}};
    QVERIFY(*labels == expected);
}

void TestAtlasCuration::whatIsChangedBackIsAsBefore() {
    const std::string before = digest();
    const std::vector<LabelChange> change = {{1, "genre", "jazz", "rock"}, {3, "mood", "", "calm"}};
    const std::vector<LabelChange> back = {{1, "genre", "rock", "jazz"}, {3, "mood", "calm", ""}};
    QVERIFY_RESULT(changeLabels(m_path, change));
    QVERIFY(digest() != before);
    QVERIFY_RESULT(changeLabels(m_path, back));
    QCOMPARE(digest(), before);
    QVERIFY(originalLabels(m_path)->empty());
}

void TestAtlasCuration::oneUnknownSongChangesNothing() {
    const std::string before = digest();
    const std::vector<LabelChange> change = {{1, "genre", "jazz", "rock"},
                                             {99, "genre", "jazz", "rock"}};
    const auto done = changeLabels(m_path, change);
    QVERIFY(!done);
    QCOMPARE(done.error().code, Code::NotFound);
    QCOMPARE(digest(), before);
    const std::vector<RowId> songs = {2, 99};
    QVERIFY(!takeOutSongs(m_path, songs));
    QCOMPARE(digest(), before);
}

void TestAtlasCuration::songsComeBackWithTheirIds() {
    std::vector<RowId> segments;
    {
        auto atlas = Atlas::open(m_path, Access::ReadWrite);
        QVERIFY_RESULT(atlas);
        const auto points = *atlas->points(1);
        Projection map;
        map.name = "PCA";
        map.model = 1;
        for (const SegmentRow& segment : points.segments) {
            segments.push_back(segment.id);
            map.segments.push_back(segment.id);
            map.xy.insert(map.xy.end(), {float(segment.id), -0.5f});
        }
        QVERIFY_RESULT(atlas->writeProjection(map));
        const std::vector<LineageRow> parents = {{4, segments.front(), 0.25, "interpolate"}};
        QVERIFY_RESULT(atlas->putLineage(4, parents));
    }
    const std::vector<LabelChange> change = {{1, "genre", "jazz", "rock"}};
    QVERIFY_RESULT(changeLabels(m_path, change));
    const std::string before = digest();

    const std::vector<RowId> songs = {1, 3};
    const auto taken = takeOutSongs(m_path, songs);
    QVERIFY_RESULT(taken);
    {
        auto atlas = Atlas::open(m_path, Access::ReadOnly);
        QCOMPARE(atlas->points(1)->count(), std::size_t(6));
        QCOMPARE(atlas->readProjection(1, "PCA")->xy.size(), std::size_t(12));
        QVERIFY(atlas->lineage(4)->empty()); // its parent is gone
        QVERIFY(originalLabels(m_path)->empty());
    }
    QVERIFY_RESULT(putBackSongs(m_path, *taken));
    QCOMPARE(digest(), before);
    auto atlas = Atlas::open(m_path, Access::ReadOnly);
    const auto map = *atlas->readProjection(1, "PCA");
    QVERIFY(map.segments == segments);
    QCOMPARE(map.xy[0], float(segments[0]));
    QCOMPARE(atlas->lineage(4)->size(), std::size_t(1));
    QCOMPARE(atlas->lineage(4)->front().weight, 0.25);
    const std::vector<OriginalLabel> expected = {{1, "genre", "jazz"}};
    QVERIFY(*originalLabels(m_path) == expected);
}

void TestAtlasCuration::idsInUseAreRefused() {
    const std::vector<RowId> songs = {4};
    const auto taken = takeOutSongs(m_path, songs);
    QVERIFY_RESULT(taken);
    {
        auto atlas = Atlas::open(m_path, Access::ReadWrite);
        QVERIFY_RESULT(atlas->putSong(songNamed("another"), 1, segmentsOf(1), latentsOf(1, 9)));
    }
    const std::string before = digest();
    const auto back = putBackSongs(m_path, *taken);
    QVERIFY(!back);
    QCOMPARE(back.error().code, Code::BadInput);
    QCOMPARE(digest(), before);
}

QTEST_GUILESS_MAIN(TestAtlasCuration)
#include "tst_atlas_curation.moc"
