// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/library/local_socket.h"
#include "tests/support/test_support.h"

#include <cerrno>
#include <nlohmann/json.hpp>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>

namespace canto::test {

/// The other end of the socket. It shares the thread with the window, so it waits by its event
/// loop.
class ScriptClient {
  public:
    using Json = nlohmann::json;

    explicit ScriptClient(const std::filesystem::path& path)
        : m_fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.string().copy(address.sun_path, sizeof address.sun_path - 1);
        // The window shares this thread: it has to accept some before others can queue.
        const bool answered = QTest::qWaitFor(
            [&] {
                m_connected = ::connect(m_fd.get(), reinterpret_cast<sockaddr*>(&address),
                                        sizeof address) == 0;
                return m_connected || errno != EAGAIN;
            },
            kHungMs);
        m_connected = m_connected && answered;
    }
    bool connected() const { return m_connected; }
    void close() { m_fd.close(); }
    void endWriting() { ::shutdown(m_fd.get(), SHUT_WR); }

    /// Sends everything, while the window reads. @return false: the window closed the connection.
    bool send(std::string_view bytes) {
        bool gone = false;
        const bool sent = QTest::qWaitFor(
            [&] {
                while (!bytes.empty() && !gone) {
                    const auto count = ::send(m_fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
                    if (count < 0) {
                        gone = errno != EAGAIN;
                        return gone;
                    }
                    bytes.remove_prefix(std::size_t(count));
                }
                return true;
            },
            kHungMs);
        return sent && !gone;
    }
    /// As much as fits at once.
    void sendSome(std::string_view bytes) {
        [[maybe_unused]] const auto sent =
            ::send(m_fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }

    /// The next line; null when the window closed the connection before one came.
    Json line() {
        std::size_t end = std::string::npos;
        const bool there = QTest::qWaitFor(
            [&] {
                read();
                end = m_in.find('\n');
                return end != std::string::npos || m_ended;
            },
            kHungMs);
        if (!there || end == std::string::npos) {
            return nullptr;
        }
        const Json json = nlohmann::json::parse(m_in.substr(0, end), nullptr, false);
        m_in.erase(0, end + 1);
        return json;
    }
    /// Whether the window closes the connection.
    bool ends() {
        return QTest::qWaitFor(
            [&] {
                read();
                return m_ended;
            },
            kHungMs);
    }

    /// A request and its answer.
    Json ask(const std::string& method, const Json& parameters = nlohmann::json::object()) {
        const Json request{
            {"jsonrpc", "2.0"}, {"id", ++m_id}, {"method", method}, {"params", parameters}};
        if (!send(request.dump() + "\n")) {
            return nullptr;
        }
        const Json answer = line();
        return answer.is_object() && answer.value("id", Json()) == m_id ? answer : Json();
    }
    Json result(const std::string& method, const Json& parameters = nlohmann::json::object()) {
        const Json answer = ask(method, parameters);
        return answer.is_object() ? answer.value("result", Json()) : Json();
    }
    int errorCode(const std::string& method, const Json& parameters = nlohmann::json::object()) {
        const Json answer = ask(method, parameters);
        return answer.is_object() && answer.contains("error") ? answer["error"].value("code", 0)
                                                              : 0;
    }

  private:
    void read() {
        char piece[65536];
        while (!m_ended) {
            const auto count = ::recv(m_fd.get(), piece, sizeof piece, 0);
            if (count > 0) {
                m_in.append(piece, std::size_t(count));
            } else {
                m_ended = count == 0 || errno != EAGAIN;
                return;
            }
        }
    }

    Descriptor m_fd;
    bool m_connected = false, m_ended = false;
    std::string m_in;
    int m_id = 0;
};

} // namespace canto::test
