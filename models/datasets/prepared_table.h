// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What all prepared data sets have in common: a safetensors file with columns (tensors), a list of
// songs and their classes (metadata). A data set declares its columns; reading, checking and
// writing follow from that.

#include "core/base/json_text.h"
#include "core/base/result.h"
#include "core/tensors/safetensors.h"

#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace canto::tensors {

struct PreparedFormat {
    std::string_view name;        ///< metadata key "format"
    const char* mismatch = "";    ///< the error for a file of another format
    const char* instruction = ""; ///< how to make such a file
};

/// As the end of a column's values: any that is not negative.
inline constexpr std::int64_t kNotNegative = std::numeric_limits<std::int64_t>::max();

struct ColumnSchema {
    const char* name = "";
    Dtype dtype = Dtype::U8;
    std::vector<std::int64_t> row{}; ///< shape of a row; empty: a number
    /// Values are integers in [0, end): one end, or one for each number of a row. Empty: any.
    std::vector<std::int64_t> ends{};
    const char* rows = ""; ///< columns with equal names here have as many rows as each other
    bool optional = false; ///< may be missing from the file: then it has no values
    const char* formerName = nullptr; ///< in files of earlier versions
};

/// A column and the memory of its values, of trivially copyable elements whose bytes are those of
/// the file.
template <class Values>
struct Column {
    ColumnSchema schema;
    Values& values;
};
template <class Values>
Column(ColumnSchema, Values&) -> Column<Values>;

/// A text of each entry of a list in the metadata; absent ones are empty.
template <class Entry>
struct TextField {
    const char* key;
    std::string Entry::*text;
};
template <class Entry>
using TextFields = std::initializer_list<TextField<Entry>>;

/// The list as JSON: an object for each entry.
template <class Entry>
std::string listText(const std::vector<Entry>& entries, TextFields<Entry> fields) {
    auto list = nlohmann::json::array();
    for (const Entry& entry : entries) {
        auto& object = list.emplace_back(nlohmann::json::object());
        for (const auto& [key, text] : fields) {
            object[key] = entry.*text;
        }
    }
    return jsonText(list);
}

/// The labels of songs as classes.
struct LabelClasses {
    std::vector<std::string> names; ///< sorted
    std::vector<int> ofSong;        ///< index into names, or -1 for an empty label

    /// All labels that are not empty.
    static LabelClasses of(const std::vector<std::string>& labels);
};

/// One text of each entry.
template <class Entry>
std::vector<std::string> textsOf(const std::vector<Entry>& entries, std::string Entry::*text) {
    std::vector<std::string> texts;
    for (const Entry& entry : entries) {
        texts.push_back(entry.*text);
    }
    return texts;
}

/// The rows below `rows` for which wanted(row), ascending.
template <class Index, class Wanted>
std::vector<Index> rowsWhere(std::size_t rows, const Wanted& wanted) {
    std::vector<Index> found;
    for (std::size_t row = 0; row < rows; ++row) {
        if (wanted(row)) {
            found.push_back(static_cast<Index>(row));
        }
    }
    return found;
}

/// A file that is being read. Every error is BadFile with the path and the tensor or key.
class PreparedFile {
  public:
    /// BadFile for another format; those of SafeTensors::open.
    static Result<PreparedFile> open(const std::filesystem::path& path,
                                     const PreparedFormat& format);

    std::string metadata(const char* key) const { return m_file.metadata(key); }
    const std::map<std::string, std::string>& metadata() const { return m_file.metadata(); }

    /// Fills the columns: checks types, shapes, numbers of rows and ranges of values.
    template <class... Values>
    Result<void> read(const std::tuple<Column<Values>...>& columns) const {
        Result<void> done;
        RowCounts rows;
        const auto readOne = [&](const auto& column) {
            const auto tensor = checked(column.schema, rows);
            if (!tensor) {
                done = fail(tensor.error());
                return false;
            }
            const auto bytes = *tensor == nullptr ? std::span<const std::byte>() : (*tensor)->bytes;
            column.values.resize(bytes.size() / sizeof(column.values[0]));
            std::copy(bytes.begin(), bytes.end(),
                      std::as_writable_bytes(std::span(column.values)).begin());
            return true;
        };
        std::apply([&](const auto&... column) { (readOne(column) && ...); }, columns);
        return done;
    }

    template <class Entry>
    Result<void> readList(const char* key, TextFields<Entry> fields,
                          std::vector<Entry>& entries) const {
        const auto list = nlohmann::json::parse(metadata(key), nullptr, false);
        if (!list.is_array()) {
            return damaged(key);
        }
        for (const auto& object : list) {
            Entry& entry = entries.emplace_back();
            for (const auto& [name, text] : fields) {
                const auto value =
                    object.is_object() ? object.value(name, nlohmann::json("")) : nlohmann::json();
                if (!value.is_string()) {
                    return damaged(key);
                }
                entry.*text = value.template get<std::string>();
            }
        }
        return {};
    }

    /// The classes in the metadata; every label must be empty or one of them.
    Result<void> readClasses(const std::vector<std::string>& labels, LabelClasses& classes) const;

    /// Starts of songs in another column: from 0, never falling, to the column's length.
    Result<void> checkStarts(const char* name, std::span<const std::int64_t> starts,
                             std::size_t songs, std::size_t end) const;

    /// The error for a tensor or key whose content makes no sense.
    tl::unexpected<Error> damaged(const char* what) const;

  private:
    using RowCounts = std::map<std::string_view, std::int64_t>;

    PreparedFile(SafeTensors file, std::string where, PreparedFormat format)
        : m_file(std::move(file)), m_where(std::move(where)), m_format(format) {}
    /// nullptr for an optional column that is missing.
    Result<const TensorView*> checked(const ColumnSchema& schema, RowCounts& rows) const;

    SafeTensors m_file;
    std::string m_where;
    PreparedFormat m_format;
};

/// A column's values as a tensor.
TensorView viewOf(const ColumnSchema& schema, std::span<const std::byte> bytes);

/// Writes the columns, in this order, and the metadata with the format. As writeSafeTensors.
template <class... Values>
Result<void> writePrepared(const std::filesystem::path& path, const PreparedFormat& format,
                           const std::tuple<Column<Values>...>& columns,
                           std::map<std::string, std::string> metadata) {
    std::vector<TensorView> tensors;
    const auto add = [&tensors](const auto& column) {
        if (!column.schema.optional || !column.values.empty()) {
            tensors.push_back(viewOf(column.schema, std::as_bytes(std::span(column.values))));
        }
    };
    std::apply([&](const auto&... column) { (add(column), ...); }, columns);
    metadata["format"] = format.name;
    return writeSafeTensors(path, tensors, std::move(metadata));
}

} // namespace canto::tensors
