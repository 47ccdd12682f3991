// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/library/local_socket.h"

#include <QObject>
#include <QSocketNotifier>
#include <QStringList>
#include <memory>
#include <vector>

namespace canto::app {

/// One window for each user and display: a second start hands its files to the program that runs
/// already, which raises its window. They talk through a socket in the user's runtime folder, to
/// which nobody else can connect; each side checks the other's user. Thread: GUI.
class SingleInstance : public QObject {
    Q_OBJECT

  public:
    enum class Start {
        First,      ///< no other runs: this one waits for files from now on
        HandedOver, ///< another one has the files
        Alone,      ///< there is no runtime folder, or the other one does not answer
    };

    /// window-DISPLAY.sock beside the socket of scripts. Errors: as scriptSocketPath().
    static Result<std::filesystem::path> socketPath();

    explicit SingleInstance(QObject* parent = nullptr);
    ~SingleInstance() override;

    /// Hands the files over, or becomes the one that waits for them. The socket of a program that
    /// was killed is replaced. Of several that start at once, one becomes the first. Waits at most
    /// ten seconds for an answer.
    /// @param files  absolute paths; may be empty: only the window is raised.
    /// @param token  what the desktop gave this start so that the window may come to the front.
    Start begin(const std::filesystem::path& socket, const QStringList& files,
                const QByteArray& token);

  Q_SIGNALS:
    /// Another start hands over its files; the window is to come to the front.
    void filesComing(const QStringList& files, const QByteArray& token);

  private:
    struct Caller;

    Start handOver(const Descriptor& socket, const QByteArray& message) const;
    void accept();
    void read(Caller& caller);
    void end(const Caller& caller);

    std::unique_ptr<LocalListener> m_listener;
    std::unique_ptr<QSocketNotifier> m_waiting;
    std::vector<std::unique_ptr<Caller>> m_callers;
};

} // namespace canto::app
