// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace canto {

/// Limits of an archive; a larger one is refused with TooLarge before memory is allocated.
inline constexpr std::size_t kMaxArchiveBytes = std::size_t(256) << 20;
inline constexpr std::size_t kMaxUnpackedBytes = std::size_t(512) << 20;
inline constexpr std::size_t kMaxArchiveEntries = 4096;

/// A zip archive read whole: entries stored or deflated, checksums verified. Not supported:
/// encryption, multi-part archives, ZIP64. Source: APPNOTE.TXT 6.3, sections 4.3 and 4.4.
class ZipArchive {
  public:
    /// Errors: NotFound, Io, TooLarge; BadFile for a file that is not a zip archive or is damaged.
    static Result<ZipArchive> open(const std::filesystem::path& path);
    static Result<ZipArchive> parse(std::string_view bytes, const std::string& where);

    /// Null if there is no such entry.
    const std::string* find(const std::string& name) const;
    const std::map<std::string, std::string>& entries() const { return m_entries; }

  private:
    std::map<std::string, std::string> m_entries;
};

/// An array of numbers of a NumPy file, one-dimensional or read in the file's order.
/// @return BadFile for an invalid header, a type other than little-endian integers, floats and
/// booleans, or a length that does not fit. Source: the NPY format, version 1 to 3.
Result<std::vector<double>> npyNumbers(std::string_view bytes, const std::string& where);

} // namespace canto
