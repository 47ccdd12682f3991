// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/explore/explore_dock.h"
#include "app/features/explore/explore_worker.h"
#include "app/workspace/map_controller.h"
#include "app/workspace/undo_history.h"


namespace canto::app {

/// The phrase at hand and what is done to it: property sliders, dimensions, the move between
/// genres, draws from the prior. Every change is a step of undo; a slider that is dragged is one.
/// What plays becomes the phrase at hand, except what this class makes itself.
/// Thread: GUI.
class ShapeController : public QObject {
    Q_OBJECT

  public:
    ShapeController(ExploreDock& dock, widgets::LatentMap& map, MapController& mapController,
                    Player& player, ExploreWorker& worker, UndoHistory& undo,
                    QObject* parent = nullptr);

    /// Null while there is none.
    void setModel(std::shared_ptr<const models::LatentModel> model);
    /// Another library or model: labels and means are counted again, on the next use.
    void libraryChanged();
    void setLearned(LearnedPtr learned);
    const LearnedPtr& learned() const { return m_learned; }

    const Shape& shape() const { return m_shape; }
    /// The newest result; nothing before the first, or when the phrase has changed since.
    const std::optional<ShapedPhrase>& result() const { return m_result; }
    bool playsChanged() const { return m_playsChanged; }
    QUndoStack& undo() { return m_undo.stack(); }
    const models::ModelInfo* info() const { return m_model ? &m_model->info() : nullptr; }
    /// What a person reads for one of the model's classes, empty where there is none.
    QString className(int label) const;
    int classNamed(const QString& name) const; ///< class of such a name, or -1
    /// Row of the phrase at hand where it is what was heard, else -1.
    qint64 currentRow() const;

    /// Carries a shape out. @param final  a step of undo, and heard; else only shown.
    /// @param what  of the step; @param mergeId  steps in a row with the same (>= 0) are one.
    void propose(const Shape& next, const QString& what, int mergeId, bool final);
    /// Without a step of undo, and without sound unless asked: undo, session.
    void restore(const Shape& shape, bool play);
    /// The phrase of a row as the one at hand, without hearing it: it is about to be moved.
    void takeRow(qint64 row);
    void moveToGenre(int label, bool toComponent);
    void newPhraseIn(int label);
    /// A and B: the original, or what was made of it.
    void playOriginal();
    void playChanged();
    void switchVersion();
    void play();

  Q_SIGNALS:
    void shapeChanged();
    void resultChanged(const canto::app::ShapedPhrase& phrase);
    void problem(const QString& text, const QString& hint);
    void classesChanged();

  private:
    void onCurrentItem(const PlaybackItem& item);
    void onShaped(const ShapedPhrase& phrase);
    void onSampled(int label, const models::Latent& latent);
    void begin(Shape shape);
    void request();
    /// Decodes and measures the phrase when somebody looks at it: a click on the map is for
    /// listening first.
    void requestIfSeen();
    void playVersion(bool changed);
    void showValues();
    void showResult();
    void hideMark(); ///< of the changed phrase, which is not changed any more
    void showTitle();
    QString movedText() const;
    QString genreText() const;
    std::shared_ptr<const GenrePlaces> genres();

    ExploreDock& m_dock;
    widgets::LatentMap& m_map;
    MapController& m_mapController;
    Player& m_player;
    ExploreWorker& m_worker;
    std::shared_ptr<const models::LatentModel> m_model;
    LearnedPtr m_learned;
    std::shared_ptr<const GenrePlaces> m_genres;
    UndoHistory& m_undo;
    Shape m_shape;     ///< as shown, perhaps in the middle of a drag
    Shape m_committed; ///< as the last step of undo left it
    std::optional<ShapedPhrase> m_result;
    std::uint64_t m_request = 0;
    std::optional<QPointF> m_marked; ///< where the map marks the changed phrase
    bool m_playNext = false;         ///< the coming result is to be heard
    bool m_playsChanged = false;     ///< B sounds, not A
    std::uint64_t m_draws = 0;       ///< from the prior so far: each has a seed of its own
};

} // namespace canto::app
