// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/spaces/spaces.h"
#include "core/midi/smf_reader.h"
#include "tests/support/explore_fixture.h"
#include "widgets/common/message_bar.h"
#include "widgets/explore/curve_chart.h"
#include "widgets/explore/interpolate_panel.h"
#include "widgets/explore/property_panel.h"
#include "widgets/explore/roll_strip.h"
#include "widgets/explore/sweep_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QSlider>
#include <QTableView>
#include <QToolButton>
#include <set>

using namespace canto;
using namespace canto::app;
using test::drag;
using test::FakeModel;
using test::letGo;

class TestExplore : public test::ExploreFixture {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { makeFixture(); }
    void init() { begin(); }
    void cleanup() { end(); }

    void aClickAndAShiftClickInterpolate();
    void thePathGivesBothEnds();
    void endsByKeysAndMorePoints();
    void pointsArePlayedOneByOneAndInARow();
    void anInterpolationIsSavedAsMidi();
    void aSweepFindsTheDimensionsThatMatter();
    void theSliderOfADimensionIsUndone();
    void aPropertySliderReachesItsValue();
    void whatCannotMoveHasNoSlider();
    void aDraggedSliderIsOneStep();
    void theMarkOfAChangeGoesWithUndo();
    void directionsAreKeptInTheCache();
    void withoutAModelItSaysSo();
    void quitsWhileSweeping();
    void withTheShippedModel();
};

void TestExplore::aClickAndAShiftClickInterpolate() {
    open(options());
    click(row(0, 0));
    QTRY_VERIFY(m_window->workspace().player().currentItem().song);
    click(row(2, 3), Qt::ShiftModifier);
    InterpolateGesture& between = explore().interpolation();
    QTRY_VERIFY(between.whole());
    QVERIFY(dock().shows(ExploreDock::Interpolate));
    QCOMPARE(between.points().size(), std::size_t(5));
    const models::Latent a = m_window->workspace().maps().latentOf(row(0, 0));
    const models::Latent b = m_window->workspace().maps().latentOf(row(2, 3));
    for (int i = 0; i < 5; ++i) {
        models::Latent z = a;
        for (std::size_t d = 0; d < z.size(); ++d) {
            z[d] += (b[d] - a[d]) * float(i) / 4;
        }
        const MeasuredPhrase& point = between.points()[std::size_t(i)];
        for (std::size_t d = 0; d < z.size(); ++d) {
            QVERIFY(std::abs(point.latent[d] - z[d]) < 1e-4f);
        }
        // Two bars: one bass note and four quarters in each.
        const auto& bass = point.properties.tracks[std::size_t(codec::Family::Bass)];
        QCOMPARE(bass.onsets, 2);
        QCOMPARE(bass.held, 30);
        QCOMPARE(bass.lowest, FakeModel::bassPitch(point.latent));
        QCOMPARE(point.properties.tracks[std::size_t(codec::Family::Strings)].onsets, 8);
    }
    // The curves show the same: bass pitch falls from 46 + ... to that of the jazz cluster.
    const auto& pitches = dock().interpolate()->charts()[1]->lines()[1].values;
    QCOMPARE(pitches.size(), qsizetype(5));
    QCOMPARE(*pitches.front(), double(FakeModel::bassPitch(a)));
    QCOMPARE(*pitches.back(), double(FakeModel::bassPitch(b)));
    for (qsizetype i = 1; i < 5; ++i) {
        QVERIFY(*pitches[i] <= *pitches[i - 1]);
    }
    QVERIFY(!dock().interpolate()->charts()[1]->lines()[0].values[0]); // no drums: no pitch
    QCOMPARE(dock().interpolate()->rolls()->count(), 5);
    // Another click begins again.
    click(row(4, 1));
    QTRY_VERIFY(!between.second());
    QVERIFY(between.points().empty());
}

void TestExplore::thePathGivesBothEnds() {
    open(options());
    showTab(ExploreDock::Interpolate);
    m_window->map()->setTool(widgets::LatentMap::Tool::Path);
    const QPoint to = m_window->map()->mapToGlobal(pixelOf(row(3, 2)));
    drag(m_window->map(), pixelOf(row(1, 1)), to);
    letGo(m_window->map(), to);
    InterpolateGesture& between = explore().interpolation();
    QTRY_VERIFY(between.whole());
    QCOMPARE(between.points().front().latent, m_window->workspace().maps().latentOf(row(1, 1)));
    QCOMPARE(between.points().back().latent, m_window->workspace().maps().latentOf(row(3, 2)));
}

void TestExplore::endsByKeysAndMorePoints() {
    open(options());
    click(row(0, 0));
    QTRY_VERIFY(!m_window->workspace().player().currentItem().latent.empty());
    QTest::keyClick(m_window.get(), Qt::Key_BracketLeft, Qt::ControlModifier);
    InterpolateGesture& between = explore().interpolation();
    QVERIFY(between.first());
    between.setEnds(InterpolateGesture::End{m_window->workspace().maps().latentOf(row(1, 0)),
                                            QStringLiteral("Another")},
                    std::nullopt);
    QTest::keyClick(m_window.get(), Qt::Key_BracketRight, Qt::ControlModifier);
    QTRY_VERIFY(between.whole());
    QCOMPARE(between.points().back().latent, m_window->workspace().maps().latentOf(row(0, 0)));
    for (auto* button : dock().interpolate()->findChildren<QToolButton*>()) {
        if (button->text() == QLatin1String("9")) {
            QTest::mouseClick(button, Qt::LeftButton);
        }
    }
    QTRY_COMPARE(between.points().size(), std::size_t(9));
    QTRY_VERIFY(between.whole());
    // Spherical: the length of the middle point is the mean of both ends' lengths.
    dock().interpolate()->setGeometryIndex(1);
    Q_EMIT dock().interpolate()->geometryChanged(1);
    QTRY_VERIFY(between.whole());
    const auto length = [](const models::Latent& z) {
        double sum = 0;
        for (const float value : z) {
            sum += double(value) * double(value);
        }
        return std::sqrt(sum);
    };
    const double ends = (length(between.points()[0].latent) + length(between.points()[8].latent));
    QVERIFY(std::abs(length(between.points()[4].latent) - ends / 2) < 0.05);
}

void TestExplore::pointsArePlayedOneByOneAndInARow() {
    open(options());
    m_window->workspace().player().setLoop(false);
    click(row(0, 0));
    QTRY_VERIFY(!m_window->workspace().player().currentItem().latent.empty());
    click(row(2, 3), Qt::ShiftModifier);
    InterpolateGesture& between = explore().interpolation();
    QTRY_VERIFY(between.whole());
    widgets::RollStrip* rolls = dock().interpolate()->rolls();
    QTest::mouseClick(rolls, Qt::LeftButton, {}, rolls->rowRect(2).center());
    QCOMPARE(m_window->workspace().player().currentItem().kind, PlaybackItem::Kind::Interpolated);
    QCOMPARE(m_window->workspace().player().currentItem().song, between.points()[2].song);
    QCOMPARE(rolls->active(), 2);
    rolls->setFocus();
    QTest::keyClick(rolls, Qt::Key_Down);
    QTest::keyClick(rolls, Qt::Key_Return);
    QCOMPARE(m_window->workspace().player().currentItem().song, between.points()[3].song);
    // All in a row: the row that sounds is marked.
    m_window->workspace().player().engine().setTempoFactor(10);
    between.playAll();
    QCOMPARE(m_window->workspace().player().currentItem().song->bars(), 10);
    QTRY_COMPARE(rolls->active(), 4);
    // The playing step of an interpolation becomes the current phrase; the ends stay.
    between.playPoint(1);
    QCOMPARE(shapes().shape().origin, between.points()[1].latent);
    QVERIFY(between.second());
}

void TestExplore::anInterpolationIsSavedAsMidi() {
    open(options());
    const auto path = folder() / "interpolation.mid";
    QVERIFY(!explore().interpolation().saveMidi(path)); // nothing there yet
    QVERIFY(!std::filesystem::exists(path));
    click(row(0, 0));
    QTRY_VERIFY(!m_window->workspace().player().currentItem().latent.empty());
    click(row(2, 3), Qt::ShiftModifier);
    InterpolateGesture& between = explore().interpolation();
    QTRY_VERIFY(between.whole());
    QVERIFY_RESULT(between.saveMidi(path));
    const auto song = midi::readSmfFile(path);
    QVERIFY_RESULT(song);
    QCOMPARE(song->song.notes.size(), std::size_t(50)); // five points of ten notes
    std::set<int> bass;
    for (const music::Note& note : song->song.notes) {
        if (note.track == 0 && song->song.notes.front().track == 0) {
            bass.insert(note.pitch);
        }
    }
    const MeasuredPhrase& first = between.points().front();
    const MeasuredPhrase& last = between.points().back();
    QVERIFY(bass.contains(FakeModel::bassPitch(first.latent)));
    QVERIFY(bass.contains(FakeModel::bassPitch(last.latent)));
    QVERIFY(bass.size() >= 4); // the notes change on the way
}

void TestExplore::aSweepFindsTheDimensionsThatMatter() {
    open(options());
    click(row(0, 0));
    QTRY_VERIFY(!m_window->workspace().player().currentItem().latent.empty());
    showTab(ExploreDock::Sweep);
    QVERIFY(learned());
    QTRY_COMPARE(explore().sweep().measured(), FakeModel::kLatent);
    const auto& swept = dock().sweep()->model()->dimensions();
    QCOMPARE(swept.size(), std::size_t(FakeModel::kLatent));
    const auto find = [&](int dimension) {
        return std::find_if(swept.begin(), swept.end(),
                            [&](const auto& one) { return one.dimension == dimension; });
    };
    // z1 is the bass's pitch, z2 that of the strings; notes, held steps and silence never change.
    constexpr std::size_t kBass = 2, kStrings = 4, kMean = 5, kNotes = 2, kHigh = 3;
    QVERIFY(*find(0)->r[kBass][kMean] > 0.99);
    QVERIFY(*find(0)->r[kBass][kHigh] > 0.99);
    QVERIFY(!find(0)->r[kStrings][kMean]);
    QVERIFY(*find(1)->r[kStrings][kMean] > 0.99);
    QVERIFY(!find(1)->r[kBass][kMean]);
    for (const auto& one : swept) {
        QVERIFY(!one.r[0][kNotes]);
        if (one.dimension > 1) {
            QVERIFY(!one.r[0][kMean]);
        }
    }
    // Sorted by the bass's mean pitch, z1 stands on top.
    QTableView* table = dock().sweep()->table();
    dock().sweep()->track()->setCurrentIndex(2);
    table->sortByColumn(6, Qt::DescendingOrder);
    QCOMPARE(table->model()->index(0, 0).data().toString(), QStringLiteral("z1"));
    QCOMPARE(table->model()->index(1, 6).data().toString(), QStringLiteral("\u2013"));
}

void TestExplore::theSliderOfADimensionIsUndone() {
    open(options());
    click(row(0, 0));
    QTRY_VERIFY(!m_window->workspace().player().currentItem().latent.empty());
    showTab(ExploreDock::Sweep);
    QVERIFY(learned());
    QTRY_COMPARE(explore().sweep().measured(), FakeModel::kLatent);
    dock().sweep()->chooseDimension(0);
    QTRY_VERIFY(dock().sweep()->slider()->isEnabled());
    const int before = FakeModel::bassPitch(shapes().shape().origin);
    QSlider* slider = dock().sweep()->slider();
    slider->setFocus();
    QTest::keyClick(slider, Qt::Key_End); // mean + 4 deviations
    QTRY_COMPARE(m_window->workspace().player().currentItem().kind, PlaybackItem::Kind::Shaped);
    const float top = shapes().learned()->mean[0] + 4 * shapes().learned()->directions.scale()[0];
    QCOMPARE(shapes().result()->after.latent[0], top);
    const int after = FakeModel::bassPitch(shapes().result()->after.latent);
    QVERIFY(after > before + 5);
    QCOMPARE(int(m_window->workspace().player().currentItem().song->notes.front().pitch), after);
    QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE(int(m_window->workspace().player().currentItem().song->notes.front().pitch),
                 before);
    QVERIFY(!shapes().shape().changed());
    QTest::keyClick(m_window.get(), Qt::Key_Y, Qt::ControlModifier);
    QTRY_COMPARE(int(m_window->workspace().player().currentItem().song->notes.front().pitch),
                 after);
}

void TestExplore::aPropertySliderReachesItsValue() {
    open(options());
    click(row(0, 0));
    QTRY_VERIFY(!m_window->workspace().player().currentItem().latent.empty());
    showTab(ExploreDock::Properties);
    QVERIFY(learned());
    QTRY_VERIFY(shapes().result());
    constexpr int kBassRegister = 6; // of sliderProperties()
    const auto& bass = shapes().learned()->directions.all()[kBassRegister];
    QVERIFY(bass.heldOutR > 0.99); // 40 + z1, rounded
    QSlider* slider = dock().properties()->slider(kBassRegister);
    QTRY_VERIFY(slider->isEnabled());
    slider->setFocus();
    QTest::keyClick(slider, Qt::Key_Home); // the lowest that is usual here
    QTRY_COMPARE(m_window->workspace().player().currentItem().kind, PlaybackItem::Kind::Shaped);
    const double achieved = shapes().result()->after.properties.tracks[1].meanPitch;
    QVERIFY(std::abs(achieved - bass.low) <= 1);
    QVERIFY(dock().properties()->wantedText(kBassRegister).startsWith(QLatin1String("target")));
    QCOMPARE(dock().properties()->achievedText(kBassRegister),
             QLocale().toString(achieved, 'f', 1));
    // The register of all pitched tracks includes the bass: it moved too, and the report says so.
    QVERIFY(dock().properties()->movedText().contains(QLatin1String("Mean pitch")));
    // Keeping the others moves the strings the other way.
    const double strings = shapes().result()->after.properties.tracks[3].meanPitch;
    QTest::mouseClick(dock().properties()->keepOthers(), Qt::LeftButton, {},
                      QPoint(8, dock().properties()->keepOthers()->height() / 2));
    QTRY_VERIFY(shapes().result()->shape.keepOthers);
    QVERIFY(shapes().result()->after.properties.tracks[3].meanPitch > strings + 1);
}

void TestExplore::whatCannotMoveHasNoSlider() {
    open(options());
    click(row(0, 0));
    QTRY_VERIFY(!m_window->workspace().player().currentItem().latent.empty());
    showTab(ExploreDock::Properties);
    QVERIFY(learned());
    // The number of notes is always five a bar here.
    QVERIFY(!dock().properties()->slider(0)->isEnabled());
    QVERIFY(dock().properties()->slider(1)->isEnabled());
}

void TestExplore::aDraggedSliderIsOneStep() {
    open(options());
    click(row(0, 0));
    QTRY_VERIFY(!m_window->workspace().player().currentItem().latent.empty());
    showTab(ExploreDock::Properties);
    QVERIFY(learned());
    QSlider* slider = dock().properties()->slider(1);
    QTRY_VERIFY(slider->isEnabled());
    QCOMPARE(shapes().undo().count(), 0);
    slider->setSliderDown(true);
    for (const int value : {60, 70, 80, 90}) {
        slider->setValue(value);
    }
    QCOMPARE(shapes().undo().count(), 0); // still in the hand
    slider->setSliderDown(false);
    QCOMPARE(shapes().undo().count(), 1);
    QTest::keyClick(slider, Qt::Key_Right);
    QCOMPARE(shapes().undo().count(), 1); // the same slider: the same step
    shapes().undo().undo();
    QVERIFY(!shapes().shape().changed());
}

void TestExplore::theMarkOfAChangeGoesWithUndo() {
    open(options());
    click(row(0, 0));
    QTRY_VERIFY(!m_window->workspace().player().currentItem().latent.empty());
    showTab(ExploreDock::Properties);
    QVERIFY(learned());
    QSlider* slider = dock().properties()->slider(1);
    QTRY_VERIFY(slider->isEnabled());
    slider->setValue(80);
    QTRY_VERIFY(m_window->map()->decodeMark());
    shapes().undo().undo();
    QVERIFY(!m_window->map()->decodeMark());
    shapes().undo().redo();
    QTRY_VERIFY(m_window->map()->decodeMark());
    // A mark that somebody else has put there meanwhile stays.
    m_window->map()->showDecodeMark({1, 1}, false, QStringLiteral("Another"));
    shapes().undo().undo();
    QCOMPARE(*m_window->map()->decodeMark(), QPointF(1, 1));
}

void TestExplore::directionsAreKeptInTheCache() {
    WindowOptions how = options();
    how.cacheFolder = folder() / "cache";
    open(how);
    showTab(ExploreDock::Properties);
    QVERIFY(learned());
    QVERIFY(!shapes().learned()->fromCache);
    const std::string state = shapes().learned()->directions.state();
    m_window.reset();
    const int decodes = m_model->decodesBegun();
    how.settingsFile = options().settingsFile;
    open(how);
    showTab(ExploreDock::Properties);
    QVERIFY(learned());
    QVERIFY(shapes().learned()->fromCache);
    QCOMPARE(shapes().learned()->directions.state(), state);
    QCOMPARE(m_model->decodesBegun(), decodes);
    m_window.reset();
    // A damaged cache does no harm: it is computed again.
    for (const auto& file : std::filesystem::directory_iterator(how.cacheFolder)) {
        std::ofstream(file.path(), std::ios::trunc) << "{\"format\":";
    }
    how.settingsFile = options().settingsFile;
    open(how);
    showTab(ExploreDock::Properties);
    QVERIFY(learned());
    QVERIFY(!shapes().learned()->fromCache);
}

void TestExplore::withoutAModelItSaysSo() {
    WindowOptions how = options();
    how.openModel = nullptr;
    open(how);
    click(row(0, 0));
    QTRY_VERIFY(m_window->workspace().player().currentItem().song);
    click(row(2, 3), Qt::ShiftModifier);
    QVERIFY(m_window->messages()->text().contains(QLatin1String("no model")));
    showTab(ExploreDock::Properties);
    QVERIFY(!shapes().learned());
    // Neither panel goes on waiting for what never comes.
    for (const auto tab : {ExploreDock::Properties, ExploreDock::Sweep}) {
        showTab(tab);
        const auto labels = dock().findChildren<QLabel*>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
            return label->isVisible() && label->text().startsWith(QLatin1String("Not available"));
        }));
    }
    shapes().newPhraseIn(0);
    QVERIFY(m_window->messages()->text().contains(QLatin1String("cannot generate new phrases")));
}

void TestExplore::quitsWhileSweeping() {
    open(options());
    click(row(0, 0));
    QTRY_VERIFY(!m_window->workspace().player().currentItem().latent.empty());
    showTab(ExploreDock::Sweep);
    QVERIFY(learned());
    m_model->hold();
    click(row(4, 1));
    QTRY_COMPARE(m_window->workspace().player().currentItem().title, QStringLiteral("Song 4"));
    QVERIFY(m_window->close());
    m_model->letBars(-1);
    m_window.reset();
    QVERIFY(!m_window);
}

void TestExplore::withTheShippedModel() {
    const Space style = shippedSpaces().front();
    if (!style.whyNot.empty()) {
        QSKIP("The shipped library is not here");
    }
    WindowOptions how = options();
    how.atlas = style.atlas;
    how.openModel = style.open;
    open(how);
    if (!m_window->workspace().model()) {
        QSKIP("The shipped model is not here");
    }
    shapes().takeRow(0);
    const int source = std::max(shapes().shape().genre, 0);
    InterpolateGesture& between = explore().interpolation();
    // Ten pairs of phrases from all over the library; five points each.
    const auto count = qint64(m_window->workspace().maps().library()->points.count());
    int changing = 0;
    for (qint64 pair = 0; pair < 10; ++pair) {
        const auto latent = [&](qint64 row) { return m_window->workspace().maps().latentOf(row); };
        between.setEnds(
            InterpolateGesture::End{latent(pair * count / 20), QStringLiteral("A")},
            InterpolateGesture::End{latent(count - 1 - pair * count / 20), QStringLiteral("B")});
        QTRY_VERIFY(between.whole());
        QCOMPARE(between.points().size(), std::size_t(5));
        std::set<std::vector<int>> different;
        for (const MeasuredPhrase& point : between.points()) {
            std::vector<int> pitches;
            for (const music::Note& note : point.song->notes) {
                pitches.push_back(note.pitch);
            }
            QVERIFY(!pitches.empty());
            different.insert(pitches);
        }
        QVERIFY(different.size() >= 3); // the ends, and something between them
        changing += different.size() >= 4 ? 1 : 0;
    }
    QVERIFY2(changing >= 9, qPrintable(QString::number(changing))); // from point to point
    // A move to another genre makes its part of the prior likelier than it was.
    const int target = (source + 1) % int(shapes().info()->classes.size());
    shapes().moveToGenre(target, true);
    QTRY_VERIFY(shapes().result() && shapes().result()->shape.movedTo == target);
    const auto& result = *shapes().result();
    QVERIFY(result.scoresAfter[std::size_t(target)] > 0.5);
    QVERIFY(result.scoresAfter[std::size_t(target)] > result.scoresBefore[std::size_t(target)]);
}

QTEST_MAIN(TestExplore)
#include "tst_explore.moc"
