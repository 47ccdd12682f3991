// SPDX-License-Identifier: GPL-3.0-or-later
// What a frame of the map costs, in one process beside stock QCPGraph scatter of the same points.
// Offscreen by default; 1600 x 1000, ten classes in Gaussian clusters. Prints JSON,
// milliseconds: 50th and 95th percentile of each case with the aim where there is one, by the clock
// and by the processor time of the thread (what the clock would show on an idle machine).

#include "core/base/random.h"
#include "widgets/common/theme.h"
#include "widgets/map/latent_map.h"
#include "widgets/map/map_plottable.h"

#include <CLI/CLI.hpp>
#include <QApplication>
#include <QElapsedTimer>
#include <QMouseEvent>
#include <QWheelEvent>
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <nlohmann/json.hpp>

namespace {

using namespace canto;
using namespace canto::widgets;
using Json = nlohmann::json;

constexpr QSize kSize(1600, 1000);
constexpr int kClasses = 10;

MapSnapshotPtr clusters(std::size_t count) {
    Random random(1);
    std::vector<float> x(count), y(count);
    MapColouring colouring;
    colouring.title = QStringLiteral("Class");
    for (int c = 0; c < kClasses; ++c) {
        colouring.names.push_back(QString::number(c));
    }
    colouring.classes.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto c = random.below(kClasses);
        colouring.classes[i] = static_cast<std::uint16_t>(c);
        x[i] = static_cast<float>(2.5 * std::cos(0.628 * static_cast<double>(c)) + random.normal());
        y[i] = static_cast<float>(1.5 * std::sin(0.628 * static_cast<double>(c)) + random.normal());
    }
    return MapSnapshot::make(std::move(x), std::move(y), std::move(colouring));
}

double threadMs() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

/// The same points by other classes.
std::shared_ptr<const MapColouring> recoloured(std::size_t count, int classes) {
    Random random(2);
    auto colouring = std::make_shared<MapColouring>();
    colouring->title = QString::number(classes);
    for (int c = 0; c < classes; ++c) {
        colouring->names.push_back(QStringLiteral("Class %1").arg(c));
    }
    colouring->classes.resize(count);
    for (std::uint16_t& one : colouring->classes) {
        one = static_cast<std::uint16_t>(random.below(static_cast<std::uint64_t>(classes)));
    }
    return colouring;
}

/// Runs it n times and gives the percentiles of the milliseconds; `after` is not counted.
template <class Run, class After>
Json measured(int n, double aim, const Run& run, const After& after) {
    std::vector<double> times, busy;
    for (int i = 0; i < n; ++i) {
        QElapsedTimer clock;
        const double before = threadMs();
        clock.start();
        run(i);
        busy.push_back(threadMs() - before);
        times.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
        after();
    }
    const auto at = [](std::vector<double>& values, double share) {
        std::sort(values.begin(), values.end());
        return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
    };
    Json result{{"p50_ms", at(times, 0.5)},
                {"p95_ms", at(times, 0.95)},
                {"cpu_p50_ms", at(busy, 0.5)},
                {"cpu_p95_ms", at(busy, 0.95)},
                {"runs", n}};
    if (aim > 0) {
        result["aim_p95_ms"] = aim;
        result["met"] = at(times, 0.95) <= aim;
        result["met_by_cpu"] = at(busy, 0.95) <= aim;
    }
    return result;
}

template <class Run>
Json measured(int n, double aim, const Run& run) {
    return measured(n, aim, run, [] {});
}

void settle() {
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < 400) {
        QApplication::processEvents(QEventLoop::AllEvents, 20);
    }
}

Json ours(const MapSnapshotPtr& snapshot, int frames) {
    LatentMap map;
    map.setReducedMotion(true);
    map.resize(kSize);
    map.setSnapshot(snapshot);
    map.show();
    settle();
    auto* plot = map.findChild<QCustomPlot*>();
    auto* points = plot->findChild<MapPlottable*>();
    const double million = static_cast<double>(snapshot->size()) / 1e6;
    const auto frame = [&] { plot->repaint(); };
    const auto handleRest = [] { QApplication::processEvents(QEventLoop::AllEvents, 5); };
    Json cases;

    const QRectF view = map.view();
    cases["raster_viewport"] = measured(std::min(frames, 20), snapshot->size() <= 100000 ? 16 : 0,
                                        [&](int) { rasterise(points->request(view, kSize, 1)); });
    const QRectF wide =
        view.adjusted(-view.width() / 2, -view.height() / 2, view.width() / 2, view.height() / 2);
    cases["raster_2x_worker"] = measured(
        std::min(frames, 20), 0, [&](int) { rasterise(points->request(wide, kSize * 2, 1)); });

    StyleChoice choice;
    for (int c = 0; c < kClasses; ++c) {
        choice.classColours.push_back(classPalette(false)[static_cast<std::size_t>(c)].rgb());
    }
    choice.alpha = suitedAlpha(snapshot->size());
    cases["recolour_raster"] = measured(std::min(frames, 20), million > 0.9 ? 20 : 0, [&](int i) {
        std::rotate(choice.classColours.begin(), choice.classColours.begin() + i % 3 + 1,
                    choice.classColours.end());
        auto request = points->request(view, kSize, 1);
        request.styles = makeStyles(*snapshot->colouring(), choice);
        rasterise(request);
    });

    // Another column: what the window waits for, and how long until it is on the screen.
    for (const int classes : {kClasses, 100}) {
        const auto other = recoloured(snapshot->size(), classes);
        std::vector<double> shown;
        Json waits = measured(
            10, 100, [&](int i) { map.setColourBy(i % 2 == 0 ? other : snapshot->colouring()); },
            [&] {
                QElapsedTimer clock;
                clock.start();
                do {
                    QApplication::processEvents(QEventLoop::AllEvents, 5);
                } while (!map.settled() && clock.elapsed() < 5000);
                shown.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
            });
        std::sort(shown.begin(), shown.end());
        waits["then_shown_p50_ms"] = shown[shown.size() / 2];
        waits["then_shown_worst_ms"] = shown.back();
        cases["recolour_" + std::to_string(classes)] = std::move(waits);
    }
    map.setColourBy(snapshot->colouring());
    settle();

    // The mouse goes to and fro, so that the view leaves the picture's margin now and then.
    const auto mouse = [&](QEvent::Type type, QPointF at) {
        QMouseEvent event(type, at, at, type == QEvent::MouseMove ? Qt::NoButton : Qt::LeftButton,
                          Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&map, &event);
    };
    mouse(QEvent::MouseButtonPress, {800, 500});
    mouse(QEvent::MouseMove, {810, 500});
    cases["pan_frame"] = measured(
        frames, 16.7,
        [&](int i) {
            mouse(QEvent::MouseMove, {810.0 + 7 * i, 500.0 + 3 * (i % 40)});
            frame();
        },
        handleRest);
    mouse(QEvent::MouseButtonRelease, {810, 500});
    map.fit();
    settle();
    cases["zoom_frame"] = measured(
        frames, 16.7,
        [&](int i) {
            QWheelEvent event(QPointF(700, 450), QPointF(700, 450), QPoint(),
                              QPoint(0, i % 60 < 30 ? 60 : -60), Qt::NoButton, Qt::NoModifier,
                              Qt::NoScrollPhase, false);
            QApplication::sendEvent(&map, &event);
            frame();
        },
        handleRest);
    map.fit();
    settle();

    // The points alone, without QCustomPlot's buffers: the blit.
    if (snapshot->size() > MapPlottable::kDirect) {
        QImage target(kSize, QImage::Format_ARGB32_Premultiplied);
        const Raster picture = rasterise(points->request(wide, kSize * 2, 1));
        cases["pan_blit"] = measured(frames, 4, [&](int i) {
            QPainter painter(&target);
            painter.drawImage(QPoint(-800 + i % 100, -500), picture.image);
        });
    }

    cases["overlay"] = measured(frames, 2, [&](int i) {
        map.setPlayhead(map.toMap({400.0 + i, 300}), LatentMap::PlayheadState::Playing);
        QApplication::processEvents(); // paints what has changed
    });

    Random random(3);
    constexpr int kPicks = 1000;
    const double reach = 8 * view.width() / kSize.width();
    std::size_t found = 0;
    Json pick = measured(50, 0, [&](int) {
        for (int i = 0; i < kPicks; ++i) {
            const projection::MapPoint at{
                static_cast<float>(view.left() + random.uniform() * view.width()),
                static_cast<float>(view.top() + random.uniform() * view.height())};
            found += snapshot->index().nearest(at, static_cast<float>(reach)).has_value() ? 1 : 0;
        }
    });
    const double each = pick["p95_ms"].get<double>(); // of a thousand: ms are microseconds
    const double busy = pick["cpu_p95_ms"].get<double>();
    cases["pick"] = {{"p95_us", each},   {"cpu_p95_us", busy},      {"aim_p95_us", 5},
                     {"met", each <= 5}, {"met_by_cpu", busy <= 5}, {"found", found}};
    return cases;
}

Json stock(const MapSnapshotPtr& snapshot, int frames, bool adaptive) {
    QCustomPlot plot;
    plot.resize(kSize);
    std::vector<QCPGraph*> graphs;
    for (int c = 0; c < kClasses; ++c) {
        auto* graph = plot.addGraph();
        graph->setLineStyle(QCPGraph::lsNone);
        graph->setScatterStyle(QCPScatterStyle(
            QCPScatterStyle::ssDisc, classPalette(false)[static_cast<std::size_t>(c)], 4));
        graph->setAdaptiveSampling(adaptive);
        QVector<double> x, y;
        for (std::size_t i = 0; i < snapshot->size(); ++i) {
            if (snapshot->colouring()->classes[i] == c) {
                x.push_back(snapshot->x()[i]);
                y.push_back(snapshot->y()[i]);
            }
        }
        graph->setData(x, y);
        graphs.push_back(graph);
    }
    plot.rescaleAxes();
    plot.show();
    plot.replot(QCustomPlot::rpImmediateRefresh);
    return measured(frames, 0, [&](int) {
        plot.xAxis->moveRange(0.001);
        plot.replot(QCustomPlot::rpImmediateRefresh);
    });
}

} // namespace

int main(int argc, char** argv) {
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
    QApplication application(argc, argv);
    std::vector<std::size_t> sizes{10000, 100000, 1000000};
    int frames = 200;
    bool noPeer = false;
    CLI::App options("Frames of the map beside stock QCPGraph scatter, as JSON");
    options.add_option("--points", sizes, "Numbers of points");
    options.add_option("--frames", frames, "Frames a case")->check(CLI::Range(5, 10000));
    options.add_flag("--no-peer", noPeer, "Leave QCPGraph out");
    CLI11_PARSE(options, argc, argv);

    Json results = Json::array();
    for (const std::size_t size : sizes) {
        QElapsedTimer clock;
        clock.start();
        const MapSnapshotPtr snapshot = clusters(size);
        Json one{{"points", size}, {"make_snapshot_ms", clock.elapsed()}};
        one["map"] = ours(snapshot, frames);
        if (!noPeer) {
            const int few = size > 200000 ? 5 : size > 20000 ? 8 : 20;
            one["qcpgraph_adaptive_frame"] = stock(snapshot, few, true);
            one["qcpgraph_all_points_frame"] = stock(snapshot, few, false);
        }
        results.push_back(std::move(one));
    }
    std::array<double, 3> load{};
    getloadavg(load.data(), 3);
    const Json document{{"bench", "map"},
                        {"width", kSize.width()},
                        {"height", kSize.height()},
                        {"load_average", load[0]},
                        {"platform", QApplication::platformName().toStdString()},
                        {"results", std::move(results)}};
    std::printf("%s\n", document.dump(2).c_str());
    return 0;
}
