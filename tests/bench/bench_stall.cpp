// SPDX-License-Identifier: GPL-3.0-or-later
// How long the window keeps a person waiting, and whether the music stumbles, while a model is
// trained in it: the real window on the shipped library, clicked all the time, playing through a
// JACK server without hardware (or, where there is no jackd, a thread that takes blocks in real
// time). Prints JSON.
//
//   bench_stall --dataset songs.safetensors [--seconds 30] [--batch 192]
//
// A second server runs beside the first, with one client that does next to nothing
// (jack_simple_client): how often it is late is what the machine does by itself.
//
// Then the same while the epochs are mapped, and how long each button of the panel takes.
//
// A second thread queues a call to the window every 4 ms, whether or not the last was handled; the
// time until it is opened is the stall somebody would feel at that moment.

#include "app/features/training/training_controller.h"
#include "app/library/model_store.h"
#include "app/program/environment.h"
#include "app/shell/main_window.h"
#include "app/spaces/spaces.h"
#include "app/workspace/map_controller.h"
#include "core/base/quick_exit.h"
#include "core/base/random.h"
#include "tests/support/jack_server.h"
#include "widgets/map/latent_map.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QEventLoop>
#include <QMouseEvent>
#include <QProcess>
#include <QTemporaryDir>
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

using namespace canto;
using Clock = std::chrono::steady_clock;
using nlohmann::json;

namespace {

class Probe : public QObject {
  public:
    Probe() {
        m_thread = std::jthread([this](const std::stop_token& stop) {
            auto next = Clock::now();
            while (!stop.stop_requested()) {
                next += std::chrono::milliseconds(4);
                std::this_thread::sleep_until(next);
                QMetaObject::invokeMethod(
                    this, [this, sent = Clock::now()] { take(sent); }, Qt::QueuedConnection);
            }
        });
    }
    json figures() {
        std::sort(m_ms.begin(), m_ms.end());
        const auto at = [&](double share) {
            return m_ms.empty()
                       ? 0.0
                       : m_ms[std::min(m_ms.size() - 1, std::size_t(share * double(m_ms.size())))];
        };
        return {{"calls", m_ms.size()},
                {"p50Ms", at(0.5)},
                {"p95Ms", at(0.95)},
                {"p99Ms", at(0.99)},
                {"maxMs", at(1.0)}};
    }

  private:
    void take(Clock::time_point sent) {
        m_ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - sent).count());
    }
    std::vector<double> m_ms;
    std::jthread m_thread; ///< last: it ends first
};

bool until(const std::function<bool()>& done, int seconds) {
    QEventLoop loop;
    QTimer look;
    const auto end = Clock::now() + std::chrono::seconds(seconds);
    QObject::connect(&look, &QTimer::timeout, &loop, [&] {
        if (done() || Clock::now() > end) {
            loop.quit();
        }
    });
    look.start(5);
    loop.exec();
    return done();
}

void click(QWidget* widget, QPointF at) {
    for (const auto type : {QEvent::MouseButtonPress, QEvent::MouseButtonRelease}) {
        QMouseEvent event(type, at, widget->mapToGlobal(at), Qt::LeftButton,
                          type == QEvent::MouseButtonPress ? Qt::LeftButton : Qt::NoButton,
                          Qt::NoModifier);
        QApplication::sendEvent(widget, &event);
    }
}

/// Clicks points and empty positions of the map in turn for so long, and measures.
json player(app::MainWindow& window, int seconds) {
    Probe probe;
    Random random(5);
    int clicks = 0;
    const int lateBefore = window.workspace().player().engine().lateBlocks();
    QTimer hands;
    QObject::connect(&hands, &QTimer::timeout, &window, [&] {
        widgets::LatentMap* map = window.map();
        const auto snapshot = map->snapshot();
        const auto row = qint64(random.below(snapshot->size()));
        QPointF at = map->toPixel(window.workspace().maps().placeOf(row));
        if (++clicks % 2 == 0) {
            at = QPointF(random.uniform() * map->width(), random.uniform() * map->height());
        }
        click(map, at);
    });
    hands.start(700);
    until([] { return false; }, seconds);
    hands.stop();
    json figures = probe.figures();
    figures["seconds"] = seconds;
    figures["clicks"] = clicks;
    figures["latePeriods"] = window.workspace().player().engine().lateBlocks() - lateBefore;
    return figures;
}

/// Milliseconds from pressing a button of the panel until the run is where it leads; none: it did
/// not get there.
json pressed(app::TrainingController& training, void (widgets::TrainPanel::*button)(),
             widgets::TrainPanel::State wanted) {
    bool there = false;
    const auto watch =
        QObject::connect(&training, &app::TrainingController::stateChanged, &training,
                         [&](widgets::TrainPanel::State state) { there |= state == wanted; });
    const auto from = Clock::now();
    Q_EMIT(training.panel()->*button)();
    const bool done = until([&] { return there; }, 120);
    QObject::disconnect(watch);
    const std::chrono::duration<double, std::milli> passed = Clock::now() - from;
    return done ? json(passed.count()) : json();
}

int run(const QCommandLineParser& words) {
    test::JackServer jack;
    const QString name = test::JackServer::choose();
    test::JackServer idle;
    const QString idleName = name + QStringLiteral("-idle");
    const bool server = !name.isEmpty() && jack.start(name) && idle.start(idleName);
    QProcess idleClient;
    if (server) {
        idleClient.start(QStringLiteral("jack_simple_client"), {QStringLiteral("idle"), idleName});
    }
    const QTemporaryDir folder;
    app::WindowOptions options;
    const Space space = shippedSpaces().front();
    if (!space.whyNot.empty()) {
        std::fprintf(stderr, "bench_stall: %s\n", space.whyNot.c_str());
        return 1;
    }
    options.atlas = space.atlas;
    options.openModel = space.open;
    options.midiPorts = false;
    options.engine.sink = server ? sound::SinkKind::Device : sound::SinkKind::Silent;
    options.engine.driver = server ? "jack" : "none";
    options.scheme = widgets::Scheme::Light;
    options.settingsFile = folder.filePath(QStringLiteral("settings.ini"));
    options.userData = folder.path().toStdString();
    json figures;
    {
        app::MainWindow window(options);
        bool maps = false, model = false, lists = false;
        QObject::connect(&window.workspace(), &app::Workspace::mapsReady, &window,
                         [&] { maps = true; });
        QObject::connect(&window.workspace(), &app::Workspace::modelChanged, &window,
                         [&] { model = true; });
        QObject::connect(&window.feature<app::TrainingController>(),
                         &app::TrainingController::listsReady, &window, [&] { lists = true; });
        window.show();
        window.start();
        until(
            [&] {
                return maps && model && lists &&
                       window.workspace().player().engine().hasSoundFont();
            },
            60);
        window.feature<app::TrainingController>().showDock();
        figures["device"] = window.workspace().player().engine().deviceText();
        const int seconds = words.value(QStringLiteral("seconds")).toInt();
        const int shortPart = std::min(seconds, 60);
        figures["playerOnly"] = player(window, shortPart);

        auto choice = window.feature<app::TrainingController>().panel()->form()->choice();
        choice.dataset = words.value(QStringLiteral("dataset"));
        choice.batch = words.value(QStringLiteral("batch")).toInt();
        choice.length = (seconds + 10.0 * shortPart) / 60;
        window.feature<app::TrainingController>().panel()->form()->setChoice(choice);
        int steps = 0, epochs = 0;
        QObject::connect(
            &window.feature<app::TrainingController>().worker(), &app::TrainingWorker::stepped,
            &window, [&](const models::train::StepReport& report) { steps = int(report.step); });
        QObject::connect(&window.feature<app::TrainingController>().epochWorker(),
                         &app::EpochWorker::mapped, &window, [&] { ++epochs; });
        Q_EMIT window.feature<app::TrainingController>().panel()->startAsked();
        until([&] { return steps > 0; }, 120);
        const auto before = jack.late(), idleBefore = idle.late();
        figures["whileTraining"] = player(window, seconds);
        figures["whileTraining"]["steps"] = steps;
        if (server) {
            const auto count = [](test::JackServer::Late now, test::JackServer::Late then) {
                return json{{"client", now.clients - then.clients},
                            {"timer", now.timer - then.timer}};
            };
            figures["whileTraining"]["late"] = count(jack.late(), before);
            figures["whileTraining"]["lateOfIdleServer"] = count(idle.late(), idleBefore);
            figures["whileTraining"]["idleClientRuns"] = idleClient.state() == QProcess::Running;
        }
        Q_EMIT window.feature<app::TrainingController>().panel()->epochsToggled(true);
        figures["whileEpochsAreMapped"] = player(window, shortPart);
        figures["whileEpochsAreMapped"]["epochsMapped"] = epochs;
        Q_EMIT window.feature<app::TrainingController>().panel()->epochsToggled(false);

        using Panel = widgets::TrainPanel;
        auto& training = window.feature<app::TrainingController>();
        auto& buttons = figures["buttonsMs"];
        buttons["pause"] = pressed(training, &Panel::pauseAsked, Panel::State::Paused);
        buttons["resume"] = pressed(training, &Panel::resumeAsked, Panel::State::Running);
        buttons["finish"] = pressed(training, &Panel::finishAsked, Panel::State::Idle);
        window.close();
    }
    std::puts(figures.dump(2).c_str());
    std::fflush(stdout);
    idleClient.kill();
    idleClient.waitForFinished(5000);
    if (app::TaskQueue::leftBehind()) {
        quickExit(0);
    }
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    prepareEnvironment(argv);
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    QCommandLineParser words;
    words.addHelpOption();
    words.addOption({QStringLiteral("dataset"), QStringLiteral("Prepared data to train on."),
                     QStringLiteral("file")});
    words.addOption({QStringLiteral("seconds"),
                     QStringLiteral("While training; the other parts are at most a minute each."),
                     QStringLiteral("n"), QStringLiteral("30")});
    words.addOption({QStringLiteral("batch"), QStringLiteral("Phrases a step."),
                     QStringLiteral("n"), QStringLiteral("192")});
    words.process(application);
    if (!words.isSet(QStringLiteral("dataset"))) {
        std::fputs("bench_stall: --dataset is missing\n", stderr);
        return 2;
    }
    return run(words);
}
