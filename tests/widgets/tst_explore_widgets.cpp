// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/test_support.h"
#include "widgets/common/theme.h"
#include "widgets/explore/curve_chart.h"
#include "widgets/explore/genre_panel.h"
#include "widgets/explore/interpolate_panel.h"
#include "widgets/explore/panel_parts.h"
#include "widgets/explore/phrase_chip.h"
#include "widgets/explore/property_panel.h"
#include "widgets/explore/roll_strip.h"
#include "widgets/explore/sweep_panel.h"
#include "widgets/map/map_components.h"

#include <QComboBox>
#include <QSignalSpy>
#include <QSlider>
#include <QTableView>
#include <QToolButton>

using namespace canto;
using namespace canto::widgets;
using codec::Measure;

namespace {

std::shared_ptr<const music::Song> oneNote(int pitch) {
    auto song = std::make_shared<music::Song>();
    song->tracks = {{"Bass"}};
    music::Note note;
    note.length = 480;
    note.pitch = static_cast<std::uint8_t>(pitch);
    song->notes.push_back(note);
    song->finish();
    return song;
}

void mouse(QWidget* widget, QEvent::Type type, QPoint at, Qt::MouseButtons buttons) {
    QMouseEvent event(type, QPointF(at), widget->mapToGlobal(QPointF(at)),
                      type == QEvent::MouseMove ? Qt::NoButton : Qt::LeftButton, buttons,
                      Qt::NoModifier);
    QApplication::sendEvent(widget, &event);
}

/// Pixels of a picture that are not the commonest colour.
int drawn(QWidget& widget) {
    const QImage image = widget.grab().toImage();
    QHash<QRgb, int> counts;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            ++counts[image.pixel(x, y)];
        }
    }
    int most = 0;
    for (const int count : counts) {
        most = std::max(most, count);
    }
    return image.width() * image.height() - most;
}

} // namespace

class TestExploreWidgets : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aChipIsClickedDraggedAndLetGo();
    void aChipWithoutAPhraseIsDead();
    void escapeEndsADrag();
    void rollsAreChosenByMouseAndKeys();
    void curvesShowAndTellTheirValues();
    void thePanelAsksForWhatItsButtonsSay();
    void aSweepIsSortedByStrength();
    void sweepValuesFollowTheSlider();
    void propertySlidersCoverTheirRange();
    void genresAskToMoveAndToDraw();
    void valuesAreReadable();
    void placesInAnEllipse();
    void everyControlHasANameAndIsLargeEnough();
};

void TestExploreWidgets::aChipIsClickedDraggedAndLetGo() {
    PhraseChip chip(nullptr);
    chip.resize(200, 34);
    chip.setPhrase(QStringLiteral("Song"));
    chip.show();
    QSignalSpy clicked(&chip, &QAbstractButton::clicked);
    QSignalSpy began(&chip, &PhraseChip::dragBegan);
    QSignalSpy moved(&chip, &PhraseChip::dragMoved);
    QSignalSpy dropped(&chip, &PhraseChip::dragDropped);
    QTest::mouseClick(&chip, Qt::LeftButton);
    QCOMPARE(clicked.count(), 1);
    mouse(&chip, QEvent::MouseButtonPress, {20, 15}, Qt::LeftButton);
    mouse(&chip, QEvent::MouseMove, {22, 15}, Qt::LeftButton);
    QCOMPARE(began.count(), 0); // a hand that shakes
    mouse(&chip, QEvent::MouseMove, {120, -60}, Qt::LeftButton);
    mouse(&chip, QEvent::MouseMove, {400, -90}, Qt::LeftButton);
    mouse(&chip, QEvent::MouseButtonRelease, {400, -90}, Qt::NoButton);
    QCOMPARE(began.count(), 1);
    QCOMPARE(moved.count(), 2);
    QCOMPARE(dropped.count(), 1);
    QCOMPARE(dropped.at(0).at(0).toPoint(), chip.mapToGlobal(QPoint(400, -90)));
    QCOMPARE(clicked.count(), 1); // a drag is not a click
}

void TestExploreWidgets::aChipWithoutAPhraseIsDead() {
    PhraseChip chip(nullptr);
    chip.show();
    QVERIFY(!chip.isEnabled());
    QSignalSpy clicked(&chip, &QAbstractButton::clicked);
    QTest::mouseClick(&chip, Qt::LeftButton);
    QCOMPARE(clicked.count(), 0);
    chip.setPhrase(QStringLiteral("Song"));
    chip.setFocus();
    QTest::keyClick(&chip, Qt::Key_Return);
    QCOMPARE(clicked.count(), 1);
}

void TestExploreWidgets::escapeEndsADrag() {
    PhraseChip chip(nullptr);
    chip.setPhrase(QStringLiteral("Song"));
    chip.resize(200, 34);
    chip.show();
    QSignalSpy cancelled(&chip, &PhraseChip::dragCancelled);
    QSignalSpy dropped(&chip, &PhraseChip::dragDropped);
    mouse(&chip, QEvent::MouseButtonPress, {20, 15}, Qt::LeftButton);
    mouse(&chip, QEvent::MouseMove, {150, 15}, Qt::LeftButton);
    QTest::keyClick(&chip, Qt::Key_Escape);
    mouse(&chip, QEvent::MouseButtonRelease, {150, 15}, Qt::NoButton);
    QCOMPARE(cancelled.count(), 1);
    QCOMPARE(dropped.count(), 0);
}

void TestExploreWidgets::rollsAreChosenByMouseAndKeys() {
    RollStrip strip(nullptr);
    strip.resize(240, 200);
    strip.setRolls({oneNote(60), nullptr, oneNote(72)}, 2);
    strip.show();
    QSignalSpy asked(&strip, &RollStrip::rowActivated);
    QTest::mouseClick(&strip, Qt::LeftButton, {}, strip.rowRect(2).center());
    QCOMPARE(asked.takeFirst().at(0).toInt(), 2);
    strip.setFocus();
    QTest::keyClick(&strip, Qt::Key_Up);
    QTest::keyClick(&strip, Qt::Key_Up);
    QTest::keyClick(&strip, Qt::Key_Up); // no further than the first
    QTest::keyClick(&strip, Qt::Key_Return);
    QCOMPARE(asked.takeFirst().at(0).toInt(), 0);
    // All rows have their room, without touching each other.
    QVERIFY(strip.rowRect(0).bottom() < strip.rowRect(1).top());
    QVERIFY(strip.rect().contains(strip.rowRect(2)));
    const int before = drawn(strip);
    strip.setActive(1);
    QVERIFY(drawn(strip) != before);
}

void TestExploreWidgets::curvesShowAndTellTheirValues() {
    CurveChart chart(nullptr);
    chart.resize(160, 100);
    const int empty = drawn(chart);
    chart.setCurves(QStringLiteral("Notes"),
                    {{QStringLiteral("drums"), {1.0, 2.0, std::nullopt}},
                     {QStringLiteral("bass"), {3.0, 3.0, 3.0}}},
                    false);
    QVERIFY(drawn(chart) > empty);
    QCOMPARE(chart.accessibleDescription(),
             QStringLiteral("drums: 1.0 2.0 \u2013\nbass: 3.0 3.0 3.0"));
    chart.setCurves(QStringLiteral("Held"), {{QStringLiteral("drums"), {0.25}}}, true);
    QCOMPARE(chart.accessibleDescription(), QStringLiteral("drums: 25.0"));
}

void TestExploreWidgets::thePanelAsksForWhatItsButtonsSay() {
    InterpolatePanel panel;
    panel.show();
    QCOMPARE(panel.points(), 5);
    QSignalSpy points(&panel, &InterpolatePanel::pointsChanged);
    for (auto* button : panel.findChildren<QToolButton*>()) {
        if (button->text() == QLatin1String("7")) {
            QTest::mouseClick(button, Qt::LeftButton);
        }
    }
    QCOMPARE(points.takeFirst().at(0).toInt(), 7);
    panel.setEnds(QStringLiteral("One"), QStringLiteral("Two"));
    std::vector<InterpolationPoint> result(2);
    result[0].song = oneNote(60);
    result[0].properties = codec::propertiesOf(*result[0].song, 1);
    panel.setResult(result, 1); // the second is still to come
    QSignalSpy all(&panel, &InterpolatePanel::playAllAsked);
    QSignalSpy midi(&panel, &InterpolatePanel::saveMidiAsked);
    const auto press = [&](const QString& text) {
        for (auto* button : panel.findChildren<QAbstractButton*>()) {
            if (button->text() == text) {
                QTest::mouseClick(button, Qt::LeftButton);
            }
        }
    };
    press(QStringLiteral("Play all"));
    QCOMPARE(all.count(), 0);
    result[1] = result[0];
    panel.setResult(result, 1);
    press(QStringLiteral("Play all"));
    press(QStringLiteral("MIDI..."));
    QCOMPARE(all.count(), 1);
    QCOMPARE(midi.count(), 1);
    // The piano (guitar family) has one note a bar, the others none.
    QCOMPARE(*panel.charts()[0]->lines()[2].values[0], 1.0);
    QCOMPARE(*panel.charts()[0]->lines()[1].values[0], 0.0);
    QVERIFY(!panel.charts()[1]->lines()[1].values[0]);
}

void TestExploreWidgets::aSweepIsSortedByStrength() {
    SweepPanel panel;
    panel.resize(340, 500);
    panel.show();
    const double strengths[] = {0.2, -0.9, 0.5};
    for (int dimension = 0; dimension < 3; ++dimension) {
        SweptDimension swept;
        swept.dimension = dimension;
        swept.r[0][2] = strengths[dimension];
        swept.r[1][2] = -strengths[dimension] / 2;
        panel.model()->put(swept);
    }
    SweptDimension never;
    never.dimension = 3;
    panel.model()->put(never);
    const auto shown = [&](int row, int column) {
        return panel.table()->model()->index(row, column).data().toString();
    };
    panel.table()->sortByColumn(3, Qt::DescendingOrder);
    QCOMPARE(shown(0, 0), QStringLiteral("z2")); // by strength, whatever the sign
    QCOMPARE(shown(0, 3), QStringLiteral("-0.90"));
    QCOMPARE(shown(1, 0), QStringLiteral("z3"));
    QCOMPARE(shown(3, 3), QStringLiteral("\u2013"));
    panel.track()->setCurrentIndex(1); // drums
    QCOMPARE(shown(0, 3), QStringLiteral("0.45"));
    // A dimension measured again takes its own row.
    never.r[1][2] = 1.0;
    panel.model()->put(never);
    QCOMPARE(panel.model()->rowCount(), 4);
    QCOMPARE(shown(0, 0), QStringLiteral("z4"));
}

void TestExploreWidgets::sweepValuesFollowTheSlider() {
    SweepPanel panel;
    panel.show();
    SweptDimension swept;
    swept.dimension = 7;
    panel.model()->put(swept);
    QSignalSpy chosen(&panel, &SweepPanel::dimensionChosen);
    panel.chooseDimension(7);
    QCOMPARE(chosen.takeFirst().at(0).toInt(), 7);
    panel.setSliderEnabled(true);
    panel.setValue(1, QStringLiteral("0.5"));
    QSignalSpy changed(&panel, &SweepPanel::valueChanged);
    QTest::keyClick(panel.slider(), Qt::Key_Home);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(changed.at(0).at(0).toInt(), 7);
    QCOMPARE(changed.at(0).at(1).toDouble(), -SweepPanel::kReach);
    QVERIFY(changed.at(0).at(2).toBool()); // keys need no letting go
    panel.slider()->setSliderDown(true);
    panel.slider()->setValue(0);
    QVERIFY(!changed.at(1).at(2).toBool());
    panel.slider()->setSliderDown(false);
    QVERIFY(changed.at(2).at(2).toBool());
}

void TestExploreWidgets::propertySlidersCoverTheirRange() {
    PropertyPanel panel;
    panel.setProperties(
        {{Measure::Notes, {}, 2, 12, 0.8}, {Measure::Held, codec::Family::Bass, 0.25, 0.25, 0.1}});
    panel.show();
    panel.setSlidersEnabled(true);
    QVERIFY(panel.slider(0)->isEnabled());
    QVERIFY(!panel.slider(1)->isEnabled()); // it has nowhere to go
    panel.setValues({std::nullopt, std::nullopt}, {7.0, 0.25});
    QCOMPARE(panel.slider(0)->value(), 50);
    QCOMPARE(panel.achievedText(0), QStringLiteral("7.0"));
    QCOMPARE(panel.achievedText(1), QStringLiteral("25 %"));
    QVERIFY(panel.wantedText(0).isEmpty());
    QSignalSpy changed(&panel, &PropertyPanel::wantedChanged);
    QTest::keyClick(panel.slider(0), Qt::Key_End);
    QCOMPARE(changed.at(0).at(0).toInt(), 0);
    QCOMPARE(changed.at(0).at(1).toDouble(), 12.0);
    panel.setValues({12.0, std::nullopt}, {10.5, 0.25});
    QCOMPARE(panel.wantedText(0), QStringLiteral("target 12.0"));
    QCOMPARE(panel.achievedText(0), QStringLiteral("10.5"));
    QCOMPARE(panel.slider(0)->value(), 100); // stays at what is wanted
    QCOMPARE(changed.count(), 1);            // showing asks for nothing
}

void TestExploreWidgets::genresAskToMoveAndToDraw() {
    GenrePanel panel;
    panel.setGenres({{QStringLiteral("jazz"), Qt::red}, {QStringLiteral("pop"), Qt::blue}});
    panel.show();
    panel.setMoveEnabled(false, true);
    QSignalSpy moved(&panel, &GenrePanel::moveAsked);
    QSignalSpy wanted(&panel, &GenrePanel::newPhraseAsked);
    QTest::mouseClick(panel.moveButton(1), Qt::LeftButton);
    QTest::mouseClick(panel.newButton(1), Qt::LeftButton);
    QCOMPARE(moved.count(), 0);
    QCOMPARE(wanted.takeFirst().at(0).toInt(), 1);
    panel.setMoveEnabled(true, true);
    QTest::mouseClick(panel.moveButton(0), Qt::LeftButton);
    QCOMPARE(moved.takeFirst().at(0).toInt(), 0);
    panel.setScores({0.1, 0.9}, {0.8, 0.2});
    QCOMPARE(panel.bar(0)->now(), 0.8);
    QCOMPARE(panel.bar(0)->toolTip(), QStringLiteral("80 %, before 10 %"));
}

void TestExploreWidgets::valuesAreReadable() {
    QCOMPARE(measureText(Measure::Held, 0.256), QStringLiteral("26 %"));
    QCOMPARE(measureText(Measure::Notes, 12.34), QStringLiteral("12.3"));
    QCOMPARE(measureText(Measure::MeanPitch, {}), QStringLiteral("\u2013"));
    for (const Measure measure : codec::kMeasures) {
        QVERIFY(!measureTitle(measure).isEmpty());
    }
    QCOMPARE(trackTitle(codec::Family::Guitar), QStringLiteral("guitar"));
}

void TestExploreWidgets::placesInAnEllipse() {
    const MapComponent long_{{}, 0, {10, 5}, {4, 0}, {0, 1}, {}};
    QVERIFY(contains(long_, {13.9, 5}, 0));
    QVERIFY(!contains(long_, {14.1, 5}, 0));
    QVERIFY(!contains(long_, {10, 6.1}, 0));
    QVERIFY(contains(long_, {10, 6.1}, 1.5)); // a thin one is widened for the hand
    QVERIFY(!contains(long_, {13, 5.9}, 0));  // (3/4)^2 + .9^2 > 1
    // Turned by a right angle.
    const MapComponent turned{{}, 0, {0, 0}, {0, 4}, {-1, 0}, {}};
    QVERIFY(contains(turned, {0, 3.9}, 0));
    QVERIFY(!contains(turned, {1.1, 0}, 0));
    // No spread at all: a disc of the reach.
    const MapComponent point{{}, 0, {0, 0}, {0, 0}, {0, 0}, {}};
    QVERIFY(contains(point, {0.9, 0}, 1));
    QVERIFY(!contains(point, {0.8, 0.8}, 1));
}

void TestExploreWidgets::everyControlHasANameAndIsLargeEnough() {
    InterpolatePanel between;
    SweepPanel sweep;
    PropertyPanel properties;
    properties.setProperties({{Measure::Notes, {}, 2, 12, 0.8}});
    GenrePanel genre;
    genre.setGenres({{QStringLiteral("jazz"), Qt::red}});
    for (QWidget* panel : std::initializer_list<QWidget*>{&between, &sweep, &properties, &genre}) {
        panel->resize(320, 600);
        panel->show();
        for (const QWidget* child : panel->findChildren<QWidget*>()) {
            const auto* button = qobject_cast<const QAbstractButton*>(child);
            const bool control = (button != nullptr && !button->inherits("QTableCornerButton")) ||
                                 qobject_cast<const QSlider*>(child) != nullptr ||
                                 qobject_cast<const QComboBox*>(child) != nullptr;
            if (!control || !child->isVisible()) {
                continue;
            }
            QVERIFY2(!child->accessibleName().isEmpty() ||
                         (button != nullptr && !button->text().isEmpty()),
                     child->metaObject()->className());
            QVERIFY2(child->height() >= 22, child->metaObject()->className());
        }
    }
}

QTEST_MAIN(TestExploreWidgets)
#include "tst_explore_widgets.moc"
