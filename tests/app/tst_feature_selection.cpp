// SPDX-License-Identifier: GPL-3.0-or-later
// What can be done with a selection, on a workspace of its own.

#include "app/features/library/library_controller.h"
#include "app/features/selection/selection.h"
#include "app/workspace/autosave.h"
#include "core/midi/smf_reader.h"
#include "tests/support/made_spaces.h"
#include "tests/support/small_library.h"
#include "tests/support/workspace_fixture.h"
#include "widgets/song/library_list.h"

#include <QAbstractButton>
#include <QContextMenuEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QPointer>
#include <QTemporaryDir>
#include <QToolButton>

using namespace canto;
using namespace canto::app;
using test::FakeModel;
using test::WorkspaceFixture;
using Kind = PlaybackItem::Kind;
using Rows = Selection::Rows;

namespace {

std::uint32_t row(int n, int p) { return std::uint32_t(n * test::kPhrasesEach + p); }

class FakeTraining final : public FineTunePort {
  public:
    void fineTuneOnSelection() override { ++asked; }
    int asked = 0;
};

void mouseOn(QWidget* widget, QEvent::Type type, QPoint at, Qt::MouseButtons buttons) {
    QMouseEvent event(type, QPointF(at), widget->mapToGlobal(QPointF(at)),
                      type == QEvent::MouseMove ? Qt::NoButton : Qt::LeftButton, buttons,
                      Qt::ShiftModifier);
    QApplication::sendEvent(widget, &event);
}

} // namespace

class TestFeatureSelection : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void cleanup() { m_on.reset(); }

    void theBarFollowsTheMouse();
    void selectionsAreUndone();
    void whatASessionBringsIsNotAStep();
    void theRestIsSelected();
    void theViewComesNearer();
    void phrasesPlayOneAfterAnother();
    void somethingElseEndsTheSequence();
    void midiFilesAreWritten();
    void missingPhrasesAreCounted();
    void aTableHasLabelsAndLatents();
    void aTableIsWritten();
    void fineTuningIsAsked();
    void menusAreThoseOfThePlace();
    void clipsAreNotPlayedInARow();
    void theLibraryListsTheSelection();

  private:
    std::filesystem::path folder() const { return m_folder->path().toStdString(); }
    void open();
    const Library& library() const { return *m_on->workspace().library(); }
    QToolButton* button(const char* name) const {
        return m_selection->bar()->findChild<QToolButton*>(QLatin1String(name));
    }
    /// The texts of the menu that a right click opens there; the menu is kept in m_menu.
    QStringList menuAt(QPoint at);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path m_atlas;
    std::unique_ptr<WorkspaceFixture> m_on;
    Selection* m_selection = nullptr;
    QPointer<QMenu> m_menu;
};

void TestFeatureSelection::initTestCase() {
    m_folder = std::make_unique<QTemporaryDir>();
    const auto atlas = test::makeLibrary(folder());
    QVERIFY_RESULT(atlas);
    m_atlas = *atlas;
}

void TestFeatureSelection::open() {
    m_on = std::make_unique<WorkspaceFixture>(
        test::quietWorkspace(folder(), m_atlas, test::opened(std::make_shared<FakeModel>())));
    m_selection = &m_on->add<Selection>();
    QVERIFY(m_on->open());
}

QStringList TestFeatureSelection::menuAt(QPoint at) {
    QContextMenuEvent event(QContextMenuEvent::Mouse, at, m_on->map().mapToGlobal(at));
    QApplication::sendEvent(&m_on->map(), &event);
    m_menu = m_on->map().findChild<QMenu*>(QStringLiteral("mapMenu"));
    QStringList texts;
    for (const QAction* action : m_menu ? m_menu->actions() : QList<QAction*>()) {
        if (!action->isSeparator()) {
            texts.append(WorkspaceFixture::plain(action->text()));
        }
    }
    return texts;
}

void TestFeatureSelection::theBarFollowsTheMouse() {
    open();
    QVERIFY(!m_selection->bar()->isVisible());
    const QRect all = m_on->map().rect().adjusted(1, 1, -1, -1);
    mouseOn(&m_on->map(), QEvent::MouseButtonPress, all.topLeft(), Qt::LeftButton);
    mouseOn(&m_on->map(), QEvent::MouseMove, all.center(), Qt::LeftButton);
    mouseOn(&m_on->map(), QEvent::MouseMove, all.bottomRight(), Qt::LeftButton);
    mouseOn(&m_on->map(), QEvent::MouseButtonRelease, all.bottomRight(), Qt::NoButton);
    QVERIFY(m_selection->bar()->isVisible());
    // 60 songs of four phrases.
    QCOMPARE(m_selection->bar()->findChild<QLabel*>(QStringLiteral("selectedCount"))->text(),
             QStringLiteral("240 selected"));
    QVERIFY(m_on->map().rect().contains(m_selection->bar()->geometry()));
    QTest::mouseClick(button("clearSelection"), Qt::LeftButton);
    QVERIFY(m_on->map().selection().empty());
    QVERIFY(!m_selection->bar()->isVisible());
}

void TestFeatureSelection::selectionsAreUndone() {
    open();
    QUndoStack& stack = m_on->workspace().undo().stack();
    const int before = stack.count();
    m_on->map().setSelection({1, 2});
    m_on->map().setSelection({1, 2}); // no change
    QCOMPARE(stack.count(), before + 1);
    m_on->map().setSelection({7});
    m_on->map().clearSelection();
    QCOMPARE(stack.count(), before + 3);
    stack.undo();
    QCOMPARE(m_on->map().selection(), Rows{7});
    stack.undo();
    QCOMPARE(m_on->map().selection(), (Rows{1, 2}));
    QCOMPARE(m_selection->bar()->findChild<QLabel*>(QStringLiteral("selectedCount"))->text(),
             QStringLiteral("2 selected"));
    stack.redo();
    QCOMPARE(m_on->map().selection(), Rows{7});
    QCOMPARE(stack.count(), before + 3); // undo and redo are not steps themselves
}

void TestFeatureSelection::whatASessionBringsIsNotAStep() {
    open();
    m_on->map().setSelection({4});
    SessionState state = m_on->workspace().state();
    QCOMPARE(state.selection, Rows{4});
    state.selection = {1, 5};
    const int steps = m_on->workspace().undo().stack().count();
    m_on->workspace().restore(state);
    QCOMPARE(m_on->map().selection(), (Rows{1, 5}));
    QCOMPARE(m_on->workspace().undo().stack().count(), steps);
    m_on->map().setSelection({2}); // undone to what the session brought
    m_on->workspace().undo().stack().undo();
    QCOMPARE(m_on->map().selection(), (Rows{1, 5}));
}

void TestFeatureSelection::theRestIsSelected() {
    open();
    QAction* invert = m_on->action(QStringLiteral("Invert selection"));
    QVERIFY(!invert->isEnabled());
    m_on->map().setSelection({0, 1, 239});
    QVERIFY(invert->isEnabled());
    QTest::mouseClick(button("invertSelection"), Qt::LeftButton);
    const Rows rest = m_on->map().selection();
    QCOMPARE(rest.size(), std::size_t(237));
    QCOMPARE(rest.front(), 2U);
    QCOMPARE(rest.back(), 238U);
}

void TestFeatureSelection::theViewComesNearer() {
    open();
    const QRectF before = m_on->map().view();
    const Rows rows{row(0, 0), row(5, 1), row(10, 3)}; // of one class: one part of the map
    m_on->map().setSelection(rows);
    m_on->action(QStringLiteral("Zoom to selection"))->trigger();
    QVERIFY(m_on->map().view().width() < before.width() / 2);
    for (const std::uint32_t one : rows) {
        QVERIFY(m_on->map().view().contains(m_on->maps().placeOf(one)));
    }
}

// ---- playing ----

void TestFeatureSelection::phrasesPlayOneAfterAnother() {
    open();
    m_on->player().setLoop(false);
    m_on->map().setSelection({row(0, 0), row(1, 0)});
    QTest::mouseClick(button("playSelection"), Qt::LeftButton);
    QTRY_COMPARE(m_on->player().currentItem().kind, Kind::Sequence);
    QCOMPARE(m_on->player().currentItem().title, QStringLiteral("Song 0"));
    QCOMPARE(m_on->player().currentItem().row, qint64(row(0, 0)));
    QCOMPARE(m_selection->player().current(), 0);
    QTRY_VERIFY(m_on->player().playing());
    m_on->player().seek(3700); // of 3840: two bars
    QTRY_COMPARE(m_on->player().currentItem().title, QStringLiteral("Song 1"));
    QCOMPARE(m_selection->player().current(), 1);
    // Stopped and played again: it goes on with this phrase.
    m_on->player().stop();
    QVERIFY(!m_selection->player().active());
    QTRY_VERIFY(!m_on->player().playing());
    m_on->player().toggle();
    QTRY_COMPARE(m_selection->player().current(), 1);
    QTRY_VERIFY(m_on->player().playing());
    m_on->player().seek(3700);
    QTRY_VERIFY(!m_selection->player().active()); // it was the last one
}

void TestFeatureSelection::somethingElseEndsTheSequence() {
    open();
    m_on->map().setSelection({row(0, 0), row(1, 0)});
    m_selection->play();
    QTRY_COMPARE(m_on->player().currentItem().kind, Kind::Sequence);
    m_on->maps().playRow(row(6, 0));
    QTRY_COMPARE(m_on->player().currentItem().title, QStringLiteral("Song 6"));
    QVERIFY(!m_selection->player().active());
}

// ---- files ----

void TestFeatureSelection::midiFilesAreWritten() {
    open();
    const auto out = folder() / "midi";
    std::filesystem::create_directories(out);
    m_on->map().setSelection({row(0, 0), row(0, 1), row(2, 0)});
    QSignalSpy exported(m_selection, &Selection::exported);
    m_selection->exportMidi(QString::fromStdString(out.string()));
    QVERIFY(m_selection->exporting());
    m_selection->exportMidi(QString::fromStdString(out.string())); // one at a time
    QVERIFY(m_on->noticeWith(QStringLiteral("still running")).has_value());
    QTRY_COMPARE(exported.count(), 1);
    QVERIFY(exported[0][0].toBool());
    QVERIFY(!m_selection->exporting());
    // Phrase p begins at bar 2 p, counted from 1 on paper. The file of song 2 is missing: the model
    // generates it.
    const auto first = midi::readSmfFile(out / "1 Song 0, bar 1.mid");
    QVERIFY_RESULT(first);
    QCOMPARE(first->song.notes.size(), std::size_t(10)); // a bass note and four others a bar
    QCOMPARE(int(first->song.notes.front().pitch), 30);
    QVERIFY_RESULT(midi::readSmfFile(out / "2 Song 0, bar 3.mid"));
    const auto third = midi::readSmfFile(out / "3 Song 2, bar 1.mid");
    QVERIFY_RESULT(third);
    QCOMPARE(int(third->song.notes.front().pitch),
             FakeModel::bassPitch(m_on->maps().latentOf(row(2, 0))));
}

void TestFeatureSelection::missingPhrasesAreCounted() {
    open();
    const auto out = folder() / "some";
    std::filesystem::create_directories(out);
    const Rows rows{row(0, 0), row(2, 0)};
    PhraseSource files(m_on->workspace().library(), nullptr, true); // no model
    std::size_t reported = 0;
    const auto progress = [&](std::size_t done, std::size_t total) {
        QCOMPARE(total, std::size_t(2));
        reported = done;
    };
    const auto done = exportPhrases(library(), rows, files, out, CancelToken(), progress);
    QVERIFY_RESULT(done);
    QCOMPARE(done->written, std::size_t(1));
    QCOMPARE(done->missing, std::size_t(1));
    QVERIFY(!done->cancelled);
    QCOMPARE(reported, std::size_t(2));
    CancelToken cancel;
    cancel.cancel();
    const auto ended = exportPhrases(library(), rows, files, out, cancel, progress);
    QVERIFY_RESULT(ended);
    QVERIFY(ended->cancelled);
    QCOMPARE(ended->written, std::size_t(0));
    QVERIFY(!phraseTable(library(), rows, cancel, progress).has_value());
    const auto failed =
        exportPhrases(library(), rows, files, out / "not there", CancelToken(), progress);
    QVERIFY(!failed.has_value());
}

void TestFeatureSelection::aTableHasLabelsAndLatents() {
    open();
    const auto nothing = [](std::size_t, std::size_t) {};
    const Rows rows{row(1, 2)};
    const auto table = phraseTable(library(), rows, CancelToken(), nothing);
    QVERIFY_RESULT(table);
    const QStringList lines =
        QString::fromStdString(*table).split(QStringLiteral("\r\n"), Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 2);
    const QStringList heads = lines[0].split(QLatin1Char(','));
    const QStringList cells = lines[1].split(QLatin1Char(','));
    QCOMPARE(heads.size(), cells.size());
    QCOMPARE(heads.mid(0, 4), QStringLiteral("title,artist,bar,file").split(QLatin1Char(',')));
    QCOMPARE(heads.last(), QStringLiteral("z8"));
    QCOMPARE(cells[0], QStringLiteral("Song 1"));
    QCOMPARE(cells[1], QStringLiteral("Artist 1"));
    QCOMPARE(cells[2], QStringLiteral("5")); // phrase 2 begins with the fifth bar
    QCOMPARE(cells[int(heads.indexOf(QStringLiteral("genre")))], QStringLiteral("country"));
    const models::Latent latent = m_on->maps().latentOf(rows[0]);
    for (int d = 0; d < FakeModel::kLatent; ++d) { // the same numbers again, not rounded ones
        QCOMPARE(cells[cells.size() - FakeModel::kLatent + d].toFloat(), latent[std::size_t(d)]);
    }
    Library odd = library();
    odd.names[std::size_t(odd.points.segments[rows[0]].song)].title = QStringLiteral("A, \"B\"");
    const auto quoted = phraseTable(odd, rows, CancelToken(), nothing);
    QVERIFY_RESULT(quoted);
    QVERIFY(quoted->find("\r\n\"A, \"\"B\"\"\",Artist 1,5,") != std::string::npos);
    // What a file system may refuse is replaced; the number has as many digits as the last one.
    odd.names[std::size_t(odd.points.segments[rows[0]].song)].title = QStringLiteral("A/B: C?");
    QCOMPARE(phraseFileName(odd, rows[0], 7, 120), std::string("007 A_B_ C_, bar 5.mid"));
}

void TestFeatureSelection::aTableIsWritten() {
    open();
    const auto file = folder() / "selection.csv";
    m_on->map().setSelection({3, 4});
    QSignalSpy exported(m_selection, &Selection::exported);
    test::answerFileDialog(this, QString::fromStdString(file.string()));
    m_on->action(QStringLiteral("Export selection as table..."))->trigger();
    QTRY_COMPARE(exported.count(), 1);
    QFile written(QString::fromStdString(file.string()));
    QVERIFY(written.open(QIODevice::ReadOnly));
    QCOMPARE(written.readAll().count('\n'), 3); // a head and two rows
    QVERIFY(m_on->noticeWith(QStringLiteral("Saved selection.csv")).has_value());
}

// ---- where it is offered ----

void TestFeatureSelection::fineTuningIsAsked() {
    open();
    QAction* train = m_on->action(QStringLiteral("Fine-tune on selection..."));
    m_on->map().setSelection({3});
    QVERIFY(!train->isEnabled()); // nobody can
    FakeTraining training;
    m_selection->setFineTune(training);
    QVERIFY(train->isEnabled());
    QTest::mouseClick(button("trainSelection"), Qt::LeftButton);
    QCOMPARE(training.asked, 1);
    m_on->map().clearSelection();
    QVERIFY(!train->isEnabled());
    m_on.reset(); // before what trains goes
}

void TestFeatureSelection::menusAreThoseOfThePlace() {
    open();
    QStringList texts = menuAt(m_on->pixelOf(row(3, 1)));
    QVERIFY(texts.contains(QStringLiteral("Play phrase")));
    QVERIFY(!texts.contains(QStringLiteral("Generate here")));
    QVERIFY(!texts.contains(QStringLiteral("Invert selection"))); // there is no selection
    for (QAction* action : m_menu->actions()) {
        if (WorkspaceFixture::plain(action->text()) ==
            QLatin1String("Select all phrases of this song")) {
            action->trigger();
        }
    }
    QCOMPARE(m_on->map().selection(), (Rows{12, 13, 14, 15})); // of song 3
    delete m_menu.data();
    texts = menuAt(m_on->map().toPixel(QPointF(0, 0)).toPoint());
    QVERIFY(!texts.contains(QStringLiteral("Play phrase")));
    QVERIFY(texts.contains(QStringLiteral("Generate here")));
    QVERIFY(texts.contains(QStringLiteral("Invert selection")));
    for (QAction* action : m_menu->actions()) {
        if (WorkspaceFixture::plain(action->text()) == QLatin1String("Generate here")) {
            action->trigger();
        }
    }
    delete m_menu.data();
    QTRY_COMPARE(m_on->player().currentItem().kind, Kind::Decoded);
}

void TestFeatureSelection::clipsAreNotPlayedInARow() {
    auto space = test::madeSound(folder() / "clips");
    QVERIFY_RESULT(space);
    auto how = test::quietWorkspace(folder(), {}, nullptr);
    how.spaces = {*space};
    m_on = std::make_unique<WorkspaceFixture>(std::move(how));
    m_selection = &m_on->add<Selection>();
    QVERIFY(m_on->open());
    m_on->map().setSelection({0});
    QAction* play = m_on->action(QStringLiteral("Play selection"));
    QVERIFY(!play->isEnabled());
    QVERIFY(play->toolTip().contains(QStringLiteral("one at a time")));
    QVERIFY(m_on->action(QStringLiteral("Invert selection"))->isEnabled());
}

void TestFeatureSelection::theLibraryListsTheSelection() {
    m_on = std::make_unique<WorkspaceFixture>(
        test::quietWorkspace(folder(), m_atlas, test::opened(std::make_shared<FakeModel>())));
    auto& autosave = m_on->add<Autosave>(std::filesystem::path());
    auto& controller = m_on->add<LibraryController>(autosave);
    m_selection = &m_on->add<Selection>();
    QVERIFY(m_on->open());
    widgets::LibraryList& list = *controller.list();
    QVERIFY(!list.onlySelected()->isVisible());
    m_on->map().setSelection({row(3, 0), row(3, 1), row(7, 2)});
    QVERIFY(list.onlySelected()->isVisible());
    QCOMPARE(list.onlySelected()->text(), QStringLiteral("Only selected (2)"));
    QCOMPARE(list.shownCount(), test::kLibrarySongs);
    list.onlySelected()->click();
    QCOMPARE(list.shownCount(), 2);
    m_on->map().setSelection({row(5, 0)});
    QCOMPARE(list.shownCount(), 1);
    m_on->map().clearSelection();
    QCOMPARE(list.shownCount(), test::kLibrarySongs);
    QVERIFY(!list.onlySelected()->isVisible());
    Q_EMIT list.selectAsked({library().points.songs[2].id});
    QCOMPARE(m_on->map().selection(), (Rows{8, 9, 10, 11}));
    // The menu of a song has what can be done with its phrases.
    QMenu menu;
    m_selection->addSongMenu(&menu, {library().points.songs[4].id, library().points.songs[5].id});
    QCOMPARE(menu.actions().size(), qsizetype(1));
    QAction* zoom = nullptr;
    for (QAction* action : menu.actions().front()->menu()->actions()) {
        QVERIFY(action->text() != QStringLiteral("Invert") || !action->isVisible());
        zoom = action->text() == QStringLiteral("Zoom") ? action : zoom;
    }
    QVERIFY(zoom != nullptr);
    zoom->trigger();
    QCOMPARE(m_on->map().selection(), (Rows{16, 17, 18, 19, 20, 21, 22, 23}));
    QMenu none;
    m_selection->addSongMenu(&none, {});
    QVERIFY(none.isEmpty());
}

QTEST_MAIN(TestFeatureSelection)
#include "tst_feature_selection.moc"
