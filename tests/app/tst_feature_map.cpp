// SPDX-License-Identifier: GPL-3.0-or-later
// The map's tools, paths and playback on a workspace of their own.

#include "app/features/map/map_tools.h"
#include "app/features/path/path_controller.h"
#include "app/features/playback/playback_controls.h"
#include "tests/support/small_library.h"
#include "tests/support/workspace_fixture.h"
#include "widgets/song/pianoroll_view.h"
#include "widgets/song/transport_bar.h"

#include <QSettings>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QToolButton>

using namespace canto;
using namespace canto::app;
using test::FakeModel;
using test::WorkspaceFixture;
using Tool = widgets::LatentMap::Tool;

namespace {

qint64 row(int n, int p) { return n * test::kPhrasesEach + p; }

SongPtr smallSong(int n) { return std::make_shared<const music::Song>(test::smallSong(n)); }

} // namespace

class TestFeatureMap : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_on.reset(); }

    void projectionsAreInAMenu();
    void toolsAreChosenByActions();
    void escapeClearsTheSelection();
    void theInspectorTellsWhatPlays();
    void aPathIsDecodedStepByStep();
    void escapeClearsThePath();
    void stepsAreRemembered();
    void aPathIsInTheSession();
    void aPathThatIsHandedOverIsNotDecoded();
    void loopFollowsBothWays();
    void escapeStopsWhatPlays();
    void whatPlaysIsShown();
    void theVolumeIsRemembered();

  private:
    std::filesystem::path folder() const { return m_folder->path().toStdString(); }
    PathController& addPath() {
        m_controls = new widgets::PathControls(&m_on->window());
        return m_on->add<PathController>(*m_controls);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path m_atlas;
    widgets::PathControls* m_controls = nullptr;
    std::unique_ptr<WorkspaceFixture> m_on;
};

void TestFeatureMap::initTestCase() {
    m_folder = std::make_unique<QTemporaryDir>();
    const auto atlas = test::makeLibrary(folder());
    QVERIFY_RESULT(atlas);
    m_atlas = *atlas;
}

void TestFeatureMap::init() {
    m_on = std::make_unique<WorkspaceFixture>(
        test::quietWorkspace(folder(), m_atlas, test::opened(std::make_shared<FakeModel>())));
}

// ---- map ----

void TestFeatureMap::projectionsAreInAMenu() {
    m_on->add<MapTools>();
    QVERIFY(m_on->entries(QStringLiteral("Projection")).isEmpty());
    QVERIFY(m_on->open());
    // The library's own map, the principal components, and the model's only block.
    QCOMPARE(m_on->entries(QStringLiteral("Projection")),
             (QStringList{QStringLiteral("Plane"), QStringLiteral("PCA"),
                          QStringLiteral("Genre subspace")}));
    QVERIFY(m_on->action(QStringLiteral("Plane"))->isChecked());
    m_on->action(QStringLiteral("PCA"))->trigger();
    QCOMPARE(m_on->maps().shownMap(), std::size_t(1));
    QVERIFY(!m_on->action(QStringLiteral("Plane"))->isChecked());
    QVERIFY(m_on->action(QStringLiteral("PCA"))->isChecked());
}

void TestFeatureMap::toolsAreChosenByActions() {
    m_on->add<MapTools>();
    QAction* hand = m_on->action(QStringLiteral("Hand"));
    QAction* path = m_on->action(QStringLiteral("Path"));
    QVERIFY(!hand->isChecked());
    hand->trigger();
    QCOMPARE(m_on->map().tool(), Tool::Hand);
    QVERIFY(hand->isChecked());
    m_on->map().setTool(Tool::Path); // by somebody else
    QVERIFY(path->isChecked());
    QVERIFY(!hand->isChecked());
}

void TestFeatureMap::escapeClearsTheSelection() {
    auto& tools = m_on->add<MapTools>();
    QVERIFY(m_on->open());
    m_on->action(QStringLiteral("Select all visible"))->trigger();
    QCOMPARE(m_on->map().selection().size(), std::size_t(test::kLibrarySongs * test::kPhrasesEach));
    QVERIFY(tools.escape());
    QVERIFY(m_on->map().selection().empty());
    QVERIFY(!tools.escape()); // the next one's turn
}

void TestFeatureMap::theInspectorTellsWhatPlays() {
    auto& tools = m_on->add<MapTools>();
    QVERIFY(m_on->open());
    m_on->click(row(4, 1));
    QTRY_COMPARE(m_on->player().currentItem().kind, PlaybackItem::Kind::Original);
    const QString facts = tools.inspector()->factsText();
    QVERIFY2(facts.contains(QStringLiteral("Song 4")), qPrintable(facts));
    QVERIFY2(facts.contains(QStringLiteral("Artist 4")), qPrintable(facts)); // 4 % 7
    // They are kept with the space, not when the library is read again.
    const std::any kept = tools.leave(SessionPart::Reason::Space);
    tools.enter(tools.leave(SessionPart::Reason::Library));
    QVERIFY(tools.inspector()->facts().isEmpty());
    tools.enter(kept);
    QCOMPARE(tools.inspector()->factsText(), facts);
}

// ---- path ----

void TestFeatureMap::aPathIsDecodedStepByStep() {
    auto& path = addPath();
    QVERIFY(m_on->open());
    path.setSteps(3);
    QSignalSpy all(&path, &PathController::allDecoded);
    m_on->drawPath(row(0, 0), row(2, 3));
    QTRY_COMPARE(all.count(), 1);
    QCOMPARE(path.songs().size(), std::size_t(3));
    // Song 0 is at (6 - 1.05, -1.05), song 2's last phrase at (-4.854, 3.527 - 1.05); between them
    // (0.048, 0.714). The bass is 40 + x, the first high note 60 + y.
    const int bass[] = {45, 40, 35}, high[] = {59, 61, 62};
    for (std::size_t step = 0; step < 3; ++step) {
        const auto& notes = path.songs()[step]->notes;
        QCOMPARE(notes.size(), std::size_t(10));
        QCOMPARE(int(notes[0].pitch), bass[step]);
        QCOMPARE(int(notes[1].pitch), high[step]);
    }
    QCOMPARE(path.plan()->latents.front(), m_on->maps().latentOf(row(0, 0)));
    QCOMPARE(path.plan()->latents.back(), m_on->maps().latentOf(row(2, 3)));
    QCOMPARE(m_on->player().currentItem().kind, PlaybackItem::Kind::Path);
    QCOMPARE(path.barsEach(), FakeModel::kBars);
}

void TestFeatureMap::escapeClearsThePath() {
    auto& path = addPath();
    QVERIFY(m_on->open());
    QVERIFY(!path.escape());
    m_on->drawPath(row(0, 0), row(2, 3));
    QTRY_VERIFY(path.walking());
    QVERIFY(path.escape());
    QVERIFY(m_on->map().path().isEmpty());
    QVERIFY(!path.hasPath());
    QVERIFY(!path.walking());
    QVERIFY(path.songs().empty());
    QVERIFY(!path.escape());
}

void TestFeatureMap::stepsAreRemembered() {
    auto& path = addPath();
    QCOMPARE(path.steps(), widgets::PathControls::kDefaultSteps);
    QSignalSpy changed(&path, &Feature::changed);
    m_controls->findChild<QSpinBox*>()->setValue(13);
    QCOMPARE(path.steps(), 13);
    QCOMPARE(changed.count(), 1);
    path.closing();
    QCOMPARE(m_on->workspace().settings().value(QStringLiteral("path/steps")).toInt(), 13);
    auto& next = addPath(); // as at the next start
    QCOMPARE(next.steps(), 13);
    QCOMPARE(m_controls->steps(), 13);
}

void TestFeatureMap::aPathIsInTheSession() {
    auto& path = addPath();
    QVERIFY(m_on->open());
    SessionState state;
    state.path = {{0, 0}, {1.5, 2}};
    state.pathSteps = 5;
    path.restoreFrom(state, true);
    QCOMPARE(m_on->map().path(), (QVector<QPointF>{{0, 0}, {1.5, 2}}));
    SessionState again;
    path.saveTo(again);
    QCOMPARE(again.path, state.path);
    QCOMPARE(again.pathSteps, 5);
    m_on->action(QStringLiteral("Clear path"))->trigger();
    SessionState cleared;
    path.saveTo(cleared);
    QVERIFY(cleared.path.empty());
}

void TestFeatureMap::aPathThatIsHandedOverIsNotDecoded() {
    auto& path = addPath();
    QVERIFY(m_on->open());
    path.setHandedOver(true);
    QSignalSpy wanted(&path, &PathController::pathWanted);
    m_on->drawPath(row(0, 0), row(2, 3));
    QCOMPARE(wanted.count(), 1);
    QVERIFY(!m_on->workspace().inference().busy());
    QVERIFY(!path.hasPath());
}

// ---- playback ----

void TestFeatureMap::loopFollowsBothWays() {
    auto& playback = m_on->add<PlaybackControls>();
    QVERIFY(m_on->open());
    QAction* loop = m_on->action(QStringLiteral("Loop"));
    QVERIFY(loop->isChecked());
    loop->trigger();
    QVERIFY(!m_on->player().looping());
    QVERIFY(!playback.transport()->loop());
    for (auto* button : playback.transport()->findChildren<QToolButton*>()) {
        if (button->accessibleName() == QStringLiteral("Loop")) {
            QTest::mouseClick(button, Qt::LeftButton);
        }
    }
    QVERIFY(playback.transport()->loop());
    QVERIFY(loop->isChecked());
    QVERIFY(m_on->player().looping());
}

void TestFeatureMap::escapeStopsWhatPlays() {
    auto& playback = m_on->add<PlaybackControls>();
    QVERIFY(m_on->open());
    QVERIFY(!playback.escape());
    PlaybackItem item;
    item.kind = PlaybackItem::Kind::Original;
    item.song = smallSong(3);
    m_on->player().play(item);
    QTRY_VERIFY(m_on->player().playing());
    QTRY_VERIFY(playback.transport()->playing());
    QVERIFY(playback.escape());
    QTRY_VERIFY(!m_on->player().playing());
    QTRY_VERIFY(!playback.transport()->playing());
    QVERIFY(!playback.escape());
}

void TestFeatureMap::whatPlaysIsShown() {
    auto& playback = m_on->add<PlaybackControls>();
    PlaybackItem item;
    item.kind = PlaybackItem::Kind::Original;
    item.song = smallSong(3);
    item.caption = QStringLiteral("Song 3");
    m_on->player().present(item);
    QCOMPARE(playback.roll()->song(), item.song);
    QCOMPARE(playback.panel()->windowTitle(), QStringLiteral("Piano roll"));
    m_on->player().present({});
    QVERIFY(!playback.roll()->song());
}

void TestFeatureMap::theVolumeIsRemembered() {
    auto& playback = m_on->add<PlaybackControls>();
    QCOMPARE(playback.transport()->volume(), 0.5);
    playback.transport()->setVolume(0.25);
    playback.closing();
    QCOMPARE(m_on->add<PlaybackControls>().transport()->volume(), 0.25);
}

QTEST_MAIN(TestFeatureMap)
#include "tst_feature_map.moc"
