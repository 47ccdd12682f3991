// SPDX-License-Identifier: GPL-3.0-or-later
// Hours of use in a row: the real window on the shipped library, offscreen, worked by random
// clicks, drags, wheel turns and keys, always the same ones for a seed, while training is started
// and stopped. Prints as JSON how much memory the process has over time, and how long the window
// did not answer.
//
//   bench_soak [--minutes 120] [--dataset songs.safetensors] [--seed 1] [--picture curve.png]

#include "app/features/training/training_controller.h"
#include "app/library/model_store.h"
#include "app/program/environment.h"
#include "app/program/process_figures.h"
#include "app/shell/main_window.h"
#include "app/spaces/spaces.h"
#include "app/workspace/map_controller.h"
#include "core/base/quick_exit.h"
#include "core/base/random.h"
#include "tests/support/stall_probe.h"
#include "widgets/map/latent_map.h"
#include "widgets/map/plot_header.h"

#include <QCommandLineParser>
#include <QDockWidget>
#include <QKeyEvent>
#include <QTemporaryDir>
#include <QWheelEvent>
#include <cstdio>
#include <malloc.h>

using namespace canto;
using nlohmann::json;

namespace {

constexpr int kBetweenMs = 60; ///< from one action to the next: faster than anybody
constexpr int kSampleSeconds = 5;
constexpr int kTrainSeconds = 60; ///< a run is started and cancelled in turn this often
constexpr double kSettledMinutes = 10;

using State = widgets::TrainPanel::State;

class Hands {
  public:
    Hands(app::MainWindow& window, std::uint64_t seed) : m_window(window), m_random(seed) {}

    /// One action.
    void act() {
        switch (m_random.below(12)) {
        case 0:
            drag({}, 20);
            ++m_counts["drags"];
            break;
        case 1:
            drag(m_random.below(2) == 0 ? Qt::ShiftModifier : Qt::NoModifier, 8);
            ++m_counts["drags"];
            break;
        case 2:
            wheel();
            ++m_counts["wheel"];
            break;
        case 3:
        case 4:
            key();
            ++m_counts["keys"];
            break;
        case 5:
            panel();
            ++m_counts["panels"];
            break;
        default:
            test::click(map(), place());
            ++m_counts["clicks"];
        }
    }
    json counts() const { return m_counts; }

  private:
    widgets::LatentMap& map() { return *m_window.map(); }

    /// A point of the library or anywhere on the map, in pixels.
    QPointF place() {
        const auto snapshot = map().snapshot();
        if (snapshot && snapshot->size() > 0 && m_random.below(2) == 0) {
            const auto row = qint64(m_random.below(snapshot->size()));
            const QPointF at = map().toPixel(m_window.workspace().maps().placeOf(row));
            if (QRectF(map().rect()).contains(at)) {
                return at;
            }
        }
        return {m_random.uniform() * map().width(), m_random.uniform() * map().height()};
    }

    void mouse(QEvent::Type type, QPointF at, Qt::KeyboardModifiers modifiers) {
        const auto pressed = type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton;
        QMouseEvent event(type, at, map().mapToGlobal(at),
                          type == QEvent::MouseMove ? Qt::NoButton : Qt::LeftButton, pressed,
                          modifiers);
        QApplication::sendEvent(&map(), &event);
    }
    void drag(Qt::KeyboardModifiers modifiers, int steps) {
        const QPointF from = place(), to = place();
        mouse(QEvent::MouseButtonPress, from, modifiers);
        for (int step = 1; step <= steps; ++step) {
            mouse(QEvent::MouseMove, from + (to - from) * step / steps, modifiers);
        }
        mouse(QEvent::MouseButtonRelease, to, modifiers);
    }
    void wheel() {
        const QPointF at = place();
        QWheelEvent event(at, map().mapToGlobal(at), {}, {0, m_random.below(2) == 0 ? 120 : -120},
                          Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
        QApplication::sendEvent(&map(), &event);
    }
    void key() {
        constexpr int kKeys[] = {Qt::Key_Left,   Qt::Key_Right,  Qt::Key_Up,    Qt::Key_Down,
                                 Qt::Key_Return, Qt::Key_Escape, Qt::Key_Space, Qt::Key_F,
                                 Qt::Key_P,      Qt::Key_S};
        const int which = kKeys[m_random.below(std::size(kKeys))];
        map().setFocus();
        for (const auto type : {QEvent::KeyPress, QEvent::KeyRelease}) {
            QKeyEvent event(type, which, Qt::NoModifier);
            QApplication::sendEvent(&map(), &event);
        }
        if (which == Qt::Key_F) {
            map().fit(); // keys of menus need a window manager
        } else if (which == Qt::Key_P || which == Qt::Key_S) {
            map().setTool(which == Qt::Key_P ? widgets::LatentMap::Tool::Path
                                             : widgets::LatentMap::Tool::Select);
        } else if (which == Qt::Key_Escape) {
            m_window.escape();
        }
    }
    void panel() {
        const auto& docks = m_window.docks();
        QDockWidget* dock = docks[m_random.below(docks.size())];
        dock->show();
        dock->raise();
    }

    app::MainWindow& m_window;
    Random m_random;
    std::map<std::string, int> m_counts;
};

/// Memory over time, as a picture.
bool draw(const QString& file, const json& samples) {
    QCustomPlot plot;
    plot.resize(900, 420);
    QVector<double> minutes, all, own;
    double highest = 0;
    for (const auto& sample : samples) {
        minutes.append(sample["minutes"].get<double>());
        all.append(sample["residentMiB"].get<double>());
        own.append(sample["ownMiB"].get<double>());
        highest = std::max(highest, all.back());
    }
    const std::pair<QVector<double>*, QColor> lines[] = {{&all, QColor(0x2B, 0x5F, 0xD9)},
                                                         {&own, QColor(0xC7, 0x48, 0x00)}};
    for (const auto& [values, colour] : lines) {
        plot.addGraph();
        plot.graph()->setPen(QPen(colour, 2));
        plot.graph()->setData(minutes, *values, true);
    }
    plot.graph(0)->setName(QStringLiteral("resident memory"));
    plot.graph(1)->setName(QStringLiteral("without files that are shared with other programs"));
    plot.legend->setVisible(true);
    plot.axisRect()->insetLayout()->setInsetAlignment(0, Qt::AlignBottom | Qt::AlignRight);
    plot.xAxis->setLabel(QStringLiteral("minutes of use"));
    plot.yAxis->setLabel(QStringLiteral("MiB"));
    plot.xAxis->setRange(0, minutes.isEmpty() ? 1 : minutes.back());
    plot.yAxis->setRange(0, highest * 1.1);
    return plot.savePng(file, 900, 420);
}

/// Starts a run, or cancels the one that runs.
void toggleTraining(app::TrainingController& training, const QString& dataset, json& counts) {
    const bool running = training.worker().busy();
    if (running) {
        Q_EMIT training.panel()->cancelAsked();
    } else {
        auto choice = training.panel()->form()->choice();
        choice.dataset = dataset;
        choice.length = 1000;
        training.panel()->form()->setChoice(choice);
        Q_EMIT training.panel()->startAsked();
    }
    const char* what = running ? "trainingStopped" : "trainingStarted";
    counts[what] = counts.value(what, 0) + 1;
}

int run(const QCommandLineParser& words) {
    const QTemporaryDir folder;
    app::WindowOptions options;
    options.spaces = shippedSpaces();
    if (!options.spaces.front().whyNot.empty()) {
        std::fprintf(stderr, "bench_soak: %s\n", options.spaces.front().whyNot.c_str());
        return 1;
    }
    options.midiPorts = false;
    options.engine.sink = sound::SinkKind::Silent;
    options.scheme = widgets::Scheme::Light;
    options.settingsFile = folder.filePath(QStringLiteral("settings.ini"));
    options.userData = folder.path().toStdString();
    options.size = QSize(1440, 900);
    const double minutes = words.value(QStringLiteral("minutes")).toDouble();
    const QString dataset = words.value(QStringLiteral("dataset"));
    json figures{{"minutes", minutes}, {"samples", json::array()}};
    {
        app::MainWindow window(options);
        bool maps = false, model = false, lists = false;
        auto& training = window.feature<app::TrainingController>();
        QObject::connect(&window.workspace(), &app::Workspace::mapsReady, &window,
                         [&] { maps = true; });
        QObject::connect(&window.workspace(), &app::Workspace::modelChanged, &window,
                         [&] { model = true; });
        QObject::connect(&training, &app::TrainingController::listsReady, &window,
                         [&] { lists = true; });
        window.show();
        window.start();
        if (!test::until([&] { return maps && model && lists; }, 120)) {
            std::fprintf(stderr, "bench_soak: the first space was not opened\n");
            return 1;
        }
        Hands hands(window, words.value(QStringLiteral("seed")).toULongLong());
        json trainings = json::object();
        const auto begin = test::Clock::now();
        const auto passed = [&] {
            return std::chrono::duration<double>(test::Clock::now() - begin).count() / 60;
        };
        double settled = 0, last = 0;
        const auto sample = [&] {
            last = ownResidentMiB();
            const double heap = double(mallinfo2().uordblks) / (1 << 20);
            figures["samples"].push_back({{"minutes", passed()},
                                          {"residentMiB", residentMiB()},
                                          {"ownMiB", last},
                                          {"heapInUseMiB", heap}});
            if (passed() <= kSettledMinutes || settled == 0) {
                settled = last;
            }
        };
        test::StallProbe probe;
        QTimer next, samples, train;
        QObject::connect(&next, &QTimer::timeout, &window, [&] { hands.act(); });
        QObject::connect(&samples, &QTimer::timeout, &window, sample);
        QObject::connect(&train, &QTimer::timeout, &window,
                         [&] { toggleTraining(training, dataset, trainings); });
        next.start(kBetweenMs);
        samples.start(kSampleSeconds * 1000);
        if (!dataset.isEmpty()) {
            train.start(kTrainSeconds * 1000);
        }
        test::until([&] { return passed() >= minutes; }, int(minutes * 60) + 60);
        next.stop();
        train.stop();
        sample();
        samples.stop();
        figures["actions"] = hands.counts();
        figures["training"] = trainings;
        figures["stalls"] = probe.figures();
        figures["ownMiBAfterTenMinutes"] = settled;
        figures["ownMiBAtTheEnd"] = last;
        figures["growthMiB"] = last - settled;
        if (training.worker().busy()) {
            Q_EMIT training.panel()->cancelAsked();
            test::until([&] { return !training.worker().busy(); }, 120);
        }
        window.close();
    }
    std::puts(figures.dump(2).c_str());
    std::fflush(stdout);
    const QString picture = words.value(QStringLiteral("picture"));
    const bool drawn = picture.isEmpty() || draw(picture, figures["samples"]);
    if (!drawn) {
        std::fprintf(stderr, "bench_soak: %s cannot be written\n", qPrintable(picture));
    }
    if (app::TaskQueue::leftBehind()) {
        quickExit(drawn ? 0 : 1);
    }
    return drawn ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    prepareEnvironment(argv);
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    QCommandLineParser words;
    words.addHelpOption();
    words.addOptions(
        {{QStringLiteral("minutes"), QStringLiteral("Of use."), QStringLiteral("n"),
          QStringLiteral("120")},
         {QStringLiteral("dataset"),
          QStringLiteral("Prepared data to train on, every other minute; without it, no training."),
          QStringLiteral("file")},
         {QStringLiteral("seed"), QStringLiteral("Of what is done."), QStringLiteral("n"),
          QStringLiteral("1")},
         {QStringLiteral("picture"), QStringLiteral("Draw memory over time."),
          QStringLiteral("file")}});
    words.process(application);
    return run(words);
}
