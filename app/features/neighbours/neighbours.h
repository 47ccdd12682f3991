// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/neighbours/neighbours_panel.h"
#include "app/library/library_notes.h"
#include "app/workspace/feature.h"
#include "app/workspace/workspace.h"

namespace canto::widgets {
class PianorollView;
}

namespace canto::app {

/// Lists the phrases of the library nearest to the one that plays, to music that was played or
/// generated, or to notes that are selected in the piano roll; and measures how much of generated
/// music is in the library already. Thread: GUI.
class Neighbours : public Feature {
    Q_OBJECT

  public:
    static constexpr std::size_t kListed = 20;

    Neighbours(Workspace& workspace, const widgets::PianorollView& roll);

    std::vector<Panel> panels() override;
    void addActions(ActionTable& table) override;
    NeighboursPanel* panel() const { return m_panel; }

    /// Lists the neighbours of what plays; of its selected notes where there are any.
    void find();

  Q_SIGNALS:
    void listed();   ///< the list is up to date, or says why not
    void measured(); ///< the same of the share that is in the library

  private:
    /// What is looked for.
    struct Query {
        QString title;
        qint64 row = -1; ///< of the library: not listed itself
        models::Latent latent;
        SongPtr song;
        bool selected = false; ///< it is a part of what plays
    };
    /// What is made once for a library.
    struct Prepared;
    using PreparedPtr = std::shared_ptr<Prepared>;

    void onItem(const PlaybackItem& item);
    void show(const Query& query);
    void measure(const PlaybackItem& item);
    void onFound(const Query& query, const QVector<NeighbourRow>& rows, std::size_t missing);
    void onFailed(const Error& error);
    static Result<QVector<NeighbourRow>> byLatent(const Library& library, Prepared& prepared,
                                                  Query query, const models::LatentModel* model,
                                                  const CancelToken& cancel);
    static Result<QVector<NeighbourRow>> byNotes(const Library& library, Prepared& prepared,
                                                 const Query& query, const CancelToken& cancel);

    Workspace& m_workspace;
    const widgets::PianorollView& m_roll;
    NeighboursPanel* m_panel; ///< owned by the window
    PreparedPtr m_prepared;
    std::optional<Query> m_last;
    LatestTask<Neighbours> m_find{this, "neighbours"};
    LatestTask<Neighbours> m_measure{this, "same notes", Priority::Low};
};

} // namespace canto::app
