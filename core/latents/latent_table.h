// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/result.h"
#include "core/projection/points.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

// Latents that another program made, with labels and sound files of their rows: .npy, .npz,
// .safetensors, .csv and .tsv.

namespace canto::latents {

/// A column of text: distinct values, and which of them each row has.
struct LabelColumn {
    std::string name; ///< in lower case
    std::vector<std::string> values;
    std::vector<std::uint32_t> codes; ///< by row, index into values

    const std::string& of(std::size_t row) const { return values[codes[row]]; }
};

/// What was found while reading, for messages.
struct TableFindings {
    std::size_t rows = 0;                     ///< of the file, header aside
    std::size_t columns = 0;                  ///< of numbers, in the file
    std::vector<std::string> constantColumns; ///< left out: all rows have the same number
    std::size_t duplicates = 0;               ///< rows whose numbers equal those of an earlier row
    std::size_t badRows = 0;                  ///< with NaN or infinity, dropped
    std::vector<std::size_t> badRowNumbers;   ///< the first ten of them, from 1
    std::vector<std::string> notes;           ///< in words, one sentence each
};

/// Rows that fit together, without NaN and constant columns.
struct LatentTable {
    projection::Points points;
    std::vector<std::uint32_t> rows; ///< each point's row in the file, from 0
    std::vector<LabelColumn> labels;
    LabelColumn sound;                        ///< absolute paths; without values: none
    std::vector<double> start, length;        ///< seconds, by point; NaN: the whole file; or empty
    std::vector<projection::MapPoint> places; ///< as given; or empty
    TableFindings findings;
};

struct TableOptions {
    std::filesystem::path labels;          ///< table of as many rows; empty: none
    std::string array;                     ///< of .npz and .safetensors; empty: the only table
    std::vector<std::string> labelColumns; ///< numeric columns of the file that are labels
    std::string sound;                     ///< column of paths to MIDI or audio files; empty: none
    std::string start, length;             ///< columns in seconds; empty: whole files
    std::string x, y;                      ///< columns of a finished map; empty: none
    bool dropBadRows = false;              ///< rows with NaN or infinity are left out
};

/// Error::hint where rows with NaN or infinity are the only problem.
inline constexpr const char* kBadRowsHint = "Repair them, or leave them out with --drop-bad-rows.";

inline constexpr std::size_t kMostLatentRows = 20'000'000;
inline constexpr std::size_t kMostLatentColumns = 65'536;
inline constexpr std::uint64_t kMostTableBytes = std::uint64_t(16) << 30;

/// Reads latents. In .csv and .tsv (RFC 4180, the first row names the columns; case of names is
/// ignored) a column is numeric if its first thousand values are numbers or empty, and is then a
/// dimension unless the options name it; all others are labels. Other arrays of .npz and
/// .safetensors with one value a row are labels. Relative sound paths begin at the folder of the
/// file that names them. Memory: that of the numbers as float and of the codes of labels, and of
/// the whole file for .npz, .safetensors and .csv.
///
/// Errors, each naming the file and what to do: NotFound, Io, TooLarge, NoMemory, Cancelled,
/// BadFile, Truncated; BadShape (no rows; not two-dimensional; labels of another number of rows);
/// BadInput (a column that is not there; text in a numeric column; rows with NaN or infinity and
/// not dropBadRows; rows that are all equal; .parquet). Thread: any.
Result<LatentTable> readLatentTable(const std::filesystem::path& path, const TableOptions& options,
                                    const CancelToken& cancel = {}, const Progress& progress = {});

/// Whether the file's extension is one of those that readLatentTable reads or refuses with advice.
bool isLatentFile(const std::filesystem::path& path);

} // namespace canto::latents
