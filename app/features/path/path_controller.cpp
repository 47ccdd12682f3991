// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/path/path_controller.h"

#include "app/workspace/action_table.h"
#include "app/workspace/map_point.h"
#include "app/workspace/qt_text.h"
#include "widgets/map/latent_map.h"

#include <QLocale>
#include <algorithm>

namespace canto::app {

using widgets::LatentMap;

namespace {

const auto kStepsKey = QStringLiteral("path/steps");

/// In sessions.
std::string keyOfGeometry(projection::PathGeometry geometry) {
    return geometry == projection::PathGeometry::Slerp ? "slerp" : "linear";
}

} // namespace

void PathController::addControls() {
    Controllable playhead{QStringLiteral("path/playhead"), tr("Playhead of the path")};
    playhead.value = [this] {
        return m_steps > 1 && m_active >= 0 ? double(m_active) / (m_steps - 1) : 0.0;
    };
    playhead.set = [this](double part) {
        const int step = int(std::lround(part * (m_steps - 1)));
        if (step != m_active) { // a knob sends many values
            walkFrom(step);
        }
    };
    m_workspace.controls().add(std::move(playhead));
    m_workspace.controls().attach(QStringLiteral("path/playhead"), &m_controls);
}

PathController::PathController(Workspace& workspace, widgets::PathControls& controls)
    : m_workspace(workspace), m_map(workspace.map()), m_controls(controls),
      m_mapController(workspace.maps()), m_player(workspace.player()),
      m_inference(workspace.inference()) {
    addControls();
    LatentMap& map = m_map;
    Player& player = m_player;
    InferenceWorker& inference = m_inference;
    connect(&workspace, &Workspace::modelChanged, this, [this](bool there) {
        if (there) {
            const auto& model = m_workspace.model();
            setModel(model ? &model->info() : nullptr);
        }
    });
    connect(&map, &LatentMap::pathFinished, this, &PathController::decodePath);
    connect(&map, &LatentMap::pathCleared, this, [this] {
        if (m_walking) {
            m_player.stop();
        }
        forget();
    });
    connect(&map, &LatentMap::stepClicked, this, &PathController::walkFrom);
    connect(&map, &LatentMap::pathChanged, this,
            [this](const QVector<QPointF>& path) { m_controls.setHasPath(!path.isEmpty()); });
    connect(&controls, &widgets::PathControls::stepsChanged, this, &PathController::setSteps);
    connect(&controls, &widgets::PathControls::geometryChanged, this, &PathController::decodePath);
    connect(&controls, &widgets::PathControls::geometryChanged, this, &PathController::changed);
    connect(&controls, &widgets::PathControls::originalEndsChanged, this, &PathController::changed);
    connect(&controls, &widgets::PathControls::reverseRequested, &map, &LatentMap::reversePath);
    connect(&controls, &widgets::PathControls::clearRequested, &map, &LatentMap::clearPath);
    connect(&inference, &InferenceWorker::planned, this, &PathController::onPlanned);
    connect(&inference, &InferenceWorker::decoded, this, &PathController::onDecoded);
    connect(&inference, &InferenceWorker::failed, this,
            [this](std::uint64_t generation, const Error& error) {
                if (generation == m_request) {
                    m_request = 0;
                    Q_EMIT problem(text(error.what), text(error.hint));
                }
            });
    connect(&player, &Player::moved, this, &PathController::onMoved);
    connect(&player, &Player::walkWanted, this, [this] {
        if (m_player.currentItem().kind == PlaybackItem::Kind::Path) {
            walkOn();
        }
    });
    connect(&player, &Player::stopped, this, [this] {
        m_walking = false;
        m_queue.clear();
        if (m_active >= 0) {
            m_stoppedAt = m_active;
            m_map.setPlayhead(m_map.path().value(0), LatentMap::PlayheadState::Hidden);
            m_map.setActiveStep(-1);
            m_active = -1;
        }
    });
    connect(&player, &Player::currentItemChanged, this, [this](const PlaybackItem& item) {
        if (m_walking && item.kind != PlaybackItem::Kind::Path) { // a click took over
            m_walking = false;
            m_queue.clear();
            m_active = -1;
            m_map.setActiveStep(-1);
            m_map.setPlayhead({}, LatentMap::PlayheadState::Hidden);
        }
    });
    setSteps(workspace.settings().value(kStepsKey, m_steps).toInt());
}

void PathController::addActions(ActionTable& table) {
    table.add(MenuId::Tools, 1, tr("&Reverse path"), QKeySequence(tr("Shift+R")),
              [this] { m_map.reversePath(); });
    table.add(MenuId::Tools, 1, tr("&Clear path"), QKeySequence(Qt::SHIFT | Qt::Key_Delete),
              [this] { m_map.clearPath(); });
}

bool PathController::escape() {
    if (m_map.path().isEmpty()) {
        return false;
    }
    m_map.clearPath();
    return true;
}

void PathController::closing() { m_workspace.settings().setValue(kStepsKey, m_steps); }

void PathController::saveTo(SessionState& state) const {
    for (const QPointF& anchor : m_map.path()) {
        state.path.emplace_back(anchor.x(), anchor.y());
    }
    const QVector<qint64> rows = m_map.pathRows();
    state.pathRows.assign(rows.begin(), rows.end());
    state.pathSteps = m_steps;
    state.pathGeometry = keyOfGeometry(geometry());
    state.pathOriginalEnds = m_controls.originalEnds();
}

void PathController::restoreFrom(const SessionState& state, bool) {
    QVector<QPointF> anchors;
    for (const auto& [x, y] : state.path) {
        anchors.append({x, y});
    }
    if (!m_map.path().isEmpty() && m_map.path() != anchors) {
        m_map.clearPath(); // before the steps: nothing is decoded for it any more
    }
    setSteps(state.pathSteps);
    const auto chosen = std::find_if(m_geometries.begin(), m_geometries.end(), [&](auto one) {
        return keyOfGeometry(one) == state.pathGeometry;
    });
    if (chosen != m_geometries.end()) {
        m_controls.setGeometryIndex(int(chosen - m_geometries.begin()));
    }
    m_controls.setOriginalEnds(state.pathOriginalEnds);
    if (anchors.size() > 1) {
        QVector<qint64> rows(state.pathRows.begin(), state.pathRows.end());
        const auto known = qint64(m_mapController.library()->points.count());
        std::replace_if(
            rows.begin(), rows.end(), [known](qint64 row) { return row >= known; }, -1);
        m_map.setPath(anchors, rows);
    }
}

void PathController::setSteps(int steps) {
    if (steps == m_steps) {
        return;
    }
    m_steps = steps;
    m_controls.setSteps(steps);
    Q_EMIT changed();
    if (!m_map.path().isEmpty()) {
        decodePath();
    }
}

void PathController::setModel(const models::ModelInfo* info) {
    m_bars = info ? info->phraseBars : 2;
    m_alongMap = info && info->geometry == models::Geometry::Discrete;
    m_spherical = info && info->geometry == models::Geometry::Slerp;
    offerGeometries();
}

void PathController::setHandedOver(bool on) {
    m_handedOver = on;
    offerGeometries();
}

void PathController::offerGeometries() {
    using projection::PathGeometry;
    m_geometries = {PathGeometry::Linear};
    if (m_alongMap) {
        m_controls.setGeometries({tr("Along the map")},
                                 tr("The phrases of this space are discrete codes with nothing in "
                                    "between, so a path goes from known phrase to known phrase"));
    } else if (m_handedOver) {
        m_controls.setGeometries({tr("Linear")},
                                 tr("Paths of sound are straight lines from clip to clip"));
    } else {
        m_geometries = {PathGeometry::Linear, PathGeometry::Slerp};
        QStringList names{tr("Linear"), tr("Spherical (slerp)")};
        if (m_spherical) { // the geometry that fits the prior comes first
            std::swap(m_geometries.front(), m_geometries.back());
            names.swapItemsAt(0, 1);
        }
        m_controls.setGeometries(names, {});
    }
}

projection::PathGeometry PathController::geometry() const {
    const int chosen = std::clamp(m_controls.geometryIndex(), 0, int(m_geometries.size()) - 1);
    return m_geometries[std::size_t(chosen)];
}

void PathController::decodePath() {
    const QVector<QPointF> path = m_map.path();
    const QVector<qint64> rows = m_map.pathRows();
    if (m_handedOver) {
        if (path.size() >= 2) {
            m_controls.setHasPath(true);
            Q_EMIT pathWanted();
        }
        return;
    }
    if (path.size() < 2 || !m_mapController.projection()) {
        if (path.size() >= 2) {
            m_mapController.reportNoProjection(tr("Draw the path again in a moment."));
        }
        return;
    }
    forget();
    m_player.pressed(); // the path is complete: latency is measured from here
    PathRequest request;
    request.steps = m_steps;
    request.geometry = geometry();
    request.alongMap = m_alongMap;
    for (qsizetype i = 0; i < path.size(); ++i) {
        const qint64 row = rows.value(i, -1);
        Anchor anchor{asMapPoint(path[i]), std::nullopt};
        m_mapController.setTempo(anchor, row);
        if (row >= 0) {
            anchor.latent = m_mapController.latentOf(row);
            if (m_controls.originalEnds()) {
                anchor.original = m_mapController.originalOf(row);
            }
        }
        request.anchors.push_back(std::move(anchor));
    }
    m_controls.setHasPath(true);
    m_map.clearDecodeMark();
    m_request = m_inference.decodePath(std::move(request), m_mapController.projection());
    showStatus();
}

void PathController::onPlanned(const PathPlan& plan) {
    if (plan.generation != m_request) {
        return;
    }
    m_plan = plan;
    QVector<QPointF> places;
    for (const projection::MapPoint place : plan.places) {
        places.append(asPoint(place));
    }
    m_map.setPathSteps(places);
    const QLocale locale;
    const QString distance = locale.toString(plan.worstPercentile, 'f', 0);
    Facts facts{
        {tr("Path"), tr("%Ln step(s)", nullptr, int(plan.latents.size()))},
        {tr("Spacing"),
         m_alongMap ? tr("evenly spaced on the map") : tr("evenly spaced in latent space"), true},
        {tr("Geometry"),
         m_alongMap                                      ? tr("known phrases along the line")
         : geometry() == projection::PathGeometry::Slerp ? tr("spherical (slerp)")
                                                         : tr("linear"),
         true},
        {tr("Re-encoding error"),
         tr("%1 map units at most").arg(locale.toString(plan.worstRoundTrip, 'f', 2))},
        {tr("Distance"),
         plan.worstPercentile > 95
             ? tr("Leaves the library (one step is further out than %1 % of it)").arg(distance)
             : tr("Within the library (no step is further out than %1 % of it)").arg(distance)},
        {tr("Playing"), tr("one generated phrase per step")}};
    Q_EMIT factsChanged(facts);
}

void PathController::onDecoded(const Decoded& decoded) {
    if (decoded.generation != m_request || !decoded.whole) {
        return; // steps change at bar lines: wait until it is complete
    }
    m_songs.push_back(decoded.song);
    m_played.push_back(decoded.original ? decoded.original : decoded.song);
    m_originals.push_back(decoded.original != nullptr);
    m_player.offer(itemOf(int(m_songs.size()) - 1));
    showStatus();
    if (m_songs.size() == 1) {
        begin(0);
    } else if (m_walking) {
        supply();
    }
    if (m_plan && m_songs.size() == m_plan->latents.size()) {
        Q_EMIT allDecoded();
    }
}

QString PathController::title() const {
    return tr("Path of %Ln step(s)", nullptr, m_plan ? int(m_plan->latents.size()) : 0);
}

PlaybackItem PathController::itemOf(int step) const {
    PlaybackItem item;
    item.kind = PlaybackItem::Kind::Path;
    item.song = m_played[std::size_t(step)];
    item.bars = m_bars;
    item.title = tr("Path, step %L1 of %L2").arg(step + 1).arg(m_plan->latents.size());
    item.latent = m_plan->latents[std::size_t(step)];
    item.caption = m_originals[std::size_t(step)] ? tr("%1 \u2013 original").arg(item.title)
                                                  : tr("%1 \u2013 generated").arg(item.title);
    item.origin.known = m_originals[std::size_t(step)];
    for (const qint64 row : m_map.pathRows()) {
        if (row >= 0) {
            item.origin.parents.append(m_mapController.titleOfRow(row));
        }
    }
    item.origin.parents.removeDuplicates();
    return item;
}

void PathController::begin(int step) {
    m_walking = true;
    m_repeating = false;
    m_queue.clear();
    m_active = -1;
    m_player.play(itemOf(step));
    m_queue.emplace_back(m_player.playId(), step);
    m_lastQueued = step;
    supply();
}

void PathController::walkFrom(int step) {
    if (m_plan && step >= 0 && std::size_t(step) < m_songs.size()) {
        begin(step);
    }
}

void PathController::supply() {
    // Queue the steps that are decoded, at most one loop ahead.
    const int all = int(m_plan->latents.size());
    while (m_queue.size() < 4) {
        int next = m_lastQueued + 1;
        if (next == all) {
            if (!m_player.looping()) {
                return;
            }
            next = 0;
        }
        if (next >= int(m_songs.size())) {
            return;
        }
        const sound::PlayId id = m_player.engine().enqueue(m_played[std::size_t(next)], m_bars);
        if (id == 0) {
            return;
        }
        m_queue.emplace_back(id, next);
        m_lastQueued = next;
    }
}

void PathController::onMoved(const sound::Position& position) {
    if (!m_walking || !m_plan) {
        return;
    }
    while (m_queue.size() > 1 && m_queue.front().first < position.id) {
        m_queue.erase(m_queue.begin());
    }
    if (m_queue.empty() || m_queue.front().first != position.id) {
        return;
    }
    if (!position.playing && m_queue.size() == 1) { // played to the end, without a loop
        m_walking = false;
        m_map.setPlayhead(m_map.path().value(0), LatentMap::PlayheadState::Hidden);
        return;
    }
    followStep(position);
    supply();
    const bool missing =
        m_queue.size() == 1 &&
        (m_player.looping() || m_queue.front().second + 1 < int(m_plan->latents.size()));
    if (missing && !m_repeating) {
        const auto& song = m_played[std::size_t(m_queue.front().second)];
        m_player.engine().setLoop(sound::TickRange{0, song->metre.barStart(m_bars)});
        m_repeating = true;
    }
}

void PathController::followStep(const sound::Position& position) {
    const int step = m_queue.front().second;
    if (step != m_active) {
        m_active = step;
        m_repeating = false;
        m_map.setActiveStep(step);
        m_player.follow(position.id, itemOf(step));
        Q_EMIT stepBegan(step);
    }
    // The playhead moves from this step's position to the next one's.
    const auto& places = m_plan->places;
    const QPointF from = asPoint(places[std::size_t(step)]);
    const bool waiting = m_queue.size() == 1;
    const std::size_t after = waiting ? std::size_t(step) : std::size_t(m_queue[1].second);
    const QPointF to = after > std::size_t(step) ? asPoint(places[after]) : from;
    const music::Tick length = m_played[std::size_t(step)]->metre.barStart(m_bars);
    const double share =
        length > 0 ? std::clamp(double(position.tick) / double(length), 0.0, 1.0) : 0;
    m_map.setPlayhead(from + (to - from) * share, waiting && m_songs.size() < places.size()
                                                      ? LatentMap::PlayheadState::Waiting
                                                      : LatentMap::PlayheadState::Playing);
}

void PathController::forget() {
    m_request = 0;
    m_walking = false;
    m_plan.reset();
    m_songs.clear();
    m_played.clear();
    m_originals.clear();
    m_queue.clear();
    m_active = m_lastQueued = m_stoppedAt = -1;
    m_map.setActiveStep(-1);
    m_map.setPathSteps({});
    m_map.setPlayhead({}, LatentMap::PlayheadState::Hidden);
    m_controls.setHasPath(!m_map.path().isEmpty());
    showStatus();
}

void PathController::showStatus() {
    if (m_map.path().isEmpty()) {
        m_controls.setStatus({});
    } else {
        m_controls.setStatus(tr("%L1 of %Ln step(s) ready", nullptr, m_steps).arg(m_songs.size()));
    }
}

} // namespace canto::app
