// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/control/osc_port.h"

#include <QSocketNotifier>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <netinet/in.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace canto::app {
namespace {

constexpr std::string_view kOscRoot = "/cantograph/";
constexpr int kMostPackets = 64; ///< at once, so that a flood does not stop the window

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(std::uint16_t(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

std::optional<double> numberIn(const OscMessage& message) {
    if (message.arguments.empty()) {
        return std::nullopt;
    }
    const auto& first = message.arguments.front();
    if (const auto* whole = std::get_if<std::int32_t>(&first)) {
        return double(*whole);
    }
    const auto* real = std::get_if<float>(&first);
    return real != nullptr && std::isfinite(*real) ? std::optional(double(*real)) : std::nullopt;
}

} // namespace

OscPort::OscPort(ControllableTable& controls, QObject* parent)
    : QObject(parent), m_controls(controls) {}

OscPort::~OscPort() { close(); }

Result<void> OscPort::open(int port) {
    close();
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(port);
    if (socket < 0 ||
        ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        const std::string why = std::strerror(errno);
        if (socket >= 0) {
            ::close(socket);
        }
        return fail(Error::Code::Io,
                    "Port " + std::to_string(port) + " cannot be opened for OSC: " + why, {},
                    "Choose another port in the preferences");
    }
    socklen_t size = sizeof address;
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
    m_socket = socket;
    m_port = ntohs(address.sin_port);
    m_notifier = std::make_unique<QSocketNotifier>(socket, QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, &OscPort::readAll);
    return {};
}

void OscPort::close() {
    m_notifier.reset();
    if (m_socket >= 0) {
        ::close(std::exchange(m_socket, -1));
    }
    m_port = 0;
}

void OscPort::readAll() {
    std::array<std::uint8_t, 4096> bytes{};
    for (int i = 0; i < kMostPackets && m_socket >= 0; ++i) {
        const ssize_t size = ::recv(m_socket, bytes.data(), bytes.size(), MSG_TRUNC);
        if (size < 0) {
            return;
        }
        if (std::size_t(size) <= bytes.size()) {
            take(std::span(bytes).first(std::size_t(size)));
        }
    }
}

int OscPort::take(std::span<const std::uint8_t> packet) {
    int handled = 0;
    for (const OscMessage& message : readOsc(packet)) {
        handled += handle(message) ? 1 : 0;
    }
    return handled;
}

bool OscPort::handle(const OscMessage& message) {
    if (!message.address.starts_with(kOscRoot)) {
        return false;
    }
    const QString id = QString::fromStdString(message.address.substr(kOscRoot.size()));
    if (id == QLatin1String("list")) {
        for (const QString& each : m_controls.ids()) {
            sendValue(each);
        }
        return true;
    }
    const Controllable* control = m_controls.find(id);
    if (control == nullptr) {
        return false;
    }
    if (message.arguments.empty()) {
        if (control->trigger) {
            return m_controls.set(id, control->most);
        }
        sendValue(id);
        return true;
    }
    const auto value = numberIn(message);
    return value && m_controls.set(id, *value);
}

void OscPort::sendValue(const QString& id) {
    const Controllable* control = m_controls.find(id);
    OscMessage message{std::string(kOscRoot) + id.toStdString(), {}};
    if (control != nullptr && control->value) {
        message.arguments.emplace_back(float(control->value()));
    }
    send(message);
}

void OscPort::send(const OscMessage& message) {
    if (m_socket < 0) {
        return;
    }
    const auto bytes = writeOsc(message);
    const sockaddr_in to = loopback(m_port + 1);
    // Where nobody listens it is lost, as OSC is.
    (void)::sendto(m_socket, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&to),
                   sizeof to);
    Q_EMIT sent(message);
}

} // namespace canto::app
