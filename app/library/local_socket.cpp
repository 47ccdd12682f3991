// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/local_socket.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace canto {
namespace {

namespace fs = std::filesystem;
constexpr int kWaiting = 8;
constexpr mode_t kOwnerOnly = 0600, kFolderOfOwner = 0700;

tl::unexpected<Error> failed(const std::string& what, const fs::path& path) {
    return fail(Error::Code::Io, what + ": " + std::strerror(errno), path.string());
}

Descriptor newSocket() {
    return Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

/// Whether a program accepts connections there.
bool answers(const sockaddr_un& address) {
    const Descriptor probe = newSocket();
    return ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
               0 ||
           errno == EAGAIN; // its queue is full
}

/// Removes the socket of a program that is gone.
Result<void> removeLeft(const sockaddr_un& address, const fs::path& path) {
    struct stat there {};
    if (::lstat(path.c_str(), &there) != 0) {
        return {};
    }
    if (!S_ISSOCK(there.st_mode)) {
        return fail(Error::Code::BadInput, "Something that is not a socket has this name",
                    path.string(), "Choose another name for the socket");
    }
    if (answers(address)) {
        return fail(Error::Code::Io, "Another program accepts scripts there already", path.string(),
                    "Close it, or choose another socket with --socket");
    }
    if (::unlink(path.c_str()) != 0) {
        return failed("The socket of an earlier run cannot be removed", path);
    }
    return {};
}

} // namespace

void Descriptor::close() {
    if (m_fd >= 0) {
        ::close(std::exchange(m_fd, -1));
    }
}

std::uint32_t thisUser() { return ::geteuid(); }

Result<fs::path> scriptSocketPath() {
    const char* named = std::getenv("XDG_RUNTIME_DIR");
    const fs::path runtime = named != nullptr && *named == '/'
                                 ? fs::path(named)
                                 : fs::path("/run/user") / std::to_string(::geteuid());
    struct stat there {};
    if (::stat(runtime.c_str(), &there) != 0 || !S_ISDIR(there.st_mode) ||
        there.st_uid != ::geteuid()) {
        return fail(Error::Code::NotFound, "This session has no runtime folder", runtime.string(),
                    "Name a socket with --socket");
    }
    const fs::path folder = runtime / "cantograph";
    if (::mkdir(folder.c_str(), kFolderOfOwner) != 0 && errno != EEXIST) {
        return failed("The folder for the socket cannot be made", folder);
    }
    if (::lstat(folder.c_str(), &there) != 0 || !S_ISDIR(there.st_mode) ||
        there.st_uid != ::geteuid()) {
        return fail(Error::Code::Io, "The folder for the socket belongs to somebody else",
                    folder.string());
    }
    return folder / "cantograph.sock";
}

LocalListener::LocalListener(Descriptor fd, fs::path path)
    : m_fd(std::move(fd)), m_path(std::move(path)) {
    struct stat made {};
    if (::lstat(m_path.c_str(), &made) == 0) {
        m_device = made.st_dev;
        m_inode = made.st_ino;
    }
}

LocalListener::LocalListener(LocalListener&& other) noexcept
    : m_fd(std::move(other.m_fd)), m_path(std::exchange(other.m_path, {})),
      m_device(other.m_device), m_inode(other.m_inode) {}

LocalListener::~LocalListener() {
    struct stat there {};
    if (!m_path.empty() && ::lstat(m_path.c_str(), &there) == 0 && there.st_dev == m_device &&
        there.st_ino == m_inode) {
        ::unlink(m_path.c_str());
    }
}

Result<LocalListener> LocalListener::listen(const fs::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.native().size() >= sizeof address.sun_path) {
        return fail(Error::Code::BadInput,
                    "The path of a socket has 1 to " + std::to_string(sizeof address.sun_path - 1) +
                        " bytes",
                    path.string());
    }
    std::memcpy(address.sun_path, path.c_str(), path.native().size());
    CANTO_CHECK(removeLeft(address, path));
    Descriptor fd = newSocket();
    // Linux gives the file the mode of the descriptor: it is never open to others, not for a
    // moment.
    if (!fd.valid() || ::fchmod(fd.get(), kOwnerOnly) != 0 ||
        ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return failed("The socket cannot be made", path);
    }
    LocalListener listener(std::move(fd), path);
    struct stat made {};
    if (::lstat(path.c_str(), &made) != 0 || (made.st_mode & 0077) != 0) {
        return fail(Error::Code::Io, "The socket would be open to other users", path.string(),
                    "Choose a folder on another file system");
    }
    if (::listen(listener.fd(), kWaiting) != 0) {
        return failed("The socket cannot be made", path);
    }
    return listener;
}

Result<Descriptor> LocalListener::accept(std::uint32_t user) const {
    Descriptor client(::accept4(m_fd.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!client.valid()) {
        if (errno == EAGAIN || errno == ECONNABORTED || errno == EINTR) {
            return fail(Error::Code::NotFound, "Nobody waits", m_path.string());
        }
        return failed("A script cannot connect", m_path);
    }
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(client.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 ||
        peer.uid != user) {
        return fail(Error::Code::BadInput, "A script of another user was refused", m_path.string());
    }
    return client;
}

} // namespace canto
