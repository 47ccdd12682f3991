// SPDX-License-Identifier: GPL-3.0-or-later
// Methods of scripts that call what the menus of the window have.
#include "app/features/scripting/script_methods.h"

#include <QAction>
#include <QMenu>
#include <QTimer>

namespace canto::app {
namespace {

constexpr int kMostMenus = 4; ///< one in another

struct NamedAction {
    QString name; ///< "View/Fit map", without mnemonics
    QAction* action = nullptr;
};

QString withoutMnemonic(const QString& text) {
    QString plain;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] == QLatin1Char('&')) {
            ++i; // two of them are one that is shown
        }
        if (i < text.size()) {
            plain += text[i];
        }
    }
    return plain;
}

void addActionsOf(QMenu* menu, const QString& name, int depth, std::vector<NamedAction>& to) {
    if (menu->isEmpty()) {
        Q_EMIT menu->aboutToShow(); // some are filled only then
    }
    for (QAction* action : menu->actions()) {
        const QString own = name + QLatin1Char('/') + withoutMnemonic(action->text());
        if (action->menu() != nullptr) {
            if (depth < kMostMenus) {
                addActionsOf(action->menu(), own, depth + 1, to);
            }
        } else if (!action->isSeparator()) {
            to.push_back({own, action});
        }
    }
}

std::vector<NamedAction> actionsOf(const ActionTable& table) {
    std::vector<NamedAction> all;
    for (int menu = 0; menu <= int(MenuId::Help); ++menu) {
        QMenu* top = table.menu(MenuId(menu));
        if (!top->isEmpty()) {
            addActionsOf(top, withoutMnemonic(top->title()), 1, all);
        }
    }
    return all;
}

} // namespace

Result<ScriptMethods::Json> ScriptMethods::callAction(const Json& parameters) {
    const auto asText = parameters["name"].get<std::string>();
    const QString name = QString::fromStdString(asText);
    const std::string quoted = '"' + asText + '"';
    const auto all = m_table ? actionsOf(*m_table) : std::vector<NamedAction>();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const NamedAction& one) { return one.name == name; });
    if (found == all.end()) {
        return fail(Error::Code::BadInput, "There is no action " + quoted, {},
                    "\"actions\" lists their names");
    }
    QAction* action = found->action;
    if (!action->isEnabled()) {
        return fail(Error::Code::NotFound, quoted + " is not available now", {},
                    action->toolTip() == action->iconText() ? std::string()
                                                            : action->toolTip().toStdString());
    }
    const bool asked = parameters.contains("checked");
    if (asked && !action->isCheckable()) {
        return fail(Error::Code::BadInput, quoted + " is not on or off");
    }
    const bool checked =
        action->isCheckable() && (asked ? parameters["checked"].get<bool>() : !action->isChecked());
    // Later: it may open a dialog, which must not hold up the answer.
    if (!asked || checked != action->isChecked()) {
        QTimer::singleShot(0, action, [action] { action->trigger(); });
    }
    Json answer{{"name", asText}};
    if (action->isCheckable()) {
        answer["checked"] = checked;
    }
    return answer;
}

void ScriptMethods::addActions() {
    m_dispatcher.handle("actions", [this](const Json&, const Reply& reply) {
        Json list = Json::array();
        for (const NamedAction& one : m_table ? actionsOf(*m_table) : std::vector<NamedAction>()) {
            list.push_back(
                {{"name", one.name.toStdString()},
                 {"key", one.action->shortcut().toString(QKeySequence::PortableText).toStdString()},
                 {"enabled", one.action->isEnabled()},
                 {"checkable", one.action->isCheckable()},
                 {"checked", one.action->isChecked()}});
        }
        reply(Json{{"actions", std::move(list)}});
    });
    m_dispatcher.handle("action", [this](const Json& parameters, const Reply& reply) {
        reply(callAction(parameters));
    });
}

} // namespace canto::app
