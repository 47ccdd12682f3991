// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shell/window_actions.h"

#include "app/shell/help_dialogs.h"
#include "app/shell/main_window.h"
#include "app/shell/panels.h"
#include "app/workspace/action_table.h"
#include "app/workspace/qt_text.h"
#include "widgets/common/button_keys.h"
#include "widgets/common/focus_ring.h"

#include <QApplication>
#include <QDockWidget>
#include <QLocale>
#include <QMenu>

namespace canto::app {
namespace {

struct WindowActions {
    Q_DECLARE_TR_FUNCTIONS(WindowActions)
};

void addPanels(ActionTable& table, MainWindow* window) {
    for (QDockWidget* dock : window->docks()) {
        table.add(MenuId::View, 1, dock->toggleViewAction());
    }
    table.add(MenuId::View, 1, WindowActions::tr("&Reset layout"), {},
              [window] { window->resetLayout(); });
    table.add(MenuId::View, 2, WindowActions::tr("&Next panel"), QKeySequence(Qt::Key_F6),
              [window] { window->panels().next(true); });
    table.add(MenuId::View, 2, WindowActions::tr("Pre&vious panel"),
              QKeySequence(Qt::SHIFT | Qt::Key_F6), [window] { window->panels().next(false); });
    table.add(MenuId::View, 2, WindowActions::tr("F&ull screen"), QKeySequence(Qt::Key_F11),
              [window] { window->setWindowState(window->windowState() ^ Qt::WindowFullScreen); });
}

QString modelCard(Workspace& workspace) {
    const auto& model = workspace.model();
    if (!model) {
        return {};
    }
    const models::ModelInfo& info = model->info();
    return WindowActions::tr("Model: %1 (%2), %3 latent dimensions.\n\n")
        .arg(coreText(info.title), text(info.version).left(8), QLocale().toString(info.latentSize));
}

} // namespace

void addWindowActions(ActionTable& table, MainWindow& owner) {
    MainWindow* window = &owner;
    qApp->installEventFilter(new widgets::ButtonKeys(window));
    qApp->installEventFilter(new widgets::FocusRing(window));
    table.add(MenuId::File, 2, WindowActions::tr("&Quit"), QKeySequence::Quit,
              [window] { window->close(); });
    table.add(MenuId::Edit, 9, WindowActions::tr("Pre&ferences..."),
              QKeySequence(WindowActions::tr("Ctrl+,")), [window] { window->showPreferences(); });
    addPanels(table, window);
    table.add(MenuId::Play, 1, WindowActions::tr("S&top or clear selection"),
              QKeySequence(Qt::Key_Escape), [window] { window->escape(); });
    table.add(MenuId::Help, 0, WindowActions::tr("&Keyboard shortcuts"),
              QKeySequence(Qt::Key_Question), [window] { showShortcuts(window); });
    table.add(MenuId::Help, 0, WindowActions::tr("&About Cantograph"), {},
              [window] { showAbout(window, modelCard(window->workspace())); });
}

} // namespace canto::app
