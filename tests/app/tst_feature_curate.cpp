// SPDX-License-Identifier: GPL-3.0-or-later
// The panel "Check labels" on a workspace of its own, by mouse and keys.

#include "app/features/curate/curate.h"
#include "app/features/explore/explore.h"
#include "tests/support/small_library.h"
#include "tests/support/workspace_fixture.h"
#include "widgets/map/latent_map.h"

#include <QComboBox>
#include <QLabel>
#include <QMouseEvent>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTreeWidget>

using namespace canto;
using namespace canto::app;
using test::FakeModel;
using test::WorkspaceFixture;

namespace {

void mouseOn(QWidget* widget, QEvent::Type type, QPoint at, Qt::MouseButtons buttons) {
    QMouseEvent event(type, QPointF(at), widget->mapToGlobal(QPointF(at)),
                      type == QEvent::MouseMove ? Qt::NoButton : Qt::LeftButton, buttons,
                      Qt::ShiftModifier);
    QApplication::sendEvent(widget, &event);
}

} // namespace

class TestFeatureCurate : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup() { m_on.reset(); }

    void songsAmongOthersAreListed();
    void neighboursLabelIsUsedAndUndone();
    void aSelectionBecomesAClass();
    void tagsAreAddedOnce();
    void songsAreRemovedAndComeBack();
    void manyStepsAreUndoneInTheirOrder();
    void aShippedLibraryStaysAsItIs();
    void aLibraryThatCannotBeWrittenIsLeft();
    void whatWaitsIsWrittenAtTheEnd();
    void columnsThatAreNoLabelsAreRefused();

  private:
    void open(bool shipped = false);
    void check();
    const Library& library() const { return *m_on->workspace().library(); }
    std::string genreOf(int n) const { return library().points.songs[std::size_t(n)].genre; }
    QPushButton* button(const char* name) const {
        return m_curate->panel()->findChild<QPushButton*>(QLatin1String(name));
    }
    void press(const char* name) { QTest::mouseClick(button(name), Qt::LeftButton); }
    /// Clicks a row of the list.
    void choose(int index, Qt::KeyboardModifiers keys = {}) {
        QTreeWidget* list = m_curate->panel()->list();
        QTest::mouseClick(list->viewport(), Qt::LeftButton, keys,
                          list->visualItemRect(list->topLevelItem(index)).center());
    }
    /// Draws a rectangle around these pixels of the map.
    void selectOnMap(const QRect& box) {
        mouseOn(&m_on->map(), QEvent::MouseButtonPress, box.topLeft(), Qt::LeftButton);
        mouseOn(&m_on->map(), QEvent::MouseMove, box.center(), Qt::LeftButton);
        mouseOn(&m_on->map(), QEvent::MouseMove, box.bottomRight(), Qt::LeftButton);
        mouseOn(&m_on->map(), QEvent::MouseButtonRelease, box.bottomRight(), Qt::NoButton);
    }
    QUndoStack& steps() { return m_on->workspace().undo().stack(); }
    std::string digest(const std::filesystem::path& path) const {
        auto atlas = atlas::Atlas::open(path, atlas::Access::ReadOnly);
        return atlas ? *atlas->contentDigest() : atlas.error().message();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path m_atlas;
    std::unique_ptr<WorkspaceFixture> m_on;
    Curate* m_curate = nullptr;
};

// Song n has the genre number n % 5 and lies among its own; songs 5 and 6 get another one.
void TestFeatureCurate::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    const auto made = test::makeLibrary(m_folder->path().toStdString());
    QVERIFY_RESULT(made);
    m_atlas = *made;
    auto atlas = atlas::Atlas::open(m_atlas, atlas::Access::ReadWrite);
    QVERIFY_RESULT(atlas);
    auto songs = *atlas->songs();
    songs[5].genre = "rock";
    songs[6].genre = "jazz";
    QVERIFY_RESULT(atlas->updateLabels(songs[5]));
    QVERIFY_RESULT(atlas->updateLabels(songs[6]));
}

void TestFeatureCurate::open(bool shipped) {
    auto how = test::quietWorkspace(m_folder->path().toStdString(), m_atlas,
                                    test::opened(std::make_shared<FakeModel>()));
    if (shipped) {
        how.spaces = {Space{}};
        how.spaces[0].id = "style";
        how.spaces[0].title = "Style";
        how.spaces[0].atlas = m_atlas;
        how.spaces[0].open = how.openModel;
        how.atlas.clear();
    }
    m_on = std::make_unique<WorkspaceFixture>(how);
    m_on->add<Explore>(m_folder->path().toStdString()); // clears the steps with each library
    m_curate = &m_on->add<Curate>();
    m_curate->panel()->show();
    QVERIFY(m_on->open());
}

void TestFeatureCurate::check() {
    QSignalSpy checked(m_curate, &Curate::checked);
    press("checkLabels");
    QTRY_COMPARE_WITH_TIMEOUT(checked.count(), 1, test::kHungMs);
}

void TestFeatureCurate::songsAmongOthersAreListed() {
    open();
    QCOMPARE(m_curate->panel()->list()->topLevelItemCount(), 0);
    check();
    const auto& rows = m_curate->panel()->rows();
    QCOMPARE(rows.size(), 2);
    QCOMPARE(rows[0].title, QStringLiteral("Song 5"));
    QCOMPARE(rows[0].label, QStringLiteral("rock"));
    QCOMPARE(rows[0].suggested, QStringLiteral("classical"));
    QCOMPARE(rows[0].share, 1.0); // all that count lie in its cluster
    QCOMPARE(rows[1].title, QStringLiteral("Song 6"));
    QCOMPARE(rows[1].suggested, QStringLiteral("country"));
    QVERIFY(!button("acceptSuggestions")->isEnabled());
    choose(1); // plays the phrase
    QVERIFY(button("acceptSuggestions")->isEnabled());
    QTRY_COMPARE_WITH_TIMEOUT(m_on->player().currentItem().row / test::kPhrasesEach, qint64(6),
                              test::kHungMs);
}

void TestFeatureCurate::neighboursLabelIsUsedAndUndone() {
    open();
    const std::string before = digest(m_atlas);
    const LibraryPtr first = m_on->workspace().library();
    check();
    choose(0);
    choose(1, Qt::ControlModifier);
    QSignalSpy written(m_curate, &Curate::written);
    press("acceptSuggestions");
    QCOMPARE(genreOf(5), std::string("classical")); // at once
    QCOMPARE(genreOf(6), std::string("country"));
    QCOMPARE(first->points.songs[5].genre, std::string("rock")); // what others hold does not change
    QTRY_COMPARE_WITH_TIMEOUT(written.count(), 1, test::kHungMs);
    QCOMPARE(written.takeFirst().front().toBool(), true);
    QTRY_COMPARE_WITH_TIMEOUT(m_curate->panel()->list()->topLevelItemCount(), 0, test::kHungMs);
    const auto labels = atlas::originalLabels(m_atlas);
    QVERIFY_RESULT(labels);
    QCOMPARE(labels->size(), std::size_t(2));
    QCOMPARE(labels->front().value, std::string("rock"));
    const auto read = readLibrary(m_atlas, {}, {});
    QVERIFY_RESULT(read);
    QCOMPARE((*read)->points.songs[5].genre, std::string("classical"));

    steps().undo();
    QCOMPARE(genreOf(5), std::string("rock"));
    QTRY_COMPARE_WITH_TIMEOUT(written.count(), 1, test::kHungMs);
    QCOMPARE(digest(m_atlas), before);
    QVERIFY(atlas::originalLabels(m_atlas)->empty());
    QTRY_COMPARE_WITH_TIMEOUT(m_curate->panel()->list()->topLevelItemCount(), 2, test::kHungMs);
}

void TestFeatureCurate::aSelectionBecomesAClass() {
    open();
    const auto before = m_on->map().colouring()->names;
    // Song 40 with four phrases is at the end of the cluster of classical songs.
    selectOnMap(m_on->map().rect().adjusted(m_on->map().width() * 2 / 3, 1, -1, -1));
    const auto songs = m_curate->targets();
    QVERIFY(!songs.empty() && songs.size() < 60);
    QComboBox* label = m_curate->panel()->label();
    QTest::mouseClick(label, Qt::LeftButton, {}, QPoint(8, label->height() / 2));
    QTest::keyClick(label, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(label, QStringLiteral("salon, \"light\""));
    QSignalSpy written(m_curate, &Curate::written);
    press("setLabel");
    QTRY_COMPARE_WITH_TIMEOUT(written.count(), 1, test::kHungMs);
    const auto now = m_on->map().colouring()->names;
    QCOMPARE(now.size(), before.size() + 1);
    QVERIFY(std::equal(before.begin(), before.end(), now.begin())); // and so their colours
    QCOMPARE(now.back(), QStringLiteral("salon, \"light\""));
    const auto read = readLibrary(m_atlas, {}, {});
    QVERIFY_RESULT(read);
    QCOMPARE(std::size_t(std::count_if(
                 (*read)->points.songs.begin(), (*read)->points.songs.end(),
                 [](const atlas::SongRow& song) { return song.genre == "salon, \"light\""; })),
             songs.size());
}

void TestFeatureCurate::tagsAreAddedOnce() {
    open();
    check();
    choose(0);
    auto* tag = m_curate->panel()->findChild<QLineEdit*>(QStringLiteral("newTag"));
    QTest::mouseClick(tag, Qt::LeftButton);
    QTest::keyClicks(tag, QStringLiteral("slow"));
    QTest::keyClick(tag, Qt::Key_Return);
    QCOMPARE(library().points.songs[5].label("tags"), std::string("slow"));
    QCOMPARE(library().columns.back(), std::string("tags"));
    QVERIFY(!m_curate->panel()->selected().isEmpty());
    QTest::keyClick(tag, Qt::Key_Return);
    QVERIFY(m_on->noticeWith(QStringLiteral("Nothing to change")));
    tag->clear();
    QTest::keyClicks(tag, QStringLiteral("low"));
    QTest::keyClick(tag, Qt::Key_Return);
    QCOMPARE(library().points.songs[5].label("tags"), std::string("slow; low"));
    QCOMPARE(steps().count(), 2);
    steps().undo();
    QCOMPARE(library().points.songs[5].label("tags"), std::string("slow"));
}

void TestFeatureCurate::songsAreRemovedAndComeBack() {
    open();
    const std::string before = digest(m_atlas);
    const auto id = library().points.songs[5].id;
    check();
    choose(0);
    QSignalSpy ready(&m_on->workspace(), &Workspace::libraryReady);
    press("removeSongs");
    QTRY_COMPARE_WITH_TIMEOUT(ready.count(), 1, test::kHungMs);
    QCOMPARE(library().points.songs.size(), std::size_t(59));
    QCOMPARE(m_on->maps().rowOfSong(id), qint64(-1));
    QVERIFY(steps().canUndo());
    QTRY_COMPARE_WITH_TIMEOUT(m_curate->panel()->list()->topLevelItemCount(), 1, test::kHungMs);

    steps().undo();
    QTRY_COMPARE_WITH_TIMEOUT(ready.count(), 2, test::kHungMs);
    QCOMPARE(library().points.songs.size(), std::size_t(60));
    QCOMPARE(library().points.songs[5].id, id);
    QCOMPARE(digest(m_atlas), before);
    QVERIFY(steps().canRedo());

    steps().redo();
    QTRY_COMPARE_WITH_TIMEOUT(ready.count(), 3, test::kHungMs);
    QCOMPARE(library().points.songs.size(), std::size_t(59));
}

void TestFeatureCurate::manyStepsAreUndoneInTheirOrder() {
    open();
    const std::string before = digest(m_atlas);
    const auto id = library().points.songs[5].id, other = library().points.songs[6].id;
    QSignalSpy ready(&m_on->workspace(), &Workspace::libraryReady);
    m_curate->setLabel({id, other}, "pop");
    m_curate->remove({id});
    m_curate->setLabel({other}, "rock"); // while the song is being removed
    QTRY_VERIFY_WITH_TIMEOUT(ready.count() > 0 && library().points.songs.size() == 59,
                             test::kHungMs);
    QTRY_COMPARE_WITH_TIMEOUT(steps().count(), 3, test::kHungMs);
    QTRY_COMPARE_WITH_TIMEOUT(library().points.songs[5].genre, std::string("rock"), test::kHungMs);
    QSignalSpy written(m_curate, &Curate::written);
    steps().undo();
    steps().undo();
    steps().undo();
    QTRY_VERIFY_WITH_TIMEOUT(library().points.songs.size() == 60 && genreOf(5) == "rock" &&
                                 genreOf(6) == "jazz",
                             test::kHungMs);
    QCOMPARE(digest(m_atlas), before);
    QCOMPARE(steps().index(), 0);
}

void TestFeatureCurate::aShippedLibraryStaysAsItIs() {
    open(true);
    const std::string before = digest(m_atlas);
    const auto own = m_on->workspace().libraries().own(m_on->workspace().space());
    QVERIFY(!std::filesystem::exists(own));
    QSignalSpy ready(&m_on->workspace(), &Workspace::libraryReady);
    m_curate->setLabel({library().points.songs[5].id}, "classical");
    QTRY_COMPARE_WITH_TIMEOUT(ready.count(), 1, test::kHungMs);
    QCOMPARE(library().path, own);
    QCOMPARE(genreOf(5), std::string("classical"));
    QCOMPARE(digest(m_atlas), before);
    steps().undo();
    QCOMPARE(genreOf(5), std::string("rock"));
    m_curate->closing();
    QCOMPARE(digest(own), before);
}

void TestFeatureCurate::aLibraryThatCannotBeWrittenIsLeft() {
    open();
    QFile::setPermissions(QString::fromStdString(m_atlas.string()), QFile::ReadOwner);
    if (QFileInfo(QString::fromStdString(m_atlas.string())).isWritable()) {
        QSKIP("this user may write everything");
    }
    m_curate->setLabel({library().points.songs[5].id}, "classical");
    QVERIFY(m_on->noticeWith(QStringLiteral("cannot be changed")));
    QCOMPARE(genreOf(5), std::string("rock"));
    QCOMPARE(steps().count(), 0);
}

void TestFeatureCurate::whatWaitsIsWrittenAtTheEnd() {
    open();
    for (int n = 0; n < 20; ++n) {
        m_curate->setLabel({library().points.songs[std::size_t(n)].id}, "last");
    }
    m_on.reset();
    const auto read = readLibrary(m_atlas, {}, {});
    QVERIFY_RESULT(read);
    for (std::size_t n = 0; n < 20; ++n) {
        QCOMPARE((*read)->points.songs[n].genre, std::string("last"));
    }
}

void TestFeatureCurate::columnsThatAreNoLabelsAreRefused() {
    auto atlas = atlas::Atlas::open(m_atlas, atlas::Access::ReadWrite);
    QVERIFY_RESULT(atlas);
    auto songs = *atlas->songs();
    for (std::size_t n = 0; n < songs.size(); ++n) {
        songs[n].emotion = n % 2 == 0 ? "Q1" : "Q3";
        QVERIFY_RESULT(atlas->updateLabels(songs[n]));
    }
    open();
    m_on->maps().colourBy("arousal");
    QVERIFY(!button("checkLabels")->isEnabled());
    m_curate->setLabel({library().points.songs[0].id}, "low");
    QVERIFY(m_on->noticeWith(QStringLiteral("cannot be changed")));
    m_on->maps().colourBy("emotion");
    QVERIFY(button("checkLabels")->isEnabled());
    m_curate->setLabel({library().points.songs[0].id}, "Q3");
    QCOMPARE(library().points.songs[0].label("arousal"), std::string("low")); // follows
}

QTEST_MAIN(TestFeatureCurate)
#include "tst_feature_curate.moc"
