// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/scripting/script_server.h"

#include "app/workspace/qt_text.h"

#include <QTimer>
#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/socket.h>

namespace canto::app {
namespace {

/// Bytes that are read at once, so that the window goes on in between.
constexpr std::size_t kPiece = std::size_t(64) << 10;
/// Lines that wait: from here on the script has to wait before it can send more.
constexpr std::size_t kMostWaiting = std::size_t(1) << 20;

} // namespace

ScriptConnection::ScriptConnection(Descriptor socket, const script::Dispatcher& methods,
                                   QObject* parent)
    : QObject(parent), m_methods(methods), m_socket(std::move(socket)),
      m_reading(m_socket.get(), QSocketNotifier::Read),
      m_writing(m_socket.get(), QSocketNotifier::Write) {
    m_writing.setEnabled(false);
    connect(&m_reading, &QSocketNotifier::activated, this, &ScriptConnection::read);
    connect(&m_writing, &QSocketNotifier::activated, this, &ScriptConnection::send);
}

ScriptConnection::~ScriptConnection() {
    m_reading.setEnabled(false); // before the descriptor is closed
    m_writing.setEnabled(false);
}

void ScriptConnection::read() {
    std::array<char, kPiece> piece; // NOLINT: filled by recv
    const auto count = ::recv(m_socket.get(), piece.data(), piece.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (count <= 0) {
        m_ended = true; // what it has sent is still carried out: it may only have stopped writing
        m_reading.setEnabled(false);
        if (count < 0) {
            end();
            return;
        }
    } else {
        m_in.add({piece.data(), std::size_t(count)});
    }
    runNext();
}

void ScriptConnection::runNext() {
    if (m_busy || m_closed || m_due || m_sent < m_out.size()) {
        m_reading.setEnabled(!m_ended && m_in.size() < kMostWaiting);
        return;
    }
    auto line = m_in.next();
    m_reading.setEnabled(!m_ended && (!line || m_in.size() < kMostWaiting));
    if (!line) {
        if (m_in.tooLong()) {
            m_ended = true;
            m_in = {};
            answer(script::Dispatcher::errorLine(script::Code::NotARequest,
                                                 "A line is longer than 16 MiB: goodbye"));
        } else if (m_ended) {
            end();
        }
        return;
    }
    m_busy = true;
    m_methods.run(*line, [self = QPointer(this)](const std::string& text) {
        if (self) {
            self->answer(text);
        }
    });
}

void ScriptConnection::answer(const std::string& line) {
    m_busy = false;
    if (!line.empty()) {
        m_out += line;
        m_out += '\n';
    }
    send();
}

void ScriptConnection::send() {
    while (m_sent < m_out.size() && !m_closed) {
        const auto count = ::send(m_socket.get(), m_out.data() + m_sent, m_out.size() - m_sent,
                                  MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0 && errno == EAGAIN) {
            m_writing.setEnabled(true);
            return;
        }
        if (count < 0) {
            end();
            return;
        }
        m_sent += std::size_t(count);
    }
    m_writing.setEnabled(false);
    m_out.clear();
    m_sent = 0;
    if (!m_due && !m_closed) {
        m_due = true;
        // The next request after everything else that waits for this thread.
        QTimer::singleShot(0, this, [this] {
            m_due = false;
            runNext();
        });
    }
}

void ScriptConnection::end() {
    m_reading.setEnabled(false);
    m_writing.setEnabled(false);
    if (!std::exchange(m_closed, true)) {
        QMetaObject::invokeMethod(this, &ScriptConnection::closed, Qt::QueuedConnection);
    }
}

// ---- server ----

ScriptServer::ScriptServer(const script::Dispatcher& methods, QObject* parent)
    : QObject(parent), m_methods(methods) {}

ScriptServer::~ScriptServer() { close(); }

std::filesystem::path ScriptServer::path() const {
    return m_listener ? m_listener->path() : std::filesystem::path();
}

Result<void> ScriptServer::listen(const std::filesystem::path& path) {
    close();
    CANTO_TRY(listener, LocalListener::listen(path));
    m_listener = std::make_unique<LocalListener>(std::move(*listener));
    m_waiting = std::make_unique<QSocketNotifier>(m_listener->fd(), QSocketNotifier::Read);
    connect(m_waiting.get(), &QSocketNotifier::activated, this, &ScriptServer::accept);
    return {};
}

void ScriptServer::close() {
    m_waiting.reset();
    m_listener.reset();
    if (!m_scripts.empty()) {
        m_scripts.clear();
        Q_EMIT scriptsChanged();
    }
}

void ScriptServer::accept() {
    auto client = m_listener->accept(m_user);
    if (!client) {
        if (client.error().code != Error::Code::NotFound) {
            Q_EMIT refused(text(client.error().what));
        }
        return;
    }
    if (m_scripts.size() >= kMostScripts) {
        const std::string line =
            script::Dispatcher::errorLine(script::Code::Failed, "Too many scripts are connected") +
            "\n";
        [[maybe_unused]] const auto sent =
            ::send(client->get(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        return;
    }
    m_scripts.push_back(std::make_unique<ScriptConnection>(std::move(*client), m_methods, nullptr));
    ScriptConnection* script = m_scripts.back().get();
    connect(script, &ScriptConnection::closed, this, [this, script] {
        const auto gone = std::find_if(m_scripts.begin(), m_scripts.end(),
                                       [script](const auto& one) { return one.get() == script; });
        if (gone != m_scripts.end()) {
            gone->release()->deleteLater(); // it emits this signal
            m_scripts.erase(gone);
            Q_EMIT scriptsChanged();
        }
    });
    Q_EMIT scriptsChanged();
}

} // namespace canto::app
