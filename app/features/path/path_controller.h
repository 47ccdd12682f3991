// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/feature.h"
#include "app/workspace/path_port.h"
#include "app/workspace/workspace.h"
#include "widgets/song/path_controls.h"

namespace canto::app {

/// Plays a path drawn on the map: decodes its steps one after another and plays them in a loop,
/// each for whole bars. Until a late step is decoded the previous one repeats, so that there is
/// never a gap. Thread: GUI.
class PathController : public Feature, public PathPort {
    Q_OBJECT

  public:
    PathController(Workspace& workspace, widgets::PathControls& controls);

    void addActions(ActionTable& table) override;
    bool escape() override;
    void closing() override;
    void saveTo(SessionState& state) const override;
    void restoreFrom(const SessionState& state, bool sameModel) override;

    void setSteps(int steps);
    int steps() const override { return m_steps; }
    /// Leaves paths to another object (on: emits pathWanted instead of decoding).
    void setHandedOver(bool on) override;
    void setStatus(const QString& text) override { m_controls.setStatus(text); }
    widgets::PathControls& controls() { return m_controls; }
    /// The music of the steps decoded so far, in order.
    const std::vector<SongPtr>& songs() const { return m_songs; }
    QString title() const; ///< of the whole path, for files: "Path of 8 steps"
    int barsEach() const { return m_bars; }
    const std::optional<PathPlan>& plan() const { return m_plan; }
    /// Whether a path plays, or can be played again.
    bool hasPath() const { return m_plan.has_value(); }
    bool walking() const { return m_walking; }
    void walkFrom(int step);
    /// From the step where it was stopped.
    void walkOn() { walkFrom(std::max(m_stoppedAt, 0)); }

  Q_SIGNALS:
    void stepBegan(int step);
    void allDecoded();
    void pathWanted(); ///< asks another object to decode the path
    void factsChanged(const canto::app::Facts& facts);

  private:
    /// Offers the geometries that fit the model's latents.
    void setModel(const models::ModelInfo* info);
    void decodePath();
    void onPlanned(const PathPlan& plan);
    void onDecoded(const Decoded& decoded);
    void onMoved(const sound::Position& position);
    void followStep(const sound::Position& position);
    void supply();
    void begin(int step);
    void forget();
    void addControls();
    void showStatus();
    projection::PathGeometry geometry() const;
    void offerGeometries();
    PlaybackItem itemOf(int step) const;

    Workspace& m_workspace;
    widgets::LatentMap& m_map;
    widgets::PathControls& m_controls;
    MapController& m_mapController;
    Player& m_player;
    InferenceWorker& m_inference;
    int m_steps = widgets::PathControls::kDefaultSteps;
    int m_bars = 2;
    std::vector<projection::PathGeometry> m_geometries{projection::PathGeometry::Linear};
    bool m_handedOver = false;
    bool m_alongMap = false;  ///< the model's latents cannot be mixed
    bool m_spherical = false; ///< the model's prior suits spherical interpolation

    std::uint64_t m_request = 0;
    std::optional<PathPlan> m_plan;
    std::vector<SongPtr> m_songs;  ///< decoded completely
    std::vector<SongPtr> m_played; ///< the same, with originals at the ends if chosen
    std::vector<bool> m_originals; ///< which of m_played are
    bool m_walking = false;
    int m_active = -1; ///< step that plays
    int m_stoppedAt = -1;
    int m_lastQueued = -1;                              ///< last step given to the engine
    std::vector<std::pair<sound::PlayId, int>> m_queue; ///< steps given to the engine, in order
    bool m_repeating = false; ///< the step loops until the next one is decoded
};

} // namespace canto::app
