// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/map/hover_card.h"
#include "widgets/map/latent_map.h"
#include "widgets/map/legend.h"
#include "widgets/map/legend_row.h"

#include "tests/support/test_support.h"
#include "widgets/common/theme.h"
#include "widgets/common/translations.h"

#include <QApplication>
#include <QKeyEvent>
#include <QSignalSpy>
#include <QWheelEvent>
#include <cmath>

using namespace canto;
using namespace canto::widgets;

namespace {

/// Four points at the corners of a square and one in the middle; classes a, a, b, b, c.
MapSnapshotPtr fivePoints() {
    MapColouring colouring;
    colouring.title = QStringLiteral("Genre");
    colouring.names = {QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c")};
    colouring.classes = {0, 0, 1, 1, 2};
    colouring.colours = {QColor(255, 0, 0), QColor(0, 160, 0), QColor(0, 0, 255)};
    return MapSnapshot::make({0, 10, 0, 10, 5}, {0, 0, 10, 10, 5}, colouring);
}

/// Pixels of the grab that are clearly this colour.
int countPixels(const QImage& image, QColor wanted) {
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            const QColor at = image.pixelColor(x, y);
            if (std::abs(at.red() - wanted.red()) < 60 &&
                std::abs(at.green() - wanted.green()) < 60 &&
                std::abs(at.blue() - wanted.blue()) < 60) {
                ++count;
            }
        }
    }
    return count;
}

void wheel(QWidget& widget, QPointF at, int delta) {
    QWheelEvent event(at, widget.mapToGlobal(at), QPoint(), QPoint(0, delta), Qt::NoButton,
                      Qt::NoModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(&widget, &event);
}

void mouse(QWidget& widget, QEvent::Type type, QPointF at, Qt::KeyboardModifiers modifiers = {}) {
    const bool moving = type == QEvent::MouseMove;
    QMouseEvent event(type, at, widget.mapToGlobal(at), moving ? Qt::NoButton : Qt::LeftButton,
                      type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton,
                      modifiers);
    QApplication::sendEvent(&widget, &event);
}

void drag(QWidget& widget, const QVector<QPointF>& way, Qt::KeyboardModifiers modifiers = {}) {
    mouse(widget, QEvent::MouseButtonPress, way.first(), modifiers);
    for (const QPointF& at : way) {
        mouse(widget, QEvent::MouseMove, at, modifiers);
    }
    mouse(widget, QEvent::MouseButtonRelease, way.last(), modifiers);
}

} // namespace

class TestLatentMap : public QObject {
    Q_OBJECT

    std::unique_ptr<LatentMap> m_map;

    QPoint pixelOf(double x, double y) const { return m_map->toPixel({x, y}).toPoint(); }
    /// The map without its legend, which shows the same colours.
    QImage grabbed() const {
        m_map->legend()->hide();
        return m_map->grab().toImage().convertToFormat(QImage::Format_RGB32);
    }

  private Q_SLOTS:
    void initTestCase() { installTranslations(*qApp); }
    void init() {
        m_map = std::make_unique<LatentMap>();
        m_map->setReducedMotion(true);
        m_map->setLabelsShown(false);
        m_map->resize(600, 600);
        m_map->setSnapshot(fivePoints());
        m_map->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_map.get()));
        // Fit makes room for the legend; here it takes the whole widget, for even numbers.
        m_map->legend()->hide();
        m_map->fit();
    }
    void cleanup() { m_map.reset(); }

    void theFittedViewHoldsAllPointsAtOneScale() {
        QVERIFY(m_map->view().contains(QRectF(0, 0, 10, 10)));
        // 600 px with 5 % on each side for 10 units: 54 px a unit both ways, y upwards.
        QCOMPARE(m_map->toPixel({5, 5}), QPointF(300, 300));
        QCOMPARE(m_map->toPixel({6, 5}), QPointF(354, 300));
        QCOMPARE(m_map->toPixel({5, 6}), QPointF(300, 246));
    }

    void aClickOnAPointTellsItsRow() {
        QSignalSpy clicked(m_map.get(), &LatentMap::pointClicked);
        QSignalSpy empty(m_map.get(), &LatentMap::emptyClicked);
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, pixelOf(10, 0) + QPoint(3, -2));
        QCOMPARE(clicked.count(), 1);
        QCOMPARE(clicked[0][0].toLongLong(), 1);
        QCOMPARE(empty.count(), 0);
    }

    void aClickBesidePointsTellsThePlace() {
        QSignalSpy clicked(m_map.get(), &LatentMap::pointClicked);
        QSignalSpy empty(m_map.get(), &LatentMap::emptyClicked);
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, QPoint(300, 246));
        QCOMPARE(clicked.count(), 0);
        QCOMPARE(empty.count(), 1);
        QCOMPARE(empty[0][0].toPointF(), QPointF(5, 6));
    }

    void aDragPansAndIsNoClick() {
        QSignalSpy clicked(m_map.get(), &LatentMap::pointClicked);
        QSignalSpy empty(m_map.get(), &LatentMap::emptyClicked);
        drag(*m_map, {{300, 300}, {320, 310}, {354, 300}});
        QCOMPARE(m_map->toPixel({5, 5}), QPointF(354, 300));
        QCOMPARE(clicked.count() + empty.count(), 0);
    }

    /// However far it was panned, and whatever picture was moved for it, points are where they are
    /// said to be.
    void pannedPointsAreDrawnWhereTheyAre() {
        const auto middleOfBlue = [this] {
            const QImage image = grabbed();
            QPointF sum;
            int count = 0;
            for (int y = 0; y < image.height(); ++y) {
                for (int x = 0; x < image.width(); ++x) {
                    const QColor at = image.pixelColor(x, y);
                    if (at.blue() > 200 && at.red() < 100 && at.green() < 100) {
                        sum += QPointF(x + 0.5, y + 0.5);
                        ++count;
                    }
                }
            }
            return count > 0 ? sum / count : QPointF(-1, -1);
        };
        for (const QPointF& step :
             {QPointF(0, 0), QPointF(40, 0), QPointF(0, -30), QPointF(150, 150),
              QPointF(-330, -100), QPointF(1, 1), QPointF(139, -21)}) {
            drag(*m_map, {{300, 300}, {310, 310}, QPointF(300, 300) + step});
            const QPointF shown = middleOfBlue(), expected = m_map->toPixel({5, 5});
            QVERIFY2(QLineF(shown, expected).length() < 1, qPrintable(QString::number(step.x())));
        }
        QCOMPARE(m_map->toPixel({5, 5}), QPointF(300, 300)); // the steps add to nothing
        drag(*m_map, {{0, 300}, {10, 300}, {595, 300}});     // beyond every picture that was made
        QVERIFY(QLineF(middleOfBlue(), QPointF(-1, -1)).length() < 1);
        drag(*m_map, {{595, 300}, {500, 300}, {0, 300}});
        QVERIFY(QLineF(middleOfBlue(), QPointF(300, 300)).length() < 1);
    }

    void theWheelKeepsThePlaceUnderTheCursor() {
        const QPointF at(120, 480);
        const QPointF before = m_map->toMap(at);
        const double width = m_map->view().width();
        wheel(*m_map, at, 480); // 2^(480/480): twice as near
        QCOMPARE(m_map->view().width(), width / 2);
        QVERIFY(QLineF(m_map->toMap(at), before).length() < 1e-9);
        for (int i = 0; i < 200; ++i) {
            wheel(*m_map, at, -1200);
        }
        QVERIFY(m_map->view().width() <= width * 4.0001); // the map is never lost
    }

    void aDoubleClickFits() {
        const QRectF fitted = m_map->view();
        wheel(*m_map, {100, 100}, 960);
        QVERIFY(m_map->view() != fitted);
        QTest::mouseDClick(m_map.get(), Qt::LeftButton, {}, QPoint(20, 300));
        QCOMPARE(m_map->view(), fitted);
    }

    void hoveringTellsTheRowOnceAndItsEnd() {
        QSignalSpy hovered(m_map.get(), &LatentMap::pointHovered);
        mouseMoveTo(pixelOf(5, 5));
        mouseMoveTo(pixelOf(5, 5) + QPoint(2, 0));
        mouseMoveTo(QPoint(300, 200));
        QCOMPARE(hovered.count(), 2);
        QCOMPARE(hovered[0][0].toLongLong(), 4);
        QCOMPARE(hovered[1][0].toLongLong(), -1);
    }

    void shiftDragSelectsARectangleAndEscapeClears() {
        QSignalSpy changed(m_map.get(), &LatentMap::selectionChanged);
        drag(*m_map, {{280, 20}, {590, 400}}, Qt::ShiftModifier); // right upper part: rows 3 and 4
        QCOMPARE(m_map->selection(), (std::vector<std::uint32_t>{3, 4}));
        QCOMPARE(m_map->selectionText(), QStringLiteral("2 of 5 selected"));
        QTest::keyClick(m_map.get(), Qt::Key_Escape);
        QVERIFY(m_map->selection().empty());
        QCOMPARE(changed.count(), 2);
    }

    void shiftControlDragSelectsALasso() {
        // A triangle around the lower left corner and the middle, not the other corners.
        drag(*m_map, {{10, 590}, {10, 500}, {300, 280}, {330, 300}, {100, 590}},
             Qt::ShiftModifier | Qt::ControlModifier);
        QCOMPARE(m_map->selection(), (std::vector<std::uint32_t>{0, 4}));
    }

    void hiddenClassesAreGreyAndCannotBePicked() {
        const int red = countPixels(grabbed(), Qt::red);
        QVERIFY(red > 30); // two discs of radius 5
        m_map->setClassVisible(0, false);
        QCOMPARE(countPixels(grabbed(), Qt::red), 0);
        QSignalSpy clicked(m_map.get(), &LatentMap::pointClicked);
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, pixelOf(0, 0));
        QCOMPARE(clicked.count(), 0);
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, pixelOf(5, 5));
        QCOMPARE(clicked.count(), 1);
        m_map->setClassVisible(0, true);
        QCOMPARE(countPixels(grabbed(), Qt::red), red);
    }

    void theLegendFilters() {
        m_map->legend()->show();
        const auto rows = m_map->legend()->findChildren<LegendRow*>();
        QCOMPARE(rows.size(), 3);
        QCOMPARE(rows[0]->accessibleName(), QStringLiteral("a, 2 points"));
        QTest::mouseClick(rows[0], Qt::LeftButton);
        QVERIFY(!m_map->classVisible(0));
        // The map's red is gone; the legend keeps a hollow ring.
        QTest::mouseDClick(rows[1], Qt::LeftButton); // press, release, double, release
        QVERIFY(!m_map->classVisible(0) && m_map->classVisible(1) && !m_map->classVisible(2));
        QTest::mouseClick(rows[2], Qt::LeftButton, Qt::ControlModifier);
        QVERIFY(!m_map->classVisible(0) && m_map->classVisible(1) && m_map->classVisible(2));
        rows[0]->setFocus();
        QTest::keyClick(rows[0], Qt::Key_Space);
        QVERIFY(m_map->classVisible(0));
        QTest::keyClick(rows[0], Qt::Key_Return);
        QVERIFY(m_map->classVisible(0) && !m_map->classVisible(1) && !m_map->classVisible(2));
        QTest::keyClick(rows[0], Qt::Key_Return); // alone already: all again
        QVERIFY(m_map->classVisible(0) && m_map->classVisible(1) && m_map->classVisible(2));
    }

    void colouringByAnotherColumnChangesPixelsAndLegend() {
        auto other = std::make_shared<MapColouring>();
        other->title = QStringLiteral("Split");
        other->names = {QStringLiteral("all")};
        other->classes.assign(5, 0);
        other->colours = {QColor(255, 0, 255)};
        m_map->setColourBy(other);
        QCOMPARE(countPixels(grabbed(), Qt::red), 0);
        QVERIFY(countPixels(grabbed(), QColor(255, 0, 255)) > 100);
        QCOMPARE(m_map->legend()->count(), 1);
    }

    void aFreehandPathIsSimplifiedAndSnapsAtItsEnds() {
        m_map->setTool(LatentMap::Tool::Path);
        QSignalSpy finished(m_map.get(), &LatentMap::pathFinished);
        const QPointF from = pixelOf(0, 0) + QPoint(6, 0), to = pixelOf(10, 10) - QPoint(0, 7);
        QVector<QPointF> way;
        for (int i = 0; i <= 40; ++i) {
            way.push_back(from + (to - from) * (i / 40.0));
        }
        drag(*m_map, way);
        QCOMPARE(finished.count(), 1);
        // A straight line needs its two ends, and those lie on the points within 12 px.
        QCOMPARE(m_map->path(), (QVector<QPointF>{{0, 0}, {10, 10}}));
        QCOMPARE(m_map->pathRows(), (QVector<qint64>{0, 3}));
    }

    void altSuspendsSnapping() {
        m_map->setTool(LatentMap::Tool::Path);
        drag(*m_map, {{36, 570}, {200, 300}, {565, 30}}, Qt::AltModifier);
        QCOMPARE(m_map->pathRows(), (QVector<qint64>{-1, -1, -1}));
        QCOMPARE(m_map->path().first(), m_map->toMap({36, 570}));
    }

    void clicksAddAnchorsUntilEnter() {
        m_map->setTool(LatentMap::Tool::Path);
        QSignalSpy changed(m_map.get(), &LatentMap::pathChanged);
        QSignalSpy finished(m_map.get(), &LatentMap::pathFinished);
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, QPoint(100, 300));
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, QPoint(200, 200));
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, QPoint(400, 200));
        QTest::keyClick(m_map.get(), Qt::Key_Backspace);
        QCOMPARE(m_map->path().size(), 2);
        QCOMPARE(changed.count(), 4);
        QCOMPARE(finished.count(), 0);
        QTest::keyClick(m_map.get(), Qt::Key_Return);
        QCOMPARE(finished.count(), 1);
        QCOMPARE(finished[0][0].value<QVector<QPointF>>().first(), m_map->toMap({100, 300}));
        QSignalSpy cleared(m_map.get(), &LatentMap::pathCleared);
        QTest::keyClick(m_map.get(), Qt::Key_Escape);
        QCOMPARE(cleared.count(), 1);
        QVERIFY(m_map->path().isEmpty());
    }

    void anchorsMoveAndReverse() {
        m_map->setPath({m_map->toMap({100, 300}), m_map->toMap({400, 200})});
        QSignalSpy finished(m_map.get(), &LatentMap::pathFinished);
        drag(*m_map, {{400, 200}, {420, 220}, {450, 150}});
        QCOMPARE(finished.count(), 1);
        QCOMPARE(m_map->path().last(), m_map->toMap({450, 150}));
        m_map->reversePath();
        QCOMPARE(m_map->path().first(), m_map->toMap({450, 150}));
    }

    void aClickOnAChipTellsItsStep() {
        m_map->setPath({m_map->toMap({100, 300}), m_map->toMap({400, 300})});
        m_map->setPathSteps(
            {m_map->toMap({100, 300}), m_map->toMap({250, 300}), m_map->toMap({400, 300})});
        QSignalSpy step(m_map.get(), &LatentMap::stepClicked);
        QSignalSpy empty(m_map.get(), &LatentMap::emptyClicked);
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, QPoint(252, 303));
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, QPoint(100, 300)); // on an anchor too
        QCOMPARE(step.count(), 2);
        QCOMPARE(step[0][0].toInt(), 1);
        QCOMPARE(step[1][0].toInt(), 0);
        QCOMPARE(empty.count(), 0);
    }

    void theDecodeMarkIsDrawnAndSaysWhenItIsFarFromMusic() {
        const QColor accent = themeOf(*m_map).accent, warning = themeOf(*m_map).warning;
        QCOMPARE(countPixels(grabbed(), warning), 0);
        m_map->showDecodeMark(m_map->toMap({200, 200}), false, {});
        const int solid = countPixels(grabbed(), accent);
        QVERIFY(solid > 100); // a ring of radius 11 and width 2.5 has about 170 pixels
        m_map->showDecodeMark(m_map->toMap({200, 200}), true, {});
        QVERIFY(countPixels(grabbed(), warning) > 50);
        m_map->clearDecodeMark();
        QCOMPARE(countPixels(grabbed(), warning), 0);
    }

    void theBusyRingComesLateAndGoes() {
        const QColor accent = themeOf(*m_map).accent;
        m_map->setClassVisible(2, false); // its blue edges resemble the ring
        m_map->setBusy(m_map->toMap({200, 200}));
        QCOMPARE(countPixels(grabbed(), accent), 0);
        QTRY_VERIFY(countPixels(grabbed(), accent) > 20);
        m_map->clearDecodeMark();
        QCOMPARE(countPixels(grabbed(), accent), 0);
    }

    void arrowKeysGoFromPointToPoint() {
        m_map->setFocus();
        QTest::keyClick(m_map.get(), Qt::Key_Right); // starts at the point nearest the middle
        QSignalSpy clicked(m_map.get(), &LatentMap::pointClicked);
        QTest::keyClick(m_map.get(), Qt::Key_Return);
        QCOMPARE(clicked.last()[0].toLongLong(), 4);
        QTest::keyClick(m_map.get(), Qt::Key_Up); // both upper corners lie at 45 degrees
        QTest::keyClick(m_map.get(), Qt::Key_Return);
        QVERIFY(clicked.last()[0].toLongLong() == 2 || clicked.last()[0].toLongLong() == 3);
    }

    void aNewSnapshotOfOtherSizeDropsTheSelection() {
        m_map->setSelection({0, 1});
        m_map->setSnapshot(MapSnapshot::make({1, 2}, {1, 2}));
        QVERIFY(m_map->selection().empty());
        m_map->setSnapshot(nullptr);
        QVERIFY(!grabbed().isNull()); // no points: no crash
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, QPoint(100, 100));
    }

    void animationEndsAtTheNewPlaces() {
        m_map->setReducedMotion(false);
        const auto to = MapSnapshot::make({0, 20, 0, 20, 10}, {0, 0, 20, 20, 4});
        m_map->animate(fivePoints(), to);
        QTRY_VERIFY(m_map->settled());
        // The colours are those of before, and with them the legend, which Fit makes room for.
        const QPointF corner = m_map->toPixel({0, 0}), middle = m_map->toPixel({10, 10});
        QVERIFY(m_map->view().contains(QRectF(0, 0, 20, 20)));
        m_map->fit();
        QVERIFY(QLineF(m_map->toPixel({0, 0}), corner).length() < 0.5);
        QVERIFY(QLineF(m_map->toPixel({10, 10}), middle).length() < 0.5);
        QSignalSpy clicked(m_map.get(), &LatentMap::pointClicked);
        QTest::mouseClick(m_map.get(), Qt::LeftButton, {}, pixelOf(10, 4));
        QCOMPARE(clicked.count(), 1);
        QCOMPARE(clicked[0][0].toLongLong(), 4);
    }

    void manyPointsAreDrawnByTheWorkerAndStayWhileZooming() {
        std::vector<float> x, y;
        for (int i = 0; i < 40000; ++i) {
            x.push_back(static_cast<float>(i % 200));
            y.push_back(static_cast<float>(i / 200));
        }
        MapColouring colouring;
        colouring.names = {QStringLiteral("all")};
        colouring.classes.assign(x.size(), 0);
        colouring.colours = {QColor(255, 0, 0)};
        m_map->setSnapshot(MapSnapshot::make(x, y, colouring));
        QTRY_VERIFY(countPixels(grabbed(), Qt::red) > 5000);
        wheel(*m_map, {300, 300}, 60); // scaled at once
        QVERIFY(countPixels(grabbed(), Qt::red) > 5000);
        drag(*m_map, {{300, 300}, {320, 320}, {340, 340}});
        QTRY_VERIFY(countPixels(grabbed(), Qt::red) > 5000);
    }

    void theHoverCardComesAfterItsDelay() {
        HoverCard card(m_map.get());
        int asked = 0;
        card.setProvider([&](qint64 row) {
            ++asked;
            HoverInfo info;
            info.title = QStringLiteral("Song %1").arg(row);
            return info;
        });
        card.hover(7, m_map->mapToGlobal(QPoint(100, 100)));
        QVERIFY(!card.isVisible());
        QCOMPARE(asked, 0);
        QTRY_VERIFY(card.isVisible());
        QCOMPARE(card.info().title, QStringLiteral("Song 7"));
        card.hover(-1, {});
        QVERIFY(!card.isVisible());
        card.hover(8, QPoint(10, 10));
        card.hover(-1, {}); // gone before its time
        QTest::qWait(300);
        QVERIFY(!card.isVisible());
        QCOMPARE(asked, 1);
    }

    void theHoverCardGoesWhenTheUserTurnsToSomethingElse() {
        HoverCard card(m_map.get());
        card.setProvider([](qint64) { return HoverInfo(); });
        QWidget elsewhere;
        elsewhere.show();
        QVERIFY(QTest::qWaitForWindowActive(&elsewhere)); // the focus that moves is a turn too
        const std::function<void()> turns[] = {
            [&] { QTest::keyClick(&elsewhere, Qt::Key_A); },
            [&] { QTest::mouseClick(&elsewhere, Qt::LeftButton); },
            [&] { card.dismiss(); },
        };
        for (const auto& turn : turns) {
            card.hover(7, m_map->mapToGlobal(QPoint(100, 100)));
            QTRY_VERIFY(card.isVisible());
            turn();
            QVERIFY(!card.isVisible());
        }
    }

    void theRenderedPictureHasTheAskedSize() {
        const QImage image = m_map->render({400, 300}, 2);
        QCOMPARE(image.size(), QSize(800, 600));
        QVERIFY(countPixels(image, Qt::red) > 100);
    }

    void itIsNamedForScreenReaders() {
        QVERIFY(!m_map->accessibleName().isEmpty());
        QVERIFY(!m_map->legend()->accessibleName().isEmpty());
    }

  private:
    void mouseMoveTo(QPoint at) {
        QMouseEvent event(QEvent::MouseMove, at, m_map->mapToGlobal(at), Qt::NoButton, Qt::NoButton,
                          Qt::NoModifier);
        QApplication::sendEvent(m_map.get(), &event);
    }
};

QTEST_MAIN(TestLatentMap)
#include "tst_latent_map.moc"
