// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <utility>

// Sockets in the file system to which only their owner can connect. Thread: one at a time.

namespace canto {

/// A file descriptor that is closed at its end.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int fd) : m_fd(fd) {}
    ~Descriptor() { close(); }
    Descriptor(Descriptor&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(m_fd, other.m_fd);
        return *this;
    }
    int get() const { return m_fd; }
    bool valid() const { return m_fd >= 0; }
    void close();

  private:
    int m_fd = -1;
};

/// Where programs of this user look for Cantograph: cantograph/cantograph.sock in the user's
/// runtime folder ($XDG_RUNTIME_DIR, else /run/user/<number>). The folder is made, for this user
/// alone. Errors: NotFound without a runtime folder; Io.
Result<std::filesystem::path> scriptSocketPath();

/// A socket that waits for connections; its file has mode 0600 and goes with it.
class LocalListener {
  public:
    /// Takes the place of a socket that a killed program left. Errors: BadInput (the path is too
    /// long, or something else lies there), Io (in use by another program; no permission).
    static Result<LocalListener> listen(const std::filesystem::path& path);
    ~LocalListener();
    LocalListener(LocalListener&& other) noexcept;
    LocalListener& operator=(LocalListener&&) = delete;

    int fd() const { return m_fd.get(); }
    const std::filesystem::path& path() const { return m_path; }
    /// The next connection, not blocking, of a program of this user (by SO_PEERCRED).
    /// @param user  number of the user who may connect.
    /// Errors: BadInput for another user, whose connection is closed; NotFound: nobody waits; Io.
    Result<Descriptor> accept(std::uint32_t user) const;

  private:
    LocalListener(Descriptor fd, std::filesystem::path path);

    Descriptor m_fd;
    std::filesystem::path m_path;
    std::uint64_t m_device = 0, m_inode = 0; ///< of the file that was made
};

/// The number of this user.
std::uint32_t thisUser();

} // namespace canto
