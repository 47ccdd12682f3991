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
    std::vector<std::pair<QAction*, widgets::Icon>> m_icons;
};

} // namespace canto::app
