// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/action_table.h"

#include <QMenuBar>
#include <QToolBar>
#include <algorithm>

namespace canto::app {
namespace {

/// Adds entries by group, with a line between two groups.
template <class Entries>
void addByGroup(QWidget& to, Entries entries) {
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto& a, const auto& b) { return a.group < b.group; });
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (i > 0 && entries[i].group != entries[i - 1].group) {
            auto* line = new QAction(&to);
            line->setSeparator(true);
            to.addAction(line);
        }
        to.addAction(entries[i].action);
    }
}

} // namespace

ActionTable::ActionTable(QWidget& window) : QObject(&window), m_window(window) {
    for (const QString& title :
         {tr("&File"), tr("&Edit"), tr("&View"), tr("&Tools"), tr("&Play"), tr("T&rain"),
          tr("&Settings"), tr("E&xplore"), tr("Tr&ansfer"), tr("&Help")}) {
        m_menus.push_back({new QMenu(title, &window), {}});
        m_menus.back().menu->setToolTipsVisible(true); // why an action is not available
    }
}

QAction* ActionTable::add(MenuId menu, int group, const QString& text, const QKeySequence& key,
                          std::function<void()> run) {
    auto* action = new QAction(text, this);
    action->setShortcut(key);
    connect(action, &QAction::triggered, this, [run = std::move(run)] { run(); });
    add(menu, group, action);
    return action;
}

QAction* ActionTable::addSwitch(MenuId menu, int group, const QString& text,
                                const QKeySequence& key, bool on, std::function<void(bool)> run) {
    auto* action = new QAction(text, this);
    action->setShortcut(key);
    action->setCheckable(true);
    action->setChecked(on);
    connect(action, &QAction::toggled, this, [run = std::move(run)](bool now) { run(now); });
    add(menu, group, action);
    return action;
}

void ActionTable::add(MenuId menu, int group, QAction* action) {
    m_menus[std::size_t(menu)].entries.push_back({group, action});
}

QMenu* ActionTable::addMenu(MenuId menu, int group, const QString& text) {
    auto* added = new QMenu(text, &m_window);
    added->setToolTipsVisible(true);
    add(menu, group, added->menuAction());
    return added;
}

void ActionTable::addTool(int group, QAction* action, std::optional<widgets::Icon> icon) {
    m_tools.push_back({group, action});
    if (icon) {
        m_icons.emplace_back(action, *icon);
    }
}

void ActionTable::addToContext(ContextId context, int group, QAction* action) {
    m_contexts[std::size_t(context)].push_back({group, action});
}

void ActionTable::fill(QMenu& menu, ContextId context) const {
    menu.setToolTipsVisible(true); // why an action is not available
    if (!menu.isEmpty()) {
        menu.addSeparator();
    }
    addByGroup(menu, m_contexts[std::size_t(context)]);
}

void ActionTable::fill(QMenuBar& menus, QToolBar& tools) {
    for (const Menu& menu : m_menus) {
        if (!menu.entries.empty()) {
            addByGroup(*menu.menu, menu.entries);
            menus.addMenu(menu.menu);
        }
    }
    addByGroup(tools, m_tools);
    paintIcons();
}

void ActionTable::paintIcons() {
    for (const auto& [action, icon] : m_icons) {
        action->setIcon(widgets::icon(icon, m_window.palette()));
    }
}

} // namespace canto::app
