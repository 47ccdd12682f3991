// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/transfer/separation.h"
#include "app/features/transfer/transfer_dock.h"
#include "app/features/transfer/transfer_maker.h"
#include "app/workspace/feature.h"
#include "app/workspace/workspace.h"

namespace canto::widgets {
class LibraryList;
class TransferSheet;
} // namespace canto::widgets

namespace canto::app {

/// The Transfer panel: transfers elements between phrases, where elements are the blocks of the
/// model. Every change of the transfer spec is an undo step and is played. Thread: GUI.
class TransferController : public Feature {
    Q_OBJECT

  public:
    /// @param list  of songs: elements are dragged from there and dropped there.
    TransferController(Workspace& workspace, widgets::LibraryList& list);
    ~TransferController() override;

    std::vector<Panel> panels() override;
    void addActions(ActionTable& table) override;

    void saveTo(SessionState& state) const override;
    void restoreFrom(const SessionState& state, bool sameModel) override;
    std::any leave(Reason) override { return m_results; }
    void enter(std::any kept) override;

    TransferDock* dock() const { return m_dock; }
    widgets::TransferSheet* sheet() const { return m_sheet; }
    const TransferSpec& spec() const { return m_spec; }
    /// Results of the current space, the oldest first.
    const std::vector<Transferred>& results() const { return m_results; }
    /// The result that is shown, or null.
    const Transferred* shown() const;
    QString titleOf(const Transferred& result) const;

    /// Clears the Transfer panel. @param model  null: there is none.
    void setModel(std::shared_ptr<const models::LatentModel> model, OpenModel open);
    /// Restores a saved state, without an undo step and without playing.
    void restore(const TransferSpec& spec, std::vector<Transferred> results = {});
    void clear(); ///< results included

    /// Adds a phrase to the Transfer panel: as the target when it is empty, else as a source
    /// without elements.
    void put(const Parent& phrase);
    /// Transfers elements of one phrase to another; other transfers to the same target stay.
    void transferElements(const Parent& source, const std::vector<int>& blocks,
                          const Parent& target);
    /// Opens the sheet that asks for the elements. @param global  screen position.
    void ask(const Parent& source, const Parent& target, QPoint global);
    /// Chooses the song that an element comes from.
    void choose(int block, int parent);
    /// Transfers an element of a new sample from the prior.
    void drawFor(const Parent& target, int block);
    void playResult();
    /// The phrase that plays; none if its latent is not known.
    std::optional<Parent> item() const;
    /// The phrase of a row.
    Parent phraseOf(qint64 row) const;

  Q_SIGNALS:
    void resultMade(const canto::app::Transferred& result);
    void saveAsked(const canto::app::SongPtr& song, int bars, const QString& title);
    void copyAsked(const canto::app::SongPtr& song, int bars, const QString& title);
    void dragAsked(const canto::app::SongPtr& song, int bars, const QString& title);

  private:
    friend class TransferSpecStep;
    enum class Sound { Play, FromNextBar, None };

    // transfer_controller.cpp
    void propose(const TransferSpec& next, const QString& what);
    void apply(const TransferSpec& spec, Sound sound);
    void make(const TransferSpec& spec, Sound sound, bool measure);
    void onGrown(const SongPtr& song, int bars, bool whole);
    void onMade(const Transferred& result);
    void makeWaiting(); ///< the first of m_waiting
    /// Whether the model can carry it out.
    bool fits(const TransferSpec& spec) const;
    void onDrawn(const models::Latent& latent);
    void onFailed(const Error& error);
    void preview(const TransferSpec& spec);
    void endPreview();
    std::optional<TransferSpec> dragged(const Parent& source, const std::vector<int>& blocks,
                                        const Parent& target);
    std::vector<int> plainBlocks() const; ///< all but the advanced
    QString blockNames(const std::vector<int>& blocks) const;
    void showNoModel();
    void remember(); ///< copies what plays as a source
    void askForCurrent();
    void play(const Parent& parent);
    PlaybackItem itemOf(const Transferred& result) const;

    // transfer_view.cpp
    void connectDock();
    void connectSources();
    void addTargets();
    void onStrip(widgets::ElementStrip* strip, int song);
    std::optional<DropTarget> targetAt(QPoint global, const DraggedPhrase& dragged);
    DropTarget targetFor(const Parent& target, const QString& id, const DraggedPhrase& dragged);
    void showMenu(int song, int block, QPoint global);
    void showSpec();
    void showResults();
    void showReport();
    void measureSeparation();
    void showSeparation(const LibraryPtr& library, const std::vector<Separation>& columns);
    qint64 rowOfSong(qint64 song) const;

    /// Parts of the workspace that the panel uses.
    struct Parts {
        Workspace& workspace;
        widgets::LatentMap& map;
        widgets::LibraryList& list;
        MapController& mapController;
        Player& player;
        UndoHistory& undo;
        PhraseDrag& drag;
    };

    Parts m_parts;
    TransferDock* m_dock; ///< owned by the dock widget of the window
    widgets::TransferSheet* m_sheet;
    std::shared_ptr<const models::LatentModel> m_model;

    TransferSpec m_spec;
    std::vector<Transferred> m_results;
    int m_shown = -1;                    ///< of m_results
    std::vector<TransferSpec> m_waiting; ///< of a session, to be made again in the background
    std::optional<Parent> m_copied;
    std::pair<Parent, Parent> m_asked; ///< source and target of the sheet

    OpenModel m_open;
    std::shared_ptr<TransferMaker> m_maker; ///< used by tasks of m_make only
    TransferSpec m_making;                  ///< by m_make
    std::uint64_t m_draws = 0;
    std::pair<Parent, int> m_drawing; ///< target and block of the last drawFor
    Sound m_sound = Sound::None;
    bool m_previewing = false, m_sounding = false;
    std::optional<PlaybackItem> m_beforePreview; ///< what played; none: silence
    LatestTask<TransferController> m_make{this, "transfer"};
    LatestTask<TransferController> m_separation{this, "separation", Priority::Low};
};

} // namespace canto::app
