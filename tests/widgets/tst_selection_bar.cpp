// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/test_support.h"
#include "widgets/common/translations.h"
#include "widgets/map/latent_map.h"
#include "widgets/map/legend.h"
#include "widgets/map/selection_bar.h"

#include <QAction>
#include <QApplication>
#include <QContextMenuEvent>
#include <QLabel>
#include <QSignalSpy>
#include <QToolButton>
#include <cmath>

using namespace canto;
using namespace canto::widgets;

namespace {

using SelectedRows = std::vector<std::uint32_t>;

/// Four points at the corners of a square and one in the middle; classes a, a, b, b, c.
MapSnapshotPtr cornersAndMiddle() {
    MapColouring colouring;
    colouring.title = QStringLiteral("Genre");
    colouring.names = {QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c")};
    colouring.classes = {0, 0, 1, 1, 2};
    colouring.colours = {QColor(255, 0, 0), QColor(0, 160, 0), QColor(0, 0, 255)};
    return MapSnapshot::make({0, 10, 0, 10, 5}, {0, 0, 10, 10, 5}, colouring);
}

} // namespace

class TestSelectionBar : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { installTranslations(*qApp); }
    void init() {
        m_map = std::make_unique<LatentMap>();
        m_map->setReducedMotion(true);
        m_map->resize(600, 600);
        m_map->setSnapshot(cornersAndMiddle());
        m_map->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_map.get()));
    }
    void cleanup() { m_map.reset(); }

    void itLiesOverTheLowerEdge();
    void aNarrowMapWrapsIt();
    void buttonsAreThoseOfTheirActions();
    void theLegendCountsTheSelection();
    void theRestIsOfVisibleClasses();
    void menusSayWhereTheyWereAsked();

  private:
    std::unique_ptr<LatentMap> m_map;
};

void TestSelectionBar::itLiesOverTheLowerEdge() {
    auto* bar = new SelectionBar(m_map.get());
    QVERIFY(!bar->isVisible());
    bar->setCount(1234);
    QVERIFY(bar->isVisible());
    QCOMPARE(bar->findChild<QLabel*>(QStringLiteral("selectedCount"))->text(),
             QStringLiteral("1,234 selected"));
    QCOMPARE(bar->geometry().bottom(), 600 - 12 - 1);
    m_map->resize(600, 500);
    QTRY_COMPARE(bar->geometry().bottom(), 500 - 12 - 1);
    QSignalSpy clear(bar, &SelectionBar::clearAsked);
    QTest::mouseClick(bar->findChild<QToolButton*>(QStringLiteral("clearSelection")),
                      Qt::LeftButton);
    QCOMPARE(clear.count(), 1);
    bar->setCount(0);
    QVERIFY(!bar->isVisible());
}

void TestSelectionBar::aNarrowMapWrapsIt() {
    auto* bar = new SelectionBar(m_map.get());
    QAction one(QStringLiteral("A long name of something to do")), two(QStringLiteral("Another"));
    bar->addButton(&one, "one");
    bar->addButton(&two, "two");
    bar->setCount(5);
    QTRY_VERIFY(bar->width() > 150);
    const int wide = bar->width(), low = bar->height();
    m_map->resize(wide - 20, 600); // less than the bar needs in one line
    QTRY_VERIFY(bar->height() > low);
    QVERIFY(bar->geometry().right() < m_map->width());
    QVERIFY(bar->geometry().bottom() < m_map->height());
}

void TestSelectionBar::buttonsAreThoseOfTheirActions() {
    auto* bar = new SelectionBar(m_map.get());
    QAction action(QStringLiteral("&Play selection"));
    action.setIconText(QStringLiteral("Play"));
    action.setEnabled(false);
    QToolButton* button = bar->addButton(&action, "play");
    bar->setCount(2);
    QCOMPARE(button->text(), QStringLiteral("Play"));
    QVERIFY(!button->isEnabled());
    action.setEnabled(true);
    action.setToolTip(QStringLiteral("Because"));
    QVERIFY(button->isEnabled());
    QCOMPARE(button->toolTip(), QStringLiteral("Because"));
    QSignalSpy triggered(&action, &QAction::triggered);
    QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(triggered.count(), 1);
}

void TestSelectionBar::theLegendCountsTheSelection() {
    const auto counts = [this] {
        std::vector<std::size_t> all;
        for (int index = 0; index < m_map->legend()->count(); ++index) {
            all.push_back(m_map->legend()->shownCount(index));
        }
        return all;
    };
    using Counts = std::vector<std::size_t>;
    QCOMPARE(counts(), (Counts{2, 2, 1}));
    m_map->setSelection({0, 2, 3});
    QCOMPARE(counts(), (Counts{1, 2, 0}));
    m_map->clearSelection();
    QCOMPARE(counts(), (Counts{2, 2, 1}));
}

void TestSelectionBar::theRestIsOfVisibleClasses() {
    m_map->setSelection({0, 2});
    m_map->invertSelection();
    QCOMPARE(m_map->selection(), (SelectedRows{1, 3, 4}));
    m_map->setClassVisible(1, false); // b: rows 2 and 3
    m_map->invertSelection();
    QCOMPARE(m_map->selection(), (SelectedRows{0}));
    m_map->clearSelection();
    m_map->invertSelection(); // of nothing: everything that can be seen
    QCOMPARE(m_map->selection(), (SelectedRows{0, 1, 4}));
}

void TestSelectionBar::menusSayWhereTheyWereAsked() {
    QSignalSpy menu(m_map.get(), &LatentMap::menuAsked);
    const auto ask = [this](QPoint at) {
        QContextMenuEvent event(QContextMenuEvent::Mouse, at, m_map->mapToGlobal(at));
        QApplication::sendEvent(m_map.get(), &event);
    };
    ask(m_map->toPixel({5, 5}).toPoint());
    QCOMPARE(menu.count(), 1);
    QCOMPARE(menu[0][0].toLongLong(), 4);
    ask(m_map->toPixel({5, 2}).toPoint());
    QCOMPARE(menu.count(), 2);
    QCOMPARE(menu[1][0].toLongLong(), -1);
    QVERIFY(std::abs(menu[1][1].toPointF().y() - 2) < 0.1);
}

QTEST_MAIN(TestSelectionBar)
#include "tst_selection_bar.moc"
