// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tour/tour.h"
#include "app/features/export/export_controller.h"

#include "app/features/clips/sound_space.h"
#include "app/features/path/path_controller.h"
#include "app/workspace/exports.h"
#include "app/workspace/map_controller.h"
#include "app/workspace/space_switch.h"
#include "core/base/atomic_file.h"
#include "core/base/json_text.h"
#include "widgets/common/message_bar.h"
#include "widgets/map/hover_card.h"
#include "widgets/map/latent_map.h"
#include "widgets/map/legend.h"
#include "widgets/map/legend_row.h"

#include <QImage>
#include <algorithm>
#include <array>

namespace canto::app {
namespace {

constexpr std::size_t kLeastPoints = 5000;
constexpr std::size_t kLeastElsewhere = 1000; ///< of another space than the first
constexpr int kLeastColours = 4;
constexpr int kClicks = 20;

/// Hues (of twelve) that at least a hundred pixels have: what an eye calls colours.
int coloursIn(const QImage& image) {
    std::array<int, 12> pixels{};
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            const QColor colour = image.pixelColor(x, y);
            if (colour.hsvSaturation() > 80 && colour.value() > 60) {
                ++pixels[std::size_t(colour.hsvHue() / 30) % 12];
            }
        }
    }
    return int(std::count_if(pixels.begin(), pixels.end(), [](int n) { return n >= 100; }));
}

nlohmann::json summary(std::vector<double> figures) {
    std::erase_if(figures, [](double figure) { return figure < 0; });
    if (figures.empty()) {
        return {{"count", 0}};
    }
    std::sort(figures.begin(), figures.end());
    const auto at = [&](double share) {
        return figures[std::min(figures.size() - 1, std::size_t(share * double(figures.size())))];
    };
    return {{"count", figures.size()}, {"p50", at(0.5)}, {"p95", at(0.95)}};
}

} // namespace

Tour::Tour(MainWindow& window, std::filesystem::path folder, QElapsedTimer started)
    : m_window(window), m_folder(std::move(folder)), m_started(started) {}

QStringList Tour::run() {
    std::error_code error;
    std::filesystem::create_directories(m_folder, error);
    if (error) {
        return {QStringLiteral("The folder %1 cannot be made: %2")
                    .arg(QString::fromStdString(m_folder.string()),
                         QString::fromStdString(error.message()))};
    }
    open();
    if (!m_problems.isEmpty()) {
        return m_problems; // without a map there is nothing to show
    }
    showMap();
    showHover();
    m_figures["device"] = m_window.workspace().player().engine().deviceText();
    const bool songs =
        !m_window.feature<SoundSpace>().active(); // clips of sound are played with the spaces
    if (songs) {
        playSongAt();
        playPosition();
        m_figures.update(measureClicks(kClicks));
        walkPath();
        goOutside();
        explore();
    }
    showDark();
    filter();
    arrangeRecording();
    silence();
    showSpaces();
    if (songs) {
        train();
    }
    writeFigures();
    return m_problems;
}

void Tour::open() {
    bool ready = false, model = false;
    connect(&m_window.workspace(), &Workspace::mapsReady, this, [&] { ready = true; });
    connect(&m_window.workspace(), &Workspace::modelChanged, this, [&](bool there) {
        model = true;
        expect(there, QStringLiteral("There is no model"));
    });
    connect(&m_window.workspace(), &Workspace::libraryChanged, this,
            [this] { m_figures["secondsToMap"] = double(m_started.nsecsElapsed()) * 1e-9; });
    m_window.show();
    m_window.start();
    until(QStringLiteral("the library and the model are loaded"), [&] { return ready && model; });
    until(QStringLiteral("a SoundFont is loaded"),
          [this] { return m_window.workspace().player().engine().hasSoundFont(); });
    disconnect(&m_window, nullptr, this, nullptr);
}

void Tour::showMap() {
    m_window.map()->fit();
    picture(QStringLiteral("map.png"));
    const std::size_t points = m_window.map()->snapshot()->size();
    const int colours = coloursIn(m_window.map()->grab().toImage());
    m_figures["points"] = points;
    m_figures["colours"] = colours;
    m_figures["classes"] = m_window.map()->legend()->count();
    expect(points >= (m_window.workspace().spaces().index() == 0 ? kLeastPoints : kLeastElsewhere),
           QStringLiteral("The map has %1 points only").arg(points));
    expect(colours >= kLeastColours, QStringLiteral("The map has %1 colours only").arg(colours));
}

void Tour::showHover() {
    const QPointF at = pixelOf(songRow(3));
    move(m_window.map(), at + QPointF(60, 60));
    move(m_window.map(), at);
    auto* card = m_window.findChild<widgets::HoverCard*>();
    until(QStringLiteral("the hover card is shown"), [card] { return card && card->isVisible(); });
    picture(QStringLiteral("hover.png"));
    move(m_window.map(), emptyPixel(false, 5));
}

void Tour::playSongAt() {
    const SongPtr before = m_window.workspace().player().currentItem().song;
    click(m_window.map(), pixelOf(songRow(3)));
    until(QStringLiteral("the song's second beat"), [&] {
        const Player& player = m_window.workspace().player();
        const SongPtr& song = player.currentItem().song;
        return song && song != before &&
               m_window.workspace().player().engine().position().tick > song->ticksPerQuarter;
    });
    picture(QStringLiteral("song.png"));
    m_figures["song"] =
        m_window.workspace().player().currentItem().kind == PlaybackItem::Kind::Original
            ? "original"
            : "reconstruction";
    saveMidi(QStringLiteral("song.mid"), m_window.feature<ExportController>().current().songs,
             m_window.feature<ExportController>().current().bars, 1);
}

void Tour::playPosition() {
    // The model may answer with few instruments at one place: the next is tried then.
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        bool whole = false;
        const auto connection =
            connect(&m_window.workspace().inference(), &InferenceWorker::decoded, this,
                    [&](const Decoded& decoded) { whole = whole || decoded.whole; });
        click(m_window.map(), emptyPixel(true, seed));
        until(QStringLiteral("a phrase is generated at an empty position"), [&] { return whole; });
        disconnect(connection);
        const PlaybackItem& item = m_window.workspace().player().currentItem();
        std::array<bool, 256> used{};
        for (const music::Note& note : item.song ? item.song->notes : std::vector<music::Note>()) {
            used[note.track % 256] = true;
        }
        if (item.kind == PlaybackItem::Kind::Decoded &&
            std::count(used.begin(), used.end(), true) >= 2) {
            break;
        }
    }
    const auto& located = m_window.workspace().maps().located();
    expect(located.has_value(), QStringLiteral("The empty position has no latent"));
    if (located) {
        m_figures["place"] = {{"method", located->latent.method},
                              {"roundTripError", located->latent.roundTripError},
                              {"percentile", located->latent.percentile},
                              {"extrapolated", located->latent.extrapolated}};
    }
    until(QStringLiteral("the generated music plays"), [this] {
        const auto position = m_window.workspace().player().engine().position();
        return position.id == m_window.workspace().player().playId() && position.tick > 480;
    });
    picture(QStringLiteral("click.png"));
    saveMidi(QStringLiteral("click.mid"), m_window.feature<ExportController>().current().songs,
             m_window.feature<ExportController>().current().bars, 2);
}

nlohmann::json Tour::measureClicks(int count) {
    std::vector<double> songs, places, roundTrips;
    for (int i = 0; i < count; ++i) {
        songs.push_back(clickAndMeasure(pixelOf(songRow(std::uint64_t(100 + i)))));
        places.push_back(clickAndMeasure(emptyPixel(true, std::uint64_t(200 + i))));
        if (m_window.workspace().maps().located()) {
            roundTrips.push_back(m_window.workspace().maps().located()->latent.roundTripError);
        }
    }
    return {{"clickToSoundMs", {{"songs", summary(songs)}, {"places", summary(places)}}},
            {"roundTripError", summary(roundTrips)}};
}

void Tour::walkPath() {
    silence();
    press(Qt::Key_P, QStringLiteral("P"));
    bool all = false;
    int step = -1;
    PathController& path = m_window.feature<PathController>();
    connect(&path, &PathController::allDecoded, this, [&] { all = true; });
    connect(&path, &PathController::stepBegan, this, [&](int begun) { step = begun; });
    // From song to song across the map, by a place in between.
    const QRectF room(m_window.map()->rect());
    QPointF from = pixelOf(songRow(31)), to = pixelOf(songRow(32));
    for (std::uint64_t seed = 33;
         QLineF(from, to).length() < 0.4 * std::min(room.width(), room.height()) && seed < 80;
         ++seed) {
        to = pixelOf(songRow(seed));
    }
    const QLineF line(from, to);
    drag(m_window.map(), {from, line.center() + QPointF(-line.dy(), line.dx()) * 0.18, to});
    until(QStringLiteral("the steps of the path are generated"), [&] { return all; });
    until(QStringLiteral("the third step plays"), [&] { return step >= 2; });
    picture(QStringLiteral("path.png"));
    disconnect(&path, nullptr, this, nullptr);
    if (const auto& plan = path.plan()) {
        m_figures["path"] = {{"steps", plan->latents.size()},
                             {"worstPercentile", plan->worstPercentile},
                             {"worstRoundTrip", plan->worstRoundTrip}};
    }
    saveMidi(QStringLiteral("path.mid"), path.songs(), path.barsEach(), 2);

    bool over = false;
    connect(&m_window.workspace().exports(), &Exports::soundSaved, this,
            [&](const QString&, double seconds, double peak, double rms) {
                over = true;
                m_figures["wav"] = {{"seconds", seconds}, {"peakDb", peak}, {"rmsDb", rms}};
                expect(peak < 0 && rms > -60, QStringLiteral("path.wav is silent or too loud"));
            });
    connect(&m_window.workspace().exports(), &Exports::failed, this, [&](const Error& error) {
        over = true;
        m_problems.append(QString::fromStdString(error.message()));
    });
    m_window.workspace().exports().saveSound(path.songs(), path.barsEach(), m_folder / "path.wav",
                                             m_window.workspace().player().engine().soundFont());
    until(QStringLiteral("path.wav is written"), [&] { return over; });
    disconnect(&m_window.workspace().exports(), nullptr, this, nullptr);
    m_window.messages()->dismiss();
}

void Tour::showDark() {
    m_window.setScheme(widgets::Scheme::Dark);
    picture(QStringLiteral("dark.png"));
    m_window.setScheme(widgets::Scheme::Light);
}

void Tour::goOutside() {
    press(Qt::Key_V, QStringLiteral("V"));
    silence();
    m_window.map()->clearPath();
    const QRectF view = m_window.map()->view();
    // Far out: the points in the middle third.
    m_window.map()->setView(
        view.adjusted(-view.width(), -view.height(), view.width(), view.height()));
    std::optional<Located> located;
    const auto connection = connect(&m_window.workspace().inference(), &InferenceWorker::located,
                                    this, [&](const Located& found) { located = found; });
    click(m_window.map(), emptyPixel(false, 7));
    until(QStringLiteral("a position far outside is located"), [&] { return located.has_value(); });
    disconnect(connection);
    expect(located && located->latent.extrapolated,
           QStringLiteral("A position far from all points is not marked as outside the library"));
    until(QStringLiteral("the phrase is generated"),
          [this] { return !m_window.workspace().inference().busy(); });
    picture(QStringLiteral("outside.png"));
    silence();
    m_window.map()->clearDecodeMark();
    m_window.map()->fit();
}

void Tour::filter() {
    widgets::Legend* legend = m_window.map()->legend();
    if (auto* firstRow = legend->findChild<widgets::LegendRow*>()) {
        doubleClick(firstRow, QPointF(firstRow->rect().center()));
    }
    int shown = 0;
    for (int i = 0; i < legend->count(); ++i) {
        shown += legend->shown(i) ? 1 : 0;
    }
    expect(shown == 1, QStringLiteral("A double click in the legend left %1 classes").arg(shown));
    picture(QStringLiteral("legend-filter.png"));
    legend->showAll();
}

void Tour::writeFigures() {
    m_figures["problems"] = nlohmann::json::array();
    for (const QString& problem : m_problems) {
        m_figures["problems"].push_back(problem.toStdString());
    }
    if (const auto wrote =
            writeFileAtomically(m_folder / "tour.json", jsonText(m_figures, 2) + "\n");
        !wrote) {
        m_problems.append(QString::fromStdString(wrote.error().message()));
    }
}

} // namespace canto::app
