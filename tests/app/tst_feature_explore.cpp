// SPDX-License-Identifier: GPL-3.0-or-later
// Explore and Transfer on a workspace of their own.

#include "app/features/explore/explore.h"
#include "app/features/transfer/transfer_controller.h"
#include "tests/support/element_model.h"
#include "tests/support/small_library.h"
#include "tests/support/workspace_fixture.h"
#include "widgets/explore/genre_panel.h"
#include "widgets/song/library_list.h"

#include <QCheckBox>
#include <QTemporaryDir>
#include <QToolButton>

using namespace canto;
using namespace canto::app;
using test::elementLatent;
using test::ElementModel;
using test::FakeModel;
using test::WorkspaceFixture;

// Song n of the element library: pitch 48 + n % 12 + 12 (n / 12), velocity 20 + 10 (n % 8), the
// first of each bar louder by n % 4, quarters divided by 1 + n % 3.

namespace {

enum Genre { Classical, Country, Jazz, Pop, Rock };

qint64 row(int n, int p) { return n * test::kPhrasesEach + p; }

} // namespace

class TestFeatureExplore : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void cleanup() { m_on.reset(); }

    void aMoveIsUndoneAndDone();
    void aSessionBringsThePhraseBack();
    void latentsOfAnotherModelStayAway();
    void regionsAreSwitchedByActionAndBox();
    void codesHaveNoGestures();
    void anElementIsTransferred();
    void transfersAreUndone();
    void aTransferIsInTheSession();
    void anotherLibraryClearsTheTransfer();

  private:
    std::filesystem::path folder() const { return m_folder->path().toStdString(); }
    Explore& openExplore();
    TransferController& openTransfer();
    /// The Undo or Redo action, whose text names the step.
    QAction* byKey(const QKeySequence& key) const {
        for (QAction* action : m_on->window().findChildren<QAction*>()) {
            if (action->shortcuts().contains(key)) {
                return action;
            }
        }
        return nullptr;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path m_style, m_elements;
    std::unique_ptr<WorkspaceFixture> m_on;
};

void TestFeatureExplore::initTestCase() {
    m_folder = std::make_unique<QTemporaryDir>();
    const auto style = test::makeLibrary(folder());
    QVERIFY_RESULT(style);
    m_style = *style;
    const auto elements = test::makeElementLibrary(folder());
    QVERIFY_RESULT(elements);
    m_elements = *elements;
}

Explore& TestFeatureExplore::openExplore() {
    m_on = std::make_unique<WorkspaceFixture>(
        test::quietWorkspace(folder(), m_style, test::opened(std::make_shared<FakeModel>())));
    auto& explore = m_on->add<Explore>(std::filesystem::path());
    [&] { QVERIFY(m_on->open()); }();
    return explore;
}

TransferController& TestFeatureExplore::openTransfer() {
    m_on = std::make_unique<WorkspaceFixture>(
        test::quietWorkspace(folder(), m_elements, test::opened(std::make_shared<ElementModel>())));
    auto& transfer = m_on->add<TransferController>(*new widgets::LibraryList(&m_on->window()));
    [&] { QVERIFY(m_on->open()); }();
    return transfer;
}

// ---- explore ----

void TestFeatureExplore::aMoveIsUndoneAndDone() {
    auto& explore = openExplore();
    QAction* undo = byKey(QKeySequence::Undo);
    QAction* redo = byKey(QKeySequence::Redo);
    QVERIFY(undo && redo);
    QVERIFY(!undo->isEnabled());
    explore.shapes().takeRow(row(2, 1)); // jazz
    QVERIFY(!undo->isEnabled());         // choosing a phrase is not a step
    QCOMPARE(explore.shapes().shape().genre, int(Jazz));
    explore.dock()->setTab(ExploreDock::Genre);
    QTest::mouseClick(explore.dock()->genre()->moveButton(Rock), Qt::LeftButton);
    QCOMPARE(explore.shapes().shape().movedTo, int(Rock));
    QCOMPARE(explore.shapes().shape().amount, 1.0);
    QVERIFY2(undo->text().contains(QStringLiteral("Move to rock"), Qt::CaseInsensitive),
             qPrintable(undo->text()));
    undo->trigger();
    QVERIFY(!explore.shapes().shape().changed());
    QVERIFY(!undo->isEnabled());
    redo->trigger();
    QCOMPARE(explore.shapes().shape().movedTo, int(Rock));
    // It arrives among rock, whose points and prior lie around four fifths of a turn on a circle of
    // radius 6: (1.854, -5.706); jazz is 11 away.
    QTRY_VERIFY(explore.shapes().result());
    const models::Latent& moved = explore.shapes().result()->after.latent;
    QVERIFY2(std::abs(moved[0] - 1.854F) < 1.2F && std::abs(moved[1] + 5.706F) < 1.2F,
             qPrintable(QStringLiteral("%1, %2").arg(moved[0]).arg(moved[1])));
    // The piano roll shows A under B.
    explore.shapes().playChanged();
    QCOMPARE(m_on->player().currentItem().before, explore.shapes().result()->before.song);
    explore.shapes().playOriginal();
    QVERIFY(!m_on->player().currentItem().before);
    m_on->player().stop();
}

void TestFeatureExplore::aSessionBringsThePhraseBack() {
    auto& explore = openExplore();
    explore.shapes().takeRow(row(2, 1));
    explore.shapes().moveToGenre(Rock, false);
    explore.interpolation().setEnds(
        InterpolateGesture::End{m_on->maps().latentOf(row(0, 0)), QStringLiteral("One"), 90},
        InterpolateGesture::End{m_on->maps().latentOf(row(1, 1)), QStringLiteral("Two"), 130});
    explore.showPrior(true);
    SessionState state;
    explore.saveTo(state);
    QCOMPARE(state.shape.origin, m_on->maps().latentOf(row(2, 1)));
    QCOMPARE(state.shape.name, std::string("Song 2"));
    QCOMPARE(state.shape.movedTo, int(Rock));
    QCOMPARE(state.ends.size(), std::size_t(2));
    QCOMPARE(state.ends[1].name, std::string("Two"));
    QCOMPARE(state.ends[1].bpm, 130.0);
    QVERIFY(state.prior);

    const int steps = m_on->workspace().undo().stack().count();
    explore.restoreFrom({}, true); // a session in which nothing was done
    SessionState none, fresh;
    fresh.interpolationPoints = 5; // as the panel is set at first
    fresh.interpolationGeometry = "linear";
    explore.saveTo(none);
    QVERIFY(none == fresh);
    explore.restoreFrom(state, true);
    SessionState again;
    explore.saveTo(again);
    QVERIFY(again == state);
    QVERIFY(explore.dock()->genre()->priorShown()->isChecked());
    QCOMPARE(m_on->workspace().undo().stack().count(), steps); // it is not a step
}

void TestFeatureExplore::latentsOfAnotherModelStayAway() {
    auto& explore = openExplore();
    SessionState state;
    state.shape.origin = models::Latent(FakeModel::kLatent, 1.0F);
    state.ends = {{models::Latent(FakeModel::kLatent, 2.0F), "One"}};
    state.prior = true;
    explore.restoreFrom(state, false);
    QVERIFY(explore.shapes().shape().origin.empty());
    QVERIFY(!explore.interpolation().first());
    QVERIFY(!explore.priorShown());
}

void TestFeatureExplore::regionsAreSwitchedByActionAndBox() {
    auto& explore = openExplore();
    QAction* action = m_on->action(QStringLiteral("Show genre regions"));
    QCheckBox* box = explore.dock()->genre()->priorShown();
    QSignalSpy changed(&explore, &Feature::changed);
    action->trigger();
    QVERIFY(explore.priorShown());
    QVERIFY(box->isChecked());
    QVERIFY(!changed.isEmpty());
    explore.dock()->setTab(ExploreDock::Genre);
    box->click();
    QVERIFY(!explore.priorShown());
    QVERIFY(!action->isChecked());
}

void TestFeatureExplore::codesHaveNoGestures() {
    m_on = std::make_unique<WorkspaceFixture>(
        test::quietWorkspace(folder(), m_elements, test::opened(std::make_shared<ElementModel>())));
    auto& explore = m_on->add<Explore>(std::filesystem::path());
    QAction* dimensions = m_on->action(QStringLiteral("Latent dimensions"));
    QVERIFY(dimensions->isEnabled());
    QVERIFY(m_on->open());
    QVERIFY(!dimensions->isEnabled());
    QCOMPARE(dimensions->toolTip(), ExploreDock::codesReason());
    explore.shapes().takeRow(3);
    explore.shapes().moveToGenre(0, false);
    QVERIFY(!explore.shapes().shape().changed());
    QVERIFY(m_on->noticeWith(QStringLiteral("discrete codes")));
}

// ---- transfer ----

void TestFeatureExplore::anElementIsTransferred() {
    auto& transfer = openTransfer();
    QSignalSpy raised(&transfer, &Feature::raiseWanted);
    transfer.put(transfer.phraseOf(3));
    transfer.put(transfer.phraseOf(8));
    QCOMPARE(raised.count(), 2);
    QCOMPARE(raised.last().at(0).value<QWidget*>(), static_cast<QWidget*>(transfer.dock()));
    QCOMPARE(transfer.dock()->count(), 2);
    QVERIFY(!transfer.shown());
    QCoreApplication::processEvents(); // laid out
    auto* table = transfer.dock()->spec();
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {},
                      table->visualItemRect(table->item(ElementModel::Pitch, 1)).center());
    QTRY_VERIFY(transfer.shown());
    // The block of the source, all others of the target: 3 is {3, 0, 3, 3, 0, 4}, 8 {8, 0, ...}.
    const models::Latent& made = transfer.shown()->latent;
    QCOMPARE(made, (models::Latent{8, 0, 3, 3, 0, 4}));
    const models::LatentBlock& block = ElementModel().info().blocks[ElementModel::Pitch];
    for (int z = block.begin; z < block.end; ++z) {
        QCOMPARE(made[std::size_t(z)], elementLatent(8)[std::size_t(z)]);
    }
    const music::Note& first = transfer.shown()->song->notes.front();
    QCOMPARE(int(first.pitch), 56);             // 48 + 8
    QCOMPARE(int(first.velocity), 20 + 30 + 3); // of song 3
    QCOMPARE(transfer.titleOf(*transfer.shown()), QStringLiteral("Clip 3 with Pitch of Clip 8"));
}

void TestFeatureExplore::transfersAreUndone() {
    auto& transfer = openTransfer();
    transfer.put(transfer.phraseOf(3));
    transfer.put(transfer.phraseOf(8));
    transfer.choose(ElementModel::Velocity, 1);
    QTRY_VERIFY(transfer.shown());
    const TransferSpec made = transfer.spec();
    QUndoStack& stack = m_on->workspace().undo().stack();
    QCOMPARE(stack.count(), 3); // two songs, one element
    QCOMPARE(stack.undoText(), QStringLiteral("Transfer Velocity"));
    stack.undo();
    QVERIFY(!transfer.spec().changed());
    QVERIFY(!transfer.shown());
    stack.undo();
    QCOMPARE(transfer.dock()->count(), 1);
    stack.redo();
    stack.redo();
    QVERIFY(transfer.spec() == made);
}

void TestFeatureExplore::aTransferIsInTheSession() {
    auto& transfer = openTransfer();
    transfer.put(transfer.phraseOf(3));
    transfer.put(transfer.phraseOf(8));
    transfer.choose(ElementModel::Pitch, 1);
    SessionState state;
    transfer.saveTo(state);
    QCOMPARE(state.spec.parents.size(), std::size_t(2));
    QCOMPARE(state.spec.parents[1].name, std::string("Clip 8"));
    QCOMPARE(state.spec.sources, (std::vector<int>{1, 0, 0, 0}));
    transfer.clear();
    transfer.restoreFrom(state, false); // of another model: its latents mean nothing here
    QVERIFY(transfer.spec().parents.empty());
    transfer.restoreFrom(state, true);
    QVERIFY(transfer.spec() == state.spec);
    QTRY_VERIFY(transfer.shown()); // made again, in silence
    QCOMPARE(transfer.shown()->latent, (models::Latent{8, 0, 3, 3, 0, 4}));
    QVERIFY(!m_on->player().playing());
}

void TestFeatureExplore::anotherLibraryClearsTheTransfer() {
    auto& transfer = openTransfer();
    transfer.put(transfer.phraseOf(3));
    QVERIFY(!transfer.spec().parents.empty());
    const auto copy = folder() / "elements-copy.atlas";
    std::filesystem::copy_file(m_elements, copy);
    QSignalSpy changed(&m_on->workspace(), &Workspace::libraryChanged);
    m_on->workspace().openLibrary(copy, true);
    QTRY_COMPARE(changed.count(), 1);
    QVERIFY(transfer.spec().parents.empty());
    QCOMPARE(transfer.dock()->count(), 0);
}

QTEST_MAIN(TestFeatureExplore)
#include "tst_feature_explore.moc"
