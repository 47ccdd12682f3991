// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/library/local_socket.h"
#include "app/library/script_protocol.h"

#include <QObject>
#include <QPointer>
#include <QSocketNotifier>
#include <list>
#include <memory>

namespace canto::app {

/// A script that is connected: reads lines, has them carried out one after another, in turn with
/// everything else that the window does, and sends the answers. What it reads and what it has still
/// to send is bounded: a script that sends faster than it is answered waits. Thread: GUI.
class ScriptConnection : public QObject {
    Q_OBJECT

  public:
    ScriptConnection(Descriptor socket, const script::Dispatcher& methods, QObject* parent);
    ~ScriptConnection() override;

  Q_SIGNALS:
    void closed(); ///< the script is gone

  private:
    void read();
    void runNext();
    void answer(const std::string& line);
    void send();
    void end();

    const script::Dispatcher& m_methods;
    Descriptor m_socket;
    QSocketNotifier m_reading, m_writing;
    script::LineBuffer m_in;
    std::string m_out;      ///< answers that are still to be sent
    std::size_t m_sent = 0; ///< bytes of m_out
    bool m_busy = false;    ///< a request is carried out
    bool m_ended = false;   ///< nothing more will be read
    bool m_closed = false;
    bool m_due = false; ///< runNext() will be called
};

/// Waits for scripts of this user on a socket. Thread: GUI.
class ScriptServer : public QObject {
    Q_OBJECT

  public:
    static constexpr std::size_t kMostScripts = 8;

    /// @param methods  must live longer.
    explicit ScriptServer(const script::Dispatcher& methods, QObject* parent = nullptr);
    ~ScriptServer() override;

    /// Errors: those of LocalListener::listen.
    Result<void> listen(const std::filesystem::path& path);
    /// Ends all connections too.
    void close();
    bool listening() const { return m_listener != nullptr; }
    /// Of the socket; empty: it does not listen.
    std::filesystem::path path() const;
    std::size_t scripts() const { return m_scripts.size(); }
    /// The user who may connect; this one at first. For tests.
    void setUser(std::uint32_t user) { m_user = user; }

  Q_SIGNALS:
    void scriptsChanged();
    void refused(const QString& why); ///< a connection

  private:
    void accept();

    const script::Dispatcher& m_methods;
    std::uint32_t m_user = thisUser();
    std::unique_ptr<LocalListener> m_listener;
    std::unique_ptr<QSocketNotifier> m_waiting;
    std::list<std::unique_ptr<ScriptConnection>> m_scripts;
};

} // namespace canto::app
