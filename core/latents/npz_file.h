// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/atomic_file.h"
#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace canto::latents {

/// A larger archive is refused with TooLarge before memory is allocated.
struct ZipLimits {
    std::size_t archive = std::size_t(256) << 20;  ///< bytes
    std::size_t unpacked = std::size_t(512) << 20; ///< bytes, all entries together
    std::size_t entries = 4096;
};

/// A zip archive read whole: entries stored or deflated, checksums verified. Not supported:
/// encryption, multi-part archives, ZIP64. Source: APPNOTE.TXT 6.3, sections 4.3 and 4.4.
class ZipArchive {
  public:
    /// Errors: NotFound, Io, TooLarge; BadFile for a file that is not a zip archive or is damaged.
    static Result<ZipArchive> open(const std::filesystem::path& path, const ZipLimits& limits = {});
    static Result<ZipArchive> parse(std::string_view bytes, const std::string& where,
                                    const ZipLimits& limits = {});

    /// Null if there is no such entry.
    const std::string* find(const std::string& name) const;
    const std::map<std::string, std::string>& entries() const { return m_entries; }

  private:
    std::map<std::string, std::string> m_entries;
};

/// Writes an archive whose entries are stored as they are, replacing a file whole or not at all.
class ZipWriter {
  public:
    explicit ZipWriter(std::filesystem::path path) : m_file(std::move(path)) {}

    /// @param parts  of the entry, one after another. Errors: TooLarge (4 GiB in all), Io.
    Result<void> add(const std::string& name, std::span<const std::string_view> parts);
    Result<void> commit();

  private:
    Result<void> put(std::string_view bytes);

    AtomicFile m_file;
    std::string m_list; ///< of entries, at the end of the file
    std::uint64_t m_written = 0;
    std::uint16_t m_entries = 0;
};

} // namespace canto::latents
