// SPDX-License-Identifier: GPL-3.0-or-later
// The frame of the window: that it fits its screen, that nothing in it is cut, that no value moves
// it, and that keys act only on what can be seen.

#include "app/features/arrange/arrange_controller.h"
#include "app/features/explore/explore.h"
#include "app/features/explore/explore_dock.h"
#include "app/features/library/library_controller.h"
#include "app/features/playback/playback_controls.h"
#include "app/features/training/own_music_wizard.h"
#include "app/shell/help_dialogs.h"
#include "app/shell/main_window.h"
#include "app/shell/panels.h"
#include "app/workspace/space_switch.h"
#include "tests/support/made_spaces.h"
#include "tests/support/quiet_window.h"
#include "tests/support/test_support.h"
#include "tests/support/visible_texts.h"
#include "widgets/common/message_bar.h"
#include "widgets/common/screen_fit.h"
#include "widgets/map/latent_map.h"
#include "widgets/song/library_list.h"
#include "widgets/song/transport_bar.h"

#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QAction>
#include <QComboBox>
#include <QDialog>
#include <QDockWidget>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QRandomGenerator>
#include <QScreen>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QTabWidget>
#include <QTemporaryDir>

using namespace canto;
using namespace canto::app;

namespace {

/// Every value that keys could change: sliders, fields and choices.
QHash<QWidget*, QString> hiddenValues(const QWidget& window) {
    QHash<QWidget*, QString> values;
    for (QWidget* widget : window.findChildren<QWidget*>()) {
        if (!widgets::shownPart(*widget).isEmpty()) {
            continue;
        }
        if (const auto* slider = qobject_cast<QAbstractSlider*>(widget);
            slider != nullptr && qobject_cast<QScrollBar*>(widget) == nullptr) {
            values.insert(widget, QString::number(slider->value()));
        } else if (const auto* field = qobject_cast<QAbstractSpinBox*>(widget)) {
            values.insert(widget, field->text());
        } else if (const auto* combo = qobject_cast<QComboBox*>(widget)) {
            values.insert(widget, combo->currentText());
        } else if (const auto* button = qobject_cast<QAbstractButton*>(widget);
                   button != nullptr && button->isCheckable()) {
            values.insert(widget, button->isChecked() ? QStringLiteral("on") : QString());
        }
    }
    return values;
}

QString nameOf(const QWidget& widget) {
    return QStringLiteral("%1 %2 %3")
        .arg(QLatin1String(widget.metaObject()->className()), widget.objectName(),
             widget.accessibleName());
}

/// Mnemonics that a menu binds twice.
QStringList doubles(const QList<QAction*>& actions, const QString& menu) {
    QHash<QChar, QString> used;
    QStringList found;
    for (const QAction* action : actions) {
        const QString text = QString(action->text()).remove(QStringLiteral("&&"));
        const auto at = text.indexOf(QLatin1Char('&'));
        if (at < 0 || at + 1 >= text.size()) {
            continue;
        }
        const QChar letter = text[at + 1].toLower();
        if (used.contains(letter)) {
            found.append(QStringLiteral("%1: %2 and %3").arg(menu, used[letter], text));
        }
        used.insert(letter, text);
    }
    return found;
}

} // namespace

class TestFrame : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void cleanup() { m_window.reset(); }

    void rectanglesAreFitted();
    void aWindowOpensInsideItsScreen();
    void aWindowLeftOnALargerScreenComesBack();
    void dialogsFitTheScreen();
    void everythingCanBeRead_data();
    void everythingCanBeRead();
    void noValueMovesTheMap();
    void messagesDoNotMoveTheMap();
    void messagesGoWithTheirSpace();
    void onlyWhatCanBeSeenTakesTheFocus_data();
    void onlyWhatCanBeSeenTakesTheFocus();
    void panelsAreReachedByF6();
    void aMessageIsAnsweredByKeys();
    void lettersOfMenusAreUnique();
    void fieldsKeepTheirKeys();
    void thePositionStaysInTheLastBar();
    void dockButtonsCanBeHit();
    void panelsCanBeResized();
    void aModelThatOnlyEncodesSaysSo();

  private:
    std::filesystem::path folder() const { return m_folder->path().toStdString(); }
    WindowOptions options() const;
    void open(const WindowOptions& how);
    void showSpace(const char* id);
    QDockWidget* dock(const char* name) const {
        return m_window->findChild<QDockWidget*>(QLatin1String(name));
    }
    void raise(const char* name) {
        dock(name)->show();
        dock(name)->raise();
        QCoreApplication::processEvents();
    }
    void click(qint64 row) {
        widgets::LatentMap* map = m_window->map();
        QTest::mouseClick(map, Qt::LeftButton, {},
                          map->toPixel(m_window->workspace().maps().placeOf(row)).toPoint());
    }
    std::filesystem::path longLibrary() const;

    std::unique_ptr<QTemporaryDir> m_folder;
    std::vector<Space> m_spaces; ///< of madeSpaces()
    std::unique_ptr<MainWindow> m_window;
};

void TestFrame::initTestCase() {
    m_folder = std::make_unique<QTemporaryDir>();
    auto spaces = test::madeSpaces(folder());
    QVERIFY_RESULT(spaces);
    m_spaces = std::move(*spaces);
}

WindowOptions TestFrame::options() const {
    WindowOptions how = test::quietWindow(folder(), {}, nullptr);
    how.spaces = m_spaces;
    return how;
}

void TestFrame::open(const WindowOptions& how) {
    m_window = std::make_unique<MainWindow>(how);
    QVERIFY(test::openWindow(*m_window));
    QCoreApplication::processEvents(); // everything may have come in the first round: layouts, too
}

void TestFrame::showSpace(const char* id) {
    if (m_window->workspace().spaces().current().id == id) {
        return;
    }
    QSignalSpy shown(&m_window->workspace(), &Workspace::spaceChanged);
    QVERIFY(m_window->workspace().spaces().go(id));
    QTRY_COMPARE(shown.count(), 1);
    QTRY_VERIFY(m_window->workspace().maps().view().whole());
    QTRY_VERIFY(m_window->map()->settled());
}

/// Songs with the longest things that libraries say of them.
std::filesystem::path TestFrame::longLibrary() const {
    const auto path = folder() / "long.atlas";
    std::filesystem::remove(path);
    auto atlas = atlas::Atlas::open(path, atlas::Access::Create);
    const auto model = atlas->putModel({0, "fake", "f1", test::FakeModel::kLatent});
    for (int n = 0; n < 40; ++n) {
        atlas::SongRow row;
        row.path = (folder() / ("none" + std::to_string(n) + ".mid")).string();
        row.hash = "0123456789abcdef";
        row.title = n % 2 == 0 ? std::string("Title ") : std::string();
        while (row.title.size() < (n % 2 == 0 ? 200U : 64U)) {
            row.title += n % 2 == 0 ? "words and more words " : "0123456789abcdef";
        }
        row.artist = n % 3 == 0 ? std::string(120, 'W') : "A";
        row.genre = n % 2 == 0 ? "rock" : "a genre that has a name of many words";
        row.split = "mine";
        row.labels["md5"] = n % 4 == 0 ? "" : "d41d8cd98f00b204e9800998ecf8427e0123456789abcdef";
        row.labels["original_name"] = std::string(std::size_t(1 + n * 5), 'x') + ".mid";
        const std::vector<atlas::SegmentRow> segments{{0, 0, 0, 0, 3840, true}};
        const float angle = 0.157F * float(n);
        const std::vector<float> latents{
            5 * std::cos(angle), 5 * std::sin(angle), 0, 0, 0, 0, 0, 0};
        (void)atlas->putSong(row, *model, segments, latents);
    }
    const auto points = atlas->points(*model);
    atlas::Projection map;
    map.name = "Plane";
    map.model = *model;
    map.parameters = R"({"kind":"plane"})";
    for (std::size_t row = 0; row < points->count(); ++row) {
        map.segments.push_back(points->segments[row].id);
        map.xy.push_back(points->latent(row)[0]);
        map.xy.push_back(points->latent(row)[1]);
    }
    (void)atlas->writeProjection(map);
    return path;
}

void TestFrame::rectanglesAreFitted() {
    using widgets::fitted;
    const QRect room(0, 30, 1366, 738); // a panel of 30 pixels above
    const QMargins frame(4, 38, 4, 4);
    QCOMPARE(fitted({100, 100, 800, 500}, room, frame), QRect(100, 100, 800, 500));
    QCOMPARE(fitted({0, 0, 1440, 900}, room, frame), QRect(4, 68, 1358, 696));
    QCOMPARE(fitted({1200, 700, 400, 300}, room, frame), QRect(962, 464, 400, 300));
    QCOMPARE(fitted({-900, -50, 400, 300}, room, frame), QRect(4, 68, 400, 300));
    // The second of two screens.
    QCOMPARE(fitted({10, 10, 400, 300}, QRect(1920, 0, 1280, 720), frame),
             QRect(1924, 38, 400, 300));
}

void TestFrame::aWindowOpensInsideItsScreen() {
    WindowOptions how = options();
    how.size = {};
    open(how);
    const QRect room = m_window->screen()->availableGeometry();
    QVERIFY(room.width() < 1440); // else this test says nothing
    QVERIFY(m_window->isMaximized());
    QVERIFY2(room.contains(m_window->geometry()), qPrintable(QStringLiteral("%1x%2 in %3x%4")
                                                                 .arg(m_window->width())
                                                                 .arg(m_window->height())
                                                                 .arg(room.width())
                                                                 .arg(room.height())));
    QVERIFY(
        m_window->feature<PlaybackControls>()
            .transport()
            ->mapToGlobal(m_window->feature<PlaybackControls>().transport()->rect().bottomRight())
            .y() <= room.bottom());
}

void TestFrame::aWindowLeftOnALargerScreenComesBack() {
    WindowOptions how = options(); // 1440 x 900, larger than the screen here
    open(how);
    m_window->close();
    m_window.reset();
    how.size = {};
    open(how);
    QVERIFY(m_window->screen()->availableGeometry().contains(m_window->geometry()));
}

void TestFrame::dialogsFitTheScreen() {
    open(options());
    const QRect room = m_window->screen()->availableGeometry();
    showShortcuts(m_window.get());
    showAbout(m_window.get(), QStringLiteral("Model: A model, 8 latent dimensions.\n\n"));
    const auto dialogs = m_window->findChildren<QDialog*>(QStringLiteral("helpDialog"));
    QCOMPARE(dialogs.size(), 2);
    for (const QDialog* dialog : dialogs) {
        QTRY_VERIFY(dialog->isVisible());
        QVERIFY2(room.contains(dialog->geometry()), qPrintable(dialog->windowTitle()));
        const QStringList cut = test::unreadable(*dialog);
        QVERIFY2(cut.isEmpty(), qPrintable(cut.join(QLatin1Char('\n'))));
        // Also on the smallest screen: everything scrolls, the button stays in sight.
        QVERIFY(dialog->minimumSizeHint().height() < 300);
        QVERIFY(dialog->minimumSizeHint().width() < 600);
    }
    OwnMusicWizard wizard(*m_window, m_window->workspace(), {});
    wizard.show();
    QVERIFY(room.contains(wizard.geometry()));
    QVERIFY2(wizard.minimumSizeHint().width() <= 683 && wizard.minimumSizeHint().height() <= 342,
             qPrintable(QStringLiteral("%1x%2")
                            .arg(wizard.minimumSizeHint().width())
                            .arg(wizard.minimumSizeHint().height())));
    const QStringList cut = test::unreadable(wizard);
    QVERIFY2(cut.isEmpty(), qPrintable(cut.join(QLatin1Char('\n'))));
}

void TestFrame::everythingCanBeRead_data() {
    QTest::addColumn<QSize>("size");
    // Screens of 1366 x 768 and 1920 x 1080 at 100, 150 and 200 %, less the frame of the window.
    QTest::newRow("1366 at 100") << QSize(1366, 726);
    QTest::newRow("1366 at 150") << QSize(911, 470);
    QTest::newRow("1366 at 200") << QSize(683, 342);
    QTest::newRow("1920 at 100") << QSize(1920, 1038);
    QTest::newRow("1920 at 150") << QSize(1280, 678);
    QTest::newRow("1920 at 200") << QSize(960, 498);
}

void TestFrame::everythingCanBeRead() {
    QFETCH(QSize, size);
    WindowOptions how = options();
    how.size = size;
    open(how);
    QStringList found;
    for (const char* space : {"style", "emotion", "sound"}) {
        showSpace(space);
        click(0);
        QTRY_VERIFY(m_window->workspace().player().playing());
        for (const char* side : {"exploreDock", "transferDock", "trainingDock", "inspectorDock"}) {
            raise(side);
            auto* tabs = dock(side)->findChild<QTabWidget*>();
            for (int tab = 0; tabs != nullptr && tab < tabs->count(); ++tab) {
                tabs->setCurrentIndex(tab);
                QCoreApplication::processEvents();
                found += test::unreadable(*m_window);
            }
            found += test::unreadable(*m_window);
            QCOMPARE(m_window->size(), size);
        }
    }
    found.removeDuplicates();
    QVERIFY2(found.isEmpty(), qPrintable(found.join(QLatin1Char('\n'))));
}

void TestFrame::noValueMovesTheMap() {
    WindowOptions how = options();
    how.spaces.front().atlas = longLibrary();
    how.size = QSize(1366, 726);
    open(how);
    click(0);
    QTRY_VERIFY(m_window->workspace().player().currentItem().song);
    const QRect map(m_window->map()->mapTo(m_window.get(), QPoint(0, 0)), m_window->map()->size());
    QRandomGenerator random(1);
    for (int i = 0; i < 200; ++i) {
        const auto row = qint64(random.bounded(40));
        click(row);
        QCoreApplication::processEvents();
        const QRect now(m_window->map()->mapTo(m_window.get(), QPoint(0, 0)),
                        m_window->map()->size());
        QCOMPARE(now, map);
        QCOMPARE(m_window->size(), how.size);
    }
    QTRY_VERIFY(!m_window->workspace().inference().busy());
    QCOMPARE(QRect(m_window->map()->mapTo(m_window.get(), QPoint(0, 0)), m_window->map()->size()),
             map);
    const QStringList cut = test::unreadable(*m_window);
    QVERIFY2(cut.isEmpty(), qPrintable(cut.join(QLatin1Char('\n'))));
}

void TestFrame::messagesDoNotMoveTheMap() {
    open(options());
    const QRect before = m_window->map()->geometry();
    m_window->messages()->show(widgets::MessageBar::Kind::Warning, QStringLiteral("Saved arr.mid"),
                               QString(300, QLatin1Char('x')), QStringLiteral("Undo"), [] {});
    QCoreApplication::processEvents();
    QVERIFY(m_window->messages()->isVisible());
    QCOMPARE(m_window->map()->geometry(), before);
    // It lies over the map, whole.
    const QRect area(m_window->map()->mapTo(m_window.get(), QPoint(0, 0)), m_window->map()->size());
    QVERIFY(area.contains(m_window->messages()->geometry()));
    m_window->resize(1000, 700);
    QCoreApplication::processEvents();
    const QRect smaller(m_window->map()->mapTo(m_window.get(), QPoint(0, 0)),
                        m_window->map()->size());
    QVERIFY(smaller.contains(m_window->messages()->geometry()));
}

void TestFrame::messagesGoWithTheirSpace() {
    open(options());
    m_window->workspace().warn(QStringLiteral("Of this phrase"));
    QVERIFY(m_window->messages()->isVisible());
    showSpace("emotion");
    QTRY_VERIFY(!m_window->messages()->isVisible());
    m_window->messages()->show(widgets::MessageBar::Kind::Warning,
                               QStringLiteral("Of the program"));
    const QString text = m_window->messages()->text();
    showSpace("style"); // is read already: nothing else is said
    QVERIFY(m_window->messages()->isVisible());
    QCOMPARE(m_window->messages()->text(), text);
}

void TestFrame::onlyWhatCanBeSeenTakesTheFocus_data() {
    QTest::addColumn<QByteArray>("space");
    QTest::addColumn<bool>("forward");
    for (const char* space : {"style", "emotion", "sound"}) {
        QTest::addRow("%s, Tab", space) << QByteArray(space) << true;
        QTest::addRow("%s, Shift+Tab", space) << QByteArray(space) << false;
    }
}

void TestFrame::onlyWhatCanBeSeenTakesTheFocus() {
    QFETCH(QByteArray, space);
    QFETCH(bool, forward);
    open(options());
    showSpace(space.constData());
    click(0);
    QTRY_VERIFY(m_window->workspace().player().playing());
    // All panels were open once, with all their tabs.
    for (const char* name : {"exploreDock", "transferDock", "trainingDock", "arrangeDock"}) {
        raise(name);
        auto* tabs = dock(name)->findChild<QTabWidget*>();
        for (int tab = 0; tabs != nullptr && tab < tabs->count(); ++tab) {
            tabs->setCurrentIndex(tab);
        }
    }
    if (space == "style") { // results that come by themselves are not the work of keys
        raise("exploreDock");
        dock("exploreDock")->findChild<QTabWidget*>()->setCurrentIndex(ExploreDock::Sweep);
        QTRY_COMPARE(m_window->feature<Explore>().sweep().measured(), test::FakeModel::kLatent);
    }
    raise("inspectorDock");
    raise("scoreDock");
    m_window->feature<LibraryController>().list()->search();
    QTRY_VERIFY(QApplication::focusWidget() != nullptr);
    const QWidget* first = QApplication::focusWidget();
    QSet<const QWidget*> visited;
    for (int step = 0; step < 400; ++step) {
        QWidget* focus = QApplication::focusWidget();
        QVERIFY(focus != nullptr);
        QVERIFY2(!widgets::shownPart(*focus).isEmpty(), qPrintable(nameOf(*focus)));
        if (step > 0 && focus == first) {
            break;
        }
        visited.insert(focus);
        if (step > 0) { // by keys: it is seen where they go
            const auto* frame = focus->window()->findChild<QWidget*>(QStringLiteral("focusFrame"));
            QVERIFY2(frame != nullptr && frame->isVisible(), qPrintable(nameOf(*focus)));
            const QRect part = widgets::shownPart(*focus);
            const QPoint middle = focus->mapTo(focus->window(), part.center());
            QVERIFY2(frame->geometry().contains(middle), qPrintable(nameOf(*focus)));
        }
        const auto before = hiddenValues(*m_window);
        for (const int key : {Qt::Key_Right, Qt::Key_PageUp, Qt::Key_Down, Qt::Key_X}) {
            if (QApplication::focusWidget() == focus) {
                QTest::keyClick(focus, Qt::Key(key));
            }
        }
        QCoreApplication::processEvents();
        const auto after = hiddenValues(*m_window);
        for (auto value = before.begin(); value != before.end(); ++value) {
            if (after.contains(value.key())) { // hidden before and after
                QVERIFY2(after[value.key()] == value.value(),
                         qPrintable(QStringLiteral("%1 changed %2 from %3 to %4")
                                        .arg(nameOf(*focus), nameOf(*value.key()), value.value(),
                                             after[value.key()])));
            }
        }
        focus->setFocus(Qt::OtherFocusReason);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab,
                        forward ? Qt::NoModifier : Qt::ShiftModifier);
    }
    QStringList names;
    for (const QWidget* widget : visited) {
        names.append(nameOf(*widget));
    }
    // Not one number: the keys pressed on tabs bring other panels to the front.
    QVERIFY2(visited.size() > 10, qPrintable(names.join(QLatin1Char('\n'))));
}

void TestFrame::panelsAreReachedByF6() {
    open(options());
    m_window->feature<LibraryController>().list()->search();
    QStringList names;
    for (int step = 0; step < 8; ++step) {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_F6);
        const QWidget* focus = QApplication::focusWidget();
        QVERIFY(!widgets::shownPart(*focus).isEmpty());
        for (const QWidget* at = focus; at != nullptr; at = at->parentWidget()) {
            if (at == m_window->centralWidget()) {
                names.append(QStringLiteral("map"));
            } else if (at == m_window->feature<PlaybackControls>().transport() ||
                       qobject_cast<const QDockWidget*>(at) != nullptr) {
                names.append(at->objectName());
            }
        }
    }
    const QStringList round{QStringLiteral("map"),           QStringLiteral("inspectorDock"),
                            QStringLiteral("scoreDock"),     QStringLiteral("transport"),
                            QStringLiteral("libraryDock"),   QStringLiteral("map"),
                            QStringLiteral("inspectorDock"), QStringLiteral("scoreDock")};
    QCOMPARE(names, round);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_F6, Qt::ShiftModifier);
    QVERIFY(dock("inspectorDock")->isAncestorOf(QApplication::focusWidget()));
}

void TestFrame::aMessageIsAnsweredByKeys() {
    open(options());
    bool run = false;
    m_window->messages()->show(widgets::MessageBar::Kind::Warning, QStringLiteral("Lost"), {},
                               QStringLiteral("Restore"), [&run] { run = true; });
    m_window->feature<LibraryController>().list()->search();
    for (int step = 0; step < 8; ++step) {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_F6);
        if (m_window->messages()->isAncestorOf(QApplication::focusWidget())) {
            break;
        }
    }
    QVERIFY(m_window->messages()->isAncestorOf(QApplication::focusWidget()));
    QVERIFY(qobject_cast<QPushButton*>(QApplication::focusWidget()) != nullptr);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space);
    QVERIFY(run);
    QVERIFY(!m_window->messages()->isVisible());
}

void TestFrame::lettersOfMenusAreUnique() {
    open(options());
    QStringList found = doubles(m_window->menuBar()->actions(), QStringLiteral("menu bar"));
    for (const QMenu* menu : m_window->menuBar()->findChildren<QMenu*>()) {
        found += doubles(menu->actions(), menu->title());
    }
    // Fields of panels share Alt with the menu bar.
    QSet<QChar> bar;
    for (const QAction* action : m_window->menuBar()->actions()) {
        bar.insert(QKeySequence::mnemonic(action->text()).toString().right(1)[0].toLower());
    }
    for (const QLabel* label : m_window->findChildren<QLabel*>()) {
        const QKeySequence key =
            label->buddy() != nullptr ? QKeySequence::mnemonic(label->text()) : QKeySequence();
        if (!key.isEmpty() && bar.contains(key.toString().right(1)[0].toLower())) {
            found.append(label->text());
        }
    }
    QVERIFY2(found.isEmpty(), qPrintable(found.join(QLatin1Char('\n'))));
}

void TestFrame::fieldsKeepTheirKeys() {
    open(options());
    click(0);
    QTRY_VERIFY(m_window->workspace().player().playing());
    auto* search = m_window->feature<LibraryController>().list()->findChild<QLineEdit*>();
    search->setFocus();
    QTest::keyClicks(search, QStringLiteral("song 1 lvhpfb"));
    QCOMPARE(search->text(), QStringLiteral("song 1 lvhpfb"));
    QVERIFY(m_window->workspace().player().playing()); // the blank was a letter
    QCOMPARE(m_window->map()->tool(), widgets::LatentMap::Tool::Select);
    QTest::keyClick(search, Qt::Key_Home);
    QCOMPARE(search->cursorPosition(), 0);
    search->clear();
    auto* volume = m_window->feature<PlaybackControls>().transport()->findChild<QSlider*>();
    volume->setFocus();
    volume->setValue(50);
    QTest::keyClick(volume, Qt::Key_Home);
    QCOMPARE(volume->value(), volume->minimum());
    // A click on its groove goes there at once.
    QTest::mouseClick(volume, Qt::LeftButton, {},
                      QPoint(volume->width() * 3 / 4, volume->height() / 2));
    QVERIFY2(volume->value() > 65 && volume->value() < 85,
             qPrintable(QString::number(volume->value())));
    auto* combo = m_window->findChild<QComboBox*>();
    raise("inspectorDock");
    combo->setFocus();
    QTest::keyClick(combo, Qt::Key_Space);
    QTRY_VERIFY(combo->view()->isVisible());
    combo->hidePopup();
    QVERIFY(m_window->workspace().player().playing());
}

void TestFrame::thePositionStaysInTheLastBar() {
    open(options());
    m_window->workspace().player().setLoop(false);
    m_window->workspace().player().engine().setTempoFactor(10);
    QStringList shown;
    auto* position = m_window->feature<PlaybackControls>().transport()->findChild<QLabel*>(
        QStringLiteral("position"));
    QVERIFY(position != nullptr);
    connect(&m_window->workspace().player(), &Player::moved, this,
            [&] { shown.append(position->text()); });
    click(0); // two bars
    QTRY_VERIFY(m_window->workspace().player().playing());
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->workspace().player().playing(), 20000);
    QVERIFY(!shown.isEmpty());
    for (const QString& text : shown) {
        QVERIFY2(text.section(QLatin1Char('.'), 0, 0).toInt() <= 2, qPrintable(text));
    }
}

void TestFrame::dockButtonsCanBeHit() {
    open(options());
    int seen = 0;
    for (const auto* button : dock("libraryDock")->findChildren<QAbstractButton*>()) {
        if (button->objectName().startsWith(QLatin1String("qt_dockwidget")) &&
            button->isVisible()) {
            ++seen;
            QVERIFY2(button->width() >= 24 && button->height() >= 24,
                     qPrintable(QString::number(button->width())));
        }
    }
    QVERIFY(seen > 0);
}

void TestFrame::panelsCanBeResized() {
    open(options());
    QTRY_VERIFY(dock("scoreDock")->height() > 150); // as it is at first
    m_window->resizeDocks({dock("inspectorDock")}, {450}, Qt::Horizontal);
    m_window->resizeDocks({dock("scoreDock")}, {260}, Qt::Vertical);
    QTRY_VERIFY(dock("inspectorDock")->width() > 430);
    QTRY_VERIFY(dock("scoreDock")->height() > 200);
}

void TestFrame::aModelThatOnlyEncodesSaysSo() {
    open(options());
    showSpace("sound");
    raise("exploreDock");
    const auto* why = m_window->feature<Explore>().dock()->findChild<QLabel*>(
        QStringLiteral("exploreUnavailable"));
    QVERIFY(why->isVisible());
    QVERIFY(!m_window->feature<Explore>().dock()->findChild<QTabWidget*>()->isVisible());
    showSpace("style");
    QVERIFY(!why->isVisible());
    QVERIFY(m_window->feature<Explore>().dock()->findChild<QTabWidget*>()->isVisible());
}

QTEST_MAIN(TestFrame)
#include "tst_frame.moc"
