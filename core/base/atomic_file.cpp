// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomic_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace canto {
namespace fs = std::filesystem;

namespace {
constexpr int kMostLinks = 40; // what the kernel follows
constexpr std::size_t kLongestName = 255;
constexpr const char* kSuffix = ".canto-saving";

fs::path followLinks(fs::path path) {
    std::error_code none;
    for (int links = 0; links < kMostLinks && fs::is_symlink(path, none); ++links) {
        const fs::path next = fs::read_symlink(path, none);
        if (none) {
            break;
        }
        path = next.is_absolute() ? next : path.parent_path() / next;
    }
    return path;
}

fs::path folderOf(const fs::path& path) {
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// A hidden file beside the target whose name is never too long for a folder.
fs::path temporaryFor(const fs::path& target) {
    const std::string suffix = kSuffix;
    std::string name = target.filename().string();
    name.resize(std::min(name.size(), kLongestName - suffix.size() - 1));
    return folderOf(target) / ("." + name + suffix);
}

std::optional<std::uint64_t> freeBytes(const fs::path& folder) {
    struct statvfs disk = {};
    if (::statvfs(folder.c_str(), &disk) != 0) {
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
}

/// @return the error number, 0 for success.
int syncFolder(const fs::path& folder) {
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return errno;
    }
    const int error = ::fsync(fd) == 0 ? 0 : errno;
    ::close(fd);
    return error == EINVAL ? 0 : error; // a file system without fsync for folders
}
} // namespace

AtomicFile::AtomicFile(fs::path path, std::uint64_t expectedBytes)
    : m_path(std::move(path)), m_target(followLinks(m_path)), m_temporary(temporaryFor(m_target)),
      m_expected(expectedBytes) {}

AtomicFile::~AtomicFile() {
    if (m_file >= 0) {
        ::unlink(m_temporary.c_str()); // while the lock, which the descriptor owns, is still held
        ::close(m_file);
    }
}

Result<void> AtomicFile::refuse(int systemError, const char* doing) {
    std::string what = std::string("Cannot ") + doing + " the file: " + std::strerror(systemError);
    std::string hint;
    if (systemError == ENOSPC || systemError == EDQUOT || systemError == EFBIG) {
        const auto needed = std::max(m_expected, m_written);
        hint = "It needs " + std::to_string(needed) + " bytes";
        if (const auto room = freeBytes(folderOf(m_target))) {
            hint += "; " + std::to_string(*room) + " are free";
        }
        hint += ". Make room or save elsewhere";
    } else if (systemError == EACCES || systemError == EPERM || systemError == EROFS) {
        hint = "Save it in a folder that you may write to";
    } else if (systemError == EWOULDBLOCK) {
        what = "Cannot " + std::string(doing) + " the file: it is being saved elsewhere just now";
        hint = "Try again in a moment";
    }
    m_error = Error{Error::Code::Io, std::move(what), m_path.string(), std::move(hint)};
    return fail(*m_error);
}

Result<void> AtomicFile::open() {
    struct stat old = {};
    const bool exists = ::stat(m_target.c_str(), &old) == 0;
    if (exists && !S_ISREG(old.st_mode)) {
        return refuse(S_ISDIR(old.st_mode) ? EISDIR : EINVAL, "replace");
    }
    // A file that is read-only is not replaced either, although its folder would allow it.
    if (exists && ::access(m_target.c_str(), W_OK) != 0) {
        return refuse(errno, "write");
    }
    m_file = ::open(m_temporary.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (m_file < 0) {
        return refuse(errno, "create");
    }
    // Where locks do not exist (some network folders), the file is saved without one.
    struct stat mine = {};
    struct stat named = {};
    const bool locked = ::flock(m_file, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
    const bool same = ::fstat(m_file, &mine) == 0 && ::stat(m_temporary.c_str(), &named) == 0 &&
                      mine.st_ino == named.st_ino;
    if (!locked || !same) {
        ::close(m_file);
        m_file = -1;
        return refuse(EWOULDBLOCK, "save");
    }
    if (::ftruncate(m_file, 0) != 0) {
        return refuse(errno, "write");
    }
    if (exists && ::fchmod(m_file, old.st_mode & 07777) != 0) {
        return refuse(errno, "keep the permissions of");
    }
    return {};
}

Result<void> AtomicFile::write(std::span<const std::byte> bytes) {
    if (m_error) {
        return fail(*m_error);
    }
    if (m_file < 0) {
        if (auto ok = open(); !ok) {
            return ok;
        }
    }
    m_written += bytes.size();
    while (!bytes.empty()) {
        const ssize_t count = ::write(m_file, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return refuse(count < 0 ? errno : ENOSPC, "write");
        }
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    return {};
}

Result<void> AtomicFile::write(std::string_view text) {
    return write(std::as_bytes(std::span(text.data(), text.size())));
}

Result<void> AtomicFile::commit() {
    if (auto ok = write(std::span<const std::byte>()); !ok) {
        return ok;
    }
    if (::fsync(m_file) != 0) {
        return refuse(errno, "write");
    }
    if (::rename(m_temporary.c_str(), m_target.c_str()) != 0) {
        return refuse(errno, "replace");
    }
    const int closed = ::close(m_file) == 0 ? 0 : errno;
    m_file = -1;
    if (closed != 0) {
        return refuse(closed, "close");
    }
    if (const int error = syncFolder(folderOf(m_target)); error != 0) {
        return refuse(error, "make durable");
    }
    m_error = Error{Error::Code::BadInput, "The file was saved already", m_path.string(), {}};
    return {};
}

Result<void> writeFileAtomically(const fs::path& path, std::string_view text) {
    AtomicFile file(path, text.size());
    if (auto ok = file.write(text); !ok) {
        return ok;
    }
    return file.commit();
}

Result<void> moveIntoPlace(const fs::path& temporary, const fs::path& target) {
    const int file = ::open(temporary.c_str(), O_RDONLY | O_CLOEXEC);
    int error = file < 0 ? errno : 0;
    if (error == 0 && ::fsync(file) != 0) {
        error = errno;
    }
    if (file >= 0) {
        ::close(file);
    }
    if (error == 0 && ::rename(temporary.c_str(), target.c_str()) != 0) {
        error = errno;
    }
    if (error == 0) {
        error = syncFolder(folderOf(target));
    } else {
        ::unlink(temporary.c_str());
    }
    if (error != 0) {
        return fail(Error::Code::Io, std::string("Cannot save the file: ") + std::strerror(error),
                    target.string());
    }
    return {};
}

} // namespace canto
