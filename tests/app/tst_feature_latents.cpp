// SPDX-License-Identifier: GPL-3.0-or-later
// Latents of other programs on a workspace of their own: opened, played, exported.

#include "app/features/latents/latents_feature.h"
#include "app/spaces/latents/space.h"
#include "core/latents/latent_table.h"
#include "tests/support/made_wav.h"
#include "tests/support/npy_bytes.h"
#include "tests/support/small_library.h"
#include "tests/support/workspace_fixture.h"

#include <QTemporaryDir>

using namespace canto;
using namespace canto::app;
using test::FakeModel;
using test::WorkspaceFixture;
namespace fs = std::filesystem;

class TestFeatureLatents : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup() { m_on.reset(); }
    void aTableOpensInItsOwnSpace();
    void aRowPlaysItsPartOfAMidiFile();
    void aRowPlaysItsPartOfARecording();
    void aRowWithoutAFileSaysSo();
    void emptyPositionsSayThatThereIsNoModel();
    void badRowsAreAskedFor();
    void theSpaceWithoutLatentsSaysWhatToDo();
    void latentsAreExported();

  private:
    fs::path folder() const { return m_folder->path().toStdString(); }
    /// Opens a table and waits until its library is shown.
    bool shows(const std::string& table);
    /// The row of the library that has this row of the table, from 0.
    qint64 rowOf(int fileRow);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<WorkspaceFixture> m_on;
    LatentsFeature* m_latents = nullptr;
};

void TestFeatureLatents::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    const auto model = std::make_shared<FakeModel>();
    const auto atlas = test::makeLibrary(folder());
    QVERIFY_RESULT(atlas);
    auto options = test::quietWorkspace(folder(), *atlas, {});
    Space first;
    first.id = "first";
    first.title = "First";
    first.atlas = *atlas;
    first.open = test::opened(model);
    options.spaces = {first, latentsSpace()};
    m_on = std::make_unique<WorkspaceFixture>(std::move(options));
    m_latents = &m_on->add<LatentsFeature>();
    QVERIFY(m_on->open());
}

bool TestFeatureLatents::shows(const std::string& table) {
    const fs::path path = folder() / "mine.csv";
    test::writeBytes(path, table);
    m_latents->open(QString::fromStdString(path.string()));
    return QTest::qWaitFor(
        [&] {
            const LibraryPtr& library = m_on->workspace().library();
            return m_on->workspace().space().id == kLatentsSpace && library &&
                   atlas::isLatentLibrary(library->points.model) && m_on->map().settled();
        },
        test::kHungMs);
}

qint64 TestFeatureLatents::rowOf(int fileRow) {
    const auto& segments = m_on->workspace().library()->points.segments;
    for (std::size_t row = 0; row < segments.size(); ++row) {
        if (segments[row].bar == fileRow) {
            return qint64(row);
        }
    }
    return -1;
}

void TestFeatureLatents::aTableOpensInItsOwnSpace() {
    QCOMPARE(m_latents->takes(QStringLiteral("a.npy")), Feature::Takes::Kind);
    QCOMPARE(m_latents->takes(QStringLiteral("a.mid")), Feature::Takes::No);
    QVERIFY(shows("z0,z1,genre\n1,2,rock\n3,5,jazz\n6,1,rock\n"));
    const LibraryPtr library = m_on->workspace().library();
    QCOMPARE(library->points.count(), std::size_t(3));
    QCOMPARE(library->columns.front(), std::string("genre"));
    QVERIFY(!m_on->workspace().model());
    QVERIFY(m_on->noticeWith(QStringLiteral("3 row(s) of latents")) ||
            m_on->noticeWith(QStringLiteral("3 rows of latents")));
}

void TestFeatureLatents::aRowPlaysItsPartOfAMidiFile() {
    test::writeSong(folder() / "song.mid", test::smallSong(3)); // a bar is 2 s at 120 bpm
    QVERIFY(shows("z0,z1,path,start,length\n1,2,song.mid,2,4\n3,5,song.mid,,\n6,1,,,\n"));
    m_on->maps().playRow(rowOf(0));
    QTRY_VERIFY(m_on->player().currentItem().song);
    QCOMPARE(m_on->player().currentItem().song->bars(), 2); // the second and the third
    QCOMPARE(m_on->player().currentItem().row, rowOf(0));
    m_on->maps().playRow(rowOf(1));
    QTRY_COMPARE(m_on->player().currentItem().row, rowOf(1));
    QCOMPARE(m_on->player().currentItem().song->bars(), 8);
}

void TestFeatureLatents::aRowPlaysItsPartOfARecording() {
    const std::vector<float> sound(std::size_t(3 * test::kMadeRate), 0.25F);
    QVERIFY(!test::put(m_folder->filePath(QStringLiteral("a.wav")), test::wavOf(sound)).isEmpty());
    QVERIFY(shows("z0,z1,audio,onset,duration\n1,2,a.wav,0.5,1\n3,5,a.wav,,\n6,1,,,\n"));
    m_on->maps().playRow(rowOf(0));
    QTRY_VERIFY(m_on->player().currentItem().sound);
    QVERIFY(std::abs(m_on->player().currentItem().sound->seconds() - 1.0) < 0.01);
}

void TestFeatureLatents::aRowWithoutAFileSaysSo() {
    QVERIFY(shows("z0,z1,path\n1,2,\n3,5,gone.mid\n6,1,\n"));
    m_on->maps().playRow(rowOf(0));
    QVERIFY(m_on->noticeWith(QStringLiteral("no file to play")));
    m_on->maps().playRow(rowOf(1));
    QTRY_VERIFY(
        std::any_of(m_on->notices().begin(), m_on->notices().end(), [](const Notice& notice) {
            return notice.hint.contains(QStringLiteral("gone.mid"));
        }));
}

void TestFeatureLatents::emptyPositionsSayThatThereIsNoModel() {
    QVERIFY(shows("z0,z1\n1,2\n3,5\n6,1\n"));
    m_on->maps().playPlace({100, 100});
    QVERIFY(m_on->noticeWith(QStringLiteral("These latents have no model")));
}

void TestFeatureLatents::badRowsAreAskedFor() {
    const fs::path path = folder() / "bad.csv";
    test::writeBytes(path, "z0,z1\n1,2\nnan,5\n6,1\n7,9\n");
    QSignalSpy failed(m_latents, &LatentsFeature::failed);
    m_latents->open(QString::fromStdString(path.string()));
    QTRY_COMPARE(failed.count(), 1);
    const auto notice = m_on->noticeWith(QStringLiteral("1 of 4 rows"));
    QVERIFY(notice && notice->run);
    QSignalSpy opened(m_latents, &LatentsFeature::opened);
    notice->run();
    QTRY_COMPARE(opened.count(), 1);
    QTRY_VERIFY(m_on->workspace().library() &&
                m_on->workspace().library()->points.count() == std::size_t(3));
}

void TestFeatureLatents::theSpaceWithoutLatentsSaysWhatToDo() {
    m_on->workspace().spaces().go(std::string(kLatentsSpace));
    QCOMPARE(m_on->workspace().space().id, std::string("first"));
    QVERIFY(m_on->noticeWith(QStringLiteral("no latents of yours")));
}

void TestFeatureLatents::latentsAreExported() {
    const QString path = m_folder->filePath(QStringLiteral("out.npz"));
    QSignalSpy saved(&m_on->workspace().exports(), &Exports::saved);
    m_latents->exportTo(path);
    QTRY_COMPARE(saved.count(), 1);
    latents::TableOptions options;
    options.array = "latents";
    const auto table = latents::readLatentTable(path.toStdString(), options);
    QVERIFY_RESULT(table);
    const auto& points = m_on->workspace().library()->points;
    QCOMPARE(table->points.count, points.count());
    QCOMPARE(table->findings.columns, std::size_t(points.model.latentSize));
}

QTEST_MAIN(TestFeatureLatents)
#include "tst_feature_latents.moc"
