// SPDX-License-Identifier: GPL-3.0-or-later

// A map of many classes: a legend that is searched and scrolled, and room beside it.

#include "tests/support/test_support.h"
#include "widgets/map/hover_card.h"
#include "widgets/map/latent_map.h"
#include "widgets/map/legend.h"
#include "widgets/map/legend_row.h"

#include <QLineEdit>
#include <QScrollBar>
#include <algorithm>

using namespace canto;
using namespace canto::widgets;

namespace {

constexpr int kClasses = 65;
constexpr int kEach = 30;

QString nameOf(int c) { return QStringLiteral("Genre %1").arg(c, 2, 10, QLatin1Char('0')); }

/// Points all over a square, so that a corner is never empty.
MapSnapshotPtr manyClasses() {
    std::vector<float> x, y;
    std::vector<QString> labels;
    for (int i = 0; i < kClasses * kEach; ++i) {
        x.push_back(static_cast<float>(i % 45));
        y.push_back(static_cast<float>(i / 45));
        labels.push_back(nameOf(i % kClasses));
    }
    return MapSnapshot::make(x, y, makeColouring(QStringLiteral("Genre"), labels));
}

} // namespace

class TestManyClasses : public QObject {
    Q_OBJECT

    std::unique_ptr<LatentMap> m_map;

    LegendRow* rowNamed(const QString& name) const {
        LegendRow* newest = nullptr; // rows of an earlier column go with the next events
        for (LegendRow* row : m_map->legend()->findChildren<LegendRow*>()) {
            newest = row->name() == name ? row : newest;
        }
        return newest;
    }
    int shownClasses() const {
        int shown = 0;
        for (int c = 0; c < m_map->legend()->count(); ++c) {
            shown += m_map->classVisible(c) ? 1 : 0;
        }
        return shown;
    }
    std::size_t pointsUnderLegend() const {
        const QRectF legend(m_map->legend()->geometry());
        std::size_t under = 0;
        const auto snapshot = m_map->snapshot();
        for (std::size_t row = 0; row < snapshot->size(); ++row) {
            under += legend.contains(m_map->toPixel({snapshot->x()[row], snapshot->y()[row]}));
        }
        return under;
    }

  private Q_SLOTS:
    void init() {
        m_map = std::make_unique<LatentMap>();
        m_map->setReducedMotion(true);
        m_map->resize(700, 500);
        m_map->setSnapshot(manyClasses());
        m_map->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_map.get()));
    }
    void cleanup() { m_map.reset(); }

    void eachOfManyClassesCanBeHiddenOrShownAlone() {
        QCOMPARE(m_map->legend()->count(), kClasses);
        for (const int c : {0, 11, kClasses - 1}) {
            LegendRow* row = rowNamed(nameOf(c));
            QVERIFY(row);
            QTest::mouseClick(row, Qt::LeftButton);
            QCOMPARE(shownClasses(), kClasses - 1);
            QTest::mouseClick(row, Qt::LeftButton);
            QCOMPARE(shownClasses(), kClasses);
            QTest::keyClick(row, Qt::Key_Return);
            QCOMPARE(shownClasses(), 1);
            QTest::keyClick(row, Qt::Key_Return);
            QCOMPARE(shownClasses(), kClasses);
        }
    }

    void theLegendIsSearched() {
        auto* search = m_map->legend()->findChild<QLineEdit*>(QStringLiteral("legendSearch"));
        QVERIFY(search && search->isVisible());
        QTest::keyClicks(search, QStringLiteral("genre 07"));
        int listed = 0;
        for (const LegendRow* row : m_map->legend()->findChildren<LegendRow*>()) {
            listed += row->isVisible() ? 1 : 0;
        }
        QCOMPARE(listed, 1);
        QVERIFY(rowNamed(nameOf(7))->isVisible());
        QCOMPARE(shownClasses(), kClasses); // a search does not filter the map
        m_map->setColourBy(m_map->colouring());
        QVERIFY(search->text().isEmpty());
        QVERIFY(rowNamed(nameOf(60)) && !rowNamed(nameOf(60))->isHidden());
    }

    void arrowsReachRowsThatAreScrolledAway() {
        LegendRow* row = rowNamed(nameOf(0));
        row->setFocus();
        for (int i = 1; i < kClasses; ++i) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Down);
        }
        LegendRow* last = rowNamed(nameOf(kClasses - 1));
        QVERIFY(last->hasFocus());
        QVERIFY(
            m_map->legend()->rect().contains(last->mapTo(m_map->legend(), last->rect().center())));
        // What is scrolled away is not under the cursor.
        QCOMPARE(m_map->legend()->rowAt(row->mapToGlobal(row->rect().center())), -1);
    }

    void tabStopsAtOneRow() {
        int stops = 0;
        for (const LegendRow* row : m_map->legend()->findChildren<LegendRow*>()) {
            stops += (row->focusPolicy() & Qt::TabFocus) != 0 ? 1 : 0;
        }
        QCOMPARE(stops, 1);
    }

    void fitLeavesNoPointUnderTheLegend_data() {
        QTest::addColumn<QSize>("size");
        QTest::newRow("wide") << QSize(1100, 500);
        QTest::newRow("square") << QSize(600, 600);
        QTest::newRow("high") << QSize(420, 900);
        QTest::newRow("small") << QSize(430, 330);
    }
    void fitLeavesNoPointUnderTheLegend() {
        QFETCH(QSize, size);
        m_map->resize(size);
        m_map->fit();
        QVERIFY(m_map->legend()->isVisible());
        QCOMPARE(pointsUnderLegend(), std::size_t(0));
        for (std::size_t row = 0; row < m_map->snapshot()->size(); ++row) {
            const QPointF at =
                m_map->toPixel({m_map->snapshot()->x()[row], m_map->snapshot()->y()[row]});
            QVERIFY(QRectF(m_map->rect()).contains(at));
        }
    }

    void whereNothingLiesUnderTheLegendTheWholeMapIsUsed() {
        // Two points far from the upper right corner.
        const auto two = MapSnapshot::make(
            {0, 10}, {10, 0},
            makeColouring({}, std::vector{QStringLiteral("a"), QStringLiteral("b")}));
        m_map->setSnapshot(two);
        m_map->resize(600, 600);
        m_map->fit();
        QVERIFY(m_map->legend()->isVisible());
        QCOMPARE(m_map->toPixel({5, 5}), QPointF(300, 300));
        QCOMPARE(m_map->toPixel({6, 5}), QPointF(354, 300)); // 5 % on each side
    }

    void theScrollBarTakesNothingFromTheNames() {
        // Narrow names: the legend is as wide as they need and not more.
        std::vector<QString> labels;
        std::vector<float> x, y;
        for (int i = 0; i < 630; ++i) {
            x.push_back(static_cast<float>(i % 25));
            y.push_back(static_cast<float>(i / 25));
            labels.push_back(QStringLiteral("%1").arg(i % 30, 2, 10, QLatin1Char('0')));
        }
        m_map->setSnapshot(MapSnapshot::make(x, y, makeColouring(QStringLiteral("Title"), labels)));
        m_map->resize(434, 300); // what panels leave in a window of 1024 x 600
        QTRY_COMPARE(m_map->legend()->findChildren<LegendRow*>().size(), 30);
        const LegendRow* row = rowNamed(QStringLiteral("00"));
        const auto bars = m_map->legend()->findChildren<QScrollBar*>();
        QTRY_VERIFY(std::any_of(bars.begin(), bars.end(), [](const QScrollBar* bar) {
            return bar->orientation() == Qt::Vertical && bar->isVisible();
        }));
        QVERIFY(row->width() >= row->sizeHint().width());
    }

    void theCardStaysWithinTheMap_data() {
        QTest::addColumn<QPoint>("cursor");
        for (const QPoint at :
             {QPoint(5, 5), QPoint(295, 5), QPoint(5, 195), QPoint(295, 195), QPoint(150, 100)}) {
            QTest::addRow("%d, %d", at.x(), at.y()) << at;
        }
    }
    void theCardStaysWithinTheMap() {
        QFETCH(QPoint, cursor);
        m_map->resize(300, 200);
        HoverCard card(m_map.get());
        card.setProvider([](qint64) {
            HoverInfo info;
            info.title = QStringLiteral("A title that is longer than the map is wide, by far");
            for (int i = 0; i < 40; ++i) {
                info.labels.append({QStringLiteral("Name %1").arg(i), QStringLiteral("value")});
            }
            info.song = std::make_shared<const music::Song>();
            return info;
        });
        card.hover(0, m_map->mapToGlobal(cursor));
        QTRY_VERIFY(card.isVisible());
        QVERIFY(m_map->rect().contains(card.geometry()));
        QVERIFY(!card.isWindow()); // no corners of its own: what is beside it is the map
        QCOMPARE(card.info().labels.size(), 40); // nothing is forgotten
    }
};

QTEST_MAIN(TestManyClasses)
#include "tst_many_classes.moc"
