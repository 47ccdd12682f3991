// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/mnemonics.h"
#include "tests/support/test_support.h"
#include "widgets/common/theme.h"
#include "widgets/map/latent_map.h"
#include "widgets/train/curve_plot.h"
#include "widgets/train/curve_series.h"
#include "widgets/train/epoch_strip.h"
#include "widgets/train/epoch_view.h"
#include "widgets/train/train_panel.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QTime>
#include <QToolButton>
#include <algorithm>
#include <cmath>
#include <set>

using namespace canto;
using namespace canto::widgets;
using Kind = CurvePlot::Kind;
using State = TrainPanel::State;

class TestTrainingWidgets : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void aSeriesKeepsLeastMostAndMean();
    void aSeriesWithoutAnEndStaysSmall();
    void whatIsNotFiniteIsSkipped();
    void aPlotOfAnEndlessRunDrawsFewPoints();
    void theLegendTogglesTerms();
    void aLogarithmicAxisLeavesGaps();
    void theCurvesAreDrawn();
    void theFirstValueIsDrawn();
    void anErrorDoesNotFlattenTheAccuracy();
    void theRestIsUnderAllMeasures();
    void everyTermHasAColourOfItsOwn();
    void theTimeLeftIsARange();
    void everyStateHasItsButtons_data();
    void everyStateHasItsButtons();
    void theButtonsAsk();
    void startIsDisabledWithTheReason();
    void theStatusSaysPaceAndTimeLeft();
    void resumingEndsTheMessageOfThePause();
    void theFocusGoesToPauseNeverToCancel();
    void noTwoShortcutsAreTheSame();
    void theFormGivesItsChoiceBack();
    void aLongFileNameDoesNotWidenTheForm();
    void theStripFollowsUntilMovedBack();
    void theViewMovesBetweenEpochs();
    void nothingIsCutInEitherTheme();
};

void TestTrainingWidgets::initTestCase() { applyTheme(*qApp, Scheme::Light); }

void TestTrainingWidgets::aSeriesKeepsLeastMostAndMean() {
    CurveSeries series(0.5);
    series.add(1, 4);
    series.add(2, 2);
    QCOMPARE(series.buckets().size(), std::size_t(2));
    QCOMPARE(series.buckets()[0].smooth, 4.0);
    // By hand: sum = .5 (.5 * 4) + .5 * 2 = 2, weight = .5 * .5 + .5 = .75.
    QCOMPARE(series.buckets()[1].smooth, 2.0 / 0.75);
}

void TestTrainingWidgets::aSeriesWithoutAnEndStaysSmall() {
    CurveSeries series;
    for (int i = 0; i < 1'000'000; ++i) {
        series.add(i, i == 777'777 ? 50.0 : i == 123'456 ? -9.0 : 1.0);
    }
    QCOMPARE(series.size(), std::size_t(1'000'000));
    QVERIFY(series.buckets().size() <= CurveSeries::kMostBuckets);
    double least = 1, most = 1;
    std::size_t count = 0;
    for (const auto& bucket : series.buckets()) {
        least = std::min(least, bucket.least);
        most = std::max(most, bucket.most);
        count += bucket.count;
    }
    // No extreme is lost, and no value is counted twice.
    QCOMPARE(least, -9.0);
    QCOMPARE(most, 50.0);
    QCOMPARE(count, std::size_t(1'000'000));
    QCOMPARE(series.buckets().front().first, 0.0);
    QCOMPARE(series.buckets().back().last, 999'999.0);
}

void TestTrainingWidgets::whatIsNotFiniteIsSkipped() {
    CurveSeries series;
    series.add(1, std::nan(""));
    series.add(2, 1.0 / 0.0);
    series.add(3, 5);
    QCOMPARE(series.buckets().size(), std::size_t(1));
    QCOMPARE(series.skipped(), std::size_t(2));
    QCOMPARE(series.buckets()[0].smooth, 5.0);
}

void TestTrainingWidgets::aPlotOfAnEndlessRunDrawsFewPoints() {
    CurvePlot plot;
    for (int i = 0; i < 200'000; ++i) {
        plot.addPoint(QStringLiteral("loss"), Kind::Training, i, 1.0 / (1 + i));
    }
    plot.render({300, 200});
    // Raw: two points a bucket; smoothed: one.
    QVERIFY(plot.pointsDrawn() > 300);
    QVERIFY2(plot.pointsDrawn() <= int(3 * CurveSeries::kMostBuckets),
             qPrintable(QString::number(plot.pointsDrawn())));
}

void TestTrainingWidgets::theLegendTogglesTerms() {
    CurvePlot plot;
    plot.resize(360, 320);
    plot.show();
    for (int i = 0; i < 10; ++i) {
        plot.addPoint(QStringLiteral("a.one"), Kind::Training, i, 2);
        plot.addPoint(QStringLiteral("a.two"), Kind::Training, i, 3);
        plot.addPoint(QStringLiteral("a.gradient"), Kind::Training, i, 90);
    }
    plot.render({300, 200});
    QVERIFY(!plot.termShown(QStringLiteral("a.gradient")));
    QCOMPARE(plot.pointsDrawn(), 20); // two lines of the headline
    QTest::mouseClick(plot.findChild<QToolButton*>(QStringLiteral("allMeasures")), Qt::LeftButton);
    plot.render({300, 200});
    QVERIFY(!plot.termShown(QStringLiteral("a.gradient")));
    QCOMPARE(plot.pointsDrawn(), 40); // two lines of two terms
    auto* box = plot.findChild<QCheckBox*>(QStringLiteral("term.a.two"));
    QVERIFY(box != nullptr);
    QTest::mouseClick(box, Qt::LeftButton, {}, QPoint(8, box->height() / 2));
    plot.render({300, 200});
    QVERIFY(!plot.termShown(QStringLiteral("a.two")));
    QCOMPARE(plot.pointsDrawn(), 20);
    QTest::keyClick(box, Qt::Key_Space);
    plot.render({300, 200});
    QCOMPARE(plot.pointsDrawn(), 40);
    QVERIFY2(box->text().startsWith(QStringLiteral("two  3")), qPrintable(box->text()));
    plot.clear();
    QVERIFY(plot.terms().isEmpty());
}

void TestTrainingWidgets::aLogarithmicAxisLeavesGaps() {
    CurvePlot plot;
    for (int i = 0; i < 20; ++i) {
        plot.addPoint(QStringLiteral("loss"), Kind::Training, i, i == 10 ? -5.0 : 100.0);
    }
    plot.resize(400, 300);
    const auto seen = [&](bool logarithmic) { // in the widget itself, at once
        plot.setLogarithmic(logarithmic);
        plot.render({300, 200});
        for (QWidget* child : plot.findChildren<QWidget*>()) {
            if (child->inherits("QCustomPlot")) {
                return child->grab().toImage();
            }
        }
        return QImage();
    };
    const QImage linear = seen(false);
    QVERIFY(seen(true) != linear);
    QVERIFY(plot.logarithmic());
    QCOMPARE(seen(false), linear);
    auto* box = plot.findChild<QCheckBox*>(QStringLiteral("logAxis"));
    QVERIFY(!box->isChecked());
}

void TestTrainingWidgets::theCurvesAreDrawn() {
    CurvePlot plot;
    for (int i = 0; i < 100; ++i) {
        plot.addPoint(QStringLiteral("loss"), Kind::Training, i, 5 - 0.04 * i);
    }
    plot.addPoint(QStringLiteral("accuracy"), Kind::Measure, 50, 0.5);
    plot.addPoint(QStringLiteral("accuracy"), Kind::Measure, 99, 0.8);
    const QImage image = plot.render({400, 240});
    const auto count = [&](const QColor& wanted) {
        int pixels = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                const QColor is = image.pixelColor(x, y);
                pixels += std::abs(is.red() - wanted.red()) < 12 &&
                          std::abs(is.green() - wanted.green()) < 12 &&
                          std::abs(is.blue() - wanted.blue()) < 12;
            }
        }
        return pixels;
    };
    QVERIFY(count(classPalette(false)[0]) > 150); // the strong line across
    QVERIFY(count(classPalette(false)[1]) > 20);  // the dashed one
}

namespace {

constexpr int kLeastWidth = 306; ///< of a panel at the side, without its scroll bar

/// Rows (0 at the top, 1 at the bottom) of the pixels that have a colour.
std::vector<double> rowsOf(const QImage& image, const QColor& wanted) {
    std::vector<double> rows;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            const QColor is = image.pixelColor(x, y);
            if (std::abs(is.red() - wanted.red()) < 12 &&
                std::abs(is.green() - wanted.green()) < 12 &&
                std::abs(is.blue() - wanted.blue()) < 12) {
                rows.push_back(double(y) / image.height());
            }
        }
    }
    return rows;
}

TrainEntry entry(const char* name) { return {QLatin1String(name), QLatin1String(name), {}}; }

/// Data and a preset are there: Start can be pressed.
void makeReady(TrainPanel& panel) {
    panel.form()->setDatasets({entry("songs")});
    panel.form()->setPresets({entry("transformer")});
}

} // namespace

void TestTrainingWidgets::theFirstValueIsDrawn() {
    CurvePlot plot;
    const auto pixels = [&] {
        return rowsOf(plot.render({400, 240}), classPalette(false)[0]).size();
    };
    QCOMPARE(pixels(), std::size_t(0));
    plot.addPoint(QStringLiteral("loss"), Kind::Training, 1, 5);
    QVERIFY2(pixels() > 8, qPrintable(QString::number(pixels()))); // a dot
}

void TestTrainingWidgets::anErrorDoesNotFlattenTheAccuracy() {
    CurvePlot plot;
    plot.resize(400, 700);
    plot.setAllShown(true);
    plot.show();
    for (const double step : {10.0, 20.0, 30.0}) {
        plot.addPoint(QStringLiteral("loss"), Kind::Training, step, 3);
        plot.addPoint(QStringLiteral("all.accuracy"), Kind::Measure, step, 0.9);
        plot.addPoint(QStringLiteral("all.onsetF1"), Kind::Measure, step, 0.8);
        plot.addPoint(QStringLiteral("all.velocityError"), Kind::Quantity, step, 20);
    }
    // At 90 of 100 %: near the top of the headline's chart.
    const auto rows =
        rowsOf(plot.render({400, 240}), plot.termColour(QStringLiteral("all.accuracy")));
    QVERIFY(rows.size() > 20);
    QVERIFY2(*std::max_element(rows.begin(), rows.end()) < 0.3,
             qPrintable(QString::number(*std::max_element(rows.begin(), rows.end()))));
    // The other share likewise, beside the error in the chart of the validations.
    QWidget* details = nullptr;
    for (QWidget* child : plot.findChildren<QWidget*>()) {
        details = child->inherits("QCustomPlot") && child->isVisible() ? child : details;
    }
    QVERIFY(details != nullptr);
    const auto others =
        rowsOf(details->grab().toImage(), plot.termColour(QStringLiteral("all.onsetF1")));
    QVERIFY(others.size() > 20);
    const double lowest = *std::max_element(others.begin(), others.end());
    QVERIFY2(lowest > 0.5 && lowest < 0.7, qPrintable(QString::number(lowest)));
}

void TestTrainingWidgets::theRestIsUnderAllMeasures() {
    CurvePlot plot;
    plot.resize(360, 700);
    plot.show();
    plot.addPoint(QStringLiteral("critic.distance"), Kind::Training, 1, 2);
    plot.addPoint(QStringLiteral("autoencoder.reconstruction"), Kind::Training, 1, 3);
    plot.addPoint(QStringLiteral("all.onsetF1"), Kind::Measure, 1, 0.2);
    plot.addPoint(QStringLiteral("all.accuracy"), Kind::Measure, 1, 0.4);
    plot.setHeadline(
        {QStringLiteral("autoencoder.reconstruction"), QStringLiteral("all.accuracy")});
    const auto seen = [&](const char* name) {
        return plot.findChild<QCheckBox*>(QStringLiteral("term.") + QLatin1String(name))
            ->isVisible();
    };
    plot.render({300, 200});
    QVERIFY(seen("autoencoder.reconstruction") && seen("all.accuracy"));
    QVERIFY(!seen("critic.distance") && !seen("all.onsetF1"));
    auto* all = plot.findChild<QToolButton*>(QStringLiteral("allMeasures"));
    QTest::mouseClick(all, Qt::LeftButton);
    QVERIFY(plot.allShown() && seen("critic.distance") && seen("all.onsetF1"));
    plot.render({300, 200});
    const QString accuracy =
        plot.findChild<QCheckBox*>(QStringLiteral("term.all.accuracy"))->text();
    QVERIFY2(accuracy.endsWith(QStringLiteral("  40.0 %")), qPrintable(accuracy));
    QTest::mouseClick(all, Qt::LeftButton);
    QVERIFY(!seen("critic.distance"));
}

void TestTrainingWidgets::everyTermHasAColourOfItsOwn() {
    for (const bool dark : {false, true}) {
        applyTheme(*qApp, dark ? Scheme::Dark : Scheme::Light);
        CurvePlot plot;
        std::set<QRgb> colours;
        for (int i = 0; i < 30; ++i) {
            const QString term = QStringLiteral("term%1").arg(i);
            plot.addPoint(term, i % 3 == 0 ? Kind::Measure : Kind::Training, 1, 0.5);
            colours.insert(plot.termColour(term).rgb());
        }
        QCOMPARE(colours.size(), std::size_t(30));
    }
    applyTheme(*qApp, Scheme::Light);
}

void TestTrainingWidgets::theTimeLeftIsARange() {
    const QTime noon(12, 0);
    QCOMPARE(timeLeftText(-1, -1, noon), QString());
    const QString text = timeLeftText(100, 150, noon);
    QVERIFY2(text.startsWith(QStringLiteral("2 min to 3 min left")), qPrintable(text));
    // The middle, 125 s after noon.
    QVERIFY2(text.contains(QStringLiteral("02")), qPrintable(text));
    QVERIFY(timeLeftText(30, 40, noon).startsWith(QStringLiteral("30 s to 40 s left")));
}

void TestTrainingWidgets::everyStateHasItsButtons_data() {
    QTest::addColumn<State>("state");
    QTest::addColumn<QString>("usable"); // S P R F C settings(O)
    QTest::newRow("idle") << State::Idle << QStringLiteral("SO");
    QTest::newRow("unfinished") << State::Unfinished << QStringLiteral("SRO");
    QTest::newRow("starting") << State::Starting << QStringLiteral("C");
    QTest::newRow("running") << State::Running << QStringLiteral("PFC");
    QTest::newRow("pausing") << State::Pausing << QStringLiteral("C");
    QTest::newRow("paused") << State::Paused << QStringLiteral("RFC");
    QTest::newRow("finishing") << State::Finishing << QStringLiteral("C");
    QTest::newRow("cancelling") << State::Cancelling << QString();
}

void TestTrainingWidgets::everyStateHasItsButtons() {
    QFETCH(State, state);
    QFETCH(QString, usable);
    TrainPanel panel;
    panel.resize(360, 700);
    panel.show();
    makeReady(panel);
    panel.setState(state);
    QString is;
    for (const auto& [letter, name] : {std::pair{QLatin1Char('S'), "trainStartButton"},
                                       {QLatin1Char('P'), "trainPauseButton"},
                                       {QLatin1Char('R'), "trainResumeButton"},
                                       {QLatin1Char('F'), "trainFinishButton"},
                                       {QLatin1Char('C'), "trainCancelButton"}}) {
        auto* button = panel.findChild<QPushButton*>(QLatin1String(name));
        QVERIFY(button != nullptr);
        if (button->isVisible() && button->isEnabled()) {
            is += letter;
        }
    }
    if (panel.form()->isVisible()) {
        is += QLatin1Char('O');
    }
    QCOMPARE(is, usable);
}

void TestTrainingWidgets::theButtonsAsk() {
    TrainPanel panel;
    panel.resize(360, 700);
    panel.show();
    makeReady(panel);
    const auto press = [&](const char* name) {
        QTest::mouseClick(panel.findChild<QPushButton*>(QLatin1String(name)), Qt::LeftButton);
    };
    QSignalSpy start(&panel, &TrainPanel::startAsked), pause(&panel, &TrainPanel::pauseAsked),
        resume(&panel, &TrainPanel::resumeAsked), finish(&panel, &TrainPanel::finishAsked),
        cancel(&panel, &TrainPanel::cancelAsked), epochs(&panel, &TrainPanel::epochsToggled);
    press("trainStartButton");
    panel.setState(State::Running);
    press("trainPauseButton");
    panel.setState(State::Paused);
    press("trainResumeButton");
    press("trainFinishButton");
    panel.setState(State::Finishing);
    press("trainFinishButton"); // off now
    press("trainCancelButton");
    press("showEpochsButton");
    QCOMPARE(start.count(), 1);
    QCOMPARE(pause.count(), 1);
    QCOMPARE(resume.count(), 1);
    QCOMPARE(finish.count(), 1);
    QCOMPARE(cancel.count(), 1);
    QCOMPARE(epochs.count(), 1);
}

void TestTrainingWidgets::startIsDisabledWithTheReason() {
    TrainPanel panel;
    panel.resize(360, 700);
    panel.show();
    auto* start = panel.findChild<QPushButton*>(QStringLiteral("trainStartButton"));
    auto* reason = panel.findChild<QLabel*>(QStringLiteral("trainMissing"));
    QVERIFY(start->isVisible() && !start->isEnabled());
    QVERIFY(reason->isVisible());
    QVERIFY2(reason->text().contains(QStringLiteral("training data")), qPrintable(reason->text()));
    panel.form()->setDatasets({entry("songs")});
    QVERIFY(!start->isEnabled()); // nothing to train yet
    QVERIFY2(reason->text().contains(QStringLiteral("network")), qPrintable(reason->text()));
    panel.form()->setPresets({entry("transformer")});
    QVERIFY(start->isEnabled());
    QVERIFY(!reason->isVisible());
    // One's own music is among the data.
    QSignalSpy own(&panel, &TrainPanel::ownMusicAsked);
    auto* box = panel.form()->findChild<QComboBox*>(QStringLiteral("trainDataset"));
    const int at = box->findText(QStringLiteral("Train on my music..."));
    QVERIFY(at >= 0);
    box->setCurrentIndex(at);
    Q_EMIT box->activated(at);
    QCOMPARE(own.count(), 1);
    QCOMPARE(panel.form()->choice().dataset, QStringLiteral("songs"));
}

void TestTrainingWidgets::theStatusSaysPaceAndTimeLeft() {
    TrainPanel panel;
    panel.setState(State::Starting);
    panel.setState(State::Running);
    panel.setProgress({.share = 0.12,
                       .step = 5,
                       .epoch = 1,
                       .secondsPerStep = 2.897,
                       .leastLeft = 100,
                       .mostLeft = 150});
    QVERIFY2(panel.statusText().contains(QStringLiteral("2.9 s per step")),
             qPrintable(panel.statusText()));
    QVERIFY2(panel.statusText().startsWith(QStringLiteral("2 min to 3 min left")),
             qPrintable(panel.statusText()));
}

void TestTrainingWidgets::resumingEndsTheMessageOfThePause() {
    TrainPanel panel;
    panel.setState(State::Running);
    panel.setProgress({.share = 0.5, .step = 40});
    panel.setState(State::Paused);
    QVERIFY(panel.statusText().startsWith(QStringLiteral("Paused")));
    panel.setState(State::Running); // before the next step has ended
    QVERIFY2(panel.statusText().contains(QStringLiteral("step 40")),
             qPrintable(panel.statusText()));
}

void TestTrainingWidgets::theFocusGoesToPauseNeverToCancel() {
    TrainPanel panel;
    panel.resize(360, 700);
    panel.show();
    makeReady(panel);
    QSignalSpy cancel(&panel, &TrainPanel::cancelAsked), pause(&panel, &TrainPanel::pauseAsked);
    auto* start = panel.findChild<QPushButton*>(QStringLiteral("trainStartButton"));
    connect(&panel, &TrainPanel::startAsked, &panel, [&] { panel.setState(State::Starting); });
    start->setFocus();
    QTest::keyClick(start, Qt::Key_Space);
    const auto press = [&] { // a stray second press, wherever the focus is now
        QTest::keyClick(panel.focusWidget() ? panel.focusWidget() : &panel, Qt::Key_Space);
    };
    QCOMPARE(panel.state(), State::Starting);
    press();
    QCOMPARE(cancel.count(), 0);
    panel.setState(State::Running);
    press();
    QCOMPARE(cancel.count(), 0);
    QCOMPARE(pause.count(), 1);
    panel.setState(State::Pausing);
    press();
    panel.setState(State::Paused);
    QCOMPARE(cancel.count(), 0);
    QCOMPARE(panel.focusWidget()->objectName(), QStringLiteral("trainResumeButton"));
}

void TestTrainingWidgets::noTwoShortcutsAreTheSame() {
    TrainPanel panel;
    panel.resize(360, 900);
    panel.show();
    makeReady(panel);
    panel.curves()->addPoint(QStringLiteral("a.loss & more"), Kind::Training, 1, 1);
    panel.curves()->render({300, 200});
    for (const State state : {State::Idle, State::Unfinished, State::Running, State::Paused}) {
        panel.setState(state);
        QCOMPARE(test::sharedMnemonics(panel), QString());
    }
}

void TestTrainingWidgets::theFormGivesItsChoiceBack() {
    TrainForm form;
    form.setDatasets({{QStringLiteral("/a/songs.safetensors"), QStringLiteral("songs"), {}}});
    form.setPresets({{QStringLiteral("transformer"), QStringLiteral("transformer"), {}},
                     {QStringLiteral("recurrent"), QStringLiteral("recurrent"), {}}});
    form.setDevices({{QStringLiteral("auto"), QStringLiteral("automatic"), {}},
                     {QStringLiteral("cpu"), QStringLiteral("CPU"), {}}});
    TrainChoice choice;
    choice.dataset = QStringLiteral("/b/other.safetensors"); // not in the list
    choice.preset = QStringLiteral("recurrent");
    choice.device = QStringLiteral("cpu");
    choice.unit = TrainChoice::Unit::Epochs;
    choice.length = 3;
    choice.batch = 16;
    choice.seed = 5;
    form.setChoice(choice);
    const TrainChoice back = form.choice();
    QCOMPARE(back.dataset, choice.dataset);
    QCOMPARE(back.preset, choice.preset);
    QCOMPARE(back.device, choice.device);
    QVERIFY(back.unit == TrainChoice::Unit::Epochs);
    QCOMPARE(back.length, 3.0);
    QCOMPARE(back.batch, 16);
    QCOMPARE(back.seed, quint64(5));
    QVERIFY2(form.summary().contains(QStringLiteral("recurrent")), qPrintable(form.summary()));
    // "Other file..." asks and leaves what was chosen.
    QSignalSpy wanted(&form, &TrainForm::datasetWanted);
    auto* box = form.findChild<QComboBox*>(QStringLiteral("trainDataset"));
    box->setCurrentIndex(box->count() - 1);
    Q_EMIT box->activated(box->count() - 1);
    QCOMPARE(wanted.count(), 1);
    QCOMPARE(form.choice().dataset, choice.dataset);
}

void TestTrainingWidgets::aLongFileNameDoesNotWidenTheForm() {
    TrainForm form;
    const int before = form.minimumSizeHint().width();
    form.setDatasets({{QStringLiteral("x"), QString(200, QLatin1Char('w')), {}}});
    QCOMPARE(form.minimumSizeHint().width(), before);
}

void TestTrainingWidgets::theStripFollowsUntilMovedBack() {
    EpochStrip strip;
    strip.resize(400, 70);
    strip.show();
    strip.setSeeds({QStringLiteral("one"), QStringLiteral("two"), QStringLiteral("three"), {}});
    auto* a = strip.findChild<QPushButton*>(QStringLiteral("seedA"));
    QVERIFY(!a->isEnabled()); // nothing to play yet
    strip.addEpoch(QStringLiteral("Epoch 1"));
    strip.addEpoch(QStringLiteral("Epoch 2"));
    strip.addEpoch(QStringLiteral("Epoch 3"));
    QCOMPARE(strip.epoch(), 2);
    QSignalSpy chosen(&strip, &EpochStrip::epochChosen), asked(&strip, &EpochStrip::seedAsked);
    auto* slider = strip.findChild<QSlider*>(QStringLiteral("epochSlider"));
    slider->setFocus();
    QTest::keyClick(slider, Qt::Key_Left);
    QCOMPARE(strip.epoch(), 1);
    QCOMPARE(chosen.count(), 1);
    strip.addEpoch(QStringLiteral("Epoch 4"));
    QCOMPARE(strip.epoch(), 1); // somebody looks at it
    QTest::keyClick(slider, Qt::Key_End);
    strip.addEpoch(QStringLiteral("Epoch 5"));
    QCOMPARE(strip.epoch(), 4); // following again
    QTest::mouseClick(a, Qt::LeftButton);
    QCOMPARE(asked.count(), 1);
    QCOMPARE(asked.first().first().toInt(), 0);
    QVERIFY(!strip.findChild<QPushButton*>(QStringLiteral("seedD"))->isEnabled());
}

void TestTrainingWidgets::theViewMovesBetweenEpochs() {
    EpochView view;
    view.resize(500, 400);
    view.map()->setReducedMotion(true);
    view.show();
    const auto epoch = [](float shift) {
        return MapSnapshot::make({0 + shift, 1 + shift, 2 + shift}, {0, 1, 0});
    };
    view.addEpoch(epoch(0), QStringLiteral("Epoch 1"));
    view.addEpoch(epoch(5), QStringLiteral("Epoch 2"));
    QCOMPARE(view.map()->snapshot()->x()[0], 5.0f);
    QSignalSpy seed(&view, &EpochView::seedAsked), point(&view, &EpochView::pointAsked),
        close(&view, &EpochView::closeAsked);
    view.strip()->setSeeds({QStringLiteral("one")});
    view.strip()->setEpoch(0);
    QCOMPARE(view.map()->snapshot()->x()[0], 0.0f);
    QTest::mouseClick(view.findChild<QPushButton*>(QStringLiteral("seedA")), Qt::LeftButton);
    QCOMPARE(seed.count(), 1);
    QCOMPARE(seed.first().at(0).toInt(), 0);
    QTRY_VERIFY(view.map()->settled());
    QTest::mouseClick(view.map(), Qt::LeftButton, {}, view.map()->toPixel({1, 1}).toPoint());
    QCOMPARE(point.count(), 1);
    QCOMPARE(point.first().at(1).toLongLong(), qint64(1));
    QTest::mouseClick(view.findChild<QPushButton*>(QStringLiteral("closeEpochs")), Qt::LeftButton);
    QCOMPARE(close.count(), 1);
    view.clear();
    QCOMPARE(view.count(), 0);
}

void TestTrainingWidgets::nothingIsCutInEitherTheme() {
    const QString folder = qEnvironmentVariable("CANTO_GRABS");
    for (const bool dark : {false, true}) {
        applyTheme(*qApp, dark ? Scheme::Dark : Scheme::Light);
        TrainPanel panel;
        panel.form()->setDatasets({{QStringLiteral("/a"), QStringLiteral("genre5"), {}}});
        panel.form()->setPresets({{QStringLiteral("t"), QStringLiteral("transformer"), {}}});
        panel.form()->setDevices({{QStringLiteral("c"), QStringLiteral("CPU, 15.2 GB free"), {}}});
        panel.resize(kLeastWidth, 760);
        panel.show();
        panel.curves()->setAllShown(true);
        for (int i = 1; i <= 400; ++i) {
            const double noise = 0.3 * std::sin(i * 12.9898) * std::cos(i * 78.233);
            panel.curves()->addPoint(QStringLiteral("autoencoder.reconstruction"), Kind::Training,
                                     i, 1.2 + 6 * std::exp(-i / 90.0) + noise);
            panel.curves()->addPoint(QStringLiteral("critic.distance"), Kind::Training, i,
                                     0.6 + noise);
            if (i % 80 == 0) {
                panel.curves()->addPoint(QStringLiteral("strict.accuracy"), Kind::Measure, i,
                                         0.5 + 0.001 * i);
                panel.curves()->addPoint(QStringLiteral("all.onsetF1"), Kind::Measure, i,
                                         0.2 + 0.001 * i);
                panel.curves()->addPoint(QStringLiteral("all.velocityError"), Kind::Quantity, i,
                                         22 - 0.02 * i);
            }
        }
        for (const State state : {State::Idle, State::Running, State::Paused}) {
            panel.setState(state);
            panel.setProgress({.share = 0.37,
                               .step = 1240,
                               .epoch = 3,
                               .secondsPerStep = 0.31,
                               .leastLeft = 340,
                               .mostLeft = 410});
            QApplication::processEvents();
            panel.curves()->render({300, 200});
            QApplication::processEvents();
            // A button as wide as its words, at the least width that the window gives the panel.
            for (auto* button : panel.findChildren<QPushButton*>()) {
                if (button->isVisible()) {
                    QVERIFY2(button->width() >= button->minimumSizeHint().width(),
                             qPrintable(button->text()));
                }
            }
            if (!folder.isEmpty()) {
                panel.grab().save(
                    QStringLiteral("%1/train-panel-%2-%3.png")
                        .arg(folder, dark ? QStringLiteral("dark") : QStringLiteral("light"))
                        .arg(int(state)));
            }
        }
    }
}

QTEST_MAIN(TestTrainingWidgets)
#include "tst_training_widgets.moc"
