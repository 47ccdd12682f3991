// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/explore/explore.h"
#include "app/features/export/export_controller.h"
#include "app/features/library/library_controller.h"
#include "app/features/transfer/transfer_controller.h"
#include "app/features/transfer/transfer_measure.h"
#include "app/shell/main_window.h"
#include "app/workspace/space_switch.h"
#include "core/midi/smf_reader.h"
#include "tests/support/element_model.h"
#include "tests/support/quiet_window.h"
#include "tests/support/test_support.h"
#include "widgets/common/message_bar.h"
#include "widgets/map/latent_map.h"
#include "widgets/song/library_list.h"
#include "widgets/transfer/transfer_sheet.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QLabel>
#include <QMenu>
#include <QMimeData>
#include <QMouseEvent>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QToolButton>
#include <QTreeView>

using namespace canto;
using namespace canto::app;
using test::elementLatent;
using test::ElementModel;

// Song n of the library: pitch 48 + n % 12 + 12 (n / 12), velocity 20 + 10 (n % 8), the first of
// each bar louder by n % 4, quarters divided by 1 + n % 3.

class TestTransfer : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void aRecipeIsFollowed();
    void amountsStopMidway();
    void similarityIsAShareOfPairs();
    void aChipIsDraggedOntoASongOfTheMap();
    void aChipIsDraggedBetweenSongsOnTheBench();
    void aChipIsDraggedOntoASongOfTheLibrary();
    void aSongOfTheLibraryIsPutOnTheBench();
    void aWholeSongOpensTheSheet();
    void theSheetIsHeardBeforeItIsDone();
    void restingOnASongGivesATaste();
    void theRecipeTakesSeveralParents();
    void everythingGoesByKeys();
    void stepsAreUndone();
    void theOutcomeLiesOnTheMap();
    void theReportSaysWhatMoved();
    void theResultGoesOut();
    void anOutcomeIsASongOfItsOwn();
    void thePriorGivesElementsToo();
    void invalidTargetsSayWhy();
    void theBenchIsKeptWithItsSpace();
    void theNewestRecipeWins();
    void labelsAreMeasuredByElement();

  private:
    std::filesystem::path folder() const { return m_folder->path().toStdString(); }
    TransferController& transfer() { return m_window->feature<TransferController>(); }
    TransferDock& dock() { return *m_window->feature<TransferController>().dock(); }
    QPoint onMap(qint64 row) const {
        widgets::LatentMap* map = m_window->map();
        return map->mapToGlobal(map->toPixel(m_window->workspace().maps().placeOf(row)).toPoint());
    }
    static QPoint middle(const QWidget* widget) {
        return widget->mapToGlobal(widget->rect().center());
    }
    QPoint inLibrary(int song) const;
    /// Presses there and moves over to the other place, a step at a time; the button stays down.
    void dragTo(QWidget* from, QPoint start, QPoint to, Qt::KeyboardModifiers modifiers = {});
    void letGo(QWidget* from, QPoint at, Qt::KeyboardModifiers modifiers = {});
    void put(std::initializer_list<int> songs);
    QString ghost() const {
        return m_window->findChild<QLabel*>(QStringLiteral("carriedPhrase"))->text();
    }
    const music::Note& firstNote() { return transfer().shown()->song->notes.front(); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path m_atlas;
    std::unique_ptr<MainWindow> m_window;
};

void TestTransfer::initTestCase() {
    m_folder = std::make_unique<QTemporaryDir>();
    const auto atlas = test::makeElementLibrary(folder());
    QVERIFY_RESULT(atlas);
    m_atlas = *atlas;
}

void TestTransfer::init() {
    m_window = std::make_unique<MainWindow>(
        test::quietWindow(folder(), m_atlas, test::opened(std::make_shared<ElementModel>())));
    QVERIFY(test::openWindow(*m_window));
}

void TestTransfer::cleanup() { m_window.reset(); }

QPoint TestTransfer::inLibrary(int song) const {
    auto* view = m_window->feature<LibraryController>().list()->findChild<QTreeView*>();
    for (int row = 0; row < view->model()->rowCount(); ++row) {
        const QModelIndex index = view->model()->index(row, 0);
        if (index.data().toString() == QStringLiteral("Clip %1").arg(song)) {
            view->scrollTo(index);
            return view->viewport()->mapToGlobal(view->visualRect(index).center());
        }
    }
    return {};
}

void TestTransfer::dragTo(QWidget* from, QPoint start, QPoint to, Qt::KeyboardModifiers modifiers) {
    QTest::mousePress(from, Qt::LeftButton, modifiers, from->mapFromGlobal(start));
    for (int part = 1; part <= 8; ++part) {
        const QPoint at = start + (to - start) * part / 8;
        // Offscreen, QTest's moves do not always carry the button.
        QMouseEvent move(QEvent::MouseMove, QPointF(from->mapFromGlobal(at)), QPointF(at),
                         Qt::NoButton, Qt::LeftButton, modifiers);
        QApplication::sendEvent(from, &move);
    }
}

void TestTransfer::letGo(QWidget* from, QPoint at, Qt::KeyboardModifiers modifiers) {
    QTest::mouseRelease(from, Qt::LeftButton, modifiers, from->mapFromGlobal(at));
}

void TestTransfer::put(std::initializer_list<int> songs) {
    for (const int song : songs) {
        transfer().put(transfer().phraseOf(song));
    }
    QTRY_VERIFY(dock().isVisible());
    QCoreApplication::processEvents(); // laid out
}

void TestTransfer::aRecipeIsFollowed() {
    const ElementModel model;
    TransferSpec spec = TransferSpec::of({elementLatent(3), "three", 3}, 4);
    QVERIFY(spec.take({elementLatent(8), "eight", 8}, {ElementModel::Pitch}));
    QVERIFY(spec.take({elementLatent(17), "seventeen", 17}, {ElementModel::Velocity}));
    const auto latent = follow(spec, model);
    QVERIFY_RESULT(latent);
    QCOMPARE(*latent, (models::Latent{8, 0, 1, 1, 0, 4})); // 17 % 8, 17 % 4; 3 % 3; 3 % 4 + 1
    spec.remove(1);
    QCOMPARE(spec.sources, (std::vector<int>{0, 1, 0, 0}));
    QCOMPARE(spec.parents[1].name, std::string("seventeen"));
    spec.sources[2] = 5;
    QVERIFY(!follow(spec, model)); // there is no such parent
    spec.remove(0);
    QVERIFY(spec.parents.empty());
    TransferSpec full = TransferSpec::of({elementLatent(0), "0", 0}, 4);
    for (int n = 1; n < int(TransferSpec::kMostParents); ++n) {
        QVERIFY(full.take({elementLatent(n), "n", n}, {}));
    }
    QVERIFY(!full.take({elementLatent(9), "9", 9}, {0}));
}

void TestTransfer::amountsStopMidway() {
    const test::FakeModel model; // its block "genre" is continuous: dimensions 0 and 1
    TransferSpec spec = TransferSpec::of({{0, 2, 5, 0, 0, 0, 0, 0}, "a", -1}, 1);
    QVERIFY(spec.take({{4, 4, 9, 0, 0, 0, 0, 0}, "b", -1}, {0}));
    spec.amounts[0] = 0.25;
    const auto latent = follow(spec, model);
    QVERIFY_RESULT(latent);
    QCOMPARE((*latent)[0], 1.0f);
    QCOMPARE((*latent)[1], 2.5f);
    QCOMPARE((*latent)[2], 5.0f);
}

void TestTransfer::similarityIsAShareOfPairs() {
    const auto library = readLibrary(m_atlas, {}, {});
    QVERIFY_RESULT(library);
    const ElementModel model;
    const auto scale = ElementScale::of(**library, model, 4000, {});
    QVERIFY_RESULT(scale);
    QCOMPARE(scale->similarity(ElementModel::Length, 0), 1.0);
    // Length is 0, 1 or 2, eight songs each: pairs are 1 apart with chance 4/9, 2 with 2/9. A
    // distance of 1: those farther and half of the equal ones.
    QVERIFY(std::abs(scale->similarity(ElementModel::Length, 1) - (2.0 / 9 + 2.0 / 9)) < 0.03);
    QVERIFY(std::abs(scale->similarity(ElementModel::Length, 2) - 1.0 / 9) < 0.03);
    QCOMPARE(scale->similarity(ElementModel::Length, 3), 0.0);
    QCOMPARE(elementDistance(model, ElementModel::Pitch, elementLatent(3), elementLatent(19)),
             std::hypot(7 - 3, 1.0));
}

void TestTransfer::aChipIsDraggedOntoASongOfTheMap() {
    put({7});
    widgets::DragChip* chip = dock().strip(0)->chip(ElementModel::Velocity);
    QCOMPARE(chip->text(), QStringLiteral("Velocity"));
    dragTo(chip, middle(chip), onMap(10));
    QCOMPARE(ghost(), QStringLiteral("Velocity of Clip 7 \u2192 Clip 10"));
    letGo(chip, onMap(10));
    QTRY_VERIFY(transfer().shown());
    // The music: pitch and length of song 10, velocity and accent of song 7.
    const music::Note& note = firstNote();
    QCOMPARE(int(note.pitch), 58);
    QCOMPARE(int(note.velocity), 20 + 70 + 3);
    QCOMPARE(note.length, music::Tick(transfer().shown()->song->ticksPerQuarter / 2));
    QTRY_COMPARE(m_window->workspace().player().currentItem().kind,
                 PlaybackItem::Kind::Transferred);
    QCOMPARE(m_window->workspace().player().currentItem().title,
             QStringLiteral("Clip 10 with Velocity of Clip 7"));
    QTRY_VERIFY(m_window->workspace().player().playing());
    QCOMPARE(dock().count(), 2); // the target came onto the Transfer panel, in front
    QCOMPARE(dock().strip(0)->whole()->text(), QStringLiteral("Clip 10"));
}

void TestTransfer::aChipIsDraggedBetweenSongsOnTheBench() {
    put({3, 8});
    widgets::DragChip* chip = dock().strip(1)->chip(ElementModel::Pitch);
    dragTo(chip, middle(chip), middle(dock().strip(0)));
    letGo(chip, middle(dock().strip(0)));
    QTRY_VERIFY(transfer().shown());
    QCOMPARE(int(firstNote().pitch), 56);
    QCOMPARE(int(firstNote().velocity), 20 + 30 + 3);
    QVERIFY(dock().strip(1)->chip(ElementModel::Pitch)->marked());
    QVERIFY(!dock().strip(0)->chip(ElementModel::Pitch)->marked());
    // The other way round the source becomes the target.
    chip = dock().strip(0)->chip(ElementModel::Length);
    dragTo(chip, middle(chip), middle(dock().strip(1)));
    letGo(chip, middle(dock().strip(1)));
    QTRY_COMPARE(transfer().results().size(), std::size_t(2));
    QCOMPARE(transfer().shown()->latent, (models::Latent{8, 0, 0, 0, 0, 1}));
}

void TestTransfer::aChipIsDraggedOntoASongOfTheLibrary() {
    put({7});
    widgets::DragChip* chip = dock().strip(0)->chip(ElementModel::Pitch);
    const QPoint at = inLibrary(2);
    dragTo(chip, middle(chip), at);
    QCOMPARE(ghost(), QStringLiteral("Pitch of Clip 7 \u2192 Clip 2"));
    letGo(chip, at);
    QTRY_VERIFY(transfer().shown());
    QCOMPARE(int(firstNote().pitch), 55);
    QCOMPARE(int(firstNote().velocity), 20 + 20 + 2);
}

void TestTransfer::aSongOfTheLibraryIsPutOnTheBench() {
    put({7});
    auto* viewport =
        m_window->feature<LibraryController>().list()->findChild<QTreeView*>()->viewport();
    const QPoint from = inLibrary(4);
    const QPoint free = dock().mapToGlobal(QPoint(dock().width() / 2, dock().height() - 8));
    dragTo(viewport, from, free);
    letGo(viewport, free);
    QCOMPARE(dock().count(), 2);
    QCOMPARE(dock().strip(1)->whole()->text(), QStringLiteral("Clip 4"));
    // From the map, by Ctrl and dragging a point.
    dragTo(m_window->map(), onMap(9), free, Qt::ControlModifier);
    letGo(m_window->map(), free, Qt::ControlModifier);
    QCOMPARE(dock().count(), 3);
}

void TestTransfer::aWholeSongOpensTheSheet() {
    dragTo(m_window->map(), onMap(9), onMap(14), Qt::ControlModifier);
    QCOMPARE(ghost(), QStringLiteral("Clip 9 \u2192 Clip 14"));
    letGo(m_window->map(), onMap(14), Qt::ControlModifier);
    widgets::TransferSheet* sheet = transfer().sheet();
    QVERIFY(QTest::qWaitForWindowActive(sheet));
    QCOMPARE(sheet->chosen(), (QVector<int>{0, 1, 2})); // the advanced one is not ticked
    QTest::keyClick(sheet->box(ElementModel::Pitch), Qt::Key_Space);
    QTest::keyClick(sheet->box(ElementModel::Length), Qt::Key_Space);
    QTest::mouseClick(sheet->buttons()->button(QDialogButtonBox::Ok), Qt::LeftButton);
    QTRY_VERIFY(transfer().shown());
    QCOMPARE(transfer().shown()->latent, (models::Latent{2, 1, 1, 1, 2, 3}));
}

void TestTransfer::theSheetIsHeardBeforeItIsDone() {
    m_window->workspace().maps().playRow(14);
    QTRY_VERIFY(m_window->workspace().player().playing());
    const QString before = m_window->workspace().player().currentItem().title;
    transfer().ask(transfer().phraseOf(9), transfer().phraseOf(14), onMap(14));
    QTRY_COMPARE(m_window->workspace().player().currentItem().kind,
                 PlaybackItem::Kind::Transferred);
    QTRY_COMPARE(int(m_window->workspace().player().currentItem().song->notes.front().pitch), 57);
    QTest::keyClick(transfer().sheet()->box(ElementModel::Pitch), Qt::Key_Space);
    QTRY_COMPARE(int(m_window->workspace().player().currentItem().song->notes.front().pitch),
                 48 + 14);
    QVERIFY(transfer().results().empty());
    // Without a box nothing is chosen, and Esc gives no result: the earlier item plays again.
    QTest::keyClick(transfer().sheet(), Qt::Key_Escape);
    QCOMPARE(m_window->workspace().player().currentItem().title, before);
    QVERIFY(transfer().spec().parents.empty());
    QVERIFY(transfer().results().empty());
}

void TestTransfer::restingOnASongGivesATaste() {
    m_window->workspace().maps().playRow(10);
    QTRY_VERIFY(m_window->workspace().player().playing());
    put({7});
    widgets::DragChip* chip = dock().strip(0)->chip(ElementModel::Velocity);
    dragTo(chip, middle(chip), onMap(10));
    QTRY_COMPARE(m_window->workspace().player().currentItem().kind,
                 PlaybackItem::Kind::Transferred);
    QVERIFY(
        m_window->workspace().player().currentItem().caption.contains(QLatin1String("Preview")));
    QTRY_COMPARE(m_window->workspace().player().engine().position().id,
                 m_window->workspace().player().playId());
    QTest::keyClick(chip, Qt::Key_Escape);
    QCOMPARE(m_window->workspace().player().currentItem().title, QStringLiteral("Clip 10"));
    letGo(chip, onMap(10));
    QVERIFY(transfer().results().empty());
    QVERIFY(!transfer().spec().changed());
}

void TestTransfer::theRecipeTakesSeveralParents() {
    put({3, 8, 17});
    QCOMPARE(dock().spec()->rowCount(), 4);
    QCOMPARE(dock().spec()->columnCount(), 3); // codes do not stop midway: no percentages
    const auto cell = [this](int element, int song) {
        return dock().spec()->visualItemRect(dock().spec()->item(element, song)).center();
    };
    QTest::mouseClick(dock().spec()->viewport(), Qt::LeftButton, {}, cell(ElementModel::Pitch, 1));
    QTRY_COMPARE(transfer().results().size(), std::size_t(1));
    // By keys, a row below and a column to the right.
    dock().spec()->setFocus();
    dock().spec()->setCurrentCell(ElementModel::Pitch, 1);
    QTest::keyClick(dock().spec(), Qt::Key_Down);
    QTest::keyClick(dock().spec(), Qt::Key_Right);
    QTest::keyClick(dock().spec(), Qt::Key_Space);
    QTRY_COMPARE(transfer().results().size(), std::size_t(2));
    QCOMPARE(transfer().shown()->latent, (models::Latent{8, 0, 1, 1, 0, 4}));
    QCOMPARE(transfer().titleOf(*transfer().shown()),
             QStringLiteral("Clip 3 with Pitch of Clip 8; Velocity of Clip 17"));
    // A song that goes takes what it gave with it.
    QTest::mouseClick(dock().strip(1)->removeButton(), Qt::LeftButton);
    QTRY_COMPARE(dock().count(), 2);
    QTRY_COMPARE(transfer().shown()->latent, (models::Latent{3, 0, 1, 1, 0, 4}));
}

void TestTransfer::everythingGoesByKeys() {
    const auto keys = [this](Qt::Key key, Qt::KeyboardModifiers modifiers) {
        m_window->activateWindow(); // as window managers do when a sheet has closed
        QTRY_VERIFY(m_window->isActiveWindow());
        QTest::keyClick(m_window.get(), key, modifiers);
    };
    const auto play = [this](int row) {
        m_window->workspace().maps().playRow(row);
        QTRY_COMPARE(m_window->workspace().player().currentItem().row, qint64(row));
    };
    keys(Qt::Key_V, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(m_window->messages()->text().contains(QLatin1String("Choose a source and a target")));
    play(9);
    keys(Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(m_window->messages()->text().contains(QLatin1String("Copied the elements of Clip 9")));
    play(14);
    keys(Qt::Key_V, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(transfer().sheet()->isVisible());
    QTest::keyClick(transfer().sheet(), Qt::Key_Return);
    QTRY_VERIFY(transfer().shown());
    QCOMPARE(transfer().shown()->latent, (models::Latent{9, 0, 1, 1, 0, 3}));
    // Onto the Transfer panel, and a chip pressed by the space bar.
    play(4);
    keys(Qt::Key_B, Qt::ControlModifier);
    QCOMPARE(dock().count(), 3);
    widgets::DragChip* chip = dock().strip(2)->chip(ElementModel::Pitch);
    chip->setFocus();
    QTest::keyClick(chip, Qt::Key_Space);
    QTRY_COMPARE(int(firstNote().pitch), 52);
    // The chip's menu names the same targets as a drag would find.
    Q_EMIT chip->menuAsked(middle(chip));
    auto* menu = m_window->findChild<QMenu*>(QStringLiteral("carryMenu"));
    QVERIFY(menu);
    QCOMPARE(menu->actions().value(0)->text(), QStringLiteral("Transfer Pitch to Clip 14"));
    menu->close();
    m_window->workspace().player().stop();
    keys(Qt::Key_B, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(m_window->workspace().player().playing());
    QCOMPARE(m_window->workspace().player().currentItem().latent, transfer().shown()->latent);
}

void TestTransfer::stepsAreUndone() {
    put({3, 8});
    transfer().choose(ElementModel::Pitch, 1);
    QTRY_VERIFY(transfer().shown());
    const TransferSpec made = transfer().spec();
    QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(!transfer().spec().changed());
    QVERIFY(!transfer().shown());
    QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(dock().count(), 1);
    QTest::keyClick(m_window.get(), Qt::Key_Y, Qt::ControlModifier);
    QTest::keyClick(m_window.get(), Qt::Key_Y, Qt::ControlModifier);
    QVERIFY(transfer().spec() == made);
    QTRY_VERIFY(transfer().shown());
    QCOMPARE(int(firstNote().pitch), 56);
    QTest::mouseClick(dock().clearButton(), Qt::LeftButton);
    QCOMPARE(dock().count(), 0);
    QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(transfer().spec() == made);
}

void TestTransfer::theOutcomeLiesOnTheMap() {
    transfer().transferElements(transfer().phraseOf(9), {ElementModel::Velocity},
                                transfer().phraseOf(14));
    QTRY_VERIFY(transfer().shown());
    QVERIFY(transfer().shown()->place.has_value());
    QCOMPARE(m_window->map()->lineages().size(), qsizetype(1));
    const widgets::MapLineage& lineage = m_window->map()->lineages().front();
    QCOMPARE(lineage.parents.size(), qsizetype(2));
    QCOMPARE(lineage.parents[0].place, m_window->workspace().maps().placeOf(14));
    QCOMPARE(lineage.parents[1].place, m_window->workspace().maps().placeOf(9));
    QCOMPARE(lineage.parents[1].text, QStringLiteral("Velocity"));
    // On another map it lies where that map puts it.
    m_window->workspace().maps().showMap(1);
    const auto place = m_window->workspace().maps().projection()->place(transfer().shown()->latent);
    QVERIFY_RESULT(place);
    const QPointF there(double(place->x), double(place->y));
    QCOMPARE(m_window->map()->lineages().front().place, there);
}

void TestTransfer::theReportSaysWhatMoved() {
    transfer().transferElements(transfer().phraseOf(9),
                                {ElementModel::Velocity, ElementModel::Length},
                                transfer().phraseOf(14));
    QTRY_VERIFY(transfer().shown());
    const auto& changes = transfer().shown()->changes;
    QCOMPARE(changes.size(), std::size_t(4));
    // Song 9: velocity 1 and accent 1; song 14: 6 and 2. The music is read back exactly.
    const ElementChange& velocity = changes[ElementModel::Velocity];
    QCOMPARE(velocity.source, 1);
    QCOMPARE(velocity.toSourceAfter, 1.0);
    QVERIFY(velocity.toSourceBefore < 0.5);
    QVERIFY(velocity.asMeant && !velocity.similar);
    const ElementChange& pitch = changes[ElementModel::Pitch];
    QCOMPARE(pitch.source, 0);
    QCOMPARE(pitch.toTarget, 1.0);
    QVERIFY(pitch.asMeant);
    // The emotion is a code that no note says: encoded again it is 0, and song 9's (2) is nearer
    // than song 14's (3).
    const ElementChange& emotion = changes[ElementModel::Emotion];
    QVERIFY(!emotion.asMeant);
    widgets::TransferReport* report = dock().report();
    QCOMPARE(report->table()->rowCount(), 4);
    QCOMPARE(report->table()->item(ElementModel::Velocity, 3)->text(), QStringLiteral("moved"));
    QCOMPARE(report->table()->item(ElementModel::Pitch, 3)->text(), QStringLiteral("stayed"));
    QCOMPARE(report->table()->item(ElementModel::Emotion, 3)->text(), QStringLiteral("drifted"));
    const QString summary = report->summary();
    QVERIFY2(summary.startsWith(QStringLiteral("2 of 2 transferred elements now match the source; "
                                               "1 of 2 other elements stayed. Predicted mood: ")),
             qPrintable(summary)); // of the notes, whatever model wrote them
}

void TestTransfer::theResultGoesOut() {
    transfer().transferElements(transfer().phraseOf(9), {ElementModel::Velocity},
                                transfer().phraseOf(14));
    QTRY_VERIFY(transfer().shown());
    QTest::mouseClick(dock().copyButton(), Qt::LeftButton);
    const QMimeData* data = QGuiApplication::clipboard()->mimeData();
    QVERIFY(data->hasFormat(QStringLiteral("audio/midi")));
    const QByteArray bytes = data->data(QStringLiteral("audio/midi"));
    const auto song = midi::readSmf(
        std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), std::size_t(bytes.size())));
    QVERIFY_RESULT(song);
    QCOMPARE(song->song.notes.size(), std::size_t(8));
    QCOMPARE(int(song->song.notes.front().velocity), 20 + 10 + 1);
    QVERIFY(!data->urls().isEmpty());
    QSignalSpy drag(&transfer(), &TransferController::dragAsked);
    QObject::disconnect(&transfer(), &TransferController::dragAsked,
                        &m_window->feature<ExportController>(), nullptr);
    dragTo(dock().dragButton(), middle(dock().dragButton()),
           middle(dock().dragButton()) + QPoint(60, 40));
    QVERIFY(drag.count() >= 1);
    QSignalSpy save(&transfer(), &TransferController::saveAsked);
    QObject::disconnect(&transfer(), &TransferController::saveAsked,
                        &m_window->feature<ExportController>(), nullptr);
    QTest::mouseClick(dock().saveButton(), Qt::LeftButton);
    QCOMPARE(save.count(), 1);
    QCOMPARE(save.first().at(1).toInt(), 2);
}

void TestTransfer::thePriorGivesElementsToo() {
    const auto model = std::make_shared<ElementModel>(true);
    transfer().setModel(model, test::opened(model));
    transfer().put(transfer().phraseOf(14));
    Q_EMIT dock().strip(0)->chip(ElementModel::Pitch)->menuAsked(middle(dock().strip(0)));
    auto* menu = m_window->findChild<QMenu*>(QStringLiteral("carryMenu"));
    QVERIFY(menu != nullptr);
    const auto actions = menu->actions();
    QVERIFY(actions.back()->text().contains(QStringLiteral("Generate new")));
    actions.back()->trigger();
    menu->close();
    QTRY_VERIFY(transfer().shown());
    // Song 14 is pitch 48 + 2 + 12 with velocity 80; the draw has pitch 55.
    QCOMPARE(int(firstNote().pitch), 55);
    QCOMPARE(transfer().shown()->latent, (models::Latent{7, 0, 6, 2, 2, 3}));
    QVERIFY(transfer().titleOf(*transfer().shown()).contains(QStringLiteral("Generated 1")));
    // Another draw is another parent.
    transfer().drawFor(transfer().spec().parents.front(), ElementModel::Length);
    QTRY_COMPARE(transfer().results().size(), std::size_t(2));
    QCOMPARE(transfer().spec().parents.size(), std::size_t(3));
}

void TestTransfer::anOutcomeIsASongOfItsOwn() {
    transfer().transferElements(transfer().phraseOf(9), {ElementModel::Velocity},
                                transfer().phraseOf(14));
    QTRY_VERIFY(transfer().shown());
    QCoreApplication::processEvents();
    widgets::DragChip* chip = dock().resultChip();
    dragTo(chip, middle(chip), onMap(0));
    letGo(chip, onMap(0));
    QTRY_VERIFY(transfer().sheet()->isVisible());
    QTest::keyClick(transfer().sheet(), Qt::Key_Return);
    QTRY_COMPARE(transfer().results().size(), std::size_t(2));
    QCOMPARE(transfer().shown()->latent, (models::Latent{2, 1, 1, 1, 2, 1}));
    // Going back in the list shows and plays the first.
    dock().results()->setCurrentIndex(1);
    Q_EMIT dock().results()->activated(1);
    QCOMPARE(transfer().shown()->latent, (models::Latent{2, 1, 1, 1, 2, 3}));
}

void TestTransfer::invalidTargetsSayWhy() {
    put({7});
    widgets::DragChip* chip = dock().strip(0)->chip(ElementModel::Velocity);
    dragTo(chip, middle(chip), onMap(7));
    QCOMPARE(ghost(), QStringLiteral("This is the song itself"));
    letGo(chip, onMap(7));
    QVERIFY(m_window->messages()->text().contains(QLatin1String("the song itself")));
    QVERIFY(!transfer().spec().changed());
}

void TestTransfer::theBenchIsKeptWithItsSpace() {
    m_window.reset();
    WindowOptions how = test::quietWindow(folder(), {}, nullptr);
    const auto style = test::makeLibrary(folder() / "style");
    QVERIFY_RESULT(style);
    how.spaces = {{"emotion",
                   "Emotion",
                   "A test",
                   m_atlas,
                   test::opened(std::make_shared<ElementModel>()),
                   {}},
                  {"style",
                   "Style",
                   "A test",
                   *style,
                   test::opened(std::make_shared<test::FakeModel>()),
                   {}}};
    m_window = std::make_unique<MainWindow>(how);
    QSignalSpy maps(&m_window->workspace(), &Workspace::mapsReady);
    QSignalSpy shown(&m_window->workspace(), &Workspace::spaceChanged);
    m_window->show();
    m_window->start();
    QTRY_COMPARE(maps.count(), 1);
    QTRY_VERIFY(m_window->workspace().model() != nullptr);
    transfer().transferElements(transfer().phraseOf(9), {ElementModel::Velocity},
                                transfer().phraseOf(14));
    QTRY_VERIFY(transfer().shown());
    const TransferSpec spec = transfer().spec();
    m_window->workspace().spaces().go(1);
    QTRY_COMPARE(shown.count(), 1);
    QCOMPARE(dock().count(), 0);
    QVERIFY(m_window->map()->lineages().isEmpty());
    // The Transfer panel takes its rows from this model: a continuous block with a percentage.
    transfer().transferElements(transfer().phraseOf(0), {0}, transfer().phraseOf(100));
    QTRY_VERIFY(transfer().shown());
    QCOMPARE(dock().spec()->rowCount(), 1);
    QCOMPARE(dock().spec()->columnCount(), 3);
    m_window->workspace().spaces().go(0);
    QTRY_COMPARE(shown.count(), 2);
    QVERIFY(transfer().spec() == spec);
    QCOMPARE(dock().count(), 2);
    QCOMPARE(transfer().results().size(), std::size_t(1));
    QCOMPARE(m_window->map()->lineages().size(), qsizetype(1));
    QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(!transfer().spec().changed());
}

void TestTransfer::theNewestRecipeWins() {
    QSignalSpy made(&transfer(), &TransferController::resultMade);
    put({3, 8});
    transfer().choose(ElementModel::Pitch, 1);
    transfer().choose(ElementModel::Velocity, 1);
    transfer().choose(ElementModel::Length, 1);
    QTRY_VERIFY(transfer().shown() && transfer().shown()->spec == transfer().spec());
    QCOMPARE(transfer().shown()->latent, (models::Latent{8, 0, 0, 0, 2, 4}));
    QVERIFY(made.count() <= 3);
}

void TestTransfer::labelsAreMeasuredByElement() {
    put({3});
    widgets::SeparationView* view = dock().separation();
    QTest::mouseClick(view->openButton(), Qt::LeftButton);
    QTRY_COMPARE(view->table()->rowCount(), 5); // all, and four elements
    QStringList labels;
    for (int column = 0; column < view->table()->columnCount(); ++column) {
        labels.append(view->table()->horizontalHeaderItem(column)->text());
    }
    QCOMPARE(labels, (QStringList{QStringLiteral("Emotion"), QStringLiteral("Arousal"),
                                  QStringLiteral("Valence")}));
    // The code of the emotion is the label: classes without any extent.
    QCOMPARE(view->table()->item(1 + ElementModel::Emotion, 0)->text(),
             QLocale().toString(1.0, 'f', 3));
    QVERIFY(view->prediction().contains(QLatin1String("Emotion is expressed most by Emotion")));
    QVERIFY(view->table()->item(1, 0)->toolTip().contains(QLatin1String("Happy - Calm")));
}

QTEST_MAIN(TestTransfer)
#include "tst_transfer.moc"
