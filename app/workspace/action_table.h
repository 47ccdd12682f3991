// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/icons.h"

#include <QKeySequence>
#include <QObject>
#include <functional>
#include <optional>
#include <vector>

class QAction;
class QMenu;
class QMenuBar;
class QToolBar;
class QWidget;

namespace canto::app {

/// The menus of the window, in their order in the menu bar.
enum class MenuId { File, Edit, View, Tools, Play, Train, Settings, Explore, Transfer, Help };

/// What a right click can be on: each has a menu of its own, made of actions of the table.
enum class ContextId { Point, EmptyPosition, Selection };
constexpr std::size_t kContexts = 3;

/// Everything that can be done by menu, key and tool bar. Features add their actions in any order;
/// fill() then puts them into menus, by group, with a line between two groups. Thread: GUI.
class ActionTable : public QObject {
    Q_OBJECT

  public:
    /// @param window  parent of the menus.
    explicit ActionTable(QWidget& window);

    /// @param group  of the menu, from the top; within one in the order of adding.
    QAction* add(MenuId menu, int group, const QString& text, const QKeySequence& key,
                 std::function<void()> run);
    /// An action that is on or off. @param run  called when it changes.
    QAction* addSwitch(MenuId menu, int group, const QString& text, const QKeySequence& key,
                       bool on, std::function<void(bool)> run);
    /// An action that exists already.
    void add(MenuId menu, int group, QAction* action);
    QMenu* addMenu(MenuId menu, int group, const QString& text);
    /// Puts an action into the tool bar, too. @param icon  follows the colours of the window.
    void addTool(int group, QAction* action, std::optional<widgets::Icon> icon = {});

    /// Puts an action into a context menu, too. @param group  as in a menu.
    void addToContext(ContextId context, int group, QAction* action);
    /// Fills a menu with the actions of a context; one may come after another.
    void fill(QMenu& menu, ContextId context) const;

    QMenu* menu(MenuId menu) const { return m_menus[std::size_t(menu)].menu; }
    /// Fills menu bar and tool bar, once, when everything was added.
    void fill(QMenuBar& menus, QToolBar& tools);
    /// Draws the icons of the tool bar in the colours of the window.
    void paintIcons();

  private:
    struct Entry {
        int group = 0;
        QAction* action = nullptr;
    };
    struct Menu {
        QMenu* menu = nullptr;
        std::vector<Entry> entries;
    };

    QWidget& m_window;
    std::vector<Menu> m_menus; ///< by MenuId
    std::vector<Entry> m_tools;
    std::vector<Entry> m_contexts[kContexts]; ///< by ContextId
    std::vector<std::pair<QAction*, widgets::Icon>> m_icons;
};

} // namespace canto::app
