// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/scripting/scripting.h"

#include "app/workspace/qt_text.h"

#include <QAction>
#include <QSettings>
#include <QSignalBlocker>

namespace canto::app {
namespace {

const auto kScriptsKey = QStringLiteral("scripts/allowed");

} // namespace

Scripting::Scripting(Workspace& workspace, Options options)
    : m_workspace(workspace), m_options(std::move(options)), m_methods(workspace),
      m_server(m_methods.dispatcher()) {
    connect(&m_server, &ScriptServer::refused, this,
            [this](const QString& why) { Q_EMIT problem(why, {}); });
}

Scripting::~Scripting() { m_server.close(); }

void Scripting::addActions(ActionTable& table) {
    m_methods.setActions(table);
    m_action = table.addSwitch(MenuId::Settings, 2, tr("&Allow scripts"), {}, false,
                               [this](bool on) { choose(on); });
    m_action->setToolTip(tr(
        "Other programs of yours can read the map, select, play and decode (canto serve --help)"));
}

void Scripting::start() {
    if (m_options.serve || m_workspace.settings().value(kScriptsKey, false).toBool()) {
        setOn(true);
    }
}

void Scripting::choose(bool on) {
    setOn(on);
    if (on == m_server.listening()) {
        m_workspace.settings().setValue(kScriptsKey, on);
    }
}

void Scripting::setOn(bool on) {
    if (!on) {
        m_server.close();
    } else if (!m_server.listening()) {
        const auto path = m_options.socket.empty()
                              ? scriptSocketPath()
                              : Result<std::filesystem::path>(m_options.socket);
        const auto listening = path ? m_server.listen(*path) : Result<void>(fail(path.error()));
        if (listening) {
            Q_EMIT notice(tr("Scripts can connect at %1").arg(text(m_server.path())));
        } else {
            Q_EMIT problem(tr("Scripts cannot connect: %1").arg(text(listening.error().message())),
                           {});
        }
    }
    showOn();
}

void Scripting::showOn() {
    if (m_action != nullptr) {
        const QSignalBlocker quiet(m_action);
        m_action->setChecked(m_server.listening());
    }
}

} // namespace canto::app
