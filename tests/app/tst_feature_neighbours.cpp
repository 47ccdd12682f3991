// SPDX-License-Identifier: GPL-3.0-or-later
// The panel "Neighbours" on a workspace of its own, by mouse and keys.

#include "app/features/neighbours/neighbours.h"
#include "tests/support/small_library.h"
#include "tests/support/workspace_fixture.h"
#include "widgets/map/latent_map.h"
#include "widgets/song/pianoroll_view.h"

#include <QComboBox>
#include <QPushButton>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTreeWidget>
#include <algorithm>

using namespace canto;
using namespace canto::app;
using test::FakeModel;
using test::WorkspaceFixture;

namespace {

qint64 row(int n, int p) { return n * test::kPhrasesEach + p; }

} // namespace

class TestFeatureNeighbours : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup() {
        m_on.reset();
        m_roll.reset();
    }

    void theNearestByLatentAreListed();
    void aNeighbourIsPlayedAndTheListStays();
    void theListIsSelectedOnTheMap();
    void theNearestByNotesAreListed();
    void generatedMusicIsComparedWithTheLibrary();
    void withoutMusicItSaysWhatToDo();

  private:
    NeighboursPanel& panel() const { return *m_neighbours->panel(); }
    void play(qint64 which) {
        QSignalSpy listed(m_neighbours, &Neighbours::listed);
        m_on->maps().playRow(which);
        QTRY_COMPARE_WITH_TIMEOUT(listed.count(), 1, test::kHungMs);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<widgets::PianorollView> m_roll;
    std::unique_ptr<WorkspaceFixture> m_on;
    Neighbours* m_neighbours = nullptr;
};

void TestFeatureNeighbours::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    const auto made = test::makeLibrary(m_folder->path().toStdString());
    QVERIFY_RESULT(made);
    m_roll = std::make_unique<widgets::PianorollView>();
    m_on = std::make_unique<WorkspaceFixture>(test::quietWorkspace(
        m_folder->path().toStdString(), *made, test::opened(std::make_shared<FakeModel>())));
    m_neighbours = &m_on->add<Neighbours>(*m_roll);
    panel().show();
    QVERIFY(m_on->open());
}

void TestFeatureNeighbours::theNearestByLatentAreListed() {
    play(row(3, 1));
    const auto& rows = panel().rows();
    QCOMPARE(rows.size(), qsizetype(Neighbours::kListed));
    // Phrases of one song lie .35 apart in a row; the next row is a song with another third number.
    QCOMPARE(rows[0].title, QStringLiteral("Song 3"));
    QCOMPARE(rows[1].title, QStringLiteral("Song 3"));
    QCOMPARE(rows[0].measure, QLocale().toString(0.35, 'f', 2));
    QCOMPARE(rows[1].measure, QLocale().toString(0.35, 'f', 2));
    QCOMPARE(rows[2].title, QStringLiteral("Song 13"));
    QCOMPARE(rows[2].measure, QLocale().toString(std::sqrt(0.35 * 0.35 + 0.1 * 0.1), 'f', 2));
    for (const NeighbourRow& one : rows) {
        QVERIFY(one.row != row(3, 1));
        QCOMPARE(one.label, rows[0].label); // one cluster
    }
    QCOMPARE(panel().list()->topLevelItemCount(), int(Neighbours::kListed));
}

void TestFeatureNeighbours::aNeighbourIsPlayedAndTheListStays() {
    play(row(3, 1));
    const qint64 third = panel().rows()[2].row;
    QTreeWidget* list = panel().list();
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                      list->visualItemRect(list->topLevelItem(2)).center());
    QTRY_COMPARE_WITH_TIMEOUT(m_on->player().currentItem().row, third, test::kHungMs);
    QCOMPARE(panel().rows()[2].row, third);
}

void TestFeatureNeighbours::theListIsSelectedOnTheMap() {
    play(row(3, 1));
    QTest::mouseClick(panel().findChild<QPushButton*>(QStringLiteral("selectNeighbours")),
                      Qt::LeftButton);
    const auto& selected = m_on->map().selection();
    QCOMPARE(selected.size(), Neighbours::kListed);
    for (const NeighbourRow& one : panel().rows()) {
        QVERIFY(std::find(selected.begin(), selected.end(), std::uint32_t(one.row)) !=
                selected.end());
    }
}

void TestFeatureNeighbours::theNearestByNotesAreListed() {
    play(row(3, 1));
    QSignalSpy listed(m_neighbours, &Neighbours::listed);
    panel().findChild<QComboBox*>(QStringLiteral("neighboursBy"))->setCurrentIndex(1);
    QTRY_COMPARE_WITH_TIMEOUT(listed.count(), 1, test::kHungMs);
    const auto& rows = panel().rows();
    QVERIFY(!rows.isEmpty());
    // Songs 0 to 11 are one song in twelve keys.
    QVERIFY2(rows[0].measure.startsWith(QStringLiteral("100 %")), qPrintable(rows[0].measure));
    for (const NeighbourRow& one : rows) {
        QVERIFY(one.row != row(3, 1));
        QVERIFY2(one.row / test::kPhrasesEach % 3 != 2, "its file is not there");
    }
    // The files of every third of the sixty songs are not there.
    QVERIFY2(panel().status().contains(QStringLiteral("20")), qPrintable(panel().status()));
}

void TestFeatureNeighbours::generatedMusicIsComparedWithTheLibrary() {
    QSignalSpy measured(m_neighbours, &Neighbours::measured);
    PlaybackItem item;
    item.kind = PlaybackItem::Kind::Decoded;
    item.song = std::make_shared<const music::Song>(test::smallSong(4));
    item.bars = 8;
    m_on->player().present(item);
    QTRY_COMPARE_WITH_TIMEOUT(measured.count(), 1, test::kHungMs);
    // All of its notes are in the library.
    QVERIFY2(QRegularExpression(QStringLiteral("^(\\d+) of \\1 notes"))
                 .match(panel().memorised())
                 .hasMatch(),
             qPrintable(panel().memorised()));
    item.origin.known = true; // from a file: there is nothing to measure
    m_on->player().present(item);
    QVERIFY(panel().memorised().isEmpty());
}

void TestFeatureNeighbours::withoutMusicItSaysWhatToDo() {
    QTest::mouseClick(panel().findChild<QPushButton*>(QStringLiteral("findSimilar")),
                      Qt::LeftButton);
    QVERIFY(!panel().status().isEmpty());
    QVERIFY(panel().rows().isEmpty());
}

QTEST_MAIN(TestFeatureNeighbours)
#include "tst_feature_neighbours.moc"
