// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/variants/variant_list.h"
#include "app/features/variants/variants_panel.h"
#include "app/workspace/feature.h"
#include "app/workspace/workspace.h"

class QMenu;

namespace canto::app {

/// Keeps everything that is made (Player::currentItemChanged, Player::made) in the Variants panel,
/// each space its own: to be played, compared with what plays, dragged out, starred, removed, shown
/// on the map and continued from. Makes variations around what plays. Thread: GUI.
class Variants : public Feature {
    Q_OBJECT

  public:
    static constexpr int kVariations = 8; ///< made by one press

    explicit Variants(Workspace& workspace);
    ~Variants() override;

    std::vector<Panel> panels() override;
    void addActions(ActionTable& table) override;
    bool escape() override; ///< ends the making of variations
    void saveTo(SessionState& state) const override;
    void restoreFrom(const SessionState& state, bool sameModel) override;
    std::any leave(Reason reason) override;
    void enter(std::any kept) override;

    VariantsPanel* panel() const { return m_panel; }
    const VariantList& list() const { return m_list; }
    bool generating() const { return m_generating; }

    /// Plays one. It becomes the current phrase: sliders, transfer and variations start from it.
    void play(std::uint64_t id);
    /// Plays one in place of what plays, at the same position; again: what played before. The
    /// current phrase stays what it is.
    void compare(std::uint64_t id);
    void setStarred(std::uint64_t id, bool starred);
    void remove(std::uint64_t id); ///< a step that can be undone
    /// Plays one and marks its position on the map.
    void showOnMap(std::uint64_t id);
    /// Makes kVariations around what plays, by the panel's radius and seed. The next press has the
    /// next seed.
    void generateAround();
    /// What undo does: one out of the list, and back.
    void takeOut(std::uint64_t id);
    void putBack(int index, const Variant& variant);

  Q_SIGNALS:
    void generated(int added); ///< variations are all made
    void factsChanged(const canto::app::Facts& facts);
    void dragAsked(const canto::app::SongPtr& song, int bars, const QString& title);
    void saveAsked(const canto::app::SongPtr& song, int bars, const QString& title);

  private:
    void connectStrip();
    void onCurrent(const PlaybackItem& item);
    /// Keeps whole music that was made. @return whether it was added.
    bool keep(const PlaybackItem& item);
    void onVariation(int index, const PlaybackItem& item);
    void endGenerating(const QString& status);
    PlaybackItem itemOf(const Variant& variant) const;
    Facts factsOf(const Variant& variant) const;
    QString detailsOf(const Variant& variant) const;
    /// Whether the latent is one of the model that is open.
    bool fits(const Variant& variant) const;
    QString whyNotAround() const;
    void playAtPosition(PlaybackItem item);
    void mark(const QString& title, const models::Latent& latent);
    void show(); ///< the list in the panel
    void showChoice();
    void showMenu(QPoint global);

    Workspace& m_workspace;
    VariantsPanel* m_panel; ///< owned by the window
    VariantList m_list;
    /// Made since the space was entered, while its session has not been brought back yet.
    std::optional<std::vector<std::uint64_t>> m_early;
    std::optional<PlaybackItem> m_compared; ///< what played before the comparison
    QAction* m_around = nullptr;
    std::vector<QAction*> m_choice; ///< need a chosen variant
    QAction* m_star = nullptr;
    bool m_generating = false;
    int m_added = 0; ///< of the variations that are being made
    LatestTask<Variants> m_generate{this, "variations"};
    LatestTask<Variants> m_place{this, "variant's position"};
};

} // namespace canto::app
