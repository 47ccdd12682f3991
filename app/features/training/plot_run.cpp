// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/training/plot_run.h"

#include "app/features/training/epoch_worker.h"
#include "app/features/training/training_curves.h"
#include "app/runs/epoch_maps.h"
#include "app/runs/run_log.h"
#include "models/common/device.h"
#include "models/registry/registry.h"
#include "models/train/run.h"
#include "widgets/common/text.h"
#include "widgets/common/theme.h"
#include "widgets/map/class_look.h"
#include "widgets/map/latent_map.h"

#include <QApplication>
#include <QPainter>
#include <cmath>

namespace canto::app {
namespace {

namespace fs = std::filesystem;
using widgets::CurvePlot;

constexpr int kMostMaps = 8;
constexpr int kTile = 420, kCaption = 48, kGap = 12, kKey = 40;
constexpr QSize kCurves(1200, 720);

Result<void> save(const QImage& image, const fs::path& path) {
    if (!image.save(QString::fromStdString(path.string()))) {
        return fail(Error::Code::Io, "The picture could not be written", path.string());
    }
    return {};
}

Result<void> drawCurves(const RunLog& log, const fs::path& out) {
    CurvePlot plot;
    plot.setContentsMargins(16, 16, 16, 16);
    plot.resize(kCurves);
    plot.setAllShown(true);
    showLog(plot, log);
    for (const bool logarithmic : {false, true}) {
        plot.setLogarithmic(logarithmic);
        plot.render(kCurves); // what waits for the next frame is drawn now
        const char* name = logarithmic ? "curves-log.png" : "curves.png";
        if (auto ok = save(plot.grab().toImage(), out / name); !ok) {
            return ok;
        }
    }
    return {};
}

/// Root mean square of the moves, in parts of the spread of the newer layout.
double moved(const std::vector<projection::MapPoint>& from,
             const std::vector<projection::MapPoint>& to) {
    double moves = 0, spread = 0, x = 0, y = 0;
    for (const auto& p : to) {
        x += double(p.x) / double(to.size());
        y += double(p.y) / double(to.size());
    }
    for (std::size_t i = 0; i < to.size(); ++i) {
        moves += std::pow(double(projection::mapDistance(from[i], to[i])), 2);
        spread += std::pow(double(to[i].x) - x, 2) + std::pow(double(to[i].y) - y, 2);
    }
    return std::sqrt(moves / std::max(spread, 1e-12));
}

/// At most `most` of the epochs with weights, the first and the last among them.
std::vector<EpochLine> some(const std::vector<EpochLine>& all, std::size_t most) {
    std::vector<EpochLine> kept, with;
    for (const auto& epoch : all) {
        if (!epoch.weights.empty()) {
            with.push_back(epoch);
        }
    }
    if (with.size() <= most) {
        return with;
    }
    for (std::size_t i = 0; i < most; ++i) {
        kept.push_back(with[i * (with.size() - 1) / (most - 1)]);
    }
    return kept;
}

/// Which colour is which label, in a line; dots stand for what has no room in it.
void drawKey(QPainter& painter, const widgets::MapColouring& colouring, bool dark) {
    constexpr int kDots = 30;
    const auto looks = widgets::classLooks(colouring, dark);
    const int end = int(painter.window().width()) - kDots;
    painter.setRenderHint(QPainter::Antialiasing);
    int x = 10;
    for (std::size_t i = 0; i < colouring.names.size(); ++i) {
        const QString name = widgets::oneLine(colouring.names[i]);
        const int width = painter.fontMetrics().horizontalAdvance(name);
        painter.setPen(widgets::themeColours(dark).text);
        if (i > 0 && x + 22 + width > end) {
            painter.drawText(QRect(x, 0, kDots, kKey), Qt::AlignVCenter, QStringLiteral("\u2026"));
            return;
        }
        painter.drawText(QRect(x + 18, 0, width + 4, kKey), Qt::AlignVCenter, name);
        widgets::paintClassMark(painter, QPointF(x + 6, kKey / 2.0), 6, looks[i]);
        x += width + 42;
    }
}

QImage tile(const widgets::MapSnapshotPtr& snapshot, const EpochLine& epoch) {
    widgets::LatentMap map;
    map.resize(kTile, kTile);
    map.setSnapshot(snapshot);
    map.setLabelsShown(false);
    QImage image(kTile, kTile + kCaption, QImage::Format_ARGB32_Premultiplied);
    const auto& theme = widgets::themeOf(map);
    image.fill(theme.surface);
    QPainter painter(&image);
    painter.drawImage(QRect(0, kCaption, kTile, kTile), map.render({kTile, kTile}));
    QString text = QStringLiteral("Epoch %1, step %2").arg(epoch.epoch).arg(epoch.step);
    if (const auto score = epoch.measures.find("score"); score != epoch.measures.end()) {
        text += QStringLiteral(", score %1").arg(score->second, 0, 'f', 3);
    }
    painter.setPen(theme.text);
    painter.drawText(QRect(10, 0, kTile - 20, kCaption), Qt::AlignVCenter | Qt::AlignLeft, text);
    return image;
}

} // namespace

Result<nlohmann::json> plotRun(const fs::path& run, const fs::path& out) {
    CANTO_TRY(log, readRunLog(run));
    std::error_code problem;
    fs::create_directories(out, problem);
    CANTO_CHECK(drawCurves(*log, out));
    nlohmann::json reported{{"run", run.string()},
                            {"lines", log->losses.size()},
                            {"files", {"curves.png", "curves-log.png"}}};
    const auto epochs = some(log->epochs, kMostMaps);
    if (epochs.empty()) {
        return reported;
    }
    CANTO_TRY(request, models::train::readRequest(run));
    CANTO_TRY(maps, EpochMaps::open(request->dataset, {}));
    models::prepareInferenceThread();
    std::vector<projection::MapPoint> before;
    std::vector<QImage> tiles;
    widgets::MapSnapshotPtr snapshot;
    for (const auto& epoch : epochs) {
        CANTO_TRY(model, models::openModel(epoch.weights.string()));
        CANTO_TRY(places, maps->add(**model, {}));
        nlohmann::json entry{
            {"epoch", epoch.epoch}, {"step", epoch.step}, {"measures", epoch.measures}};
        if (!before.empty()) {
            entry["moved"] = moved(before, *places);
        }
        reported["epochs"].push_back(entry);
        snapshot = snapshotOf(*maps, *places);
        tiles.push_back(tile(snapshot, epoch));
        before = *places;
    }
    const int columns = std::min(int(tiles.size()), 4);
    const int rows = (int(tiles.size()) + columns - 1) / columns;
    const int height = kTile + kCaption;
    QImage strip(columns * (kTile + kGap) - kGap, kKey + rows * (height + kGap) - kGap,
                 QImage::Format_ARGB32_Premultiplied);
    const bool dark = widgets::isDark(QApplication::palette());
    strip.fill(widgets::themeColours(dark).surface);
    QPainter painter(&strip);
    drawKey(painter, *snapshot->colouring(), dark);
    for (int i = 0; i < int(tiles.size()); ++i) {
        painter.drawImage((i % columns) * (kTile + kGap), kKey + (i / columns) * (height + kGap),
                          tiles[std::size_t(i)]);
    }
    painter.end();
    CANTO_CHECK(save(strip, out / "epochs.png"));
    reported["files"].push_back("epochs.png");
    reported["phrases"] = maps->size();
    return reported;
}

} // namespace canto::app
