// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/map/map_tools.h"

#include "app/workspace/action_table.h"
#include "widgets/common/text.h"
#include "widgets/map/latent_map.h"
#include "widgets/song/similar_list.h"

#include <QActionGroup>
#include <QEvent>
#include <QMenu>

namespace canto::app {

using widgets::LatentMap;

MapTools::MapTools(Workspace& workspace)
    : m_workspace(workspace), m_map(workspace.map()),
      m_inspector(new Inspector(&workspace.window())) {
    m_inspector->setWindowTitle(tr("Inspector"));
    m_map.installEventFilter(this);
    connectMaps();
    connect(&workspace, &Workspace::libraryComing, m_inspector,
            [this](const LibraryPtr& library) { m_inspector->setColumns(library->columns); });
    connect(&workspace, &Workspace::libraryChanged, m_inspector,
            [this] { m_inspector->setFacts({}); });
    connect(&workspace.player(), &Player::currentItemChanged, m_inspector, &Inspector::setCurrent);
    connect(m_inspector->similar(), &widgets::SimilarList::chosen, this, [this](qint64 row) {
        m_map.flyTo(row);
        m_workspace.player().pressed();
        m_workspace.maps().playRow(row);
    });
}

bool MapTools::eventFilter(QObject* watched, QEvent* event) {
    // Click-to-sound counts from the button, not from what the map makes of it.
    if (watched == &m_map && event->type() == QEvent::MouseButtonPress) {
        m_workspace.player().pressed();
    }
    return Feature::eventFilter(watched, event);
}

void MapTools::connectMaps() {
    MapController* maps = &m_workspace.maps();
    connect(maps, &MapController::factsChanged, m_inspector, &Inspector::setFacts);
    connect(maps, &MapController::mapsChanged, m_inspector,
            [this, maps] { m_inspector->setMaps(maps->maps()); });
    connect(maps, &MapController::mapShown, m_inspector, &Inspector::showMap);
    connect(maps, &MapController::columnShown, m_inspector, &Inspector::showColumn);
    connect(maps, &MapController::originalMissing, m_inspector, &Inspector::setLocateOffered);
    connect(m_inspector, &Inspector::columnChosen, maps, &MapController::colourBy);
    connect(m_inspector, &Inspector::mapChosen, maps, &MapController::showMap);
}

std::vector<Panel> MapTools::panels() {
    return {{.id = "inspectorDock", .widget = m_inspector, .scrolls = true}};
}

bool MapTools::escape() {
    if (m_map.selection().empty()) {
        return false;
    }
    m_map.clearSelection();
    return true;
}

std::any MapTools::leave(Reason reason) {
    return reason == Reason::Space ? std::any(m_inspector->facts()) : std::any();
}

void MapTools::enter(std::any kept) {
    const auto* facts = std::any_cast<Facts>(&kept);
    m_inspector->setFacts(facts != nullptr ? *facts : Facts());
}

void MapTools::addActions(ActionTable& table) {
    const QList<QAction*> spaces = m_workspace.spaces().actions();
    QMenu* spaceMenu = table.addMenu(MenuId::View, 0, tr("Spa&ce"));
    spaceMenu->addActions(spaces);
    spaceMenu->setEnabled(spaces.size() > 1);
    for (QAction* space : spaces.size() > 1 ? spaces : QList<QAction*>()) {
        table.addTool(0, space);
    }
    addProjections(table);
    QAction* fit =
        table.add(MenuId::View, 2, tr("&Fit map"), QKeySequence(tr("F")), [this] { m_map.fit(); });
    QAction* all = table.add(MenuId::View, 2, tr("Select &all visible"), QKeySequence::SelectAll,
                             [this] { m_map.selectAllVisible(); });
    table.addToContext(ContextId::EmptyPosition, 1, fit);
    table.addToContext(ContextId::EmptyPosition, 1, all);
    addTools(table);
}

void MapTools::addProjections(ActionTable& table) {
    MapController* maps = &m_workspace.maps();
    QMenu* menu = table.addMenu(MenuId::View, 0, tr("&Projection"));
    connect(maps, &MapController::mapsChanged, menu, [menu, maps] {
        menu->clear();
        const auto& offered = maps->maps();
        for (std::size_t i = 0; i < offered.size(); ++i) {
            QAction* action =
                menu->addAction(widgets::escapeMnemonics(MapController::mapTitle(offered[i])), maps,
                                [maps, i] { maps->showMap(i); });
            if (i < 9) {
                action->setShortcut(QKeySequence(QStringLiteral("Ctrl+%1").arg(i + 1)));
            }
            action->setCheckable(true);
            action->setData(qulonglong(i));
            action->setChecked(i == maps->shownMap());
        }
    });
    connect(maps, &MapController::mapShown, menu, [menu](std::size_t shown) {
        for (QAction* action : menu->actions()) {
            action->setChecked(action->data().toULongLong() == shown);
        }
    });
}

void MapTools::addTools(ActionTable& table) {
    auto* group = new QActionGroup(this);
    struct Line {
        LatentMap::Tool tool;
        widgets::Icon icon;
        QString text, tip, key;
    };
    const Line lines[] = {
        {LatentMap::Tool::Select, widgets::Icon::Select, tr("&Select"),
         tr("Click to play, drag to pan (V)"), tr("V")},
        {LatentMap::Tool::Hand, widgets::Icon::Hand, tr("&Hand"), tr("Only pan (H)"), tr("H")},
        {LatentMap::Tool::Path, widgets::Icon::Path, tr("&Path"),
         tr("Draw a path and play its steps (P)"), tr("P")},
    };
    for (const Line& line : lines) {
        QAction* action = table.add(MenuId::Tools, 0, line.text, QKeySequence(line.key),
                                    [this, tool = line.tool] { m_map.setTool(tool); });
        action->setCheckable(true);
        action->setChecked(line.tool == m_map.tool());
        action->setToolTip(line.tip);
        action->setData(int(line.tool));
        group->addAction(action);
        table.addTool(1, action, line.icon);
    }
    connect(&m_map, &LatentMap::toolChanged, group, [group](LatentMap::Tool tool) {
        for (QAction* action : group->actions()) {
            action->setChecked(action->data().toInt() == int(tool));
        }
    });
    auto* fit = new QAction(tr("Fit"), this);
    fit->setToolTip(tr("Show the whole map (F)"));
    connect(fit, &QAction::triggered, &m_map, &LatentMap::fit);
    table.addTool(2, fit, widgets::Icon::Fit);
}

} // namespace canto::app
