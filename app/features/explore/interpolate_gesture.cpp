// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/explore/interpolate_gesture.h"

#include "app/library/phrase_chain.h"
#include "app/workspace/file_dialogs.h"
#include "app/workspace/map_point.h"
#include "app/workspace/qt_text.h"
#include "core/projection/path.h"
#include "widgets/explore/interpolate_panel.h"
#include "widgets/explore/roll_strip.h"

#include <QLocale>
#include <algorithm>

namespace canto::app {

using widgets::InterpolatePanel;

InterpolateGesture::InterpolateGesture(ExploreDock& dock, widgets::LatentMap& map,
                                       MapController& mapController, Player& player,
                                       const OpenModel& open, Exports& exports, QObject* parent)
    : QObject(parent), m_dock(dock), m_map(map), m_mapController(mapController), m_player(player),
      m_open(open), m_exports(exports) {
    InterpolatePanel* panel = dock.interpolate();
    connect(panel, &InterpolatePanel::pointsChanged, this, &InterpolateGesture::start);
    connect(panel, &InterpolatePanel::geometryChanged, this, &InterpolateGesture::start);
    connect(panel, &InterpolatePanel::swapAsked, this, [this] { setEnds(m_second, m_first); });
    connect(panel, &InterpolatePanel::endsFromPathAsked, this, &InterpolateGesture::takePath);
    connect(panel, &InterpolatePanel::playAllAsked, this, &InterpolateGesture::playAll);
    connect(panel, &InterpolatePanel::playAsked, this, &InterpolateGesture::playPoint);
    const auto ask = [this](const char* ending, const QString& filter) {
        return chooseNewFile(&m_dock, "export", tr("Save the interpolation"),
                             tr("interpolation") + QLatin1String(ending), filter);
    };
    connect(panel, &InterpolatePanel::saveMidiAsked, this, [this, ask] {
        if (const QString path = ask(".mid", tr("MIDI (*.mid)")); !path.isEmpty()) {
            m_exports.writeMidi(whole() ? songs() : std::vector<SongPtr>(), m_bars,
                                path.toStdString());
        }
    });
    connect(panel, &InterpolatePanel::saveSoundAsked, this, [this, ask] {
        const QString path = ask(".wav", tr("WAV (*.wav);;FLAC (*.flac)"));
        if (!path.isEmpty()) {
            saveSound(path.toStdString());
        }
    });
    connect(&map, &widgets::LatentMap::endClicked, this, [this](qint64 row, QPointF place) {
        if (auto end = endAt(row, place)) {
            m_first ? setEnds(m_first, std::move(end)) : setEnds(std::move(end), std::nullopt);
            Q_EMIT tabWanted();
        }
    });
    // At once, not when its file is loaded: a Shift+click may come first.
    connect(&map, &widgets::LatentMap::pointClicked, this, [this](qint64 row) {
        if (m_model && m_mapController.library()) {
            setEnds(endAt(row, {}), std::nullopt);
        }
    });
    connect(&map, &widgets::LatentMap::pathFinished, this, [this] {
        if (m_dock.shows(ExploreDock::Interpolate)) {
            takePath();
        }
    });
    connect(&player, &Player::currentItemChanged, this, &InterpolateGesture::onCurrentItem);
    connect(&player, &Player::moved, this, &InterpolateGesture::onMoved);
    connect(&player, &Player::stopped, panel, [panel] { panel->setActive(-1); });
    show();
}

void InterpolateGesture::setModel(const models::ModelInfo* info) {
    m_model = info != nullptr;
    if (info != nullptr) {
        m_bars = info->phraseBars;
        m_dock.interpolate()->setGeometryIndex(info->geometry == models::Geometry::Slerp ? 1 : 0);
    }
    clear();
}

void InterpolateGesture::clear() {
    m_decode.cancel();
    m_first.reset();
    m_second.reset();
    m_points.clear();
    show();
    Q_EMIT endsChanged();
}

std::optional<InterpolateGesture::End> InterpolateGesture::endAt(qint64 row, QPointF place) {
    if (!m_mapController.library()) {
        return std::nullopt;
    }
    if (!m_model) {
        Q_EMIT problem(tr("There is no model to generate with"),
                       tr("The map and the original songs work without one."));
        return std::nullopt;
    }
    if (row >= 0) {
        return End{m_mapController.latentOf(row), m_mapController.titleOfRow(row),
                   m_mapController.tempoAt(row, place)};
    }
    const ProjectionPtr projection = m_mapController.projection();
    if (!projection) {
        m_mapController.reportNoProjection(
            tr("Songs can be chosen already; try empty positions in a moment."));
        return std::nullopt;
    }
    const auto found = projection->toLatent(asMapPoint(place));
    if (!found) {
        Q_EMIT problem(text(found.error().what), text(found.error().hint));
        return std::nullopt;
    }
    const QLocale locale;
    return End{found->latent,
               tr("Position %1, %2")
                   .arg(locale.toString(place.x(), 'f', 2), locale.toString(place.y(), 'f', 2)),
               m_mapController.tempoAt(-1, place)};
}

void InterpolateGesture::setEnds(std::optional<End> first, std::optional<End> second) {
    m_first = std::move(first);
    m_second = std::move(second);
    start();
    Q_EMIT endsChanged();
}

void InterpolateGesture::takeCurrent(bool asSecond) {
    const PlaybackItem& item = m_player.currentItem();
    if (item.latent.empty()) {
        Q_EMIT problem(tr("There is no phrase yet"),
                       tr("Click a point or an empty position of the map first."));
        return;
    }
    End end{item.latent, item.title, tempoOf(item)};
    asSecond ? setEnds(m_first, std::move(end)) : setEnds(std::move(end), m_second);
    Q_EMIT tabWanted();
}

void InterpolateGesture::takePath() {
    const QVector<QPointF> path = m_map.path();
    const QVector<qint64> rows = m_map.pathRows();
    if (path.size() < 2) {
        Q_EMIT problem(tr("There is no path on the map"), tr("Draw one with the path tool (P)."));
        return;
    }
    auto first = endAt(rows.value(0, -1), path.first());
    auto second = endAt(rows.value(path.size() - 1, -1), path.last());
    if (first && second) {
        setEnds(std::move(first), std::move(second));
    }
}

void InterpolateGesture::onCurrentItem(const PlaybackItem& item) {
    const bool fromMap = item.kind == PlaybackItem::Kind::Original ||
                         item.kind == PlaybackItem::Kind::Reconstruction ||
                         item.kind == PlaybackItem::Kind::Decoded;
    if (item.kind != PlaybackItem::Kind::Interpolated) {
        m_allPlays = 0;
        m_dock.interpolate()->setActive(-1);
    }
    // A click on the map begins a new interpolation.
    if (fromMap && !item.latent.empty() && m_model &&
        (!m_first || m_first->latent != item.latent)) {
        setEnds(End{item.latent, item.title, tempoOf(item)}, std::nullopt);
    }
}

void InterpolateGesture::start() {
    m_points.clear();
    m_decode.cancel();
    if (m_first && m_second && m_first->latent.size() == m_second->latent.size() && m_model) {
        projection::Points anchors{m_first->latent, 2, m_first->latent.size()};
        anchors.values.insert(anchors.values.end(), m_second->latent.begin(),
                              m_second->latent.end());
        const auto geometry = m_dock.interpolate()->geometryIndex() == 1
                                  ? projection::PathGeometry::Slerp
                                  : projection::PathGeometry::Linear;
        const auto way = projection::evenPath(anchors, m_dock.interpolate()->points(), geometry);
        if (way) {
            std::vector<models::Latent> latents;
            std::vector<double> tempi;
            for (std::size_t i = 0; i < way->count; ++i) {
                const auto row = way->view().row(i);
                latents.emplace_back(row.begin(), row.end());
                const double share = way->count > 1 ? double(i) / double(way->count - 1) : 0;
                tempi.push_back(tempoBetween(m_first->bpm, m_second->bpm, share));
            }
            m_points.resize(latents.size());
            decode(std::move(latents), std::move(tempi));
        } else {
            Q_EMIT problem(text(way.error().message()), {});
        }
    } else if (m_first && m_second) {
        Q_EMIT problem(tr("Both ends must come from the same model"), {});
    }
    show();
}

void InterpolateGesture::decode(std::vector<models::Latent> latents, std::vector<double> tempi) {
    m_decode.start([this, open = m_open, latents = std::move(latents),
                    tempi = std::move(tempi)](const auto& run) {
        const auto model = open();
        for (std::size_t i = 0; i < latents.size() && !run.cancelled(); ++i) {
            auto phrase = model ? measure(**model, latents[i], tempi[i])
                                : Result<MeasuredPhrase>(fail(model.error()));
            run.beat();
            if (!phrase) {
                run.deliver(&InterpolateGesture::problem, text(phrase.error().what),
                            text(phrase.error().hint));
                return;
            }
            run.deliver([this, i, phrase = std::move(*phrase)] { onDecoded(i, phrase); });
        }
    });
}

void InterpolateGesture::onDecoded(std::size_t index, const MeasuredPhrase& phrase) {
    m_points[index] = phrase;
    show();
    if (whole()) {
        for (int point = 0; point < int(m_points.size()); ++point) {
            m_player.offer(itemOf(point));
        }
        Q_EMIT finished();
    }
}

bool InterpolateGesture::whole() const {
    return !m_points.empty() && std::all_of(m_points.begin(), m_points.end(),
                                            [](const auto& point) { return point.song; });
}

std::vector<SongPtr> InterpolateGesture::songs() const {
    std::vector<SongPtr> songs;
    for (const MeasuredPhrase& point : m_points) {
        if (point.song) {
            songs.push_back(point.song);
        }
    }
    return songs;
}

void InterpolateGesture::show() {
    InterpolatePanel& panel = *m_dock.interpolate();
    panel.setEnds(m_first ? m_first->name : QString(), m_second ? m_second->name : QString());
    std::vector<widgets::InterpolationPoint> shown;
    for (const MeasuredPhrase& point : m_points) {
        shown.push_back({point.song, point.properties});
    }
    panel.setResult(shown, m_bars);
    panel.setStatus(whole() ? smoothness() : QString());
}

QString InterpolateGesture::smoothness() const {
    // Steps at which the notes' distance to the last point falls, as the paper's figure does.
    const auto rolls = [](const MeasuredPhrase& point, int bars) {
        return codec::MusaeSong(*point.song, {.bars = bars}).encode(0);
    };
    const auto last = rolls(m_points.back(), m_bars);
    int falls = 0;
    double before = -1;
    for (const MeasuredPhrase& point : m_points) {
        const auto tokens = rolls(point, m_bars);
        int different = 0;
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            different += tokens[i] != last[i] ? 1 : 0;
        }
        falls += before >= 0 && different <= before ? 1 : 0;
        before = different;
    }
    return tr("Approaches the end in %L1 of %Ln step(s)", nullptr, int(m_points.size()) - 1)
        .arg(falls);
}

void InterpolateGesture::playAll() {
    if (!whole()) {
        Q_EMIT problem(tr("There is nothing to play yet"),
                       tr("Click a first point, then Shift+click another."));
        return;
    }
    const int points = int(m_points.size());
    PlaybackItem item;
    item.kind = PlaybackItem::Kind::Interpolated;
    item.song = Exports::joined(songs(), m_bars);
    item.bars = m_bars * points;
    item.title = tr("Interpolation in %Ln point(s)", nullptr, points);
    item.caption =
        tr("%1 \u2192 %2, %Ln point(s)", nullptr, points).arg(m_first->name, m_second->name);
    m_player.play(std::move(item));
    m_allPlays = m_player.playId();
}

PlaybackItem InterpolateGesture::itemOf(int point) const {
    PlaybackItem item;
    item.kind = PlaybackItem::Kind::Interpolated;
    item.song = m_points[std::size_t(point)].song;
    item.latent = m_points[std::size_t(point)].latent;
    item.bars = m_bars;
    item.title = tr("Point %L1 of %L2").arg(point + 1).arg(m_points.size());
    item.caption = tr("%1, between %2 and %3").arg(item.title, m_first->name, m_second->name);
    item.origin.parents = {m_first->name, m_second->name};
    return item;
}

void InterpolateGesture::playPoint(int point) {
    if (point < 0 || std::size_t(point) >= m_points.size() || !m_points[std::size_t(point)].song) {
        return;
    }
    m_player.play(itemOf(point));
    m_allPlays = 0;
    m_dock.interpolate()->setActive(point);
}

void InterpolateGesture::onMoved(const sound::Position& position) {
    if (m_allPlays != 0 && position.id == m_allPlays && m_bars > 0) {
        m_dock.interpolate()->setActive(position.playing ? position.bar / m_bars : -1);
    }
}

Result<void> InterpolateGesture::saveMidi(const std::filesystem::path& path) const {
    return Exports::saveMidi(whole() ? songs() : std::vector<SongPtr>(), m_bars, path);
}

void InterpolateGesture::saveSound(const std::filesystem::path& path) {
    if (whole()) {
        m_exports.saveSound(songs(), m_bars, path, m_player.engine().soundFont());
    }
}

} // namespace canto::app
