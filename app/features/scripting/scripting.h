// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/scripting/script_methods.h"
#include "app/features/scripting/script_server.h"
#include "app/workspace/feature.h"

class QAction;

namespace canto::app {

/// Lets other programs of this user command the window through a local socket. Off until the person
/// allows it, in the Settings menu or when the program is started. Thread: GUI.
class Scripting : public Feature {
    Q_OBJECT

  public:
    struct Options {
        bool serve = false;           ///< from the start, whatever the setting is
        std::filesystem::path socket; ///< empty: that of the user's runtime folder
    };

    Scripting(Workspace& workspace, Options options);
    ~Scripting() override;

    void addActions(ActionTable& table) override;
    void start() override;
    void closing() override { m_server.close(); }

    ScriptServer& server() { return m_server; }
    const script::Dispatcher& methods() const { return m_methods.dispatcher(); }
    /// Begins or ends to accept scripts, and says so.
    void setOn(bool on);

  private:
    void choose(bool on);
    void showOn();

    Workspace& m_workspace;
    Options m_options;
    ScriptMethods m_methods;
    ScriptServer m_server;
    QAction* m_action = nullptr;
};

} // namespace canto::app
