// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/explore/explore_dock.h"
#include "app/features/explore/explore_jobs.h"
#include "app/workspace/exports.h"
#include "app/workspace/map_controller.h"

namespace canto::app {

/// Interpolation between two phrases: a click sets the start, Shift+click the end (the start, if
/// there is none), a path sets both. The ends and all points between are decoded by the model.
/// Thread: GUI.
class InterpolateGesture : public QObject {
    Q_OBJECT

  public:
    struct End {
        models::Latent latent;
        QString name;
        double bpm = 120; ///< playback tempo if the model has none
    };

    /// @param open  the model of the gestures, asked for each interpolation.
    InterpolateGesture(ExploreDock& dock, widgets::LatentMap& map, MapController& mapController,
                       Player& player, const OpenModel& open, Exports& exports,
                       QObject* parent = nullptr);

    void setModel(const models::ModelInfo* info); ///< null: none
    void clear();
    void setEnds(std::optional<End> first, std::optional<End> second);
    const std::optional<End>& first() const { return m_first; }
    const std::optional<End>& second() const { return m_second; }
    /// Sets the start or the end to what plays.
    void takeCurrent(bool asSecond);
    void takePath();

    /// All points; the songs of points that are not decoded yet are null.
    const std::vector<MeasuredPhrase>& points() const { return m_points; }
    bool whole() const;
    std::vector<SongPtr> songs() const;
    int bars() const { return m_bars; }

    void playAll();
    void playPoint(int point);
    Result<void> saveMidi(const std::filesystem::path& path) const;
    void saveSound(const std::filesystem::path& path);

  Q_SIGNALS:
    void finished(); ///< all points are decoded
    void endsChanged();
    void problem(const QString& text, const QString& hint);
    void tabWanted();

  private:
    std::optional<End> endAt(qint64 row, QPointF place);
    void onCurrentItem(const PlaybackItem& item);
    void decode(std::vector<models::Latent> latents, std::vector<double> tempi);
    void onDecoded(std::size_t index, const MeasuredPhrase& phrase);
    void onMoved(const sound::Position& position);
    void start();
    void show();
    PlaybackItem itemOf(int point) const;
    QString smoothness() const;

    ExploreDock& m_dock;
    widgets::LatentMap& m_map;
    MapController& m_mapController;
    Player& m_player;
    const OpenModel& m_open;
    Exports& m_exports;
    std::optional<End> m_first, m_second;
    std::vector<MeasuredPhrase> m_points;
    bool m_model = false;
    int m_bars = 2;
    sound::PlayId m_allPlays = 0; ///< all points, while they play
    LatestTask<InterpolateGesture> m_decode{this, "interpolate"};
};

} // namespace canto::app
