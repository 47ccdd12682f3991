// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/explore/genre_drag.h"
#include "app/features/explore/interpolate_gesture.h"
#include "app/features/explore/sweep_gesture.h"

#include <QMenuBar>

namespace canto::app {

/// What the window gives to the gestures.
struct ExploreParts {
    QWidget& window;
    widgets::LatentMap& map;
    MapController& mapController;
    Player& player;
    Exports& exports;
    PhraseDrag& drag;
    UndoHistory& undo;
    std::filesystem::path cacheFolder; ///< empty: nothing is cached
};

/// The Explore panel and its gestures. The directions of the sliders are fitted in the background
/// when the panel is first shown, and cached. Thread: GUI.
class Explore : public QObject, public SessionPart {
    Q_OBJECT

  public:
    explicit Explore(ExploreParts parts, QObject* parent = nullptr);
    ~Explore() override;

    void saveTo(SessionState& state) const override;
    void restoreFrom(const SessionState& state, bool sameModel) override;

    ExploreDock* dock() const { return m_dock; }
    ShapeController& shapes() { return m_shapes; }
    InterpolateGesture& interpolation() { return m_interpolation; }
    SweepGesture& sweep() { return m_sweep; }
    GenreDrag& drag() { return m_drag; }

    /// @param open  opens the same model for another thread.
    void setModel(std::shared_ptr<const models::LatentModel> model, OpenModel open);
    void libraryChanged();
    /// Shows in the panels why phrases cannot be changed.
    void setUnavailable(const QString& why);
    /// Edit (before the second menu) and Explore (before Help, which is the last so far).
    void buildMenus(QMenuBar& bar);
    void showPrior(bool on);
    bool priorShown() const { return m_priorShown; }

  Q_SIGNALS:
    void problem(const QString& text, const QString& hint);
    void notice(const QString& text);
    /// Asks to raise the dock.
    void raiseAsked();
    void learned();
    void priorChanged(bool shown);

  private:
    void learnIfSeen();
    void onLearned(const LearnedPtr& learned);
    void placePrior();
    void showComponents(const ProjectionPtr& projection,
                        const std::vector<PlacedComponent>& components);
    void showTab(ExploreDock::Tab tab);
    void fillGenreMenus(QMenu* move, QMenu* draw);

    ExploreParts m_parts;
    ExploreDock* m_dock;                 ///< owned by the dock widget of the window
    OpenModel m_open = modelOrError({}); ///< of the gestures
    ShapeController m_shapes;
    InterpolateGesture m_interpolation;
    SweepGesture m_sweep;
    GenreDrag m_drag;
    std::shared_ptr<const models::LatentModel> m_model;
    QList<QAction*> m_continuousOnly; ///< not available for models with discrete codes
    bool m_learnBegun = false;
    bool m_priorShown = false;
    LatestTask<Explore> m_learn{this, "learn", Priority::Low};
    LatestTask<Explore> m_prior{this, "prior", Priority::Low};
};

} // namespace canto::app
