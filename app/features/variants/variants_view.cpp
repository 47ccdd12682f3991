// SPDX-License-Identifier: GPL-3.0-or-later
// What the Variants panel shows, and its actions.

#include "app/features/variants/variants.h"
#include "app/workspace/action_table.h"
#include "app/workspace/qt_text.h"

#include <QLocale>
#include <QMenu>

namespace canto::app {
namespace {

QString kindText(const std::string& kind) {
    return kind == "decoded"        ? Variants::tr("Generated from a position")
           : kind == "path"         ? Variants::tr("Step of a path")
           : kind == "interpolated" ? Variants::tr("Interpolation")
           : kind == "edited"       ? Variants::tr("Edited phrase")
           : kind == "transferred"  ? Variants::tr("Transfer result")
           : kind == "arranged"     ? Variants::tr("Arrangement")
           : kind == "around"       ? Variants::tr("Variation")
           : kind == "played"       ? Variants::tr("Played on a keyboard")
                                    : Variants::tr("Variant");
}

} // namespace

Facts Variants::factsOf(const Variant& variant) const {
    const KeptVariant& kept = variant.kept;
    Facts facts{{tr("Variant"), text(kept.title)}, {tr("Made by"), kindText(kept.kind)}};
    if (!kept.how.empty() && kept.how != kept.title) {
        facts.append({tr("How"), text(kept.how)});
    }
    QStringList parents;
    for (const std::string& parent : kept.parents) {
        parents.append(text(parent));
    }
    if (!parents.isEmpty()) {
        facts.append({tr("Made from"), parents.join(QStringLiteral(", "))});
    }
    facts.append(
        {tr("Tempo"), tr("%1 bpm").arg(QLocale().toString(variant.song->tempo.bpmAt(0), 'f', 0))});
    if (!kept.model.empty()) {
        facts.append({tr("Model"),
                      tr("%1 (%2)").arg(coreText(kept.model), text(kept.modelVersion).left(8))});
    }
    if (kept.seed) {
        facts.append({tr("Seed"), QLocale().toString(qulonglong(*kept.seed))});
    }
    return facts;
}

QString Variants::detailsOf(const Variant& variant) const {
    QStringList lines;
    const Facts facts = factsOf(variant);
    for (qsizetype i = 1; i < facts.size(); ++i) { // without the title
        lines.append(tr("%1: %2").arg(facts[i].name, facts[i].value));
    }
    return lines.join(QLatin1Char('\n'));
}

void Variants::show() {
    std::vector<widgets::VariantCard> cards;
    for (const Variant& variant : m_list.all()) {
        cards.push_back({variant.id, text(variant.kept.title), detailsOf(variant), variant.song,
                         variant.kept.starred});
    }
    m_panel->strip()->setCards(std::move(cards));
    const Variant* playing = m_list.of(m_workspace.player().currentItem().song);
    m_panel->strip()->setActive(playing != nullptr ? playing->id : 0);
    showChoice();
}

void Variants::showChoice() {
    const QString why = whyNotAround();
    m_panel->setUnavailable(why);
    if (m_around == nullptr) {
        return; // there are no actions yet
    }
    m_around->setEnabled(why.isEmpty());
    m_around->setToolTip(why.isEmpty() ? tr("Make 8 variations of what plays") : why);
    const Variant* chosen = m_list.find(m_panel->strip()->chosen());
    for (QAction* action : m_choice) {
        action->setEnabled(chosen != nullptr);
    }
    m_star->setText(chosen != nullptr && chosen->kept.starred ? tr("Remove &star from variant")
                                                              : tr("&Star variant"));
    m_star->setIconText(chosen != nullptr && chosen->kept.starred ? tr("Unstar") : tr("Star"));
}

void Variants::addActions(ActionTable& table) {
    const auto chosen = [this] { return m_panel->strip()->chosen(); };
    const auto add = [&](const QString& label, const QString& shortText, const QString& tip,
                         const QKeySequence& key, auto run) {
        QAction* action =
            table.add(MenuId::Explore, 3, label, key, [chosen, run] { run(chosen()); });
        action->setIconText(shortText);
        action->setToolTip(tip);
        m_choice.push_back(action);
        return action;
    };
    m_around = table.add(MenuId::Explore, 3, tr("Generate ar&ound what plays"),
                         QKeySequence(tr("Ctrl+G")), [this] { generateAround(); });
    table.add(MenuId::Explore, 3, tr("Show &variants"), QKeySequence(tr("Ctrl+K")),
              [this] { Q_EMIT raiseWanted(m_panel); });
    add(tr("&Continue from variant"), tr("Continue"),
        tr("Plays it; sliders, transfer and variations start from it"), {},
        [this](std::uint64_t id) { play(id); });
    QAction* compared = add(tr("Compare variant with what pla&ys"), tr("Compare"),
                            tr("Switches between what plays (A) and the chosen variant (B)"),
                            QKeySequence(tr("Shift+B")), [this](std::uint64_t id) { compare(id); });
    QAction* shown = add(tr("Sho&w variant on map"), tr("Show on map"),
                         tr("Plays it and marks its position on the map"), {},
                         [this](std::uint64_t id) { showOnMap(id); });
    add(tr("E&xport variant..."), tr("Export..."), tr("Exports it as MIDI or audio"), {},
        [this](std::uint64_t id) {
            if (const Variant* variant = m_list.find(id)) {
                Q_EMIT saveAsked(variant->song, variant->kept.bars, text(variant->kept.title));
            }
        });
    m_star = add(tr("&Star variant"), tr("Star"), tr("Starred variants are kept for ever"), {},
                 [this](std::uint64_t id) {
                     const Variant* variant = m_list.find(id);
                     setStarred(id, variant != nullptr && !variant->kept.starred);
                 });
    QAction* removed =
        add(tr("Remove variant"), tr("Remove"), tr("Removes it from the panel; can be undone"), {},
            [this](std::uint64_t id) { remove(id); });
    m_panel->addButton(compared, "compareVariant");
    m_panel->addButton(shown, "showVariant");
    m_panel->addButton(m_star, "starVariant");
    m_panel->addButton(removed, "removeVariant");
    showChoice();
}

void Variants::showMenu(QPoint global) {
    auto* menu = new QMenu(m_panel);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    for (QAction* action : m_choice) {
        menu->addAction(action);
    }
    menu->popup(global);
}

} // namespace canto::app
