// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shell/single_instance.h"

#include "app/workspace/qt_text.h"

#include <QDeadlineTimer>
#include <QGuiApplication>
#include <QThread>
#include <QTimer>
#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace canto::app {
namespace {

namespace fs = std::filesystem;

constexpr int kAnswerMs = 10'000;         ///< a window that is busy for longer is left alone
constexpr int kCallerMs = 5'000;          ///< for one message to arrive
constexpr qsizetype kMostBytes = 1 << 20; ///< of a message: some thousand paths
constexpr std::size_t kMostCallers = 16;
constexpr char kTaken = '+'; ///< the answer

bool waitFor(int fd, short event, const QDeadlineTimer& deadline) {
    pollfd one{fd, event, 0};
    while (true) {
        const int count = ::poll(&one, 1, int(std::max<qint64>(deadline.remainingTime(), 0)));
        if (count >= 0 || errno != EINTR) {
            return count > 0;
        }
    }
}

/// The lock under which programs that start at once find out which is the first.
Descriptor lockBeside(const fs::path& socket) {
    Descriptor file(::open((socket.string() + ".lock").c_str(),
                           O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600));
    const QDeadlineTimer deadline(kAnswerMs);
    while (file.valid() && ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        if (deadline.hasExpired()) {
            return {};
        }
        QThread::msleep(10);
    }
    return file;
}

/// A connection to the program that waits there; invalid: none does.
Descriptor connectTo(const fs::path& socket) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket.native().size() >= sizeof address.sun_path) {
        return {};
    }
    socket.native().copy(address.sun_path, sizeof address.sun_path - 1);
    Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return {};
    }
    ucred peer{};
    socklen_t size = sizeof peer;
    const bool ours = ::getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
                      peer.uid == thisUser();
    return ours ? std::move(fd) : Descriptor();
}

} // namespace

struct SingleInstance::Caller {
    explicit Caller(Descriptor fd)
        : socket(std::move(fd)), reading(socket.get(), QSocketNotifier::Read) {}
    Descriptor socket;
    QSocketNotifier reading;
    QTimer timeout;
    QByteArray message;
};

SingleInstance::SingleInstance(QObject* parent) : QObject(parent) {}
SingleInstance::~SingleInstance() = default;

Result<fs::path> SingleInstance::socketPath() {
    CANTO_TRY(scripts, scriptSocketPath());
    QString display = qEnvironmentVariable("WAYLAND_DISPLAY");
    if (display.isEmpty() ||
        !QGuiApplication::platformName().startsWith(QLatin1String("wayland"))) {
        display = qEnvironmentVariable("DISPLAY");
    }
    if (display.isEmpty()) {
        display = QGuiApplication::platformName();
    }
    for (QChar& c : display) {
        if (!c.isLetterOrNumber()) {
            c = QLatin1Char('_');
        }
    }
    return scripts->parent_path() / ("window-" + display.toStdString() + ".sock");
}

SingleInstance::Start SingleInstance::begin(const fs::path& socket, const QStringList& files,
                                            const QByteArray& token) {
    const Descriptor lock = lockBeside(socket);
    if (!lock.valid()) {
        return Start::Alone;
    }
    if (const Descriptor other = connectTo(socket); other.valid()) {
        QByteArray message = token + '\0';
        for (const QString& file : files) {
            message += file.toUtf8() + '\0';
        }
        return handOver(other, message);
    }
    auto listener = LocalListener::listen(socket); // replaces what a killed program left
    if (!listener) {
        return Start::Alone;
    }
    m_listener = std::make_unique<LocalListener>(std::move(*listener));
    m_waiting = std::make_unique<QSocketNotifier>(m_listener->fd(), QSocketNotifier::Read);
    connect(m_waiting.get(), &QSocketNotifier::activated, this, &SingleInstance::accept);
    return Start::First;
}

SingleInstance::Start SingleInstance::handOver(const Descriptor& socket,
                                               const QByteArray& message) const {
    const QDeadlineTimer deadline(kAnswerMs);
    qsizetype sent = 0;
    while (sent < message.size() && waitFor(socket.get(), POLLOUT, deadline)) {
        const auto count = ::send(socket.get(), message.constData() + sent,
                                  std::size_t(message.size() - sent), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && errno != EAGAIN && errno != EINTR) {
            return Start::Alone;
        }
        sent += std::max<qsizetype>(count, 0);
    }
    ::shutdown(socket.get(), SHUT_WR);
    char answer = 0;
    const bool taken = sent == message.size() && waitFor(socket.get(), POLLIN, deadline) &&
                       ::recv(socket.get(), &answer, 1, MSG_DONTWAIT) == 1 && answer == kTaken;
    return taken ? Start::HandedOver : Start::Alone;
}

void SingleInstance::accept() {
    auto client = m_listener->accept(thisUser());
    if (!client || m_callers.size() >= kMostCallers) {
        return; // somebody else, or far too many: the connection is closed
    }
    m_callers.push_back(std::make_unique<Caller>(std::move(*client)));
    Caller* caller = m_callers.back().get();
    connect(&caller->reading, &QSocketNotifier::activated, this, [this, caller] { read(*caller); });
    connect(&caller->timeout, &QTimer::timeout, this, [this, caller] { end(*caller); });
    caller->timeout.start(kCallerMs);
}

void SingleInstance::read(Caller& caller) {
    std::array<char, 65536> piece; // NOLINT: filled by recv
    const auto count = ::recv(caller.socket.get(), piece.data(), piece.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (count > 0 && caller.message.size() + count <= kMostBytes) {
        caller.message.append(piece.data(), count);
        return;
    }
    if (count != 0 || !caller.message.endsWith('\0')) {
        end(caller); // too long, broken off, or no message at all
        return;
    }
    QList<QByteArray> parts = caller.message.chopped(1).split('\0');
    const QByteArray token = parts.takeFirst();
    QStringList files;
    for (const QByteArray& part : parts) {
        files.append(QString::fromUtf8(part));
    }
    [[maybe_unused]] const auto sent =
        ::send(caller.socket.get(), &kTaken, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    end(caller);
    Q_EMIT filesComing(files, token);
}

void SingleInstance::end(const Caller& caller) {
    const auto gone = std::find_if(m_callers.begin(), m_callers.end(),
                                   [&](const auto& one) { return one.get() == &caller; });
    if (gone != m_callers.end()) {
        std::shared_ptr<Caller> kept = std::move(*gone); // one of its own signals may be at work
        m_callers.erase(gone);
        kept->reading.setEnabled(false);
        kept->timeout.stop();
        kept->socket.close();
        QTimer::singleShot(0, this, [kept] {});
    }
}

} // namespace canto::app
