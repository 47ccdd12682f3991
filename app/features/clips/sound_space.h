// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/spaces/orchestra/clip_sounds.h"
#include "app/workspace/feature.h"
#include "app/workspace/path_port.h"
#include "app/workspace/workspace.h"
#include "widgets/song/similar_list.h"
#include "widgets/song/spectrogram_view.h"

namespace canto::app {

/// Playback and import where the points are clips of sound: a clip plays as its recording or as
/// the decoder's reconstruction, positions and paths of the map become blends of clips, and a
/// recording of the user's is placed among them. Computes on the inference worker's thread (the
/// newest request wins); pictures for the hover card have a thread of their own. It is active
/// where the model encodes sound, whatever the name of the space.
/// Thread: GUI.
class SoundSpace : public Feature, public PlaceSounds {
    Q_OBJECT

  public:
    SoundSpace(Workspace& workspace, PathPort& paths);
    ~SoundSpace() override;

    void addActions(ActionTable& table) override;
    Takes takes(const QString& path) const override;
    void openFiles(const QStringList& paths) override;
    bool escape() override;

    /// @param decoder  generates sound from latents; may be empty.
    void setModel(const std::shared_ptr<models::LatentModel>& model, OpenModel decoder);

    bool active() const override;
    void playRowSound(qint64 row, bool original, const QString& reason) override;
    void playPosition(QPointF place) override;
    void hovered(qint64 row) override;

    /// Analyses a recording and marks the positions of its clips on the map.
    void place(const QString& file);
    /// Removes the marks of a recording or of a path's steps from the map.
    void forgetMarks();
    /// The clips of the recording that was placed last, if its marks are still there.
    const std::optional<PlacedRecording>& placed() const { return m_placed; }

  Q_SIGNALS:
    void factsChanged(const canto::app::Facts& facts);
    void similarChanged(const QString& about, const QVector<canto::widgets::SimilarRow>& rows);
    void recordingPlaced();

  public Q_SLOTS:
    /// Plays the path that is drawn on the map, where sound is what plays.
    void playPath();

  private:
    void chooseRecording();
    void playPlaced(int clip);
    void clickStep(int step);
    void play(PlaybackItem item, ClipAnalysis clip, const Facts& facts);
    void onPlaced(const QString& file, PlacedRecording placed);
    void showSimilar(qint64 row);
    void showSimilar(const QString& about, std::span<const float> latent, const std::string& notBy);
    void onMoved(const sound::Position& position);
    void fail(const Error& error);
    /// Runs on the worker's thread; `deliver` gets the result on the GUI thread, unless a newer
    /// request replaced it. Errors are emitted as problem().
    template <class Work, class Deliver>
    void work(Work work, Deliver deliver);

    Workspace& m_workspace;
    widgets::LatentMap& m_map;
    MapController& m_maps;
    PathPort& m_paths;
    Player& m_player;
    InferenceWorker& m_inference;
    QAction* m_find = nullptr; ///< a recording on the map
    LatestTask<SoundSpace> m_pictures{this, "pictures"};
    std::shared_ptr<models::LatentModel> m_model;
    std::shared_ptr<ClipSounds> m_sounds;

    QVector<QPointF> m_steps; ///< of the path that plays, map units
    double m_stepSeconds = 0;
    sound::PlayId m_walk = 0; ///< the playback of the path
    std::optional<PlacedRecording> m_placed;
    QString m_file; ///< of m_placed
};

} // namespace canto::app
