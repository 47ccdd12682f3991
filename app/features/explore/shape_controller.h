// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/explore/explore_dock.h"
#include "app/features/explore/explore_jobs.h"
#include "app/workspace/map_controller.h"
#include "app/workspace/undo_history.h"

#include <map>

namespace canto::app {

/// The current phrase and its edits: attribute sliders, dimensions, moves between classes, samples
/// from the prior. Every change is an undo step; dragging a slider is one step. Whatever plays
/// becomes the current phrase, except what this class generates itself.
/// Thread: GUI.
class ShapeController : public QObject {
    Q_OBJECT

  public:
    /// @param open  the model of the gestures, asked for each change.
    ShapeController(ExploreDock& dock, widgets::LatentMap& map, MapController& mapController,
                    Player& player, const OpenModel& open, UndoHistory& undo,
                    QObject* parent = nullptr);

    /// Null while there is none.
    void setModel(std::shared_ptr<const models::LatentModel> model);
    /// The library or model changed: class means are computed again on the next use.
    void libraryChanged();
    void setLearned(LearnedPtr learned);
    const LearnedPtr& learned() const { return m_learned; }

    const Shape& shape() const { return m_shape; }
    /// The newest result; none before the first, or when the phrase has changed since.
    const std::optional<ShapedPhrase>& result() const { return m_result; }
    bool busy() const { return m_task.busy(); }
    bool playsChanged() const { return m_playsChanged; }
    QUndoStack& undo() { return m_undo.stack(); }
    const models::ModelInfo* info() const { return m_model ? &m_model->info() : nullptr; }
    /// Display name of one of the model's classes; empty if there is none.
    QString className(int label) const;
    int classNamed(const QString& name) const; ///< class of such a name, or -1
    /// Row of the current phrase if it is an unchanged row, else -1.
    qint64 currentRow() const;

    /// Applies a shape. @param final  an undo step, and played; else only shown.
    /// @param what  text of the step. @param mergeId  consecutive equal ids (>= 0) merge.
    void propose(const Shape& next, const QString& what, int mergeId, bool final);
    /// Without an undo step, and silent unless asked; for undo and sessions.
    void restore(const Shape& shape, bool play);
    /// Makes the phrase of a row current without playing it, before it is moved.
    void takeRow(qint64 row);
    void moveToGenre(int label, bool toComponent);
    void newPhraseIn(int label);
    /// Plays A, the original, or B, the edited phrase.
    void playOriginal();
    void playChanged();
    void switchVersion();
    void play();

  Q_SIGNALS:
    void shapeChanged();
    void slidersChanged(); ///< the panel has others
    void resultChanged(const canto::app::ShapedPhrase& phrase);
    void problem(const QString& text, const QString& hint);
    void classesChanged();

  private:
    void onCurrentItem(const PlaybackItem& item);
    void onShaped(const ShapedPhrase& phrase);
    void onSampled(int label, const models::Latent& latent);
    void onFailed(const Error& error);
    void begin(Shape shape);
    void request();
    /// Decodes and measures the phrase only while the panel is visible, so that clicks on the
    /// map play without delay.
    void requestIfSeen();
    void playVersion(bool changed);
    /// How the current phrase came about, changed or as it was.
    MusicOrigin originOf(bool changed) const;
    void showValues();
    void showResult();
    void hideMark(); ///< removes the mark of the edited phrase
    void showTitle();
    QString movedText() const;
    QString genreText() const;
    std::shared_ptr<const GenrePlaces> genres();

    ExploreDock& m_dock;
    widgets::LatentMap& m_map;
    MapController& m_mapController;
    Player& m_player;
    const OpenModel& m_open;
    std::shared_ptr<const models::LatentModel> m_model;
    LearnedPtr m_learned;
    std::shared_ptr<const GenrePlaces> m_genres;
    UndoHistory& m_undo;
    Shape m_shape;     ///< as shown, also during a drag
    Shape m_committed; ///< after the last undo step
    std::optional<ShapedPhrase> m_result;
    std::optional<QPointF> m_marked;                 ///< where the map marks the changed phrase
    bool m_playNext = false;                         ///< whether the next result is played
    bool m_playsChanged = false;                     ///< B plays, not A
    std::uint64_t m_draws = 0;                       ///< samples so far: each has its own seed
    std::map<models::Latent, std::uint64_t> m_seeds; ///< of samples, by what was drawn
    LatestTask<ShapeController> m_task{this, "shape"};
};

} // namespace canto::app
