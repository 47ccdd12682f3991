#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace canto::atlas {

/// What labels.csv says of one file.
struct LabelRow {
    std::string path; ///< as written: relative to the folder of the CSV, or absolute
    std::string title;
    std::string artist;
    std::string composer;
    std::string genre;
    std::string emotion;
    std::string split;
    std::map<std::string, std::string> labels; ///< further columns that are not empty here
};

struct LabelTable {
    std::vector<std::string> columns; ///< as in the header, small letters
    std::vector<LabelRow> rows;       ///< in the order of the file
};

/// Limits of a labels file.
inline constexpr std::size_t kMaxLabelBytes = std::size_t(512) << 20;
inline constexpr std::size_t kMaxLabelRows = 4'000'000;
inline constexpr std::size_t kMaxLabelColumns = 256;
inline constexpr std::size_t kMaxLabelField = 64 * 1024;

/// Reads comma-separated values by RFC 4180: quoted fields may hold commas, line ends and doubled
/// quotes; lines end with CRLF, LF or CR; a byte order mark and empty lines are skipped. The first
/// row names the columns, of which one must be `path` or `file`; case and blanks around names do
/// not matter. Everything is text: nothing that looks like a formula or a number is interpreted.
///
/// Errors with the row's number (the header is row 1): BadInput (no path column, a column twice,
/// more or fewer fields than columns, an open quote, a row without a path), TooLarge.
/// Source: RFC 4180.
Result<LabelTable> parseLabels(std::string_view text, const std::string& where);

/// The same from a file. NotFound, Io.
Result<LabelTable> readLabels(const std::filesystem::path& path);

} // namespace canto::atlas
