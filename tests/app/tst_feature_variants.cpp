// SPDX-License-Identifier: GPL-3.0-or-later
// What was made is kept: the Variants panel on a workspace of its own.

#include "app/features/explore/explore.h"
#include "app/features/path/path_controller.h"
#include "app/features/variants/variants.h"
#include "app/features/variants/variations.h"
#include "tests/support/made_spaces.h"
#include "tests/support/small_library.h"
#include "tests/support/workspace_fixture.h"
#include "widgets/song/path_controls.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QMouseEvent>
#include <QSlider>
#include <QTemporaryDir>
#include <QToolButton>
#include <cmath>

using namespace canto;
using namespace canto::app;
using test::FakeModel;
using test::WorkspaceFixture;
using Kind = PlaybackItem::Kind;

namespace {

qint64 row(int n, int p) { return n * test::kPhrasesEach + p; }

SongPtr noteAt(int pitch) {
    auto song = std::make_shared<music::Song>();
    song->tracks = {{"Bass"}};
    music::Note note;
    note.length = 480;
    note.pitch = std::uint8_t(pitch);
    song->notes.push_back(note);
    song->finish();
    return song;
}

KeptVariant keptWith(int number) {
    KeptVariant kept;
    kept.title = std::to_string(number);
    kept.midi = kept.title;
    return kept;
}

void mouseAt(QWidget* widget, QEvent::Type type, QPoint at, Qt::MouseButtons buttons) {
    QMouseEvent event(type, QPointF(at), widget->mapToGlobal(QPointF(at)),
                      type == QEvent::MouseMove ? Qt::NoButton : Qt::LeftButton, buttons,
                      Qt::NoModifier);
    QApplication::sendEvent(widget, &event);
}

} // namespace

class TestFeatureVariants : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void cleanup() { m_on.reset(); }

    void starredOnesStayForEver();
    void theSameMusicIsKeptOnce();
    void variationsLieAtTheirRadius();
    void deviationsAreThoseOfTheLibrary();
    void aGeneratedPhraseIsKept();
    void originalsAndChangesOnly();
    void stepsOfAPathAreKept();
    void aCardPlaysAndSlidersStartFromIt();
    void comparingLeavesThePhrase();
    void starAndRemovalByMouseAndKeys();
    void aSessionBringsThemBack();
    void damagedOnesAreReported();
    void eachSpaceHasItsOwn();
    void variationsAreRepeatable();
    void makingThemCanBeCancelled();
    void spacesThatCannotSayWhy();
    void theMapShowsWhereOneLies();
    void aCardIsDraggedInsideAndOut();

  private:
    std::filesystem::path folder() const { return m_folder->path().toStdString(); }
    enum class With { Explore, Path, Nothing };
    void open(With with = With::Explore);
    /// Generates a phrase in the middle of the map, where nothing lies. @return its latent.
    models::Latent makeOne();
    /// Plays a phrase of the library.
    void playRow(qint64 which) {
        m_on->maps().playRow(which);
        QTRY_COMPARE(m_on->player().currentItem().row, which);
    }
    widgets::VariantStrip& strip() { return *m_variants->panel()->strip(); }
    const std::vector<Variant>& all() const { return m_variants->list().all(); }
    void clickCard(std::uint64_t id) {
        QTest::mouseClick(&strip(), Qt::LeftButton, {}, strip().cardRect(id).center());
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path m_atlas;
    std::shared_ptr<FakeModel> m_model;
    std::unique_ptr<WorkspaceFixture> m_on;
    Variants* m_variants = nullptr;
    Explore* m_explore = nullptr;
};

void TestFeatureVariants::initTestCase() {
    m_folder = std::make_unique<QTemporaryDir>();
    const auto atlas = test::makeLibrary(folder());
    QVERIFY_RESULT(atlas);
    m_atlas = *atlas;
}

void TestFeatureVariants::open(With with) {
    m_model = std::make_shared<FakeModel>();
    m_on = std::make_unique<WorkspaceFixture>(
        test::quietWorkspace(folder(), m_atlas, test::opened(m_model)));
    if (with == With::Explore) {
        m_explore = &m_on->add<Explore>(std::filesystem::path());
    } else if (with == With::Path) {
        m_on->add<PathController>(*new widgets::PathControls(&m_on->window()));
    }
    m_variants = &m_on->add<Variants>();
    m_variants->panel()->setMaximumWidth(340); // the map has the rest of the width
    QVERIFY(m_on->open());
}

models::Latent TestFeatureVariants::makeOne() {
    const auto before = all().size();
    QTest::mouseClick(&m_on->map(), Qt::LeftButton, {},
                      m_on->map().toPixel(QPointF(0, 0)).toPoint());
    [&] { QTRY_COMPARE(all().size(), before + 1); }();
    return m_on->player().currentItem().latent;
}

// ---- values ----

void TestFeatureVariants::starredOnesStayForEver() {
    VariantList list;
    std::vector<std::uint64_t> ids;
    for (int i = 0; i < 205; ++i) {
        ids.push_back(list.add(keptWith(i), noteAt(60)).first);
        if (i == 0 || i == 3) {
            list.setStarred(ids.back(), true);
        }
    }
    // 203 have no star: the three oldest of them, 1, 2 and 4, are gone.
    QCOMPARE(list.all().size(), std::size_t(202));
    for (const int gone : {1, 2, 4}) {
        QVERIFY(list.find(ids[std::size_t(gone)]) == nullptr);
    }
    for (const int there : {0, 3, 5, 204}) {
        QVERIFY(list.find(ids[std::size_t(there)]) != nullptr);
    }
    QCOMPARE(list.all().front().id, ids.back()); // the newest is in front
    list.setStarred(ids[0], false);              // the oldest, and one too many
    QVERIFY(list.find(ids[0]) == nullptr);
}

void TestFeatureVariants::theSameMusicIsKeptOnce() {
    VariantList list;
    const auto first = list.add(keptWith(1), noteAt(60));
    QVERIFY(first.second);
    const SongPtr again = noteAt(60);
    const auto second = list.add(keptWith(1), again);
    QVERIFY(!second.second);
    QCOMPARE(second.first, first.first);
    QCOMPARE(list.of(again)->id, first.first); // found by the song that plays now
    KeptVariant elsewhere = keptWith(1);
    elsewhere.latent = {1, 2};
    QVERIFY(list.add(elsewhere, noteAt(60)).second);
}

void TestFeatureVariants::variationsLieAtTheirRadius() {
    const models::Latent z{5, 5, 5};
    const std::vector<float> deviations{1, 0, 2};
    Random random(7);
    const models::Latent moved = variationOf(z, deviations, 1.5, random);
    const double a = double(moved[0]) - 5;
    const double c = (double(moved[2]) - 5) / 2;
    QVERIFY(std::abs(std::sqrt((a * a + c * c) / 2) - 1.5) < 1e-5);
    QCOMPARE(moved[1], 5.0F); // nothing varies there
    Random same(7), other(8);
    QCOMPARE(variationOf(z, deviations, 1.5, same), moved);
    QVERIFY(variationOf(z, deviations, 1.5, other) != moved);
    QCOMPARE(variationOf(z, deviations, 0, random), z);
    QCOMPARE(variationOf(z, std::vector<float>{0, 0, 0}, 2, random), z);
}

void TestFeatureVariants::deviationsAreThoseOfTheLibrary() {
    open();
    const auto deviations = latentDeviations(m_on->workspace().library().get(), m_model->info());
    QCOMPARE(deviations.size(), std::size_t(FakeModel::kLatent));
    // The third number of song n is n / 100, n = 0 .. 59: sqrt((60^2 - 1) / 12) / 100.
    QVERIFY(std::abs(double(deviations[2]) - 0.173181) < 1e-5);
    QCOMPARE(deviations[3], 0.0F);
    models::ModelInfo other = m_model->info();
    other.version = "another";
    QCOMPARE(latentDeviations(m_on->workspace().library().get(), other),
             std::vector<float>(FakeModel::kLatent, 1.0F));
    QCOMPARE(latentDeviations(nullptr, other), std::vector<float>(FakeModel::kLatent, 1.0F));
}

// ---- what is kept ----

void TestFeatureVariants::aGeneratedPhraseIsKept() {
    open();
    const models::Latent latent = makeOne();
    QVERIFY(!m_on->player().growing());
    const Variant& variant = all().front();
    QCOMPARE(variant.kept.kind, std::string("decoded"));
    QCOMPARE(variant.kept.model, std::string("Fake"));
    QCOMPARE(variant.kept.modelVersion, std::string("f1"));
    QCOMPARE(variant.kept.latent, latent);
    QCOMPARE(variant.kept.seed.value_or(0), std::uint64_t(1));
    QCOMPARE(variant.kept.bars, FakeModel::kBars);
    QVERIFY(variant.song == m_on->player().currentItem().song);
    // One bass note and four quarters in each of two bars.
    QCOMPARE(variant.song->notes.size(), std::size_t(10));
    QCOMPARE(strip().count(), 1);
    QCOMPARE(strip().active(), variant.id);
    // The same position again is the same music.
    playRow(row(0, 0));
    QCOMPARE(strip().active(), std::uint64_t(0));
    QTest::mouseClick(&m_on->map(), Qt::LeftButton, {},
                      m_on->map().toPixel(QPointF(0, 0)).toPoint());
    QTRY_VERIFY(m_on->player().currentItem().kind == Kind::Decoded && !m_on->player().growing());
    QCOMPARE(all().size(), std::size_t(1));
    QCOMPARE(strip().active(), all().front().id);
}

void TestFeatureVariants::originalsAndChangesOnly() {
    open();
    playRow(row(0, 0)); // a file
    playRow(row(2, 1)); // its file is missing: a reconstruction
    QTRY_VERIFY(m_on->player().currentItem().kind == Kind::Reconstruction &&
                !m_on->player().growing());
    m_explore->shapes().play(); // the phrase as it was
    QTRY_VERIFY(m_on->player().currentItem().kind == Kind::Shaped);
    QCOMPARE(all().size(), std::size_t(0));
    m_explore->shapes().moveToGenre(4, false);
    QTRY_COMPARE(all().size(), std::size_t(1));
    QCOMPARE(all().front().kept.kind, std::string("edited"));
    QCOMPARE(all().front().kept.parents, std::vector<std::string>{"Song 2"});
    QCOMPARE(all().front().kept.how, std::string("Moved to rock"));
    m_explore->shapes().newPhraseIn(2);
    QTRY_COMPARE(all().size(), std::size_t(2));
    QCOMPARE(all().front().kept.how, std::string("Generated in jazz"));
    QCOMPARE(all().front().kept.seed.value_or(0), std::uint64_t(1)); // of the first draw
}

void TestFeatureVariants::stepsOfAPathAreKept() {
    open(With::Path);
    m_on->drawPath(row(0, 0), row(2, 3));
    // The first step is an original song, which is not kept; the last one's song has no file.
    QTRY_COMPARE(all().size(), std::size_t(widgets::PathControls::kDefaultSteps - 1));
    QCOMPARE(all().back().kept.kind, std::string("path"));
    QCOMPARE(all().back().kept.title, std::string("Path, step 2 of 8"));
    QCOMPARE(all().back().kept.parents, (std::vector<std::string>{"Song 0", "Song 2"}));
    const models::Latent first = m_on->maps().latentOf(row(0, 0));
    const models::Latent last = m_on->maps().latentOf(row(2, 3));
    const float share = all().back().kept.latent[0];
    QVERIFY(share > std::min(first[0], last[0]) && share < std::max(first[0], last[0]));
}

// ---- what is done with them ----

void TestFeatureVariants::aCardPlaysAndSlidersStartFromIt() {
    open();
    const models::Latent latent = makeOne();
    const std::uint64_t id = all().front().id;
    playRow(row(0, 0));
    QCOMPARE(m_explore->shapes().shape().origin, m_on->maps().latentOf(row(0, 0)));
    QSignalSpy facts(m_variants, &Variants::factsChanged);
    clickCard(id);
    QCOMPARE(m_on->player().currentItem().kind, Kind::Kept);
    QCOMPARE(m_on->player().currentItem().latent, latent);
    QCOMPARE(m_explore->shapes().shape().origin, latent);
    QCOMPARE(strip().active(), id);
    QCOMPARE(facts.count(), 1);
    QCOMPARE(all().size(), std::size_t(1)); // playing it makes nothing
}

void TestFeatureVariants::comparingLeavesThePhrase() {
    open();
    makeOne();
    const std::uint64_t id = all().front().id;
    QAction* compare = m_on->action(QStringLiteral("Compare variant with what plays"));
    QVERIFY(compare != nullptr);
    QVERIFY(!compare->isEnabled()); // none is chosen
    strip().setChosen(id);
    QVERIFY(compare->isEnabled());
    compare->trigger(); // with itself
    QVERIFY(m_on->noticeWith(QStringLiteral("nothing to compare")).has_value());
    playRow(row(0, 0));
    const models::Latent original = m_on->maps().latentOf(row(0, 0));
    compare->trigger();
    QVERIFY(m_on->player().currentItem().song == all().front().song);
    QVERIFY(m_on->player().currentItem().latent.empty());
    QCOMPARE(m_explore->shapes().shape().origin, original);
    compare->trigger();
    QCOMPARE(m_on->player().currentItem().title, QStringLiteral("Song 0"));
    QCOMPARE(m_on->player().currentItem().latent, original);
    compare->trigger();
    QVERIFY(m_on->player().currentItem().song == all().front().song);
    // Something else that plays ends the comparison.
    playRow(row(1, 0));
    compare->trigger();
    compare->trigger();
    QCOMPARE(m_on->player().currentItem().title, QStringLiteral("Song 1"));
}

void TestFeatureVariants::starAndRemovalByMouseAndKeys() {
    open();
    makeOne();
    m_explore->shapes().newPhraseIn(2);
    QTRY_COMPARE(all().size(), std::size_t(2));
    const std::uint64_t newer = all()[0].id, older = all()[1].id;
    QTest::mouseClick(&strip(), Qt::LeftButton, {}, strip().starRect(older).center());
    QVERIFY(all()[1].kept.starred);
    QVERIFY(!all()[0].kept.starred);
    QVERIFY(m_on->action(QStringLiteral("Remove star from variant")) != nullptr);
    strip().setFocus();
    strip().setChosen(newer);
    QTest::keyClick(&strip(), Qt::Key_Delete);
    QCOMPARE(all().size(), std::size_t(1));
    QCOMPARE(strip().chosen(), older); // the next one
    QUndoStack& stack = m_on->workspace().undo().stack();
    stack.undo();
    QCOMPARE(all().size(), std::size_t(2));
    QCOMPARE(all()[0].id, newer); // where it was
    stack.redo();
    QCOMPARE(all().size(), std::size_t(1));
    QCOMPARE(all()[0].id, older);
}

void TestFeatureVariants::aSessionBringsThemBack() {
    open();
    makeOne();
    m_variants->setStarred(all().front().id, true);
    SessionState state;
    m_variants->saveTo(state);
    const auto read = sessionFromJson(toJson(state));
    QVERIFY_RESULT(read);
    QVERIFY(*read == state);
    const SongPtr song = all().front().song;
    m_on.reset();

    open(); // the next start
    QVERIFY(all().empty());
    m_variants->restoreFrom(*read, true);
    QCOMPARE(all().size(), std::size_t(1));
    const Variant& back = all().front();
    QVERIFY(back.kept == state.variants.front());
    QVERIFY(back.kept.starred);
    QCOMPARE(back.song->notes.size(), song->notes.size());
    for (std::size_t i = 0; i < song->notes.size(); ++i) {
        QCOMPARE(back.song->notes[i].start, song->notes[i].start);
        QCOMPARE(back.song->notes[i].pitch, song->notes[i].pitch);
        QCOMPARE(back.song->notes[i].velocity, song->notes[i].velocity);
    }
    QCOMPARE(back.song->tempo.bpmAt(0), song->tempo.bpmAt(0));
    clickCard(back.id);
    QCOMPARE(m_on->player().currentItem().latent, back.kept.latent);
    // Sessions of earlier versions have none.
    QJsonObject former = QJsonDocument::fromJson(QByteArray::fromStdString(toJson(state))).object();
    former.remove(QStringLiteral("variants"));
    const auto old = sessionFromJson(QJsonDocument(former).toJson().toStdString());
    QVERIFY_RESULT(old);
    m_variants->restoreFrom(*old, true);
    QVERIFY(all().empty());
}

void TestFeatureVariants::damagedOnesAreReported() {
    open();
    makeOne();
    SessionState state;
    m_variants->saveTo(state);
    state.variants.push_back(keptWith(3)); // "3" is no MIDI file
    m_variants->restoreFrom(state, true);
    QCOMPARE(all().size(), std::size_t(1));
    QVERIFY(m_on->noticeWith(QStringLiteral("cannot be read")).has_value());
}

void TestFeatureVariants::eachSpaceHasItsOwn() {
    open();
    makeOne();
    const std::uint64_t first = all().front().id;
    SessionState state;
    m_variants->saveTo(state);
    std::any kept = m_variants->leave(SessionPart::Reason::Space);
    m_variants->enter({}); // a space that was never shown
    QVERIFY(all().empty());
    QCOMPARE(strip().count(), 0);
    m_variants->enter(std::move(kept));
    QCOMPARE(all().size(), std::size_t(1));
    // What is made before the session of the space is back stays, too.
    m_explore->shapes().newPhraseIn(2);
    QTRY_COMPARE(all().size(), std::size_t(2));
    m_variants->restoreFrom(state, true);
    QCOMPARE(all().size(), std::size_t(2));
    QCOMPARE(all()[1].id, first);
}

void TestFeatureVariants::variationsAreRepeatable() {
    open();
    QAction* around = m_on->action(QStringLiteral("Generate around what plays"));
    QVERIFY(around != nullptr);
    QVERIFY(!around->isEnabled());
    QVERIFY(around->toolTip().contains(QStringLiteral("Play a phrase first")));
    playRow(row(0, 0));
    QVERIFY(around->isEnabled());
    VariantsPanel& panel = *m_variants->panel();
    panel.radiusSlider()->setValue(15);
    QCOMPARE(panel.radius(), 1.5);
    panel.setSeed(4);
    QSignalSpy generated(m_variants, &Variants::generated);
    QTest::mouseClick(panel.generateButton(), Qt::LeftButton);
    QTRY_COMPARE(generated.count(), 1);
    QCOMPARE(generated[0][0].toInt(), 8);
    QCOMPARE(all().size(), std::size_t(8));
    QCOMPARE(panel.seed(), std::uint64_t(5)); // the next press makes others
    QVERIFY(!m_variants->generating());
    const models::Latent from = m_on->maps().latentOf(row(0, 0));
    const auto deviations = latentDeviations(m_on->workspace().library().get(), m_model->info());
    for (const Variant& variant : all()) {
        QCOMPARE(variant.kept.kind, std::string("around"));
        QCOMPARE(variant.kept.parents, std::vector<std::string>{"Song 0"});
        QCOMPARE(variant.kept.seed.value_or(0), std::uint64_t(4));
        double squares = 0;
        for (std::size_t d = 0; d < 3; ++d) { // the others do not vary in this library
            const double step = double(variant.kept.latent[d] - from[d]) / double(deviations[d]);
            squares += step * step;
        }
        QVERIFY(std::abs(std::sqrt(squares / 3) - 1.5) < 1e-3);
        QCOMPARE(variant.kept.latent[3], from[3]);
        QCOMPARE(int(variant.song->notes.front().pitch), FakeModel::bassPitch(variant.kept.latent));
    }
    QCOMPARE(m_on->player().currentItem().title, QStringLiteral("Song 0")); // it plays on
    panel.setSeed(4); // the same ones: there already
    around->trigger();
    QTRY_COMPARE(generated.count(), 2);
    QCOMPARE(generated[1][0].toInt(), 0);
    QCOMPARE(all().size(), std::size_t(8));
    panel.radiusSlider()->setValue(0); // eight times the phrase itself
    around->trigger();
    QTRY_COMPARE(generated.count(), 3);
    QCOMPARE(generated[2][0].toInt(), 1);
    QCOMPARE(all().front().kept.latent, from);
}

void TestFeatureVariants::makingThemCanBeCancelled() {
    open(With::Nothing); // nobody else asks the model
    playRow(row(0, 0));
    m_model->hold();
    m_variants->generateAround();
    QVERIFY(m_variants->generating());
    QCOMPARE(m_variants->panel()->generateButton()->text(), QStringLiteral("Cancel"));
    m_model->letBars(FakeModel::kBars); // the first variation
    QTRY_COMPARE(all().size(), std::size_t(1));
    QTest::mouseClick(m_variants->panel()->generateButton(), Qt::LeftButton);
    m_model->letBars(-1);
    QVERIFY(!m_variants->generating());
    QVERIFY(!m_variants->escape()); // there is nothing to end
    QCOMPARE(all().size(), std::size_t(1));
    QCOMPARE(m_variants->panel()->generateButton()->text(), QStringLiteral("Generate around"));
}

void TestFeatureVariants::spacesThatCannotSayWhy() {
    auto spaces = test::madeSpaces(folder() / "spaces");
    QVERIFY_RESULT(spaces);
    const std::pair<std::size_t, QString> reasons[] = {{1, QStringLiteral("discrete codes")},
                                                       {2, QStringLiteral("only encodes music")}};
    for (const auto& [space, reason] : reasons) {
        auto how = test::quietWorkspace(folder(), {}, nullptr);
        how.spaces = {(*spaces)[space]};
        m_on = std::make_unique<WorkspaceFixture>(std::move(how));
        m_variants = &m_on->add<Variants>();
        QVERIFY(m_on->open());
        QAction* around = m_on->action(QStringLiteral("Generate around what plays"));
        QVERIFY(!around->isEnabled());
        QVERIFY2(around->toolTip().contains(reason), qPrintable(around->toolTip()));
        QToolButton* button = m_variants->panel()->generateButton();
        QVERIFY(!button->isEnabled());
        QVERIFY(button->toolTip().contains(reason));
    }
}

void TestFeatureVariants::theMapShowsWhereOneLies() {
    open();
    const models::Latent latent = makeOne();
    const std::uint64_t id = all().front().id;
    playRow(row(0, 0));
    m_on->map().clearDecodeMark();
    m_variants->showOnMap(id);
    QCOMPARE(m_on->player().currentItem().kind, Kind::Kept);
    QTRY_VERIFY(m_on->map().decodeMark().has_value());
    const auto place = m_on->maps().projection()->place(latent);
    QVERIFY_RESULT(place);
    QCOMPARE(*m_on->map().decodeMark(), QPointF(double(place->x), double(place->y)));
}

void TestFeatureVariants::aCardIsDraggedInsideAndOut() {
    open();
    makeOne();
    const std::uint64_t id = all().front().id;
    const QPoint from = strip().cardRect(id).center();
    QSignalSpy out(m_variants, &Variants::dragAsked);
    PhraseDrag& drag = m_on->workspace().phraseDrag();
    const QPoint inside =
        strip().mapFromGlobal(m_on->window().mapToGlobal(m_on->window().rect().center()));
    const QPoint outside = strip().mapFromGlobal(m_on->window().mapToGlobal(QPoint(-40, -40)));
    mouseAt(&strip(), QEvent::MouseButtonPress, from, Qt::LeftButton);
    mouseAt(&strip(), QEvent::MouseMove, inside, Qt::LeftButton);
    QVERIFY(drag.dragging());
    QCOMPARE(out.count(), 0);
    mouseAt(&strip(), QEvent::MouseMove, outside, Qt::LeftButton);
    QVERIFY(!drag.dragging());
    QCOMPARE(out.count(), 1);
    QVERIFY(out[0][0].value<SongPtr>() == all().front().song);
    mouseAt(&strip(), QEvent::MouseButtonRelease, outside, Qt::NoButton);
    QCOMPARE(out.count(), 1);
}

QTEST_MAIN(TestFeatureVariants)
#include "tst_feature_variants.moc"
