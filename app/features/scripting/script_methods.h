// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/library/script_protocol.h"
#include "app/workspace/action_table.h"
#include "app/workspace/workspace.h"

#include <QObject>
#include <QPointer>
#include <list>

namespace canto::app {

/// Carries out what scripts ask for (script::windowMethods()) on what the workspace has open. What
/// takes time runs in the background, of several scripts at once. Thread: GUI.
class ScriptMethods : public QObject {
    Q_OBJECT

  public:
    static constexpr std::size_t kMostJobs = 8; ///< in the background
    static constexpr std::size_t kMostPoints = 20000;

    explicit ScriptMethods(Workspace& workspace, QObject* parent = nullptr);
    ~ScriptMethods() override;

    const script::Dispatcher& dispatcher() const { return m_dispatcher; }
    /// The menus of the window, for its actions.
    void setActions(ActionTable& table) { m_table = &table; }

  private:
    using Json = script::Json;
    using Reply = script::Reply;
    using Work = std::function<Result<Json>(const CancelToken& cancel)>;

    void addState();
    void addView();
    void addMusic();
    void addActions();

    /// Answers from another thread. Fails when kMostJobs run already.
    void inBackground(const Reply& reply, Work work);
    /// The library, or why there is none.
    Result<LibraryPtr> library() const;
    /// A row that the library has, of the parameter "row".
    Result<qint64> rowOf(const Library& library, const Json& parameters) const;
    Json state() const;
    Json classes() const;
    Result<Json> setFilter(const Json& parameters);
    void setSpace(const std::string& id, const Reply& reply);
    void points(const Json& parameters, const Reply& reply);
    Result<Json> play(const Json& parameters);
    void decode(const Json& parameters, const Reply& reply);
    Result<Anchor> anchorOf(const Json& parameters) const;
    void transform(const std::string& midi, const Reply& reply);
    void screenshot(const Json& parameters, const Reply& reply);
    Result<Json> callAction(const Json& parameters);

    Workspace& m_workspace;
    QPointer<ActionTable> m_table;
    script::Dispatcher m_dispatcher;
    std::list<LatestTask<ScriptMethods>> m_jobs;
};

} // namespace canto::app
