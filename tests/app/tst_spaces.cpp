// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/explore/explore.h"
#include "app/features/library/library_controller.h"
#include "app/features/map/inspector.h"
#include "app/features/map/map_tools.h"
#include "app/features/path/path_controller.h"
#include "app/features/playback/playback_controls.h"
#include "app/shell/main_window.h"
#include "app/workspace/autosave.h"
#include "app/workspace/space_switch.h"
#include "tests/support/element_model.h"
#include "tests/support/quiet_window.h"
#include "tests/support/small_library.h"
#include "tests/support/test_support.h"
#include "widgets/common/message_bar.h"
#include "widgets/explore/genre_panel.h"
#include "widgets/explore/phrase_chip.h"
#include "widgets/map/latent_map.h"
#include "widgets/map/legend.h"
#include "widgets/map/legend_row.h"
#include "widgets/song/library_list.h"
#include "widgets/song/path_controls.h"
#include "widgets/song/pianoroll_view.h"
#include "widgets/song/transport_bar.h"

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QRegularExpression>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolBar>
#include <QToolButton>
#include <atomic>
#include <thread>

using namespace canto;
using namespace canto::app;

namespace {

qint64 row(int n, int p) { return n * test::kPhrasesEach + p; }

QStringList items(const QComboBox& combo) {
    QStringList texts;
    for (int i = 0; i < combo.count(); ++i) {
        texts.append(combo.itemText(i));
    }
    return texts;
}

} // namespace

class TestSpaces : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void aSpaceWithoutItsFilesSaysWhy();
    void anotherSpaceIsShown();
    void moodsHaveNamesInTheirOrder();
    void codesHaveNoSweepAndOneGeometryWithAReason();
    void keysAndMenuSwitchToo();
    void whatWasDoneIsKept();
    void eachSpaceKeepsItsPhrase();
    void undoBelongsToTheSpace();
    void theOldSpaceStaysUntilTheNewOneIsThere();
    void aSpaceThatCannotBeOpenedLeavesTheOldOne();
    void theWayBackOfCodesIsAKnownPhrase();
    void aPathOfCodesGoesAlongTheMap();
    void oneElementHasAMapOfItsOwn();
    void theLastSpaceIsShownFirst();
    void aSessionComesBackToItsSpace();
    void quitsWhileASpaceIsRead();

  private:
    std::filesystem::path folder() const { return m_folder->path().toStdString(); }
    WindowOptions options();
    void open(const WindowOptions& how);
    QAction* action(const char* id) const {
        const auto& all = m_window->workspace().spaces().spaces();
        const auto is = [id](const Space& space) { return space.id == id; };
        const auto found = std::find_if(all.begin(), all.end(), is);
        return m_window->workspace().spaces().action(std::size_t(found - all.begin()));
    }
    /// Presses the toolbar's button of a space and waits until it is shown whole.
    void press(const char* id);
    QPoint pixelOf(qint64 which) const {
        return m_window->map()->toPixel(m_window->workspace().maps().placeOf(which)).toPoint();
    }
    PlaybackItem item() const { return m_window->workspace().player().currentItem(); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path m_style, m_elements;
    std::shared_ptr<std::atomic<bool>> m_hold;
    std::unique_ptr<MainWindow> m_window;
};

void TestSpaces::initTestCase() {
    m_folder = std::make_unique<QTemporaryDir>();
    const auto style = test::makeLibrary(folder());
    QVERIFY_RESULT(style);
    m_style = *style;
    const auto elements = test::makeElementLibrary(folder());
    QVERIFY_RESULT(elements);
    m_elements = *elements;
}

void TestSpaces::init() { m_hold = std::make_shared<std::atomic<bool>>(false); }

void TestSpaces::cleanup() {
    *m_hold = false;
    m_window.reset();
}

WindowOptions TestSpaces::options() {
    WindowOptions how = test::quietWindow(folder(), {}, nullptr);
    const OpenModel elements = [hold = m_hold]() -> Result<std::shared_ptr<models::LatentModel>> {
        while (*hold) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        return std::make_shared<test::ElementModel>();
    };
    how.spaces = {
        {"style",
         "Style",
         "Songs of a band",
         m_style,
         test::opened(std::make_shared<test::FakeModel>()),
         {}},
        {"emotion", "Emotion", "Piano music", m_elements, elements, {}},
        {"broken", "Broken", "A test", folder() / "missing.atlas", elements, {}},
        {"absent",
         "Absent",
         "A test",
         {},
         nullptr,
         "Its weights are not installed (models/absent)"},
    };
    return how;
}

void TestSpaces::open(const WindowOptions& how) {
    m_window = std::make_unique<MainWindow>(how);
    QVERIFY(test::openWindow(*m_window));
}

void TestSpaces::press(const char* id) {
    QSignalSpy shown(&m_window->workspace(), &Workspace::spaceChanged);
    auto* bar = m_window->findChild<QToolBar*>(QStringLiteral("toolBar"));
    auto* button = qobject_cast<QToolButton*>(bar->widgetForAction(action(id)));
    QVERIFY(button);
    QTest::mouseClick(button, Qt::LeftButton);
    QTRY_COMPARE(shown.count(), 1);
    QTRY_VERIFY(m_window->workspace().maps().view().whole());
    QTRY_VERIFY(m_window->map()->settled());
}

void TestSpaces::aSpaceWithoutItsFilesSaysWhy() {
    open(options());
    QVERIFY(!action("absent")->isEnabled());
    QVERIFY(action("absent")->toolTip().contains(QLatin1String("not installed")));
    QVERIFY(action("style")->isChecked());
    QVERIFY(action("emotion")->isEnabled());
    m_window->workspace().spaces().go(3);
    QVERIFY(m_window->messages()->text().contains(QLatin1String("not installed")));
    QCOMPARE(m_window->workspace().spaces().index(), std::size_t(0));
    // The list that ships: Style is there wherever the program was built.
    const auto shipped = shippedSpaces();
    QCOMPARE(shipped.front().id, std::string("style"));
    for (const Space& space : shipped) {
        QCOMPARE(space.whyNot.empty(), bool(space.open) && !space.atlas.empty());
    }
}

void TestSpaces::anotherSpaceIsShown() {
    open(options());
    QCOMPARE(m_window->map()->snapshot()->size(), std::size_t(240));
    press("emotion");
    QCOMPARE(m_window->map()->snapshot()->size(), std::size_t(test::kElementSongs));
    QCOMPARE(m_window->feature<LibraryController>().list()->shownCount(), test::kElementSongs);
    QCOMPARE(m_window->workspace().inference().model()->info().id, std::string("elements"));
    QVERIFY(m_window->windowTitle().contains(QLatin1String("Emotion")));
    QVERIFY(action("emotion")->isChecked());
    // Colours: what the library labels, what follows from the quadrants, then the rest.
    const QStringList colours = items(*m_window->feature<MapTools>().inspector()->colourCombo());
    QCOMPARE(colours.mid(0, 3), (QStringList{QStringLiteral("Emotion"), QStringLiteral("Arousal"),
                                             QStringLiteral("Valence")}));
    QCOMPARE(m_window->map()->legend()->count(), 4);
    m_window->workspace().maps().colourBy("valence");
    QTRY_COMPARE(m_window->map()->legend()->count(), 2);
    QCOMPARE(m_window->feature<MapTools>().inspector()->colourCombo()->currentText(),
             QStringLiteral("Valence"));
    QTest::mouseClick(m_window->map(), Qt::LeftButton, {}, pixelOf(7));
    QTRY_COMPARE(item().title, QStringLiteral("Clip 7"));
    QVERIFY(m_window->feature<MapTools>().inspector()->factsText().contains(
        QLatin1String("Valence: positive")));
}

void TestSpaces::moodsHaveNamesInTheirOrder() {
    open(options());
    press("emotion");
    const widgets::Legend* legend = m_window->map()->legend();
    QStringList names;
    for (int row = 0; row < legend->count(); ++row) {
        names.append(legend->name(row));
        QVERIFY(legend->findChildren<widgets::LegendRow*>()[row]->toolTip().contains(
            QLatin1String("arousal")));
    }
    QCOMPARE(names, (QStringList{QStringLiteral("Happy"), QStringLiteral("Tense"),
                                 QStringLiteral("Sad"), QStringLiteral("Calm")}));
    // The panel speaks of emotions, the row of a class moves the phrase to it.
    auto* panel = m_window->feature<Explore>().dock()->genre();
    QStringList texts;
    for (const QLabel* label : panel->findChildren<QLabel*>()) {
        texts.append(label->text());
    }
    QVERIFY(texts.contains(QStringLiteral("Tense")));
    QVERIFY(!texts.join(QLatin1Char(' ')).contains(QLatin1String("Q2")));
    QVERIFY(texts.join(QLatin1Char(' ')).contains(QLatin1String("another emotion in the legend")));
    QCOMPARE(m_window->feature<Explore>().shapes().classNamed(QStringLiteral("Sad")), 2);
    QTest::mouseClick(m_window->map(), Qt::LeftButton, {}, pixelOf(7));
    QTRY_COMPARE(item().title, QStringLiteral("Clip 7"));
    static const QRegularExpression quadrant(QStringLiteral("\\bQ[1-4]\\b")); // paths may have a Q
    QVERIFY2(!m_window->feature<MapTools>().inspector()->factsText().contains(quadrant),
             qPrintable(m_window->feature<MapTools>().inspector()->factsText()));
}

void TestSpaces::codesHaveNoSweepAndOneGeometryWithAReason() {
    open(options());
    const auto command = [this](const char* text) -> QAction* {
        for (QAction* one : m_window->findChildren<QAction*>()) {
            if (one->text().remove(QLatin1Char('&')) == QLatin1String(text)) {
                return one;
            }
        }
        return nullptr;
    };
    auto* geometry = m_window->feature<PathController>().controls().findChild<QComboBox*>();
    QVERIFY(command("Latent dimensions") && geometry);
    QVERIFY(command("Latent dimensions")->isEnabled());
    QCOMPARE(items(*geometry),
             (QStringList{QStringLiteral("Linear"), QStringLiteral("Spherical (slerp)")}));
    QVERIFY(geometry->isEnabled());
    press("emotion");
    for (const char* text : {"Latent dimensions", "Attributes", "Set start of interpolation"}) {
        QVERIFY2(command(text) && !command(text)->isEnabled(), text);
        QVERIFY2(command(text)->toolTip().contains(QLatin1String("codes")), text);
    }
    QVERIFY(!geometry->isEnabled());
    QVERIFY(geometry->toolTip().contains(QLatin1String("codes")));
    press("style");
    QVERIFY(command("Latent dimensions")->isEnabled());
    QVERIFY(geometry->isEnabled());
}

void TestSpaces::keysAndMenuSwitchToo() {
    open(options());
    QSignalSpy shown(&m_window->workspace(), &Workspace::spaceChanged);
    QTest::keyClick(m_window.get(), Qt::Key_2, Qt::ControlModifier | Qt::AltModifier);
    QTRY_COMPARE(shown.count(), 1);
    QCOMPARE(m_window->workspace().spaces().current().id, std::string("emotion"));
    action("style")->trigger(); // as the menu does
    QTRY_COMPARE(shown.count(), 2);
    QCOMPARE(m_window->workspace().spaces().current().id, std::string("style"));
    QCOMPARE(m_window->map()->snapshot()->size(), std::size_t(240));
}

void TestSpaces::whatWasDoneIsKept() {
    open(options());
    m_window->workspace().maps().showMap(1);
    m_window->workspace().maps().colourBy("split");
    m_window->map()->setPath({{0, 0}, {1.5, 2}});
    m_window->map()->setSelection({3, 5, 8});
    const QRectF view(-3, -2, 7, 5);
    m_window->map()->setView(view);
    const QRectF kept = m_window->map()->view();
    m_window->feature<Explore>().shapes().takeRow(row(2, 1));
    m_window->feature<Explore>().shapes().moveToGenre(4, false);
    const Shape shape = m_window->feature<Explore>().shapes().shape();
    press("emotion");
    QVERIFY(m_window->map()->path().isEmpty());
    QVERIFY(m_window->map()->selection().empty());
    QVERIFY(m_window->feature<Explore>().shapes().shape().origin.empty());
    m_window->map()->setSelection({1});
    press("style"); // both are there: at once
    QCOMPARE(m_window->workspace().maps().shownMap(), std::size_t(1));
    QCOMPARE(m_window->workspace().maps().column(), std::string("split"));
    QCOMPARE(m_window->map()->legend()->count(), 2);
    QCOMPARE(m_window->map()->path().size(), qsizetype(2));
    QCOMPARE(m_window->map()->selection(), (std::vector<std::uint32_t>{3, 5, 8}));
    // The height follows the room that panels leave.
    QCOMPARE(m_window->map()->view().width(), kept.width());
    QCOMPARE(m_window->map()->view().center(), kept.center());
    QVERIFY(m_window->feature<Explore>().shapes().shape() == shape);
    press("emotion");
    QCOMPARE(m_window->map()->selection(), (std::vector<std::uint32_t>{1}));
}

void TestSpaces::eachSpaceKeepsItsPhrase() {
    open(options());
    const auto bar = [this] {
        return m_window->feature<PlaybackControls>().transport()->findChildren<QLabel*>();
    };
    const auto shows = [&](const QString& what) {
        const auto labels = bar();
        return std::any_of(labels.begin(), labels.end(),
                           [&](const QLabel* label) { return label->text() == what; });
    };
    press("emotion");
    QTest::mouseClick(m_window->map(), Qt::LeftButton, {}, pixelOf(7));
    QTRY_VERIFY(m_window->workspace().player().playing());
    QCOMPARE(item().title, QStringLiteral("Clip 7"));
    QVERIFY(m_window->feature<PlaybackControls>().roll()->song());
    const QString facts = m_window->feature<MapTools>().inspector()->factsText();
    QVERIFY(!facts.isEmpty());
    press("style");
    QTRY_VERIFY(!m_window->workspace().player().playing());
    QCOMPARE(item().kind, PlaybackItem::Kind::Nothing);
    QVERIFY(!m_window->feature<PlaybackControls>().roll()->song());
    QVERIFY(m_window->feature<MapTools>().inspector()->factsText().isEmpty());
    QVERIFY(!m_window->feature<MapTools>().inspector()->chip()->isEnabled());
    QVERIFY(shows(QStringLiteral("\u2013.\u2013")));
    QTest::keyClick(m_window.get(), Qt::Key_Space); // there is nothing to play here
    QVERIFY(!m_window->workspace().player().playing());
    QTest::mouseClick(m_window->map(), Qt::LeftButton, {}, pixelOf(row(4, 1)));
    QTRY_COMPARE(item().title, QStringLiteral("Song 4"));
    QTRY_VERIFY(m_window->workspace().player().playing());
    press("emotion");
    QTRY_VERIFY(!m_window->workspace().player().playing());
    QCOMPARE(item().title, QStringLiteral("Clip 7"));
    QVERIFY(m_window->feature<PlaybackControls>().roll()->song() == item().song);
    QCOMPARE(m_window->feature<MapTools>().inspector()->factsText(), facts);
    QCOMPARE(m_window->feature<MapTools>().inspector()->chip()->text(), QStringLiteral("Clip 7"));
    QTest::keyClick(m_window.get(), Qt::Key_Space);
    QTRY_VERIFY(m_window->workspace().player().playing());
    QCOMPARE(item().title, QStringLiteral("Clip 7"));
    QTRY_COMPARE(m_window->workspace().player().engine().position().id,
                 m_window->workspace().player().playId());
    press("style"); // a place in the roll can be sought before anything was played
    m_window->workspace().player().seek(960);
    QTRY_VERIFY(m_window->workspace().player().playing());
    QCOMPARE(item().title, QStringLiteral("Song 4"));
}

void TestSpaces::undoBelongsToTheSpace() {
    open(options());
    ShapeController& shapes = m_window->feature<Explore>().shapes();
    shapes.takeRow(row(2, 1));
    shapes.moveToGenre(4, false);
    QCOMPARE(shapes.undo().count(), 1);
    press("emotion");
    QCOMPARE(shapes.undo().count(), 0);
    QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier); // nothing of the other space
    press("style");
    QCOMPARE(shapes.shape().movedTo, 4);
    QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(shapes.shape().movedTo, -1);
    QTest::keyClick(m_window.get(), Qt::Key_Y, Qt::ControlModifier);
    QCOMPARE(shapes.shape().movedTo, 4);
}

void TestSpaces::theOldSpaceStaysUntilTheNewOneIsThere() {
    open(options());
    *m_hold = true;
    QSignalSpy shown(&m_window->workspace(), &Workspace::spaceChanged);
    action("emotion")->trigger();
    QVERIFY(action("emotion")->isChecked());
    QVERIFY(m_window->messages()->text().contains(QLatin1String("Opening Emotion")));
    // Meanwhile the old one is whole: a click on it sounds.
    QTest::mouseClick(m_window->map(), Qt::LeftButton, {}, pixelOf(row(4, 1)));
    QTRY_COMPARE(item().title, QStringLiteral("Song 4"));
    QCOMPARE(shown.count(), 0);
    // Back before it came: it never comes.
    action("style")->trigger();
    QVERIFY(!m_window->workspace().spaces().coming());
    *m_hold = false;
    QVERIFY(action("style")->isChecked());
    QCOMPARE(m_window->workspace().spaces().index(), std::size_t(0));
    press("emotion");
}

void TestSpaces::aSpaceThatCannotBeOpenedLeavesTheOldOne() {
    open(options());
    action("broken")->trigger();
    QTRY_VERIFY(
        m_window->messages()->text().contains(QLatin1String("Broken space cannot be opened")));
    QVERIFY(action("style")->isChecked());
    QCOMPARE(m_window->map()->snapshot()->size(), std::size_t(240));
    QVERIFY(m_window->workspace().model() != nullptr);
}

void TestSpaces::theWayBackOfCodesIsAKnownPhrase() {
    open(options());
    press("emotion");
    const ProjectionPtr projection = m_window->workspace().maps().projection();
    QVERIFY(projection);
    const auto found = projection->toLatent({2.2f, 1.1f}); // next to row 1 * 6 + 2
    QVERIFY_RESULT(found);
    QCOMPARE(found->latent, test::elementLatent(8));
    QVERIFY(std::abs(found->roundTripError - std::hypot(0.2, 0.1)) < 1e-5);
    const auto place = projection->place(std::span<const float>(test::elementLatent(8)));
    QVERIFY_RESULT(place);
    QVERIFY(std::abs(place->x - 2) < 1e-5f && std::abs(place->y - 1) < 1e-5f);
}

void TestSpaces::aPathOfCodesGoesAlongTheMap() {
    open(options());
    press("emotion");
    m_window->feature<PathController>().setSteps(6);
    m_window->workspace().player().setLoop(false);
    QSignalSpy all(&m_window->feature<PathController>(), &PathController::allDecoded);
    m_window->map()->setTool(widgets::LatentMap::Tool::Path);
    QTest::mouseClick(m_window->map(), Qt::LeftButton, {}, pixelOf(0));
    QTest::mouseClick(m_window->map(), Qt::LeftButton, {}, pixelOf(5));
    QTest::keyClick(m_window->map(), Qt::Key_Return);
    QTRY_COMPARE(all.count(), 1);
    const auto& songs = m_window->feature<PathController>().songs();
    QCOMPARE(songs.size(), std::size_t(6));
    for (int step = 0; step < 6; ++step) { // the bottom line of the map: songs 0 to 5
        QCOMPARE(int(songs[std::size_t(step)]->notes.front().pitch), 48 + step);
    }
}

void TestSpaces::oneElementHasAMapOfItsOwn() {
    open(options());
    press("emotion");
    auto* maps = m_window->feature<MapTools>().inspector()->mapCombo();
    const int velocity = maps->findText(QStringLiteral("Velocity subspace"));
    QVERIFY(velocity >= 0);
    QCOMPARE(maps->findText(QStringLiteral("Length subspace")), -1); // one dimension is not a map
    QSignalSpy shown(&m_window->workspace().maps(), &MapController::mapShown);
    maps->setFocus();
    maps->setCurrentIndex(velocity);
    Q_EMIT maps->activated(velocity);
    QTRY_COMPARE(int(m_window->workspace().maps().shownMap()), velocity);
    QTRY_VERIFY(m_window->map()->settled());
    // Two numbers: the map is their plane. Songs 9 and 17 have velocity 1 and accent 1 both.
    const QPointF nine = m_window->workspace().maps().placeOf(9);
    QCOMPARE(nine, m_window->workspace().maps().placeOf(17));
    QVERIFY(nine != m_window->workspace().maps().placeOf(10));
    press("style");
    press("emotion"); // it is still there
    QCOMPARE(int(m_window->workspace().maps().shownMap()), velocity);
}

void TestSpaces::theLastSpaceIsShownFirst() {
    WindowOptions how = options();
    open(how);
    press("emotion");
    m_window.reset();
    open(how);
    QCOMPARE(m_window->workspace().spaces().current().id, std::string("emotion"));
    QCOMPARE(m_window->map()->snapshot()->size(), std::size_t(test::kElementSongs));
    m_window.reset();
    how.space = "style"; // asked for by name
    open(how);
    QCOMPARE(m_window->workspace().spaces().current().id, std::string("style"));
}

void TestSpaces::aSessionComesBackToItsSpace() {
    open(options());
    m_window->map()->setSelection({2, 4});
    press("emotion");
    m_window->workspace().maps().colourBy("arousal");
    m_window->map()->setSelection({6});
    SessionState state = m_window->workspace().state();
    state.others.push_back(m_window->workspace().spaces().kept(0).state);
    const auto read = sessionFromJson(toJson(state));
    QVERIFY_RESULT(read);
    QVERIFY(*read == state);
    m_window.reset();
    open(options()); // begins with Style
    QSignalSpy restored(&m_window->feature<Autosave>(), &Autosave::restored);
    m_window->feature<Autosave>().restore(*read);
    QTRY_COMPARE(restored.count(), 1);
    QCOMPARE(m_window->workspace().spaces().current().id, std::string("emotion"));
    QCOMPARE(m_window->workspace().maps().column(), std::string("arousal"));
    QCOMPARE(m_window->map()->selection(), (std::vector<std::uint32_t>{6}));
    // What was done in the space that was left for it is not lost either.
    press("style");
    QTRY_COMPARE(m_window->map()->selection(), (std::vector<std::uint32_t>{2, 4}));
}

void TestSpaces::quitsWhileASpaceIsRead() {
    open(options());
    *m_hold = true;
    action("emotion")->trigger();
    QVERIFY(m_window->close());
    *m_hold = false;
    m_window.reset();
    QVERIFY(!m_window);
}

QTEST_MAIN(TestSpaces)
#include "tst_spaces.moc"
