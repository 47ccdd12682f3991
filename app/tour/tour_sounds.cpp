// SPDX-License-Identifier: GPL-3.0-or-later
// Stations of the tour: a space whose points are clips of sound.

#include "app/features/clips/sound_space.h"
#include "app/features/map/map_tools.h"
#include "app/features/path/path_controller.h"
#include "app/features/playback/playback_controls.h"
#include "app/tour/tour.h"
#include "app/workspace/exports.h"
#include "widgets/map/hover_card.h"
#include "widgets/map/latent_map.h"

#include <QDockWidget>
#include <algorithm>
#include <cmath>

namespace canto::app {
namespace {

constexpr int kPathSteps = 8;

/// The mean change from a picture to the next, dB.
double leastChange(const std::vector<SpectrogramTile>& tiles) {
    double least = 1e9;
    for (std::size_t i = 1; i < tiles.size(); ++i) {
        double sum = 0;
        const auto& here = tiles[i].decibels;
        for (std::size_t k = 0; k < here.size(); ++k) {
            sum += std::fabs(double(here[k]) - double(tiles[i - 1].decibels[k]));
        }
        least = std::min(least, sum / double(std::max<std::size_t>(here.size(), 1)));
    }
    return least;
}

} // namespace

void Tour::saveSound(const QString& name, nlohmann::json& figures) {
    const PlaybackItem item = m_window.workspace().player().currentItem();
    expect(item.sound != nullptr, QStringLiteral("There is no sound for %1").arg(name));
    if (!item.sound) {
        return;
    }
    bool over = false;
    const auto saved = connect(&m_window.workspace().exports(), &Exports::soundSaved, this,
                               [&](const QString&, double seconds, double peak, double rms) {
                                   over = true;
                                   figures["seconds"] = seconds;
                                   figures["peakDb"] = peak;
                                   figures["rmsDb"] = rms;
                                   expect(peak < -0.1 && rms > -60,
                                          QStringLiteral("%1 is silent or clips").arg(name));
                               });
    const auto failed =
        connect(&m_window.workspace().exports(), &Exports::failed, this, [&](const Error& e) {
            over = true;
            m_problems.append(QString::fromStdString(e.message()));
        });
    m_window.workspace().exports().saveSound(item.sound, m_folder / name.toStdString());
    until(QStringLiteral("%1 is written").arg(name), [&] { return over; });
    disconnect(saved);
    disconnect(failed);
}

void Tour::playSounds(const QString& space) {
    if (!m_window.feature<SoundSpace>().active()) {
        return;
    }
    auto& figures = m_figures["spaces"][space.toStdString()];
    const auto name = [&](const char* what) {
        return QStringLiteral("space-%1-%2").arg(space, QLatin1String(what));
    };
    const auto playedAgain = [this](const auto& act, const QString& what) {
        const auto before = m_window.workspace().player().currentItem().sound;
        act();
        until(what, [&] {
            const PlaybackItem& item = m_window.workspace().player().currentItem();
            return item.sound && item.sound != before;
        });
    };
    if (auto* inspector = m_window.findChild<QDockWidget*>(QStringLiteral("inspectorDock"))) {
        inspector->raise(); // describes what plays
    }
    MapController& maps = m_window.workspace().maps();
    const auto& columns = maps.library()->columns;
    if (std::find(columns.begin(), columns.end(), "loudness") != columns.end()) {
        maps.colourBy("loudness");
        settle();
        picture(name("loudness.png"));
        maps.colourBy(columns.front());
    }

    const qint64 row = songRow(3);
    auto* card = m_window.findChild<widgets::HoverCard*>();
    move(m_window.map(), pixelOf(row) + QPointF(60, 60));
    move(m_window.map(), pixelOf(row));
    until(QStringLiteral("the card with its spectrogram"),
          [card] { return card->isVisible() && !card->info().picture.isNull(); });
    picture(name("hover.png"));
    move(m_window.map(), emptyPixel(false, 5));

    playedAgain([&] { click(m_window.map(), pixelOf(row)); }, QStringLiteral("a clip plays"));
    figures["clip"] = m_window.workspace().player().currentItem().caption.toStdString();
    expect(m_window.feature<MapTools>().inspector()->similar()->count() > 0,
           QStringLiteral("There are no similar clips"));
    picture(name("clip.png"));
    saveSound(name("clip.wav"), figures["clipSound"]);

    playedAgain([&] { click(m_window.map(), emptyPixel(true, 4)); },
                QStringLiteral("a position of the map plays"));
    picture(name("place.png"));
    saveSound(name("place.wav"), figures["placeSound"]);

    silence();
    m_window.feature<PathController>().setSteps(kPathSteps);
    press(Qt::Key_P, QStringLiteral("P"));
    const QRectF room(m_window.map()->rect());
    QPointF from = pixelOf(songRow(31)), to = pixelOf(songRow(32));
    for (std::uint64_t seed = 33;
         QLineF(from, to).length() < 0.5 * std::min(room.width(), room.height()) && seed < 80;
         ++seed) {
        to = pixelOf(songRow(seed));
    }
    playedAgain(
        [&] {
            drag(m_window.map(), {from, (from + to) / 2, to});
        },
        QStringLiteral("the path's spectrograms play"));
    until(QStringLiteral("the third of them plays"), [this] {
        return m_window.feature<PlaybackControls>().spectrogram()->tileAt(
                   m_window.feature<PlaybackControls>().spectrogram()->playhead()) >= 2;
    });
    picture(name("row.png"));
    const auto& tiles = m_window.workspace().player().currentItem().tiles;
    figures["row"]["spectrograms"] = tiles.size();
    figures["row"]["leastChangeDb"] = leastChange(tiles);
    expect(tiles.size() == std::size_t(kPathSteps) && leastChange(tiles) > 0,
           QStringLiteral("The path's spectrograms do not differ"));
    saveSound(name("row.wav"), figures["row"]);
    const auto drawn = drawSpectrogramRow(tiles, m_folder / name("row-alone.png").toStdString());
    expect(drawn.has_value(), QStringLiteral("The row of spectrograms could not be written"));

    // What was just written is a recording like any other.
    bool placed = false;
    const auto connection = connect(&m_window.feature<SoundSpace>(), &SoundSpace::recordingPlaced,
                                    this, [&] { placed = true; });
    m_window.feature<SoundSpace>().place(
        QString::fromStdString((m_folder / name("clip.wav").toStdString()).string()));
    until(QStringLiteral("a recording is placed"), [&] { return placed; });
    disconnect(connection);
    if (const auto& recording = m_window.feature<SoundSpace>().placed()) {
        figures["recording"]["clips"] = recording->latents.size();
        if (recording->prediction) {
            figures["recording"]["takenFor"] = recording->prediction->composer;
        }
    }
    picture(name("recording.png"));
    press(Qt::Key_V, QStringLiteral("V"));
    silence();
    m_window.map()->clearPath();
}

} // namespace canto::app
