// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/test_support.h"
#include "widgets/explore/variant_strip.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QMouseEvent>
#include <QSignalSpy>

using namespace canto;
using namespace canto::widgets;

namespace {

std::shared_ptr<const music::Song> oneNoteOf(int pitch) {
    auto song = std::make_shared<music::Song>();
    song->tracks = {{"Bass"}};
    music::Note note;
    note.length = 480;
    note.pitch = static_cast<std::uint8_t>(pitch);
    song->notes.push_back(note);
    song->finish();
    return song;
}

/// Cards with the numbers from `first` down to 1.
std::vector<VariantCard> cardsFrom(int first) {
    std::vector<VariantCard> cards;
    for (int i = first; i > 0; --i) {
        cards.push_back({std::uint64_t(i), QStringLiteral("Phrase %1").arg(i),
                         QStringLiteral("Made by hand"), oneNoteOf(60 + i), false});
    }
    return cards;
}

} // namespace

class TestVariantStrip : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void cardsFillTheWidthAndGrowDownwards();
    void clicksPlayAndStar();
    void keysChoosePlayAndRemove();
    void theNextCardIsChosenWhenOneGoes();
    void aNewCardDoesNotEndADrag();
    void theMenuIsThatOfItsCard();
};

void TestVariantStrip::cardsFillTheWidthAndGrowDownwards() {
    VariantStrip strip;
    strip.resize(310, 100);
    strip.setCards(cardsFrom(10));
    // Cards of 148 x 64, 6 apart: two in 310 pixels, so five rows of 70 less one gap.
    QCOMPARE(strip.minimumHeight(), 344);
    QCOMPARE(strip.cardRect(10), QRect(0, 0, 148, 64));
    QCOMPARE(strip.cardRect(9), QRect(154, 0, 148, 64));
    QCOMPARE(strip.cardRect(8), QRect(0, 70, 148, 64));
    QVERIFY(strip.cardRect(11).isEmpty());
    QVERIFY(strip.cardRect(10).contains(strip.starRect(10)));
}

void TestVariantStrip::clicksPlayAndStar() {
    VariantStrip strip;
    strip.resize(310, 400);
    strip.setCards(cardsFrom(4));
    strip.show();
    QSignalSpy play(&strip, &VariantStrip::playAsked);
    QSignalSpy star(&strip, &VariantStrip::starAsked);
    QTest::mouseClick(&strip, Qt::LeftButton, {}, strip.cardRect(3).center());
    QCOMPARE(play.count(), 1);
    QCOMPARE(play[0][0].toULongLong(), 3ULL);
    QCOMPARE(strip.chosen(), std::uint64_t(3));
    QTest::mouseClick(&strip, Qt::LeftButton, {}, strip.starRect(1).center());
    QCOMPARE(star.count(), 1);
    QCOMPARE(star[0][0].toULongLong(), 1ULL);
    QTest::mouseClick(&strip, Qt::LeftButton, {}, QPoint(151, 30)); // between two cards
    QTest::mouseClick(&strip, Qt::RightButton, {}, strip.cardRect(2).center());
    QCOMPARE(play.count(), 1);
    QCOMPARE(strip.chosen(), std::uint64_t(2)); // the right button chooses
}

void TestVariantStrip::keysChoosePlayAndRemove() {
    VariantStrip strip;
    strip.resize(310, 400);
    strip.setCards(cardsFrom(5)); // 5 4 / 3 2 / 1
    QSignalSpy play(&strip, &VariantStrip::playAsked);
    QSignalSpy remove(&strip, &VariantStrip::removeAsked);
    QSignalSpy star(&strip, &VariantStrip::starAsked);
    QTest::keyClick(&strip, Qt::Key_Return); // none is chosen
    QCOMPARE(play.count(), 0);
    QTest::keyClick(&strip, Qt::Key_Right);
    QCOMPARE(strip.chosen(), std::uint64_t(5));
    QTest::keyClick(&strip, Qt::Key_Right);
    QTest::keyClick(&strip, Qt::Key_Down);
    QCOMPARE(strip.chosen(), std::uint64_t(2));
    QTest::keyClick(&strip, Qt::Key_Down); // there is none below it
    QCOMPARE(strip.chosen(), std::uint64_t(2));
    QTest::keyClick(&strip, Qt::Key_End);
    QCOMPARE(strip.chosen(), std::uint64_t(1));
    QTest::keyClick(&strip, Qt::Key_Up);
    QCOMPARE(strip.chosen(), std::uint64_t(3));
    QTest::keyClick(&strip, Qt::Key_Return);
    QTest::keyClick(&strip, Qt::Key_Delete);
    QTest::keyClick(&strip, Qt::Key_Asterisk);
    QCOMPARE(play[0][0].toULongLong(), 3ULL);
    QCOMPARE(remove[0][0].toULongLong(), 3ULL);
    QCOMPARE(star[0][0].toULongLong(), 3ULL);
    QVERIFY(strip.accessibleDescription().contains(QStringLiteral("Phrase 3")));
    QVERIFY(strip.accessibleDescription().contains(QStringLiteral("Made by hand")));
}

void TestVariantStrip::theNextCardIsChosenWhenOneGoes() {
    VariantStrip strip;
    strip.resize(310, 400);
    strip.setCards(cardsFrom(3)); // 3 2 1
    strip.setChosen(2);
    auto cards = cardsFrom(3);
    cards.erase(cards.begin() + 1);
    strip.setCards(cards); // 3 1
    QCOMPARE(strip.chosen(), std::uint64_t(1));
    cards.pop_back();
    strip.setCards(cards); // 3
    QCOMPARE(strip.chosen(), std::uint64_t(3));
    strip.setCards({});
    QCOMPARE(strip.chosen(), std::uint64_t(0));
}

void TestVariantStrip::aNewCardDoesNotEndADrag() {
    VariantStrip strip;
    strip.resize(310, 400);
    strip.setCards(cardsFrom(2));
    strip.show();
    QSignalSpy began(&strip, &VariantStrip::dragBegan);
    QSignalSpy dropped(&strip, &VariantStrip::dragDropped);
    QSignalSpy cancelled(&strip, &VariantStrip::dragCancelled);
    QSignalSpy play(&strip, &VariantStrip::playAsked);
    const auto mouse = [&](QEvent::Type type, QPoint at, Qt::MouseButtons buttons) {
        QMouseEvent event(type, QPointF(at), strip.mapToGlobal(QPointF(at)),
                          type == QEvent::MouseMove ? Qt::NoButton : Qt::LeftButton, buttons,
                          Qt::NoModifier);
        QApplication::sendEvent(&strip, &event);
    };
    mouse(QEvent::MouseButtonPress, strip.cardRect(1).center(), Qt::LeftButton);
    mouse(QEvent::MouseMove, QPoint(200, 300), Qt::LeftButton);
    QCOMPARE(began.count(), 1);
    QCOMPARE(began[0][0].toULongLong(), 1ULL);
    strip.setCards(cardsFrom(3));
    QCOMPARE(cancelled.count(), 0);
    mouse(QEvent::MouseButtonRelease, QPoint(200, 300), Qt::NoButton);
    QCOMPARE(dropped.count(), 1);
    QCOMPARE(play.count(), 0);
    mouse(QEvent::MouseButtonPress, strip.cardRect(1).center(), Qt::LeftButton);
    mouse(QEvent::MouseMove, QPoint(200, 300), Qt::LeftButton);
    strip.setCards({}); // what is dragged is gone
    QCOMPARE(cancelled.count(), 1);
}

void TestVariantStrip::theMenuIsThatOfItsCard() {
    VariantStrip strip;
    strip.resize(310, 400);
    strip.setCards(cardsFrom(2));
    QSignalSpy menu(&strip, &VariantStrip::menuAsked);
    const QPoint at = strip.cardRect(1).center();
    QContextMenuEvent event(QContextMenuEvent::Mouse, at, strip.mapToGlobal(at));
    QApplication::sendEvent(&strip, &event);
    QCOMPARE(menu.count(), 1);
    QCOMPARE(menu[0][0].toULongLong(), 1ULL);
    const QPoint off(300, 390);
    QContextMenuEvent none(QContextMenuEvent::Mouse, off, strip.mapToGlobal(off));
    QApplication::sendEvent(&strip, &none);
    QCOMPARE(menu.count(), 1);
}

QTEST_MAIN(TestVariantStrip)
#include "tst_variant_strip.moc"
