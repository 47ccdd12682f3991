// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/explore_fixture.h"
#include "widgets/common/message_bar.h"
#include "widgets/explore/genre_panel.h"
#include "widgets/explore/phrase_chip.h"

#include <QCheckBox>
#include <QLabel>
#include <QMenu>
#include <QSlider>
#include <QToolButton>

using namespace canto;
using namespace canto::app;
using test::drag;
using test::FakeModel;
using test::letGo;

class TestGenreMoves : public test::ExploreFixture {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { makeFixture(); }
    void init() { begin(); }
    void cleanup() { end(); }

    void thePhraseIsDraggedOntoAGenre();
    void thePhraseIsDraggedOntoThePrior();
    void anyPointIsDraggedWithCtrl();
    void theInspectorsChipIsDragged();
    void escapeAndNowhereMoveNothing();
    void aLegendOfSomethingElseSaysSo();
    void howFarTheMoveGoes();
    void aAndBAreCompared();
    void theLegendsMenuDraws();
    void thePriorIsDrawnOnTheMap();
};

void TestGenreMoves::thePhraseIsDraggedOntoAGenre() {
    open(options());
    click(row(0, 0)); // classical
    QTRY_VERIFY(!m_window->workspace().player().currentItem().latent.empty());
    const QPoint jazz = legendRow(Jazz);
    drag(m_window->map(), pixelOf(row(0, 0)), jazz);
    auto* ghost = m_window->findChild<QLabel*>(QStringLiteral("carriedPhrase"));
    QVERIFY(ghost->isVisible());
    QVERIFY(ghost->text().contains(QLatin1String("jazz")));
    letGo(m_window->map(), jazz);
    QVERIFY(!ghost->isVisible());
    QTRY_COMPARE(m_window->workspace().player().currentItem().kind, PlaybackItem::Kind::Shaped);
    // The block of the genre goes to the mean of 256 draws of its part of the prior. The clusters
    // are equal except for their centres and for the songs' numbers in dimension 3.
    const models::Latent z = m_window->workspace().maps().latentOf(row(0, 0));
    const auto [toX, toY] = FakeModel::classMean(Jazz);
    const models::Latent& moved = shapes().result()->after.latent;
    QVERIFY(std::abs(double(moved[0]) - toX) < 0.1);
    QVERIFY(std::abs(double(moved[1]) - toY) < 0.1);
    QVERIFY(std::abs(double(moved[2] - z[2]) - 0.02) < 1e-3);
    QCOMPARE(int(m_window->workspace().player().currentItem().song->notes.front().pitch),
             FakeModel::bassPitch(moved));
    QCOMPARE(shapes().result()->scoresAfter[Jazz], 1.0);
    QCOMPARE(dock().genre()->bar(Jazz)->now(), 1.0);
    QVERIFY(shapes().undo().canUndo());
    QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE(int(m_window->workspace().player().currentItem().song->notes.front().pitch),
                 FakeModel::bassPitch(z));
}

void TestGenreMoves::thePhraseIsDraggedOntoThePrior() {
    open(options());
    QTest::keyClick(m_window.get(), Qt::Key_P, Qt::ShiftModifier);
    QTRY_COMPARE(m_window->map()->components().size(), qsizetype(5));
    click(row(0, 0));
    QTRY_VERIFY(!m_window->workspace().player().currentItem().latent.empty());
    const auto [x, y] = FakeModel::classMean(Pop);
    const QPoint pop =
        m_window->map()->mapToGlobal(m_window->map()->toPixel(QPointF(x, y)).toPoint());
    drag(m_window->map(), pixelOf(row(0, 0)), pop);
    letGo(m_window->map(), pop);
    QTRY_COMPARE(m_window->workspace().player().currentItem().kind, PlaybackItem::Kind::Shaped);
    QVERIFY(shapes().shape().toComponent);
    const models::Latent& moved = shapes().result()->after.latent;
    const models::Latent z = m_window->workspace().maps().latentOf(row(0, 0));
    // The block of the genre goes to the mean of 256 draws, the rest stays.
    QVERIFY(std::abs(double(moved[0]) - x) < 0.1);
    QVERIFY(std::abs(double(moved[1]) - y) < 0.1);
    QCOMPARE(moved[2], z[2]);
}

void TestGenreMoves::anyPointIsDraggedWithCtrl() {
    open(options());
    const QPoint rock = legendRow(Rock);
    drag(m_window->map(), pixelOf(row(1, 2)), rock, Qt::ControlModifier);
    letGo(m_window->map(), rock);
    QTRY_COMPARE(m_window->workspace().player().currentItem().kind, PlaybackItem::Kind::Shaped);
    QCOMPARE(shapes().shape().origin, m_window->workspace().maps().latentOf(row(1, 2)));
    QCOMPARE(shapes().shape().movedTo, int(Rock));
    // Without Ctrl the same drag pans.
    const QRectF view = m_window->map()->view();
    const QPoint aside = m_window->map()->mapToGlobal(pixelOf(row(2, 1)) + QPoint(40, 30));
    drag(m_window->map(), pixelOf(row(2, 1)), aside);
    letGo(m_window->map(), aside);
    QVERIFY(m_window->map()->view() != view);
    QCOMPARE(shapes().shape().movedTo, int(Rock));
}

void TestGenreMoves::theInspectorsChipIsDragged() {
    open(options());
    click(row(0, 0));
    QTRY_VERIFY(!m_window->workspace().player().currentItem().latent.empty());
    auto chips = m_window->findChildren<widgets::PhraseChip*>();
    QCOMPARE(chips.size(), qsizetype(2));
    widgets::PhraseChip* chip = chips[chips[0]->isVisible() ? 0 : 1];
    QVERIFY(chip->isVisible());
    QCOMPARE(chip->text(), QStringLiteral("Song 0"));
    const QPoint country = legendRow(Country);
    drag(chip, chip->rect().center(), country);
    letGo(chip, country);
    QTRY_COMPARE(shapes().shape().movedTo, int(Country));
    QTRY_COMPARE(m_window->workspace().player().currentItem().kind, PlaybackItem::Kind::Shaped);
}

void TestGenreMoves::escapeAndNowhereMoveNothing() {
    open(options());
    click(row(0, 0));
    QTRY_VERIFY(!m_window->workspace().player().currentItem().latent.empty());
    m_window->map()->setFocus();
    drag(m_window->map(), pixelOf(row(0, 0)), legendRow(Jazz));
    QVERIFY(explore().drag().dragging());
    QTest::keyClick(m_window->map(), Qt::Key_Escape); // not the window's "stop"
    QVERIFY(!explore().drag().dragging());
    letGo(m_window->map(), legendRow(Jazz));
    QVERIFY(!shapes().shape().changed());
    // Into the empty middle of the circle.
    const QPoint nowhere =
        m_window->map()->mapToGlobal(m_window->map()->toPixel(QPointF(0, 0)).toPoint());
    drag(m_window->map(), pixelOf(row(0, 0)), nowhere);
    letGo(m_window->map(), nowhere);
    QVERIFY(!shapes().shape().changed());
    QVERIFY(m_window->messages()->text().contains(QLatin1String("Nothing was moved")));
}

void TestGenreMoves::aLegendOfSomethingElseSaysSo() {
    open(options());
    click(row(0, 0));
    QTRY_VERIFY(!m_window->workspace().player().currentItem().latent.empty());
    m_window->workspace().maps().colourBy("split");
    widgets::Legend* legend = m_window->map()->legend();
    QTRY_COMPARE(legend->count(), 2);
    QTRY_VERIFY(legend->rowAt(legend->mapToGlobal(legend->rect().center())) >= 0);
    const QPoint middle = legend->mapToGlobal(legend->rect().center());
    drag(m_window->map(), pixelOf(row(0, 0)), middle);
    letGo(m_window->map(), middle);
    QVERIFY(!shapes().shape().changed());
    QVERIFY(m_window->messages()->text().contains(QLatin1String("legend")));
}

void TestGenreMoves::howFarTheMoveGoes() {
    open(options());
    click(row(0, 0));
    QTRY_VERIFY(!m_window->workspace().player().currentItem().latent.empty());
    showTab(ExploreDock::Genre);
    QTRY_VERIFY(dock().genre()->moveButton(Jazz)->isEnabled());
    QTest::mouseClick(dock().genre()->moveButton(Jazz), Qt::LeftButton);
    QTRY_VERIFY(shapes().result() && shapes().result()->shape.movedTo == Jazz);
    QSlider* amount = dock().genre()->amount();
    amount->setFocus();
    QTest::keyClick(amount, Qt::Key_Home);
    QTRY_COMPARE(shapes().result()->shape.amount, 0.0);
    QCOMPARE(shapes().result()->after.latent, shapes().shape().origin);
    for (int i = 0; i < 5; ++i) {
        QTest::keyClick(amount, Qt::Key_PageUp); // tenths
    }
    QTRY_COMPARE(shapes().result()->shape.amount, 0.5);
    const auto [toX, toY] = FakeModel::classMean(Jazz);
    const models::Latent& moved = shapes().result()->after.latent;
    const double middle = (double(shapes().shape().origin[0]) + toX) / 2;
    QVERIFY(std::abs(double(moved[0]) - middle) < 0.1);
    QVERIFY(std::abs(double(moved[2] - shapes().shape().origin[2]) - 0.01) < 1e-3);
    QTest::keyClick(amount, Qt::Key_End); // three times the difference, the block no farther
    QTRY_COMPARE(shapes().result()->shape.amount, Shape::kFarthest);
    QVERIFY(std::abs(double(shapes().result()->after.latent[0]) - toX) < 0.1);
    QVERIFY(std::abs(double(shapes().result()->after.latent[2] - shapes().shape().origin[2]) -
                     0.06) < 1e-3);
}

void TestGenreMoves::aAndBAreCompared() {
    open(options());
    click(row(0, 0));
    QTRY_VERIFY(!m_window->workspace().player().currentItem().latent.empty());
    QTest::keyClick(m_window.get(), Qt::Key_B);
    QVERIFY(m_window->messages()->text().contains(QLatin1String("no B")));
    showTab(ExploreDock::Genre);
    shapes().moveToGenre(Jazz, false);
    QTRY_COMPARE(m_window->workspace().player().currentItem().kind, PlaybackItem::Kind::Shaped);
    QVERIFY(dock().changedButton()->isChecked());
    const SongPtr changed = m_window->workspace().player().currentItem().song;
    QTest::keyClick(m_window.get(), Qt::Key_B);
    QVERIFY(dock().originalButton()->isChecked());
    QCOMPARE(int(m_window->workspace().player().currentItem().song->notes.front().pitch),
             FakeModel::bassPitch(shapes().shape().origin));
    QVERIFY(shapes().shape().changed()); // hearing A takes nothing back
    QTest::mouseClick(dock().changedButton(), Qt::LeftButton);
    QCOMPARE(m_window->workspace().player().currentItem().song, changed);
}

void TestGenreMoves::theLegendsMenuDraws() {
    open(options());
    widgets::Legend* legend = m_window->map()->legend();
    Q_EMIT legend->menuAsked(Pop, legend->mapToGlobal(QPoint(5, 5)));
    auto* menu = m_window->findChild<QMenu*>(QStringLiteral("legendMenu"));
    QVERIFY(menu);
    QVERIFY(!menu->actions()[0]->isEnabled()); // no phrase to move yet
    QCOMPARE(menu->actions()[1]->text(), QStringLiteral("Generate: pop"));
    menu->actions()[1]->trigger();
    menu->close();
    m_window->activateWindow(); // without a window manager nobody gives it back
    QTRY_VERIFY(m_window->isActiveWindow());
    QTRY_COMPARE(m_window->workspace().player().currentItem().kind, PlaybackItem::Kind::Shaped);
    const models::Latent first = shapes().shape().origin;
    const auto [x, y] = FakeModel::classMean(Pop);
    QVERIFY(std::hypot(double(first[0]) - x, double(first[1]) - y) < 5 * FakeModel::kSpread);
    QCOMPARE(shapes().shape().genre, int(Pop));
    QTest::keyClick(m_window.get(), Qt::Key_4, Qt::AltModifier | Qt::ShiftModifier);
    QTRY_VERIFY(shapes().shape().origin != first); // each draw is a new one
    QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE(shapes().shape().origin, first);
}

void TestGenreMoves::thePriorIsDrawnOnTheMap() {
    open(options());
    showTab(ExploreDock::Genre);
    QTest::mouseClick(dock().genre()->priorShown(), Qt::LeftButton, {},
                      QPoint(8, dock().genre()->priorShown()->height() / 2));
    QTRY_COMPARE(m_window->map()->components().size(), qsizetype(5));
    for (const widgets::MapComponent& component : m_window->map()->components()) {
        const auto [x, y] = FakeModel::classMean(component.label);
        QVERIFY(std::abs(component.centre.x() - x) < 0.15);
        QVERIFY(std::abs(component.centre.y() - y) < 0.15);
        // Two standard deviations each way, as the draws have them.
        for (const QPointF& axis : {component.firstAxis, component.secondAxis}) {
            QVERIFY(std::abs(std::hypot(axis.x(), axis.y()) - 2 * FakeModel::kSpread) < 0.15);
        }
        QVERIFY(component.colour.isValid());
    }
    // On another map it is placed again; and it can be hidden.
    m_window->workspace().maps().showMap(1);
    QTRY_COMPARE(m_window->map()->components().size(), qsizetype(5));
    explore().showPrior(false);
    QVERIFY(m_window->map()->components().isEmpty());
}

QTEST_MAIN(TestGenreMoves)
#include "tst_genre_moves.moc"
