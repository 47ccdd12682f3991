// SPDX-License-Identifier: GPL-3.0-or-later
// The window as a part of the desktop: what a screen reader finds in it.

#include "app/features/playback/playback_controls.h"
#include "app/shell/main_window.h"
#include "app/shell/preferences_dialog.h"
#include "app/workspace/map_controller.h"
#include "tests/support/accessible_controls.h"
#include "tests/support/quiet_window.h"
#include "tests/support/small_library.h"
#include "widgets/map/legend.h"
#include "widgets/song/pianoroll_view.h"

#include <QAbstractButton>
#include <QDockWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QToolButton>

using namespace canto;
using namespace canto::app;
using test::FakeModel;

namespace {

QAccessibleInterface* tableOf(QAccessibleInterface* map) {
    for (int i = 0; i < map->childCount(); ++i) {
        if (map->child(i) != nullptr && map->child(i)->role() == QAccessible::Table) {
            return map->child(i);
        }
    }
    return nullptr;
}

QString cell(QAccessibleTableInterface& table, int line, int column) {
    QAccessibleInterface* at = table.cellAt(line, column);
    return at == nullptr ? QString() : at->text(QAccessible::Name);
}

} // namespace

class TestDesktop : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void cleanup();

    void everyControlHasAName();
    void aNamelessControlIsFound();
    void theMapHasATable();
    void theTableFollowsFilterAndSelection();
    void pressingACellClicksThePoint();

  private:
    bool open(std::optional<widgets::Scheme> scheme = widgets::Scheme::Light);
    std::filesystem::path folder() const { return m_folder->path().toStdString(); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path m_atlas;
    std::shared_ptr<FakeModel> m_model;
    std::unique_ptr<MainWindow> m_window;
};

void TestDesktop::initTestCase() {
    m_folder = std::make_unique<QTemporaryDir>();
    const auto atlas = test::makeLibrary(folder());
    QVERIFY_RESULT(atlas);
    m_atlas = *atlas;
}

void TestDesktop::cleanup() {
    m_window.reset();
    m_model.reset();
}

bool TestDesktop::open(std::optional<widgets::Scheme> scheme) {
    m_model = std::make_shared<FakeModel>();
    WindowOptions how = test::quietWindow(folder(), m_atlas, test::opened(m_model));
    how.scheme = scheme;
    m_window = std::make_unique<MainWindow>(how);
    return test::openWindow(*m_window);
}

// ---- screen readers ----

void TestDesktop::everyControlHasAName() {
    QVERIFY(open());
    m_window->workspace().maps().playRow(3);
    for (QDockWidget* dock : m_window->docks()) {
        dock->show();
        dock->raise();
        for (QTabWidget* tabs : dock->findChildren<QTabWidget*>()) {
            for (int tab = 0; tab < tabs->count(); ++tab) {
                tabs->setCurrentIndex(tab);
                QVERIFY2(!tabs->tabText(tab).isEmpty(), qPrintable(dock->windowTitle()));
            }
        }
    }
    m_window->map()->selectAllVisible();
    const QStringList found = test::namelessControls(*m_window);
    QVERIFY2(found.isEmpty(), qPrintable(QLatin1Char('\n') + found.join(QLatin1Char('\n'))));
    for (const QAction* action : m_window->findChildren<QAction*>()) {
        QVERIFY(action->isSeparator() || !action->text().isEmpty() || action->menu() != nullptr ||
                !action->isVisible() || action->objectName().startsWith(QLatin1String("qt_")) ||
                !action->toolTip().isEmpty() || action->parent()->inherits("QLineEdit") ||
                action->inherits("QWidgetAction"));
    }
}

void TestDesktop::aNamelessControlIsFound() {
    QWidget window;
    auto* named = new QPushButton(QStringLiteral("Play"), &window);
    QVERIFY(test::namelessControls(window).isEmpty());
    auto* nameless = new QToolButton(&window);
    QCOMPARE(test::namelessControls(window).size(), 1);
    nameless->setAccessibleName(QStringLiteral("Stop"));
    QVERIFY(test::namelessControls(window).isEmpty());
    auto* painted = new QWidget(&window); // something of ours that takes the keys
    painted->setFocusPolicy(Qt::StrongFocus);
    QCOMPARE(test::namelessControls(window).size(), 1);
    painted->setAccessibleName(QStringLiteral("Roll"));
    QVERIFY(test::namelessControls(window).isEmpty());
    named->setText({});
    QCOMPARE(test::namelessControls(window).size(), 1);
}

void TestDesktop::theMapHasATable() {
    QVERIFY(open());
    auto* map = QAccessible::queryAccessibleInterface(m_window->map());
    QVERIFY(map != nullptr);
    QCOMPARE(map->text(QAccessible::Name), QStringLiteral("Map of music"));
    QAccessibleInterface* beside = tableOf(map);
    QVERIFY(beside != nullptr);
    QCOMPARE(beside->text(QAccessible::Name), QStringLiteral("Points in view"));
    QCOMPARE(beside->parent(), map);
    QCOMPARE(map->indexOfChild(beside), map->childCount() - 1);
    QAccessibleTableInterface* table = beside->tableInterface();
    QVERIFY(table != nullptr);
    m_window->map()->fit(); // all points are in view
    QTRY_VERIFY(m_window->map()->settled());
    const int points = test::kLibrarySongs * test::kPhrasesEach;
    QCOMPARE(table->rowCount(), points);
    QCOMPARE(table->columnCount(), 2);
    QCOMPARE(beside->childCount(), 2 * points);
    QCOMPARE(table->columnDescription(0), QStringLiteral("Title"));
    QCOMPARE(table->columnDescription(1), m_window->map()->colouring()->title);
    // Rows are in the order of the library, each with its title and its class.
    const auto& library = *m_window->workspace().library();
    for (const int line : {0, 5, points - 1}) {
        const auto& segment = library.points.segments[std::size_t(line)];
        QVERIFY(cell(*table, line, 0)
                    .contains(QString::fromStdString(
                        library.points.songs[std::size_t(segment.song)].title)));
        QCOMPARE(cell(*table, line, 1), m_window->map()->className(line));
        QVERIFY(!cell(*table, line, 1).isEmpty());
        auto* at = table->cellAt(line, 0);
        QCOMPARE(at->role(), QAccessible::Cell);
        QCOMPARE(at->parent(), beside);
        QCOMPARE(beside->indexOfChild(at), 2 * line);
        QVERIFY(at->rect().contains(m_window->map()->mapToGlobal(
            m_window->map()->toPixel(m_window->workspace().maps().placeOf(line)).toPoint())));
    }
    QVERIFY(table->cellAt(points, 0) == nullptr);
    QVERIFY(table->cellAt(0, 2) == nullptr);
    // Where a point is, its cell is found.
    QAccessibleInterface* there = beside->childAt(table->cellAt(7, 0)->rect().center().x(),
                                                  table->cellAt(7, 0)->rect().center().y());
    QVERIFY(there != nullptr);
    QVERIFY(!there->text(QAccessible::Name).isEmpty());
}

void TestDesktop::theTableFollowsFilterAndSelection() {
    QVERIFY(open());
    widgets::LatentMap* map = m_window->map();
    map->fit();
    QTRY_VERIFY(map->settled());
    QAccessibleInterface* beside = tableOf(QAccessible::queryAccessibleInterface(map));
    QVERIFY(beside != nullptr);
    QAccessibleTableInterface* table = beside->tableInterface();
    const int points = test::kLibrarySongs * test::kPhrasesEach;
    map->setClassVisible(0, false); // five classes of the same size
    map->legend()->setFocus();
    QTRY_COMPARE(table->rowCount(), points * 4 / 5);
    map->setSelection({4, 9, 30});
    QCOMPARE(beside->text(QAccessible::Name), QStringLiteral("Selected points"));
    QCOMPARE(table->rowCount(), 3);
    QCOMPARE(table->selectedRowCount(), 3);
    QCOMPARE(cell(*table, 1, 0), map->rowName(9));
    QVERIFY(table->cellAt(1, 0)->state().selected);
    QVERIFY(table->unselectRow(1));
    QCOMPARE(map->selection(), (std::vector<std::uint32_t>{4, 30}));
    map->clearSelection();
    QVERIFY(table->selectRow(0));
    QCOMPARE(map->selection().size(), 1u);
    map->clearSelection();
    // One cluster alone in view: fewer rows.
    const QPointF place = m_window->workspace().maps().placeOf(30);
    map->setView(QRectF(place.x() - 0.5, place.y() - 0.5, 1, 1));
    QTRY_VERIFY(table->rowCount() > 0 && table->rowCount() < points / 5);
}

void TestDesktop::pressingACellClicksThePoint() {
    QVERIFY(open());
    QAccessibleInterface* beside = tableOf(QAccessible::queryAccessibleInterface(m_window->map()));
    QVERIFY(beside != nullptr);
    QAccessibleInterface* at = beside->tableInterface()->cellAt(6, 0);
    QVERIFY(at != nullptr && at->actionInterface() != nullptr);
    QSignalSpy clicked(m_window->map(), &widgets::LatentMap::pointClicked);
    at->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QCOMPARE(clicked.count(), 1);
    QTRY_COMPARE(m_window->workspace().player().currentItem().row,
                 clicked.front().front().toLongLong());
    QVERIFY(m_window->map()->rowName(clicked.front().front().toLongLong()) ==
            at->text(QAccessible::Name));
}

QTEST_MAIN(TestDesktop)
#include "tst_desktop.moc"
