// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/devices/devices.h"
#include "app/features/export/export_controller.h"
#include "app/features/library/library_controller.h"
#include "app/features/map/inspector.h"
#include "app/features/map/map_tools.h"
#include "app/features/path/path_controller.h"
#include "app/features/playback/playback_controls.h"
#include "app/shell/main_window.h"
#include "app/workspace/map_controller.h"
#include "tests/support/quiet_window.h"
#include "tests/support/small_library.h"
#include "tests/support/test_support.h"
#include "widgets/common/message_bar.h"
#include "widgets/explore/phrase_chip.h"
#include "widgets/map/hover_card.h"
#include "widgets/map/latent_map.h"
#include "widgets/map/legend.h"
#include "widgets/map/legend_row.h"
#include "widgets/song/library_list.h"
#include "widgets/song/pianoroll_view.h"
#include "widgets/song/transport_bar.h"

#include <QDropEvent>
#include <QMimeData>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTreeView>

using namespace canto;
using namespace canto::app;
using test::FakeModel;

namespace {

/// Row of phrase `p` of song `n` of the small library.
qint64 row(int n, int p) { return n * test::kPhrasesEach + p; }

QStringList actionKeys(const QWidget& window) {
    QStringList keys;
    for (const QAction* action : window.findChildren<QAction*>()) {
        if (!action->shortcut().isEmpty()) {
            keys.append(action->shortcut().toString());
        }
    }
    return keys;
}

} // namespace

class TestMainWindow : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void aClickOnASongPlaysItsFile();
    void aSongWithoutItsFileIsReconstructed();
    void aClickOnAnEmptyPlaceDecodesIt();
    void aPlaceFarAwayIsMarked();
    void aPathPlaysItsStepsInOrder();
    void aLateStepIsWaitedForByRepeating();
    void thePathWalksRound();
    void theNewestClickWins();
    void aClickEndsThePath();
    void theChipNamesWhatPlays();
    void theHoverCardGoesWhenTheMapMoves();
    void selectingInTheLibraryMovesNothing();
    void theLegendFilters();
    void theLibraryListPlays();
    void coloursFollowTheColumn();
    void anotherProjectionIsShown();
    void keysDoWhatTheSheetSays();
    void spaceBelongsToTheButtonThatHasTheFocus();
    void whatWaitsForABarLineCanBeStopped();
    void everyKeyIsGivenOnce();
    void themesChange();
    void withoutASoundFontItPlaysOn();
    void withoutAModelOriginalsPlay();
    void withoutAnAtlasItSaysWhatToDo();
    void aDamagedAtlasLeavesTheOldOne();
    void midiOutputNoneIsExplicit();
    void filesDroppedAreImported();
    void filesOfTheStartWaitForTheLibrary();
    void brokenFilesAreListed();
    void aDroppedAtlasIsOpened();
    void stepsAreRemembered();
    void quitsWhileDecoding();
    void quitsWhileLoading();
    void quitsWhileImporting();
    void quitsWhilePlaying();

  private:
    void drop(const QMimeData& what);
    WindowOptions options() const;
    /// Opens the window on the small library and waits until all is there.
    void open(const WindowOptions& how);
    /// For a test that changes it.
    std::filesystem::path copyOfTheLibrary() const {
        const auto path = folder() / "copy.atlas";
        std::filesystem::copy_file(m_atlas, path,
                                   std::filesystem::copy_options::overwrite_existing);
        return path;
    }
    void clickMap(QPointF place);
    void clickRow(qint64 which);
    void dragPath(QPointF from, QPointF to);
    std::filesystem::path folder() const { return m_folder->path().toStdString(); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path m_atlas;
    std::shared_ptr<FakeModel> m_model;
    std::unique_ptr<MainWindow> m_window;
};

void TestMainWindow::initTestCase() {
    m_folder = std::make_unique<QTemporaryDir>();
    const auto atlas = test::makeLibrary(folder());
    QVERIFY_RESULT(atlas);
    m_atlas = *atlas;
}

void TestMainWindow::init() { m_model = std::make_shared<FakeModel>(); }

void TestMainWindow::cleanup() {
    m_model->letBars(-1);
    m_window.reset();
    m_model.reset();
}

WindowOptions TestMainWindow::options() const {
    return test::quietWindow(folder(), m_atlas, test::opened(m_model));
}

void TestMainWindow::open(const WindowOptions& how) {
    m_window = std::make_unique<MainWindow>(how);
    QSignalSpy maps(&m_window->workspace(), &Workspace::mapsReady);
    QSignalSpy model(&m_window->workspace(), &Workspace::modelChanged);
    m_window->show();
    m_window->start();
    if (!how.atlas.empty()) {
        QTRY_COMPARE(maps.count(), 1);
    }
    if (how.openModel) {
        QTRY_COMPARE(model.count(), 1);
    }
    m_window->map()->setReducedMotion(true);
    QTRY_VERIFY(m_window->map()->settled());
}

void TestMainWindow::clickMap(QPointF place) {
    QTest::mouseClick(m_window->map(), Qt::LeftButton, {},
                      m_window->map()->toPixel(place).toPoint());
}

void TestMainWindow::clickRow(qint64 which) {
    clickMap(m_window->workspace().maps().placeOf(which));
}

void TestMainWindow::dragPath(QPointF from, QPointF to) {
    widgets::LatentMap* map = m_window->map();
    map->setTool(widgets::LatentMap::Tool::Path);
    const QPoint a = map->toPixel(from).toPoint(), b = map->toPixel(to).toPoint();
    QTest::mousePress(map, Qt::LeftButton, {}, a);
    for (int part = 1; part <= 10; ++part) {
        QTest::mouseMove(map, a + (b - a) * part / 10);
        // Offscreen, QTest's moves do not always carry the button.
        QMouseEvent move(QEvent::MouseMove, QPointF(a + (b - a) * part / 10),
                         map->mapToGlobal(QPointF(a + (b - a) * part / 10)), Qt::NoButton,
                         Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(map, &move);
    }
    QTest::mouseRelease(map, Qt::LeftButton, {}, b);
}

void TestMainWindow::aClickOnASongPlaysItsFile() {
    open(options());
    clickRow(row(4, 1));
    QTRY_COMPARE(m_window->workspace().player().currentItem().kind, PlaybackItem::Kind::Original);
    const SongPtr song = m_window->workspace().player().currentItem().song;
    QCOMPARE(song->notes.size(), std::size_t(10)); // two bars: two bass notes, eight quarters
    QCOMPARE(int(song->notes[0].pitch), 34);       // 30 + 4
    QCOMPARE(int(song->notes[1].pitch), 64);       // 60 + 4
    QTRY_VERIFY(m_window->workspace().player().playing());
    QCOMPARE(m_window->feature<PlaybackControls>().roll()->song(), song);
    QVERIFY(
        m_window->feature<MapTools>().inspector()->factsText().contains(QStringLiteral("Song 4")));
    QVERIFY(m_window->feature<MapTools>().inspector()->factsText().contains(
        QStringLiteral("original")));
    QTRY_VERIFY(m_window->workspace().player().engine().position().tick > 0);
}

void TestMainWindow::aSongWithoutItsFileIsReconstructed() {
    open(options());
    clickRow(row(5, 0)); // 5 % 3 == 2: its file is gone
    QTRY_COMPARE(m_window->workspace().player().currentItem().kind,
                 PlaybackItem::Kind::Reconstruction);
    const models::Latent z = m_window->workspace().maps().latentOf(row(5, 0));
    QCOMPARE(int(m_window->workspace().player().currentItem().song->notes.front().pitch),
             FakeModel::bassPitch(z));
    QVERIFY(m_window->feature<MapTools>().inspector()->factsText().contains(
        QStringLiteral("reconstruction")));
    QTRY_VERIFY(m_window->workspace().player().playing());
}

void TestMainWindow::aClickOnAnEmptyPlaceDecodesIt() {
    open(options());
    QSignalSpy located(&m_window->workspace().inference(), &InferenceWorker::located);
    // Between the points of a cluster, 0.35 apart: outside their 8 pixels only when zoomed in.
    const auto [x, y] = test::placeOf(0, 0);
    const QPointF place(double(x) + 0.17, double(y) + 0.17);
    m_window->map()->setView(QRectF(place - QPointF(1.5, 1), QSizeF(3, 2)));
    QTRY_VERIFY(m_window->map()->settled());
    clickMap(place);
    QTRY_COMPARE(m_window->workspace().player().currentItem().kind, PlaybackItem::Kind::Decoded);
    QTRY_COMPARE(m_window->workspace().player().currentItem().song->notes.size(), std::size_t(10));
    QCOMPARE(located.count(), 1);
    const auto found = located.at(0).at(0).value<Located>();
    QVERIFY(std::hypot(double(found.place.x) - place.x(), double(found.place.y) - place.y()) <
            0.02);
    const models::Latent& z = found.latent.latent;
    QCOMPARE(int(m_window->workspace().player().currentItem().song->notes.front().pitch),
             FakeModel::bassPitch(z));
    QVERIFY(m_window->feature<MapTools>().inspector()->factsText().contains(
        QStringLiteral("Re-encoding error")));
    QTRY_VERIFY(m_window->workspace().player().playing());
}

void TestMainWindow::aPlaceFarAwayIsMarked() {
    open(options());
    m_window->map()->setView(QRectF(-60, -40, 120, 80));
    QTRY_VERIFY(m_window->map()->settled());
    clickMap({50, 30});
    QTRY_VERIFY(m_window->workspace().maps().located().has_value());
    QVERIFY(m_window->workspace().maps().located()->latent.extrapolated);
    QVERIFY(m_window->feature<MapTools>().inspector()->factsText().contains(
        QStringLiteral("Outside the library")));
}

void TestMainWindow::aPathPlaysItsStepsInOrder() {
    open(options());
    m_window->feature<PathController>().setSteps(4);
    m_window->workspace().player().setLoop(false);
    m_window->workspace().player().engine().setTempoFactor(10);
    QSignalSpy steps(&m_window->feature<PathController>(), &PathController::stepBegan);
    dragPath(m_window->workspace().maps().placeOf(row(0, 0)),
             m_window->workspace().maps().placeOf(row(2, 3)));
    QTRY_COMPARE(m_window->feature<PathController>().songs().size(), std::size_t(4));
    QTRY_COMPARE(steps.count(), 4);
    for (int step = 0; step < 4; ++step) {
        QCOMPARE(steps.at(step).at(0).toInt(), step);
        const models::Latent& z =
            m_window->feature<PathController>().plan()->latents[std::size_t(step)];
        QCOMPARE(int(m_window->feature<PathController>()
                         .songs()[std::size_t(step)]
                         ->notes.front()
                         .pitch),
                 FakeModel::bassPitch(z));
    }
    // The ends are the songs that the path snapped to.
    QCOMPARE(m_window->feature<PathController>().plan()->latents.front(),
             m_window->workspace().maps().latentOf(row(0, 0)));
    QTRY_VERIFY(!m_window->workspace().player().playing());
    const auto exported = m_window->feature<ExportController>().current();
    QCOMPARE(exported.songs.size(), std::size_t(4));
    QCOMPARE(exported.title, QStringLiteral("Path of 4 steps"));
}

void TestMainWindow::aLateStepIsWaitedForByRepeating() {
    open(options());
    m_window->feature<PathController>().setSteps(3);
    m_window->workspace().player().engine().setTempoFactor(10);
    m_model->hold();
    QSignalSpy steps(&m_window->feature<PathController>(), &PathController::stepBegan);
    dragPath(m_window->workspace().maps().placeOf(row(0, 0)),
             m_window->workspace().maps().placeOf(row(2, 3)));
    m_model->letBars(2); // the first step only
    QTRY_VERIFY(m_window->workspace().player().engine().position().rounds >= 2);
    QCOMPARE(steps.count(), 1);
    QVERIFY(m_window->workspace().player().playing());
    m_model->letBars(-1);
    QTRY_VERIFY(steps.count() >= 3);
    QCOMPARE(steps.at(1).at(0).toInt(), 1);
    QCOMPARE(steps.at(2).at(0).toInt(), 2);
}

void TestMainWindow::thePathWalksRound() {
    open(options());
    m_window->feature<PathController>().setSteps(2);
    m_window->workspace().player().engine().setTempoFactor(10);
    QSignalSpy steps(&m_window->feature<PathController>(), &PathController::stepBegan);
    dragPath(m_window->workspace().maps().placeOf(row(0, 0)),
             m_window->workspace().maps().placeOf(row(2, 3)));
    QTRY_VERIFY(steps.count() >= 4);
    for (int i = 0; i < 4; ++i) {
        QCOMPARE(steps.at(i).at(0).toInt(), i % 2);
    }
    m_window->workspace().player().stop();
    QTRY_VERIFY(!m_window->workspace().player().playing());
    const auto count = steps.count();
    m_window->workspace().player().toggle();
    QTRY_VERIFY(m_window->workspace().player().playing());
    QVERIFY(steps.count() >= count);
}

void TestMainWindow::theNewestClickWins() {
    open(options());
    m_model->hold();
    clickRow(row(5, 0));
    QTRY_COMPARE(m_model->decodesBegun(), 1);
    clickRow(row(8, 1));
    clickRow(row(11, 2)); // all three without their files
    m_model->letBars(-1);
    QTRY_COMPARE(m_window->workspace().player().currentItem().title, QStringLiteral("Song 11"));
    QTRY_VERIFY(!m_window->workspace().inference().busy());
    QCOMPARE(int(m_window->workspace().player().currentItem().song->notes.front().pitch),
             FakeModel::bassPitch(m_window->workspace().maps().latentOf(row(11, 2))));
}

void TestMainWindow::aClickEndsThePath() {
    open(options());
    dragPath(m_window->workspace().maps().placeOf(row(0, 0)),
             m_window->workspace().maps().placeOf(row(2, 3)));
    QTRY_VERIFY(m_window->feature<PathController>().walking());
    m_window->map()->setTool(widgets::LatentMap::Tool::Select);
    clickRow(row(4, 1));
    QTRY_COMPARE(m_window->workspace().player().currentItem().kind, PlaybackItem::Kind::Original);
    QVERIFY(!m_window->feature<PathController>().walking());
}

void TestMainWindow::theLegendFilters() {
    open(options());
    widgets::Legend* legend = m_window->map()->legend();
    QCOMPARE(legend->count(), 5);
    legend->isolate(2);
    int shown = 0;
    for (int i = 0; i < 5; ++i) {
        shown += m_window->map()->classVisible(i) ? 1 : 0;
    }
    QCOMPARE(shown, 1);
}

void TestMainWindow::theChipNamesWhatPlays() {
    open(options());
    auto* chip = m_window->feature<MapTools>().inspector()->chip();
    widgets::LatentMap* map = m_window->map();
    map->setTool(widgets::LatentMap::Tool::Path);
    clickRow(row(0, 0));
    clickRow(row(2, 3));
    QTest::keyClick(map, Qt::Key_Return);
    QTRY_VERIFY(m_window->workspace().player().currentItem().kind == PlaybackItem::Kind::Path);
    QTRY_COMPARE(chip->text(), m_window->workspace().player().currentItem().title);
    map->setTool(widgets::LatentMap::Tool::Select);
    map->clearPath(); // its first step was the very phrase that is clicked now
    clickRow(row(0, 0));
    QTRY_COMPARE(m_window->workspace().player().currentItem().title, QStringLiteral("Song 0"));
    QCOMPARE(chip->text(), QStringLiteral("Song 0"));
    QVERIFY(chip->isEnabled());
    // Something that is not one phrase is named, and cannot be dragged.
    PlaybackItem recording;
    recording.kind = PlaybackItem::Kind::Arranged;
    recording.song = m_window->workspace().player().currentItem().song;
    recording.title = QStringLiteral("A recording");
    m_window->workspace().player().play(recording);
    QCOMPARE(chip->text(), QStringLiteral("A recording"));
    QVERIFY(!chip->isEnabled());
}

void TestMainWindow::theHoverCardGoesWhenTheMapMoves() {
    open(options());
    auto* card = m_window->findChild<widgets::HoverCard*>();
    card->hover(row(1, 0), m_window->map()->mapToGlobal(QPoint(200, 200)));
    QTRY_VERIFY(card->isVisible());
    m_window->map()->flyTo(row(7, 0));
    QVERIFY(!card->isVisible());
}

void TestMainWindow::selectingInTheLibraryMovesNothing() {
    open(options());
    const QRectF view = m_window->map()->view();
    m_window->feature<LibraryController>().list()->search();
    auto* list = m_window->feature<LibraryController>().list()->findChild<QTreeView*>();
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    list->setFocus();
    QTest::keyClick(list, Qt::Key_Down);
    QTest::mouseClick(list->viewport(), Qt::RightButton, {},
                      list->visualRect(list->model()->index(2, 0)).center());
    QCOMPARE(m_window->map()->view(), view);
    QVERIFY(!m_window->workspace().player().currentItem().song);
    QTest::keyClick(list, Qt::Key_Return);
    QTRY_VERIFY(m_window->workspace().player().currentItem().song);
    QVERIFY(m_window->map()->view() != view);
}

void TestMainWindow::theLibraryListPlays() {
    open(options());
    QCOMPARE(m_window->feature<LibraryController>().list()->shownCount(), test::kLibrarySongs);
    m_window->feature<LibraryController>().list()->setSearchText(QStringLiteral("song 13"));
    QCOMPARE(m_window->feature<LibraryController>().list()->shownCount(), 1);
    Q_EMIT m_window->feature<LibraryController>().list()->songActivated(
        m_window->workspace().maps().library()->points.songs[13].id);
    QTRY_COMPARE(m_window->workspace().player().currentItem().title, QStringLiteral("Song 13"));
}

void TestMainWindow::coloursFollowTheColumn() {
    open(options());
    Q_EMIT m_window->feature<MapTools>().inspector()->columnChosen("split");
    QCOMPARE(m_window->map()->colouring()->title, QStringLiteral("Split"));
    QCOMPARE(m_window->map()->legend()->count(), 2); // train and test
}

void TestMainWindow::anotherProjectionIsShown() {
    open(options());
    QCOMPARE(m_window->workspace().maps().shownMap(), std::size_t(0));
    const auto before = m_window->map()->snapshot();
    m_window->workspace().maps().showMap(1);
    QCOMPARE(m_window->workspace().maps().shownMap(), std::size_t(1));
    QVERIFY(m_window->map()->snapshot() != before);
    clickRow(row(4, 1)); // and it can be clicked at its new place
    QTRY_VERIFY(m_window->workspace().player().currentItem().song);
}

void TestMainWindow::spaceBelongsToTheButtonThatHasTheFocus() {
    open(options());
    clickRow(row(4, 1));
    QTRY_VERIFY(m_window->workspace().player().playing());
    auto* entry = m_window->map()->legend()->findChildren<widgets::LegendRow*>().value(2);
    QVERIFY(entry && entry->isChecked());
    entry->setFocus();
    QTest::keyClick(entry, Qt::Key_Space);
    QVERIFY(!entry->isChecked()); // the class is hidden, and the music goes on
    QVERIFY(m_window->workspace().player().playing());
    QTest::keyClick(m_window->map(), Qt::Key_Space);
    QTRY_VERIFY(!m_window->workspace().player().playing());
}

void TestMainWindow::whatWaitsForABarLineCanBeStopped() {
    open(options());
    clickRow(row(4, 1));
    Player& player = m_window->workspace().player();
    QTRY_VERIFY(player.playing());
    QTRY_COMPARE(player.engine().position().id, player.playId());
    PlaybackItem next = player.currentItem();
    next.title = QStringLiteral("Next");
    player.playFromNextBar(next);
    player.stop();
    QTRY_VERIFY(!player.playing());
    player.toggle(); // the last item is the one that was queued
    QTRY_COMPARE(player.engine().position().id, player.playId());
    QTRY_VERIFY(player.playing());
    QCOMPARE(player.currentItem().title, QStringLiteral("Next"));
}

void TestMainWindow::keysDoWhatTheSheetSays() {
    open(options());
    QTest::keyClick(m_window.get(), Qt::Key_P);
    QCOMPARE(m_window->map()->tool(), widgets::LatentMap::Tool::Path);
    QTest::keyClick(m_window.get(), Qt::Key_H);
    QCOMPARE(m_window->map()->tool(), widgets::LatentMap::Tool::Hand);
    QTest::keyClick(m_window.get(), Qt::Key_V);
    QCOMPARE(m_window->map()->tool(), widgets::LatentMap::Tool::Select);
    const bool looping = m_window->workspace().player().looping();
    QTest::keyClick(m_window.get(), Qt::Key_L);
    QCOMPARE(m_window->workspace().player().looping(), !looping);
    QCOMPARE(m_window->feature<PlaybackControls>().transport()->loop(), !looping);
    QTest::keyClick(m_window.get(), Qt::Key_L);
    clickRow(row(4, 1));
    QTRY_VERIFY(m_window->workspace().player().playing());
    QTest::keyClick(m_window.get(), Qt::Key_Space);
    QTRY_VERIFY(!m_window->workspace().player().playing());
    QTest::keyClick(m_window.get(), Qt::Key_Space);
    QTRY_VERIFY(m_window->workspace().player().playing());
    QTest::keyClick(m_window.get(), Qt::Key_Escape);
    QTRY_VERIFY(!m_window->workspace().player().playing());
    QTest::keyClick(m_window.get(), Qt::Key_A, Qt::ControlModifier);
    QCOMPARE(m_window->map()->selection().size(),
             std::size_t(test::kLibrarySongs * test::kPhrasesEach));
    QTest::keyClick(m_window.get(), Qt::Key_Escape);
    QVERIFY(m_window->map()->selection().empty());
    QTest::keyClick(m_window.get(), Qt::Key_Question);
    auto* sheet = m_window->findChild<QWidget*>(QStringLiteral("helpDialog"));
    QVERIFY(sheet && sheet->isVisible());
}

void TestMainWindow::everyKeyIsGivenOnce() {
    open(options());
    QStringList keys = actionKeys(*m_window);
    QVERIFY(keys.size() > 15);
    QCOMPARE(keys.removeDuplicates(), 0);
}

void TestMainWindow::themesChange() {
    open(options());
    const QColor light = m_window->map()->render(QSize(50, 50)).pixelColor(2, 2);
    m_window->setScheme(widgets::Scheme::Dark);
    const QColor dark = m_window->map()->render(QSize(50, 50)).pixelColor(2, 2);
    QVERIFY(light.lightness() > 200);
    QVERIFY(dark.lightness() < 80);
    m_window->setScheme(widgets::Scheme::Light);
}

void TestMainWindow::withoutASoundFontItPlaysOn() {
    WindowOptions how = options();
    how.loadSoundFont = true;
    how.soundFont = m_folder->filePath(QStringLiteral("missing.sf2"));
    open(how);
    QTRY_VERIFY(m_window->messages()->isVisible());
    QVERIFY(!m_window->workspace().player().engine().hasSoundFont());
    clickRow(row(4, 1)); // the playhead moves and the roll shows what would play
    QTRY_VERIFY(m_window->workspace().player().engine().position().tick > 0);
    QVERIFY(m_window->feature<PlaybackControls>().roll()->song());
}

void TestMainWindow::withoutAModelOriginalsPlay() {
    WindowOptions how = options();
    how.openModel = []() -> Result<std::shared_ptr<models::LatentModel>> {
        return fail(Error::Code::NotFound, "No weights were found");
    };
    open(how);
    QTRY_VERIFY(m_window->messages()->text().contains(QStringLiteral("No weights")));
    clickRow(row(4, 1));
    QTRY_COMPARE(m_window->workspace().player().currentItem().kind, PlaybackItem::Kind::Original);
    m_window->messages()->dismiss();
    clickMap({0, 0}); // amid the circle of clusters, where nothing lies
    QTRY_VERIFY(m_window->messages()->text().contains(QStringLiteral("no model")));
}

void TestMainWindow::withoutAnAtlasItSaysWhatToDo() {
    WindowOptions how = options();
    how.atlas.clear();
    open(how);
    QVERIFY(!m_window->workspace().maps().library());
    QTest::mouseClick(m_window->map(), Qt::LeftButton, {}, m_window->map()->rect().center());
    QTest::keyClick(m_window.get(), Qt::Key_Space);
    QVERIFY(!m_window->workspace().player().playing());
    QVERIFY(m_window->feature<ExportController>().current().songs.empty());
}

void TestMainWindow::aDamagedAtlasLeavesTheOldOne() {
    open(options());
    const auto before = m_window->workspace().maps().library();
    const QString path = m_folder->filePath(QStringLiteral("damaged.atlas"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(8192, '\0'));
    file.close();
    m_window->workspace().openLibrary((path).toStdString(), true);
    QTRY_VERIFY(m_window->messages()->text().contains(QStringLiteral("damaged.atlas")));
    QCOMPARE(m_window->messages()->kind(), widgets::MessageBar::Kind::Error);
    QCOMPARE(m_window->workspace().maps().library(), before);
    clickRow(row(4, 1));
    QTRY_VERIFY(m_window->workspace().player().currentItem().song);
}

void TestMainWindow::midiOutputNoneIsExplicit() {
    open(options());
    m_window->feature<Devices>().chooseOutput({sound::MidiChoice::Kind::None, {}});
    QCOMPARE(m_window->feature<Devices>().output().kind, sound::MidiChoice::Kind::None);
    clickRow(row(4, 1));
    QTRY_VERIFY(m_window->workspace().player().engine().position().tick > 0);
    QCOMPARE(m_window->workspace().player().engine().activeVoices(), 0);
}

/// Enters and lets go, as a hand does: Qt hands a drop only to a widget that took the entering.
void TestMainWindow::drop(const QMimeData& what) {
    QDragEnterEvent enter(QPoint(700, 400), Qt::CopyAction, &what, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_window.get(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent letGo(QPointF(700, 400), Qt::CopyAction, &what, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_window.get(), &letGo);
}

void TestMainWindow::filesDroppedAreImported() {
    WindowOptions how = options();
    how.atlas = copyOfTheLibrary();
    open(how);
    const auto more = folder() / "more";
    std::filesystem::create_directories(more);
    test::writeSong(more / "new.mid", test::smallSong(40));
    QSignalSpy over(&m_window->feature<LibraryController>(), &LibraryController::importOver);
    QSignalSpy maps(&m_window->workspace(), &Workspace::mapsReady);
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(QString::fromStdString(more.string()))});
    drop(data);
    QTRY_COMPARE(over.count(), 1);
    QTRY_COMPARE(maps.count(), 1);
    const auto& points = m_window->workspace().maps().library()->points;
    // Eight bars hold a phrase of two at each of the first seven.
    QCOMPARE(points.count(), std::size_t(test::kLibrarySongs * test::kPhrasesEach + 7));
    QCOMPARE(points.songs.size(), std::size_t(test::kLibrarySongs + 1));
    QCOMPARE(points.songs.back().split, std::string("mine"));
    QVERIFY(m_window->map()->snapshot()->size() == points.count());
    m_window->workspace().maps().playRow(qint64(points.count()) - 1);
    QTRY_COMPARE(m_window->workspace().player().currentItem().kind, PlaybackItem::Kind::Original);
}

void TestMainWindow::filesOfTheStartWaitForTheLibrary() {
    WindowOptions how = options();
    how.atlas = copyOfTheLibrary();
    test::writeSong(folder() / "one.mid", test::smallSong(40));
    m_window = std::make_unique<MainWindow>(how);
    QSignalSpy over(&m_window->feature<LibraryController>(), &LibraryController::importOver);
    m_window->show();
    m_window->start();
    QVERIFY(!m_window->workspace().library());
    m_window->openFilesWhenReady({m_folder->filePath(QStringLiteral("one.mid"))});
    QTRY_COMPARE(over.count(), 1);
    const std::size_t songs = test::kLibrarySongs + 1;
    QTRY_COMPARE(m_window->workspace().library()->points.songs.size(), songs);
}

void TestMainWindow::brokenFilesAreListed() {
    WindowOptions how = options();
    how.atlas = copyOfTheLibrary();
    open(how);
    const auto bad = folder() / "bad";
    std::filesystem::create_directories(bad);
    std::ofstream(bad / "page.mid") << "<!DOCTYPE html><html></html>";
    test::writeSong(bad / "good.mid", test::smallSong(70)); // no song of the library
    QSignalSpy over(&m_window->feature<LibraryController>(), &LibraryController::importOver);
    m_window->feature<LibraryController>().importPaths({QString::fromStdString(bad.string())});
    QTRY_COMPARE(over.count(), 1);
    QVERIFY(m_window->messages()->text().contains(QStringLiteral("1 song imported")));
    QVERIFY(m_window->messages()->text().contains(QStringLiteral("could not be read")));
}

void TestMainWindow::aDroppedAtlasIsOpened() {
    WindowOptions how = options();
    how.atlas.clear();
    open(how);
    QSignalSpy shown(&m_window->workspace(), &Workspace::libraryChanged);
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(QString::fromStdString(m_atlas.string()))});
    drop(data);
    QTRY_COMPARE(shown.count(), 1);
}

void TestMainWindow::stepsAreRemembered() {
    const WindowOptions how = options();
    open(how);
    m_window->feature<PathController>().setSteps(13);
    // The one control of them is that of the path.
    const QList<QSpinBox*> shown = m_window->findChildren<QSpinBox*>();
    QCOMPARE(std::count_if(shown.begin(), shown.end(),
                           [](const QSpinBox* box) {
                               return box->accessibleName().startsWith(QLatin1String("Steps"));
                           }),
             1);
    QCOMPARE(m_window->feature<PathController>().controls().steps(), 13);
    m_window->close();
    m_window.reset();
    open(how);
    QCOMPARE(m_window->feature<PathController>().steps(), 13);
}

void TestMainWindow::quitsWhileDecoding() {
    open(options());
    m_model->hold();
    clickRow(row(5, 0));
    QTRY_COMPARE(m_model->decodesBegun(), 1);
    m_window->close();
    m_model->letBars(1);
    m_window.reset();
    QVERIFY(!m_window);
}

void TestMainWindow::quitsWhileLoading() {
    m_window = std::make_unique<MainWindow>(options());
    m_window->show();
    m_window->start();
    m_window->close();
    m_window.reset();
    QCoreApplication::processEvents(); // queued calls to the destroyed window are dropped
    QVERIFY(!m_window);
}

void TestMainWindow::quitsWhileImporting() {
    WindowOptions how = options();
    how.atlas = copyOfTheLibrary();
    open(how);
    m_model->holdEncoding(true);
    m_window->feature<LibraryController>().importPaths(
        {m_folder->filePath(QStringLiteral("songs"))});
    QVERIFY(m_window->feature<LibraryController>().importing());
    m_window->close();
    m_model->holdEncoding(false);
    m_window.reset();
    QCoreApplication::processEvents();
    QVERIFY(!m_window);
}

void TestMainWindow::quitsWhilePlaying() {
    open(options());
    dragPath(m_window->workspace().maps().placeOf(row(0, 0)),
             m_window->workspace().maps().placeOf(row(2, 3)));
    QTRY_VERIFY(m_window->workspace().player().playing());
    m_window->close();
    m_window.reset();
    QVERIFY(!m_window);
}

QTEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
