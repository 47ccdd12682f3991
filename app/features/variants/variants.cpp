// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/variants/variants.h"

#include "app/workspace/map_point.h"
#include "app/workspace/qt_text.h"
#include "widgets/map/latent_map.h"

#include <QUndoCommand>
#include <algorithm>

namespace canto::app {
namespace {

/// Takes a variant out of the list.
class RemoveVariant : public QUndoCommand {
  public:
    RemoveVariant(Variants& variants, Variant variant, int index)
        : QUndoCommand(Variants::tr("Remove %1").arg(app::text(variant.kept.title))),
          m_variants(variants), m_variant(std::move(variant)), m_index(index) {}

    void undo() override { m_variants.putBack(m_index, m_variant); }
    void redo() override { m_variants.takeOut(m_variant.id); }

  private:
    Variants& m_variants;
    Variant m_variant;
    int m_index;
};

/// Whether music of this kind is made rather than found.
bool isMade(const PlaybackItem& item) {
    switch (item.kind) {
    case PlaybackItem::Kind::Decoded:
    case PlaybackItem::Kind::Path:
    case PlaybackItem::Kind::Interpolated:
    case PlaybackItem::Kind::Shaped:
    case PlaybackItem::Kind::Transferred:
    case PlaybackItem::Kind::Arranged:
    case PlaybackItem::Kind::Around:
    case PlaybackItem::Kind::Played:
        return !item.origin.known && item.song && !item.song->notes.empty();
    default:
        return false;
    }
}

} // namespace

Variants::Variants(Workspace& workspace)
    : m_workspace(workspace), m_panel(new VariantsPanel(&workspace.window())) {
    m_panel->setWindowTitle(tr("Variants"));
    Player* player = &workspace.player();
    connect(player, &Player::currentItemChanged, this, &Variants::onCurrent);
    connect(player, &Player::made, this, &Variants::keep);
    connect(&workspace, &Workspace::modelChanged, this, [this] {
        endGenerating({});
        showChoice();
    });
    connect(&workspace, &Workspace::spaceLeaving, this, [this] {
        endGenerating({});
        m_place.cancel();
        m_compared.reset();
    });
    connect(m_panel, &VariantsPanel::generateAsked, this, &Variants::generateAround);
    connect(m_panel, &VariantsPanel::cancelAsked, this,
            [this] { endGenerating(tr("Cancelled; the variations that were ready are kept")); });
    connectStrip();
    showChoice();
}

Variants::~Variants() = default;

std::vector<Panel> Variants::panels() {
    return {{.id = "variantsDock", .widget = m_panel, .place = Panel::Place::Below}};
}

void Variants::connectStrip() {
    using Strip = widgets::VariantStrip;
    Strip* strip = m_panel->strip();
    PhraseDrag* drag = &m_workspace.phraseDrag();
    connect(strip, &Strip::chosenChanged, this, &Variants::showChoice);
    connect(strip, &Strip::playAsked, this, [this](quint64 id) {
        m_workspace.player().pressed();
        play(id);
    });
    connect(strip, &Strip::starAsked, this, [this](quint64 id) {
        if (const Variant* variant = m_list.find(id)) {
            setStarred(id, !variant->kept.starred);
        }
    });
    connect(strip, &Strip::removeAsked, this, &Variants::remove);
    connect(strip, &Strip::menuAsked, this, [this](quint64, QPoint global) { showMenu(global); });
    connect(strip, &Strip::dragBegan, this, [this, drag](quint64 id) {
        const Variant* variant = m_list.find(id);
        if (variant != nullptr && fits(*variant)) {
            const Parent phrase{variant->kept.latent, variant->kept.title, -1,
                                variant->song->tempo.bpmAt(0)};
            drag->begin({phrase, {}, text(variant->kept.title)});
        }
    });
    drag->follow(strip, &Strip::dragMoved, &Strip::dragDropped, &Strip::dragCancelled);
    connect(strip, &Strip::dragLeft, this, [this, drag](quint64 id) {
        drag->cancel();
        if (const Variant* variant = m_list.find(id)) {
            Q_EMIT dragAsked(variant->song, variant->kept.bars, text(variant->kept.title));
        }
    });
}

// ---- what is kept ----

void Variants::onCurrent(const PlaybackItem& item) {
    // Arrangements are offered when they are whole, transfer results with their latent.
    const bool offered = item.kind == PlaybackItem::Kind::Arranged ||
                         (item.kind == PlaybackItem::Kind::Transferred && item.latent.empty());
    if (!m_workspace.player().growing() && !offered && m_list.of(item.song) == nullptr) {
        keep(item);
    }
    m_compared.reset(); // compare() sets it again
    const Variant* playing = m_list.of(item.song);
    m_panel->strip()->setActive(playing != nullptr ? playing->id : 0);
    showChoice();
}

bool Variants::keep(const PlaybackItem& item) {
    if (!isMade(item)) {
        return false;
    }
    const auto& model = m_workspace.model();
    const auto [id, added] = m_list.add(keptOf(item, model ? &model->info() : nullptr), item.song);
    if (added) {
        if (m_early) {
            m_early->push_back(id);
        }
        show();
        Q_EMIT changed();
    }
    return added;
}

void Variants::saveTo(SessionState& state) const {
    for (const Variant& variant : m_list.all()) {
        state.variants.push_back(variant.kept);
    }
}

void Variants::restoreFrom(const SessionState& state, bool) {
    std::vector<Variant> all;
    const auto early = std::exchange(m_early, std::nullopt);
    for (const Variant& variant : m_list.all()) {
        if (early && std::find(early->begin(), early->end(), variant.id) != early->end() &&
            std::find(state.variants.begin(), state.variants.end(), variant.kept) ==
                state.variants.end()) {
            all.push_back(variant);
        }
    }
    std::size_t unreadable = 0;
    for (const KeptVariant& kept : state.variants) {
        const auto known =
            std::find_if(m_list.all().begin(), m_list.all().end(),
                         [&](const Variant& variant) { return variant.kept == kept; });
        if (known != m_list.all().end()) {
            all.push_back(*known); // it keeps its number, which undo goes by
        } else if (auto song = songOf(kept)) {
            all.push_back({VariantList::newId(), kept, std::move(*song)});
        } else {
            ++unreadable;
        }
    }
    m_list.set(std::move(all));
    if (unreadable > 0) {
        Q_EMIT problem(tr("%Ln variant(s) of the session cannot be read", nullptr, int(unreadable)),
                       tr("The others are there."));
    }
    show();
}

std::any Variants::leave(Reason) { return m_list.all(); }

void Variants::enter(std::any kept) {
    auto* all = std::any_cast<std::vector<Variant>>(&kept);
    m_early.reset();
    if (all != nullptr) {
        m_early.emplace();
    }
    m_list.set(all != nullptr ? std::move(*all) : std::vector<Variant>());
    show();
}

// ---- what is done with one ----

bool Variants::fits(const Variant& variant) const {
    const auto& model = m_workspace.model();
    return model && !variant.kept.latent.empty() &&
           variant.kept.modelVersion == model->info().version &&
           variant.kept.latent.size() == std::size_t(model->info().latentSize);
}

PlaybackItem Variants::itemOf(const Variant& variant) const {
    PlaybackItem item;
    item.kind = PlaybackItem::Kind::Kept;
    item.song = variant.song;
    item.bars = variant.kept.bars;
    item.title = text(variant.kept.title);
    item.caption = tr("%1 \u2013 variant").arg(item.title);
    if (fits(variant)) {
        item.latent = variant.kept.latent;
    }
    item.origin.known = true;
    return item;
}

void Variants::play(std::uint64_t id) {
    const Variant* found = m_list.find(id);
    if (found == nullptr) {
        return;
    }
    const Variant variant = *found; // playing may change the list
    m_compared.reset();
    m_workspace.inference().cancel(); // what is still being decoded must not take its place
    m_workspace.map().clearDecodeMark();
    Q_EMIT factsChanged(factsOf(variant));
    m_workspace.player().play(itemOf(variant));
    m_panel->strip()->setChosen(id);
}

void Variants::playAtPosition(PlaybackItem item) {
    Player& player = m_workspace.player();
    const bool resume = player.playing();
    const music::Tick tick = player.engine().position().tick;
    player.play(std::move(item));
    if (resume) {
        player.seek(tick);
    }
}

void Variants::compare(std::uint64_t id) {
    const Variant* found = m_list.find(id);
    Player& player = m_workspace.player();
    if (found == nullptr) {
        return;
    }
    const PlaybackItem now = player.currentItem();
    if (m_compared && now.song == found->song) {
        const PlaybackItem before = *m_compared;
        playAtPosition(before);
        return;
    }
    if (!now.song || now.song == found->song) {
        Q_EMIT problem(tr("There is nothing to compare this variant with"),
                       tr("Play something else first, then compare."));
        return;
    }
    if (player.growing()) {
        Q_EMIT problem(tr("What plays is still being generated"), tr("Try again in a moment."));
        return;
    }
    PlaybackItem item = itemOf(*found);
    item.latent.clear(); // what the sliders work on stays
    item.caption =
        tr("B: %1 \u2013 A: %2").arg(item.title, m_compared ? m_compared->title : now.title);
    if (!m_compared) {
        m_compared = now;
        if (m_compared->kind == PlaybackItem::Kind::Path) {
            m_compared->kind = PlaybackItem::Kind::Kept; // one step of it
        }
        m_compared->origin.known = true;
    }
    std::optional<PlaybackItem> before = m_compared;
    playAtPosition(std::move(item));
    m_compared = std::move(before); // what plays is the comparison
}

void Variants::setStarred(std::uint64_t id, bool starred) {
    m_list.setStarred(id, starred);
    show();
    Q_EMIT changed();
}

void Variants::remove(std::uint64_t id) {
    const auto& all = m_list.all();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [id](const Variant& variant) { return variant.id == id; });
    if (found != all.end()) {
        m_workspace.undo().stack().push(
            new RemoveVariant(*this, *found, int(found - all.begin()))); // calls takeOut
    }
}

void Variants::takeOut(std::uint64_t id) {
    m_list.take(id);
    show();
    Q_EMIT changed();
}

void Variants::putBack(int index, const Variant& variant) {
    m_list.insert(index, variant);
    show();
    Q_EMIT changed();
}

void Variants::showOnMap(std::uint64_t id) {
    const Variant* variant = m_list.find(id);
    if (variant == nullptr) {
        return;
    }
    if (!fits(*variant)) {
        Q_EMIT problem(tr("This variant has no position on this map"),
                       variant->kept.latent.empty()
                           ? tr("It is not a single phrase of this space.")
                           : tr("It was made by another model than the one that is open."));
        return;
    }
    const QString title = text(variant->kept.title);
    const models::Latent latent = variant->kept.latent;
    if (m_workspace.player().currentItem().latent != latent) {
        play(id); // the mark on the map is that of the phrase that plays
    }
    mark(title, latent);
}

void Variants::mark(const QString& title, const models::Latent& latent) {
    const ProjectionPtr projection = m_workspace.maps().projection();
    if (!projection || !projection->takes(latent.size())) {
        m_workspace.maps().reportNoProjection(tr("Try again in a moment."));
        return;
    }
    m_place.start([projection, latent, title](const auto& run) {
        run.deliverResult(
            projection->place(latent),
            [projection, title](Variants& to, projection::MapPoint place) {
                if (projection == to.m_workspace.maps().projection()) {
                    widgets::LatentMap& map = to.m_workspace.map();
                    QRectF box = map.view();
                    box.moveCenter(asPoint(place));
                    map.setView(box);
                    map.showDecodeMark(asPoint(place), false, title);
                }
            },
            [](Variants& to, const Error& error) {
                Q_EMIT to.problem(text(error.what), text(error.hint));
            });
    });
}

} // namespace canto::app
