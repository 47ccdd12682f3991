// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/explore/genre_drag.h"
#include "app/features/explore/interpolate_gesture.h"
#include "app/features/explore/sweep_gesture.h"
#include "app/workspace/feature.h"
#include "app/workspace/workspace.h"

class QAction;
class QMenu;

namespace canto::app {

/// The Explore panel and its gestures. The directions of the sliders are fitted in the background
/// when the panel is first shown, and cached. Thread: GUI.
class Explore : public Feature {
    Q_OBJECT

  public:
    /// @param cacheFolder  of the directions; empty: they are not cached.
    Explore(Workspace& workspace, std::filesystem::path cacheFolder);
    ~Explore() override;

    std::vector<Panel> panels() override;
    void addActions(ActionTable& table) override;
    void start() override;

    void saveTo(SessionState& state) const override;
    void restoreFrom(const SessionState& state, bool sameModel) override;

    ExploreDock* dock() const { return m_dock; }
    ShapeController& shapes() { return m_shapes; }
    InterpolateGesture& interpolation() { return m_interpolation; }
    SweepGesture& sweep() { return m_sweep; }
    GenreDrag& drag() { return m_drag; }

    void showPrior(bool on);
    /// Registers what can be set from outside: sliders, the point between two phrases.
    void addControls();
    bool priorShown() const { return m_priorShown; }

  Q_SIGNALS:
    void learned();
    void priorChanged(bool shown);

  private:
    /// @param open  opens the same model for another thread.
    void setModel(std::shared_ptr<const models::LatentModel> model, OpenModel open);
    void libraryChanged();
    /// Shows in the panels why phrases cannot be changed.
    void setUnavailable(const QString& why);
    void learnIfSeen();
    void onLearned(const LearnedPtr& learned);
    void placePrior();
    void showComponents(const ProjectionPtr& projection,
                        const std::vector<PlacedComponent>& components);
    void showTab(ExploreDock::Tab tab);
    void fillGenreMenus(QMenu* move, QMenu* draw);

    Workspace& m_workspace;
    widgets::LatentMap& m_map;
    MapController& m_maps;
    std::filesystem::path m_cacheFolder;
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
