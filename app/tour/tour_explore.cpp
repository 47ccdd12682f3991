// SPDX-License-Identifier: GPL-3.0-or-later
// Stations of the tour: the gestures on the latent space.

#include "app/features/explore/explore.h"
#include "app/features/export/export_controller.h"
#include "app/tour/tour.h"
#include "app/workspace/exports.h"
#include "widgets/explore/genre_panel.h"
#include "widgets/explore/interpolate_panel.h"
#include "widgets/explore/property_panel.h"
#include "widgets/explore/roll_strip.h"
#include "widgets/explore/sweep_panel.h"
#include "widgets/map/latent_map.h"
#include "widgets/map/legend.h"

#include <QDockWidget>
#include <QSlider>
#include <QTableView>
#include <QToolButton>
#include <algorithm>
#include <cmath>
#include <set>

namespace canto::app {
namespace {

using widgets::kSweepMeasures;

/// Pitches and places of a phrase's notes: two phrases with the same are the same.
std::vector<std::pair<music::Tick, int>> notesOf(const music::Song& song) {
    std::vector<std::pair<music::Tick, int>> notes;
    for (const music::Note& note : song.notes) {
        notes.emplace_back(note.start, note.pitch + 128 * note.track);
    }
    return notes;
}

} // namespace

void Tour::explore() {
    silence();
    m_window.map()->clearPath();
    m_window.map()->clearDecodeMark();
    press(Qt::Key_V, QStringLiteral("V"));
    Q_EMIT m_window.feature<Explore>().raiseWanted(m_window.feature<Explore>().dock());
    until(QStringLiteral("the sliders are prepared"),
          [this] { return m_window.feature<Explore>().shapes().learned() != nullptr; });
    m_figures["learnedFrom"] = m_window.feature<Explore>().shapes().learned()
                                   ? m_window.feature<Explore>().shapes().learned()->phrases
                                   : 0;
    interpolate();
    sweep();
    setProperties();
    moveToGenre();
    drawFromGenre();
    for (QDockWidget* dock : m_window.findChildren<QDockWidget*>()) {
        if (dock->objectName() == QLatin1String("inspectorDock")) {
            dock->raise();
        }
    }
    m_window.feature<Explore>().showPrior(false);
    m_window.map()->clearDecodeMark();
}

void Tour::interpolate() {
    InterpolateGesture& between = m_window.feature<Explore>().interpolation();
    // Two phrases of different genres, both with bass and drums as the model decodes them.
    qint64 from = songRow(41), to = songRow(42);
    for (std::uint64_t seed = 43; seed < 90; ++seed) {
        const auto& points = m_window.workspace().maps().library()->points;
        if (points.songOf(std::size_t(from)).genre != points.songOf(std::size_t(to)).genre) {
            break;
        }
        to = songRow(seed);
    }
    click(m_window.map(), pixelOf(from));
    until(QStringLiteral("the first end plays"),
          [&] { return m_window.workspace().player().currentItem().row == from; });
    clickWith(m_window.map(), pixelOf(to), Qt::ShiftModifier);
    until(QStringLiteral("the points between the ends are generated"),
          [&] { return between.whole(); });
    between.playPoint(0);
    between.playAll();
    until(QStringLiteral("the second point plays"), [this] {
        return m_window.feature<Explore>().dock()->interpolate()->rolls()->active() >= 1;
    });
    picture(QStringLiteral("interpolation.png"));
    m_window.setScheme(widgets::Scheme::Dark);
    picture(QStringLiteral("interpolation-dark.png"));
    m_window.setScheme(widgets::Scheme::Light);
    silence();
    std::set<std::vector<std::pair<music::Tick, int>>> different;
    for (const SongPtr& song : between.songs()) {
        different.insert(notesOf(*song));
    }
    m_figures["interpolation"] = {{"points", between.songs().size()},
                                  {"differentPhrases", different.size()}};
    expect(different.size() + 1 >= between.songs().size(),
           QStringLiteral("Only %1 of %2 points of the interpolation differ")
               .arg(different.size())
               .arg(between.songs().size()));
    saveMidi(QStringLiteral("interpolation.mid"), between.songs(), between.bars(), 2);
    bool over = false;
    connect(&m_window.workspace().exports(), &Exports::soundSaved, this,
            [&](const QString&, double seconds, double peak, double rms) {
                over = true;
                m_figures["interpolationWav"] = {
                    {"seconds", seconds}, {"peakDb", peak}, {"rmsDb", rms}};
                expect(peak < 0 && rms > -60,
                       QStringLiteral("interpolation.wav is silent or too loud"));
            });
    between.saveSound(m_folder / "interpolation.wav");
    until(QStringLiteral("interpolation.wav is written"), [&] { return over; });
    disconnect(&m_window.workspace().exports(), nullptr, this, nullptr);
}

void Tour::sweep() {
    ExploreDock& dock = *m_window.feature<Explore>().dock();
    click(m_window.map(), pixelOf(songRow(41)));
    dock.setTab(ExploreDock::Sweep);
    bool over = false;
    connect(&m_window.feature<Explore>().sweep(), &SweepGesture::finished, this,
            [&] { over = true; });
    until(QStringLiteral("all dimensions are measured"), [&] { return over; });
    disconnect(&m_window.feature<Explore>().sweep(), nullptr, this, nullptr);
    // The strongest correlation of each measure, over all tracks together.
    nlohmann::json best;
    for (std::size_t m = 0; m < kSweepMeasures.size(); ++m) {
        double strongest = 0;
        for (const widgets::SweptDimension& swept : dock.sweep()->model()->dimensions()) {
            const auto& r = swept.r[0][m];
            strongest = r && std::abs(*r) > std::abs(strongest) ? *r : strongest;
        }
        best[std::string(codec::nameOf(kSweepMeasures[m]))] = strongest;
    }
    m_figures["sweepStrongestR"] = best;
    QTableView* table = dock.sweep()->table();
    table->sortByColumn(3, Qt::DescendingOrder);
    table->setCurrentIndex(table->model()->index(0, 0));
    dock.sweep()->slider()->setValue(dock.sweep()->slider()->maximum());
    until(QStringLiteral("the dimension is set"), [this] {
        return m_window.workspace().player().currentItem().kind == PlaybackItem::Kind::Shaped &&
               !m_window.feature<Explore>().shapes().busy();
    });
    picture(QStringLiteral("sweep.png"));
    m_window.setScheme(widgets::Scheme::Dark);
    picture(QStringLiteral("sweep-dark.png"));
    m_window.setScheme(widgets::Scheme::Light);
    silence();
}

void Tour::setProperties() {
    ExploreDock& dock = *m_window.feature<Explore>().dock();
    ShapeController& shapes = m_window.feature<Explore>().shapes();
    dock.setTab(ExploreDock::Properties);
    nlohmann::json figures = nlohmann::json::array();
    for (int slider = 0; slider < dock.properties()->count(); ++slider) {
        // A fresh phrase each time; each property goes three quarters up its range.
        click(m_window.map(), pixelOf(songRow(std::uint64_t(60 + slider))));
        until(QStringLiteral("a phrase is available"),
              [&] { return shapes.result() && !shapes.shape().changed(); });
        if (!shapes.learned() || !dock.properties()->slider(slider)->isEnabled()) {
            continue;
        }
        const auto before = sliderValues(shapes.result()->after.properties)[std::size_t(slider)];
        dock.properties()->slider(slider)->setValue(75);
        until(QStringLiteral("an attribute is set"), [&] {
            return shapes.result() && shapes.result()->shape.wanted.contains(slider) &&
                   shapes.result()->shape == shapes.shape();
        });
        const auto& direction = shapes.learned()->directions.all()[std::size_t(slider)];
        const auto achieved = sliderValues(shapes.result()->after.properties)[std::size_t(slider)];
        figures.push_back({{"property", direction.name},
                           {"heldOutR", direction.heldOutR},
                           {"before", before.value_or(NAN)},
                           {"wanted", shapes.shape().wanted.at(slider)},
                           {"achieved", achieved.value_or(NAN)},
                           {"deviation", direction.deviation}});
        if (slider == 1) {
            picture(QStringLiteral("properties.png"));
            m_window.setScheme(widgets::Scheme::Dark);
            picture(QStringLiteral("properties-dark.png"));
            m_window.setScheme(widgets::Scheme::Light);
        }
        silence();
    }
    m_figures["properties"] = figures;
}

void Tour::moveToGenre() {
    ExploreDock& dock = *m_window.feature<Explore>().dock();
    ShapeController& shapes = m_window.feature<Explore>().shapes();
    dock.setTab(ExploreDock::Genre);
    m_window.feature<Explore>().showPrior(true);
    for (std::size_t map = 0; map < m_window.workspace().maps().library()->maps.size(); ++map) {
        if (m_window.workspace().maps().library()->maps[map].name == "Prior plane") {
            m_window.workspace().maps().showMap(map);
        }
    }
    until(QStringLiteral("the genre regions are shown"),
          [this] { return !m_window.map()->components().isEmpty(); });
    settle();
    click(m_window.map(), pixelOf(songRow(51)));
    until(QStringLiteral("a phrase to move is available"),
          [&] { return shapes.result() && !shapes.shape().changed(); });
    picture(QStringLiteral("prior.png"));
    // By the mouse, from the mark on the map onto another genre's name in the legend.
    widgets::Legend* legend = m_window.map()->legend();
    const int target =
        (std::max(shapes.shape().genre, 0) + 2) % std::max(1, int(shapes.info()->classes.size()));
    const QString name = QString::fromStdString(shapes.info()->classes[std::size_t(target)]);
    QPoint global;
    for (int y = 0; y < legend->height(); y += 4) {
        const QPoint at = legend->mapToGlobal(QPoint(legend->width() / 2, y));
        if (legend->name(legend->rowAt(at)) == name) {
            global = at;
        }
    }
    widgets::LatentMap* map = m_window.map();
    const QPointF from = pixelOf(m_window.workspace().player().currentItem().row);
    hold(map, {from, (from + QPointF(map->mapFromGlobal(global))) / 2,
               QPointF(map->mapFromGlobal(global))});
    picture(QStringLiteral("genre-drag.png"));
    release(map, QPointF(map->mapFromGlobal(global)));
    until(QStringLiteral("the phrase is moved"), [&] {
        return shapes.result() && shapes.result()->shape.movedTo == target &&
               m_window.workspace().player().currentItem().kind == PlaybackItem::Kind::Shaped;
    });
    picture(QStringLiteral("genre-move.png"));
    m_window.setScheme(widgets::Scheme::Dark);
    picture(QStringLiteral("genre-dark.png"));
    m_window.setScheme(widgets::Scheme::Light);
    if (const auto& result = shapes.result()) {
        m_figures["genreMove"] = {{"from", result->source},
                                  {"to", target},
                                  {"scoreBefore", result->scoresBefore[std::size_t(target)]},
                                  {"scoreAfter", result->scoresAfter[std::size_t(target)]}};
        expect(result->scoresAfter[std::size_t(target)] > result->scoresBefore[std::size_t(target)],
               QStringLiteral("The move did not raise the score of %1").arg(name));
        saveMidi(QStringLiteral("genre-move.mid"), {result->before.song, result->after.song},
                 m_window.feature<Explore>().interpolation().bars(), 1);
    }
    silence();
}

void Tour::drawFromGenre() {
    ShapeController& shapes = m_window.feature<Explore>().shapes();
    const models::Latent before = shapes.shape().origin;
    click(m_window.feature<Explore>().dock()->genre()->newButton(0),
          QPointF(m_window.feature<Explore>().dock()->genre()->newButton(0)->rect().center()));
    until(QStringLiteral("a new phrase is generated"), [&] {
        return shapes.shape().origin != before && m_window.workspace().player().playing();
    });
    picture(QStringLiteral("new-phrase.png"));
    saveMidi(QStringLiteral("new-phrase.mid"), m_window.feature<ExportController>().current().songs,
             m_window.feature<ExportController>().current().bars, 1);
    m_window.workspace().maps().showMap(0);
    until(QStringLiteral("the genre regions are shown on the first map"),
          [this] { return !m_window.map()->components().isEmpty(); });
    settle();
    picture(QStringLiteral("prior-umap.png"));
    silence();
}

} // namespace canto::app
