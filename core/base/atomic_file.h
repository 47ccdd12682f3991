// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>

namespace canto {

/// Replaces a file whole or not at all: the content is written to a hidden file in the same folder,
/// which commit() makes durable and renames over the old one. Without commit() the old file stays
/// as it was and the destructor removes the hidden one.
///
/// - A symbolic link is followed: the file it names is replaced, the link stays.
/// - An existing file keeps its permissions; a new one gets those the umask leaves.
/// - The hidden file is `.NAME.canto-saving`, so the next save reuses one that a killed program
///   left. Of two saves of one file at the same time the second is refused.
///
/// Errors: Io with the path and the system's reason; for a full disk also the bytes needed and
/// free. After an error every further call returns it. Thread: one at a time.
class AtomicFile {
  public:
    /// Opens nothing yet.
    /// @param expectedBytes  size of the whole file where it is known; used in the error text to
    ///                       state how much space is needed.
    explicit AtomicFile(std::filesystem::path path, std::uint64_t expectedBytes = 0);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    Result<void> write(std::span<const std::byte> bytes);
    Result<void> write(std::string_view text);

    /// fsync of the file, rename, fsync of the folder. A file without a write becomes empty.
    Result<void> commit();

  private:
    Result<void> open();
    Result<void> refuse(int systemError, const char* doing);

    std::filesystem::path m_path;      ///< as asked for: named in errors
    std::filesystem::path m_target;    ///< with symbolic links followed
    std::filesystem::path m_temporary; ///< beside m_target
    std::uint64_t m_expected = 0;
    std::uint64_t m_written = 0;
    std::optional<Error> m_error;
    int m_file = -1;
};

/// Writes a whole file at once.
Result<void> writeFileAtomically(const std::filesystem::path& path, std::string_view text);

/// For files that a library wrote: makes `temporary` durable, renames it over `target` in the same
/// folder and makes the folder durable. On an error the temporary file is removed.
Result<void> moveIntoPlace(const std::filesystem::path& temporary,
                           const std::filesystem::path& target);

} // namespace canto
