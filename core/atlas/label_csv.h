// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace canto::atlas {

/// One row of labels.csv: the labels of one file.
struct LabelRow {
    std::string path; ///< as written: relative to the folder of the CSV, or absolute
    std::string title;
    std::string artist;
    std::string composer;
    std::string genre;
    std::string emotion;
    std::string split;
    std::map<std::string, std::string> labels; ///< additional columns that are not empty in this
                                               ///< row
};

struct LabelTable {
    std::vector<std::string> columns; ///< as in the header, in lower case
    std::vector<LabelRow> rows;       ///< in the order of the file
};

/// Limits of a labels file.
inline constexpr std::size_t kMaxLabelBytes = std::size_t(512) << 20;
inline constexpr std::size_t kMaxLabelRows = 4'000'000;
inline constexpr std::size_t kMaxLabelColumns = 256;
inline constexpr std::size_t kMaxLabelField = 64 * 1024;

/// Reads separated values by RFC 4180: quoted fields may hold separators, line ends and doubled
/// quotes; lines end with CRLF, LF or CR; a byte order mark and empty lines are skipped. Fields are
/// separated by commas, or by semicolons or tabs, as spreadsheets in other countries write them: by
/// the separator with which the first row has a column `path` or `file` (the most columns if
/// several do), or by the one that a line "sep=;" before it names. The first row names the columns,
/// one of which must be `path` or `file`; case and surrounding blanks of names are ignored. All
/// values are text: formulas and numbers are not interpreted. Labels are trimmed and converted to
/// one Unicode form (composedForm), so that one name is one class; paths keep their bytes.
///
/// Errors with the row's number (the header is row 1): BadInput (no path column, a column twice,
/// more or fewer fields than columns, an open quote, a row without a path, text in UTF-16),
/// TooLarge. Source: RFC 4180.
Result<LabelTable> parseLabels(std::string_view text, const std::string& where);

/// The same from a file. NotFound, Io.
Result<LabelTable> readLabels(const std::filesystem::path& path);

} // namespace canto::atlas
