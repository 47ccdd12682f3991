// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/feature.h"
#include "app/workspace/task_queue.h"
#include "app/workspace/workspace.h"

#include <QLockFile>
#include <QObject>
#include <QTimer>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace canto::app {

/// Keeps what the window has open in a file of its own, two seconds after each change, and offers
/// what other runs left there that were killed. A run that ends well takes its file with it; what
/// it leaves for the next one goes through keepLast() and last(). Files are written aside and
/// renamed on a thread of their own. Thread: GUI.
class Autosave : public Feature {
    Q_OBJECT

  public:
    /// @param folder  of all sessions; empty: nothing is kept and nothing offered.
    Autosave(Workspace& workspace, std::filesystem::path folder);
    ~Autosave() override; ///< a good end

    void addActions(ActionTable& table) override;
    void start() override { offerLost(); }

    /// Whether anything is kept on the disk.
    bool keeps() const { return !m_folder.empty(); }
    /// What is open in all spaces, as sessions and projects keep it; no library: what is known of
    /// the other spaces.
    SessionState all() const;
    /// What the run before kept with keepLast(); after lostFound, until a session or project is
    /// restored.
    const std::optional<SessionState>& last() const { return m_last; }
    /// For the next run, at once; none: nothing.
    /// Errors: those of AtomicFile.
    Result<void> keepLast(const std::optional<SessionState>& state);
    /// Called before restore() replaces what is open: it asks the user where that is needed, and
    /// calls what it is given if it may.
    using Guard = std::function<void(std::function<void()> go)>;
    void setGuard(Guard guard) { m_guard = std::move(guard); }

    /// Looks in the background for sessions of runs that are gone, and offers the newest; lostFound
    /// comes.
    void offerLost();
    std::size_t lost() const { return m_lost.size(); }
    /// The newest of them, or else the last session; says so when there is none.
    void restore();
    void restoreLast(); ///< last(), where there is one; does not ask
    /// Whether restore() waits for a library, its maps or a model.
    bool restoring() const { return m_coming.has_value(); }
    /// Brings a session or project back, all its spaces, in place of what is open; waits for its
    /// library and maps where they are still to be read. opened() comes, or openFailed(): then a
    /// session stays on the disk and is offered at the next start.
    void restore(const canto::app::SessionState& state);

  public Q_SLOTS:
    /// Something that a session keeps has changed: it is written soon.
    void touch();
    void onDismissed(const QString& text); ///< a notice was closed

  Q_SIGNALS:
    void saved();
    void lostFound(); ///< there may be none
    void restored();
    /// A whole session or project is there; its other spaces are restored when they are shown.
    void opened(const canto::app::SessionState& state);
    void openFailed(); ///< what was open stays
    void touched();    ///< see touch()

  private:
    struct Lost {
        std::filesystem::path file;
        SessionState state;
        QString when;
        std::shared_ptr<QLockFile> lock; ///< nobody else offers it meanwhile
    };
    static std::vector<Lost> findLost(const std::filesystem::path& folder,
                                      const std::filesystem::path& own);
    void save();
    void bringBack(const SessionState& state); ///< of one space, whose library is being shown
    void openOthers(const SessionState& state);
    void checkPhrases(SessionState& state);
    void goAhead(); ///< with the newest lost session, or the last one
    void offerNext();
    void onModelShown(bool there);
    /// The space opens the session's library when it is entered.
    void openLater(std::size_t space, const SessionState& state);
    void advance(); ///< towards what is to be brought back
    void apply();
    bool reachable() const; ///< m_coming's space is shown, or on its way
    void giveUp();          ///< what was to be brought back cannot be; its file is kept
    void forget(const std::filesystem::path& file);

    Workspace& m_workspace;
    std::filesystem::path m_folder, m_file;
    std::unique_ptr<QLockFile> m_lock;
    std::vector<Lost> m_lost;
    QString m_offered; ///< text of the message that offers the newest
    QTimer m_delay;
    std::unique_ptr<LatestTask<Autosave>> m_write =
        std::make_unique<LatestTask<Autosave>>(this, "autosave");
    LatestTask<Autosave> m_find{this, "sessions"};
    std::string m_written;
    std::optional<SessionState> m_coming; ///< waits for its library
    bool m_ofLast = false;                ///< it is what m_last holds
    bool m_whole = false;                 ///< m_coming is a session, not only a space
    std::optional<SessionState> m_last;
    Guard m_guard;
    bool m_wanted = false;        ///< restore() was called: closing its message discards nothing
    std::optional<Lost> m_chosen; ///< m_coming's, where it was a lost one
};

} // namespace canto::app
