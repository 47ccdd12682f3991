#pragma once

#include "app/window/bench_dock.h"
#include "app/window/carry.h"
#include "app/window/map_controller.h"
#include "app/workers/transfer_worker.h"

#include <QUndoStack>

class QMenu;
class QMenuBar;

namespace canto::widgets {
class LibraryList;
class TransferSheet;
} // namespace canto::widgets

namespace canto::app {

class ShapeController;

/// What the window gives to the bench.
struct BenchParts {
    QWidget& window;
    widgets::LatentMap& map;
    widgets::LibraryList& list;
    MapController& mapController;
    Audition& audition;
    ShapeController& shapes; ///< whose undo stack holds the bench's steps too
    Carry& carry;
};

/// The transfer bench: elements carried between phrases, whatever the model calls its elements.
/// Every change of the recipe is a step of undo and is heard. Thread: GUI.
class TransferBench : public QObject {
    Q_OBJECT

  public:
    explicit TransferBench(BenchParts parts, QObject* parent = nullptr);
    ~TransferBench() override;

    BenchDock* dock() const { return m_dock; }
    widgets::TransferSheet* sheet() const { return m_sheet; }
    TransferWorker& worker() { return m_worker; }
    const Recipe& recipe() const { return m_recipe; }
    /// Made in the space that is shown, the oldest first.
    const std::vector<Transferred>& outcomes() const { return m_outcomes; }
    /// The one that is shown, or null.
    const Transferred* shown() const;
    QString titleOf(const Transferred& outcome) const;

    /// Empties the bench. @param model  null: there is none.
    void setModel(std::shared_ptr<const models::LatentModel> model, OpenModel open);
    /// As it was left: no step of undo, nothing sounds.
    void restore(const Recipe& recipe, std::vector<Transferred> outcomes = {});
    void clear(); ///< with its outcomes

    /// A phrase onto the bench: as the receiver when it is empty, else as a giver of nothing yet.
    void put(const Parent& phrase);
    /// Elements of one phrase onto another; the whole recipe stays where the receiver is the same.
    void carryOver(const Parent& giver, const std::vector<int>& blocks, const Parent& receiver);
    /// Opens the sheet: which elements? @param global  where on the screen.
    void ask(const Parent& giver, const Parent& receiver, QPoint global);
    /// Which parent an element comes from.
    void choose(int block, int parent);
    /// A new draw from the prior gives an element to a phrase.
    void drawFor(const Parent& receiver, int block);
    void playOutcome();
    void addMenu(QMenuBar& bar);
    /// What plays, as a phrase; nothing when its latent is not known.
    std::optional<Parent> heard() const;
    /// The phrase of a row.
    Parent phraseOf(qint64 row) const;

  Q_SIGNALS:
    void problem(const QString& text, const QString& hint);
    void raiseAsked();
    void recipeChanged();
    void outcomeMade(const canto::app::Transferred& outcome);
    void saveAsked(const canto::app::SongPtr& song, int bars, const QString& title);
    void copyAsked(const canto::app::SongPtr& song, int bars, const QString& title);
    void dragAsked(const canto::app::SongPtr& song, int bars, const QString& title);

  private:
    friend class RecipeStep;
    enum class Sound { Play, FromNextBar, None };

    // transfer_bench.cpp
    void propose(const Recipe& next, const QString& what);
    void apply(const Recipe& recipe, Sound sound);
    void make(const Recipe& recipe, Sound sound, bool measure);
    void onGrown(std::uint64_t generation, const SongPtr& song, int bars, bool whole);
    void onMade(const Transferred& outcome);
    void taste(const Recipe& recipe);
    void endTaste();
    std::optional<Recipe> carried(const Parent& giver, const std::vector<int>& blocks,
                                  const Parent& receiver);
    std::vector<int> plainBlocks() const; ///< all but the advanced
    QString blockNames(const std::vector<int>& blocks) const;
    void tellNoModel();
    void remember(); ///< a copied giver for the keyboard
    void askForHeard();
    void hear(const Parent& parent);

    // transfer_bench_view.cpp
    void connectDock();
    void connectSources();
    void addTargets();
    void onStrip(widgets::ElementStrip* strip, int song);
    std::optional<CarryTarget> targetAt(QPoint global, const Carried& carried);
    CarryTarget targetFor(const Parent& receiver, const QString& id, const Carried& carried);
    void showMenu(int song, int block, QPoint global);
    void showRecipe();
    void showOutcomes();
    void showReport();
    void showSeparation(const LibraryPtr& library, const std::vector<Separation>& columns);
    qint64 rowOfSong(qint64 song) const;

    BenchParts m_parts;
    BenchDock* m_dock; ///< owned by the dock widget of the window
    widgets::TransferSheet* m_sheet;
    TransferWorker m_worker;
    std::shared_ptr<const models::LatentModel> m_model;

    Recipe m_recipe;
    std::vector<Transferred> m_outcomes;
    int m_shown = -1; ///< of m_outcomes
    std::optional<Parent> m_copied;
    std::pair<Parent, Parent> m_asked; ///< giver and receiver of the sheet

    std::uint64_t m_request = 0;
    Recipe m_making; ///< of m_request
    std::uint64_t m_draws = 0;
    std::pair<Parent, int> m_drawing; ///< receiver and block of the last drawFor
    Sound m_sound = Sound::None;
    bool m_tasting = false, m_sounding = false;
    std::optional<Heard> m_beforeTaste; ///< what sounded; nothing: silence
};

} // namespace canto::app
