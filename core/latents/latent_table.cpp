// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latents/latent_table.h"

#include "core/base/checksum.h"
#include "core/latents/npy.h"
#include "core/latents/npz_file.h"
#include "core/latents/text_table.h"
#include "core/tensors/safetensors.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <new>
#include <optional>

namespace canto::latents {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kNamed = 10; ///< rows and columns that a message names

/// What a file holds before anything is checked; one entry a row everywhere.
struct RawTable {
    projection::Points points;
    std::vector<std::string> names;  ///< of the dimensions; empty: their numbers
    std::vector<TextColumn> columns; ///< labels, and columns that the options name
    fs::path folder;                 ///< of `columns`
};

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

std::string someOf(const std::vector<std::string>& texts) {
    std::string list;
    for (std::size_t i = 0; i < std::min(kNamed, texts.size()); ++i) {
        list += (i == 0 ? "" : ", ") + texts[i];
    }
    return texts.size() > kNamed ? list + ", ..." : list;
}

TextColumn* columnNamed(std::vector<TextColumn>& columns, const std::string& name) {
    const std::string wanted = lowerCase(name);
    const auto found = std::find_if(columns.begin(), columns.end(), [&](const TextColumn& column) {
        return column.name == wanted;
    });
    return found == columns.end() ? nullptr : &*found;
}

/// Whether the options give the column a meaning of its own.
bool hasRole(const TableOptions& options, const std::string& name) {
    for (const std::string* role :
         {&options.sound, &options.start, &options.length, &options.x, &options.y}) {
        if (lowerCase(*role) == name) {
            return true;
        }
    }
    return false;
}

// ---- what the formats hold ----

/// The table of latents among arrays, the others of as many rows as columns.
Result<RawTable> rawOfArrays(std::vector<SourceArray> arrays, const TableOptions& options,
                             const std::string& where, const CancelToken& cancel,
                             const Progress& progress) {
    std::vector<std::string> tables, all;
    const SourceArray* chosen = nullptr;
    for (const SourceArray& array : arrays) {
        const std::string title = array.name + " " + describe(array);
        all.push_back(title);
        if (array.name == options.array) {
            chosen = &array;
        }
        if (array.shape.size() == 2 && !array.isText()) {
            tables.push_back(title);
        }
    }
    if (chosen == nullptr && !options.array.empty()) {
        return fail(Error::Code::NotFound, "There is no array " + quoted(options.array), where,
                    "It holds " + someOf(all) + ".");
    }
    if (chosen == nullptr && tables.size() == 1) {
        chosen = &*std::find_if(arrays.begin(), arrays.end(), [](const SourceArray& array) {
            return array.shape.size() == 2 && !array.isText();
        });
    }
    if (chosen == nullptr) {
        return fail(tables.empty() ? Error::Code::BadShape : Error::Code::BadInput,
                    tables.empty() ? "The file holds no table of numbers"
                                   : "The file holds several tables of numbers",
                    where,
                    tables.empty() ? "It holds " + someOf(all) + "."
                                   : "Choose one with --array: " + someOf(tables) + ".");
    }
    RawTable raw;
    CANTO_TRY(points, pointsOf(*chosen, where, cancel, progress));
    raw.points = std::move(*points);
    for (const SourceArray& array : arrays) {
        if (&array == chosen || array.shape.size() != 1 || array.shape[0] != raw.points.count) {
            continue;
        }
        TextColumn column;
        column.name = lowerCase(array.name);
        CANTO_TRY(texts, textsOf(array, where));
        column.numeric = !array.isText();
        LabelBuilder labels;
        for (const std::string& text : *texts) {
            labels.add(text);
            if (column.numeric) {
                column.numbers.push_back(
                    tableNumber(text).value_or(std::numeric_limits<float>::quiet_NaN()));
            }
        }
        column.texts = labels.take(column.name);
        raw.columns.push_back(std::move(column));
    }
    return raw;
}

Result<RawTable> rawOfNpz(const fs::path& path, const TableOptions& options,
                          const CancelToken& cancel, const Progress& progress) {
    constexpr ZipLimits kLimits{(std::size_t(4) << 30) - 2, std::size_t(8) << 30, 4096};
    CANTO_TRY(archive, ZipArchive::open(path, kLimits));
    std::vector<SourceArray> arrays;
    for (const auto& [entry, bytes] : archive->entries()) {
        if (!entry.ends_with(".npy")) {
            continue;
        }
        auto array = npyArray(bytes, path.string() + ", " + entry);
        const std::string name = entry.substr(0, entry.size() - 4);
        if (!array) {
            if (name == options.array) {
                return fail(array.error());
            }
            continue; // an array that nobody asked for
        }
        array->name = name;
        arrays.push_back(std::move(*array));
    }
    return rawOfArrays(std::move(arrays), options, path.string(), cancel, progress);
}

std::optional<Element> elementOf(tensors::Dtype dtype) {
    using tensors::Dtype;
    constexpr std::array<std::pair<Dtype, Element>, 13> kElements{{{Dtype::Bool, Element::Bool},
                                                                   {Dtype::U8, Element::U8},
                                                                   {Dtype::I8, Element::I8},
                                                                   {Dtype::U16, Element::U16},
                                                                   {Dtype::I16, Element::I16},
                                                                   {Dtype::F16, Element::F16},
                                                                   {Dtype::BF16, Element::BF16},
                                                                   {Dtype::U32, Element::U32},
                                                                   {Dtype::I32, Element::I32},
                                                                   {Dtype::F32, Element::F32},
                                                                   {Dtype::U64, Element::U64},
                                                                   {Dtype::I64, Element::I64},
                                                                   {Dtype::F64, Element::F64}}};
    for (const auto& [from, to] : kElements) {
        if (from == dtype) {
            return to;
        }
    }
    return std::nullopt;
}

Result<RawTable> rawOfTensors(const fs::path& path, const TableOptions& options,
                              const CancelToken& cancel, const Progress& progress) {
    CANTO_TRY(file, tensors::SafeTensors::open(path));
    std::vector<SourceArray> arrays;
    for (const auto& tensor : file->tensors()) {
        SourceArray array;
        array.name = tensor.name;
        const auto element = elementOf(tensor.dtype);
        if (!element) {
            continue;
        }
        array.element = *element;
        array.itemBytes = tensors::bytesOf(tensor.dtype);
        for (const auto side : tensor.shape) {
            array.shape.push_back(static_cast<std::size_t>(side));
        }
        array.read = [bytes = tensor.bytes](std::uint64_t at, char* into, std::size_t size) {
            if (at > bytes.size() || size > bytes.size() - at) {
                return false;
            }
            std::copy_n(reinterpret_cast<const char*>(bytes.data()) + at, size, into);
            return true;
        };
        arrays.push_back(std::move(array));
    }
    return rawOfArrays(std::move(arrays), options, path.string(), cancel, progress);
}

Result<RawTable> rawOfText(const fs::path& path, const TableOptions& options,
                           const CancelToken& cancel, const Progress& progress) {
    CANTO_TRY(table, readTextTable(path, options.labelColumns, cancel, progress));
    for (const std::string& name : options.labelColumns) {
        if (columnNamed(table->columns, name) == nullptr) {
            return fail(Error::Code::NotFound, "There is no column " + quoted(name), path.string());
        }
    }
    RawTable raw;
    std::vector<TextColumn> dimensions;
    for (TextColumn& column : table->columns) {
        const bool dimension = column.numeric && !hasRole(options, column.name);
        (dimension ? dimensions : raw.columns).push_back(std::move(column));
    }
    raw.points.count = table->rows;
    raw.points.dimensions = dimensions.size();
    raw.points.values.resize(table->rows * dimensions.size());
    for (std::size_t d = 0; d < dimensions.size(); ++d) {
        raw.names.push_back(dimensions[d].name);
        for (std::size_t row = 0; row < table->rows; ++row) {
            raw.points.values[row * dimensions.size() + d] = dimensions[d].numbers[row];
        }
        dimensions[d].numbers = {};
    }
    return raw;
}

Result<RawTable> readRaw(const fs::path& path, const TableOptions& options,
                         const CancelToken& cancel, const Progress& progress) {
    const std::string kind = lowerCase(path.extension().string());
    if (kind == ".npy") {
        CANTO_TRY(array, openNpy(path));
        RawTable raw;
        CANTO_TRY(points, pointsOf(*array, path.string(), cancel, progress));
        raw.points = std::move(*points);
        return raw;
    }
    if (kind == ".npz") {
        return rawOfNpz(path, options, cancel, progress);
    }
    if (kind == ".safetensors") {
        return rawOfTensors(path, options, cancel, progress);
    }
    if (kind == ".csv" || kind == ".tsv") {
        return rawOfText(path, options, cancel, progress);
    }
    if (kind == ".parquet") {
        return fail(Error::Code::BadInput, "Parquet is not read here", path.string(),
                    "Convert it: python3 -c \"import pandas; "
                    "pandas.read_parquet('in.parquet').to_csv('out.csv', index=False)\", or "
                    "duckdb -c \"copy 'in.parquet' to 'out.csv'\".");
    }
    return fail(Error::Code::BadInput, "This is not a file of latents", path.string(),
                "They are read from .npy, .npz, .safetensors, .csv and .tsv.");
}

// ---- what fits together ----

/// Adds the labels beside the latents.
Result<void> addLabels(RawTable& raw, const fs::path& path, const CancelToken& cancel) {
    CANTO_TRY(table, readTextTable(path, {"*"}, cancel));
    if (table->rows != raw.points.count) {
        return fail(Error::Code::BadShape,
                    "The labels have " + std::to_string(table->rows) + " rows, the latents " +
                        std::to_string(raw.points.count),
                    path.string(),
                    "Row by row they belong together: give one row of labels for each latent, "
                    "below a header.");
    }
    for (TextColumn& column : table->columns) {
        if (columnNamed(raw.columns, column.name) != nullptr) {
            column.name += " (labels)";
            column.texts.name = column.name;
        }
        raw.columns.push_back(std::move(column));
    }
    return {};
}

/// Numbers of a column by row.
Result<std::vector<float>> numbersOfColumn(RawTable& raw, const std::string& name,
                                           const std::string& where) {
    const TextColumn* column = columnNamed(raw.columns, name);
    if (column == nullptr) {
        std::vector<std::string> known = raw.names;
        for (const TextColumn& other : raw.columns) {
            known.push_back(other.name);
        }
        return fail(Error::Code::NotFound, "There is no column " + quoted(name), where,
                    known.empty() ? std::string() : "There are " + someOf(known) + ".");
    }
    if (column->numeric) {
        return column->numbers;
    }
    std::vector<float> byValue, numbers;
    for (const std::string& value : column->texts.values) {
        const auto number = tableNumber(value);
        if (!number) {
            return fail(Error::Code::BadInput,
                        "Column " + quoted(name) + " holds " + quoted(value.substr(0, 40)) +
                            ", which is not a number",
                        where);
        }
        byValue.push_back(*number);
    }
    for (const auto code : column->texts.codes) {
        numbers.push_back(byValue[code]);
    }
    return numbers;
}

/// Paths as they are found from everywhere.
Result<LabelColumn> soundPaths(RawTable& raw, const std::string& name, const std::string& where) {
    TextColumn* column = columnNamed(raw.columns, name);
    if (column == nullptr || (column->numeric && column->texts.values.empty())) {
        return fail(Error::Code::NotFound, "There is no column of paths " + quoted(name), where);
    }
    LabelColumn paths = std::move(column->texts);
    raw.columns.erase(raw.columns.begin() + (column - raw.columns.data()));
    for (std::string& value : paths.values) {
        if (!value.empty()) {
            std::error_code none;
            const fs::path path =
                fs::path(value).is_absolute() ? fs::path(value) : raw.folder / value;
            value = fs::absolute(path, none).lexically_normal().string();
        }
    }
    return paths;
}

/// Keeps the marked rows of a column.
template <class Value>
void keepRows(std::vector<Value>& values, const std::vector<std::uint32_t>& rows) {
    if (values.empty()) {
        return;
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        values[i] = values[rows[i]];
    }
    values.resize(rows.size());
}

/// Drops or refuses rows with numbers that are not finite.
Result<void> checkRows(LatentTable& table, bool drop, const std::string& where) {
    projection::Points& points = table.points;
    TableFindings& findings = table.findings;
    std::vector<std::string> named;
    for (std::size_t row = 0; row < points.count; ++row) {
        const auto numbers = points.view().row(row);
        bool good = std::all_of(numbers.begin(), numbers.end(),
                                [](float number) { return std::isfinite(number); });
        if (!table.places.empty()) {
            good = good && std::isfinite(table.places[row].x) && std::isfinite(table.places[row].y);
        }
        if (good) {
            table.rows.push_back(static_cast<std::uint32_t>(row));
            continue;
        }
        if (++findings.badRows <= kNamed) {
            findings.badRowNumbers.push_back(row + 1);
        }
        if (named.size() <= kNamed) {
            named.push_back(std::to_string(row + 1));
        }
    }
    if (findings.badRows == 0) {
        return {};
    }
    const std::string which = std::to_string(findings.badRows) + " of " +
                              std::to_string(points.count) +
                              " rows hold NaN, infinity or nothing: " + someOf(named);
    if (!drop) {
        return fail(Error::Code::BadInput, which, where, kBadRowsHint);
    }
    if (table.rows.empty()) {
        return fail(Error::Code::BadShape, "Every row holds NaN, infinity or nothing", where);
    }
    const std::size_t d = points.dimensions;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        std::copy_n(points.values.begin() + static_cast<std::ptrdiff_t>(table.rows[i] * d), d,
                    points.values.begin() + static_cast<std::ptrdiff_t>(i * d));
    }
    points.count = table.rows.size();
    points.values.resize(points.count * d);
    for (LabelColumn& column : table.labels) {
        keepRows(column.codes, table.rows);
    }
    keepRows(table.sound.codes, table.rows);
    keepRows(table.start, table.rows);
    keepRows(table.length, table.rows);
    keepRows(table.places, table.rows);
    findings.notes.push_back(which + "; they are left out");
    return {};
}

/// Leaves out columns in which all rows are equal. With one row nothing can be said of them.
void dropConstantColumns(LatentTable& table, const std::vector<std::string>& names) {
    projection::Points& points = table.points;
    if (points.count < 2) {
        return;
    }
    const std::size_t d = points.dimensions;
    std::vector<bool> differs(d, false);
    std::size_t open = d;
    for (std::size_t row = 1; row < points.count && open > 0; ++row) {
        for (std::size_t i = 0; i < d; ++i) {
            if (!differs[i] && points.values[row * d + i] != points.values[i]) {
                differs[i] = true;
                --open;
            }
        }
    }
    if (open == 0) {
        return;
    }
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < d; ++i) {
        if (differs[i]) {
            kept.push_back(i);
        } else {
            table.findings.constantColumns.push_back(names.empty() ? std::to_string(i + 1)
                                                                   : names[i]);
        }
    }
    for (std::size_t row = 0; row < points.count; ++row) {
        for (std::size_t i = 0; i < kept.size(); ++i) {
            points.values[row * kept.size() + i] = points.values[row * d + kept[i]];
        }
    }
    points.dimensions = kept.size();
    points.values.resize(points.count * kept.size());
    table.findings.notes.push_back(
        std::to_string(open) + " of " + std::to_string(d) +
        " columns are constant and left out: " + someOf(table.findings.constantColumns));
}

void countDuplicates(LatentTable& table) {
    const projection::Points& points = table.points;
    std::vector<std::uint64_t> sums(points.count);
    for (std::size_t row = 0; row < points.count; ++row) {
        sums[row] = checksum(std::as_bytes(points.view().row(row)));
    }
    std::sort(sums.begin(), sums.end());
    const auto distinct = std::unique(sums.begin(), sums.end()) - sums.begin();
    table.findings.duplicates = points.count - static_cast<std::size_t>(distinct);
    if (table.findings.duplicates > 0) {
        table.findings.notes.push_back(
            std::to_string(table.findings.duplicates) +
            " rows repeat an earlier row: their points lie on each other");
    }
}

} // namespace

Result<LatentTable> readLatentTable(const fs::path& path, const TableOptions& options,
                                    const CancelToken& cancel, const Progress& progress) try {
    const std::string where = path.string();
    CANTO_TRY(raw, readRaw(path, options, cancel, progress));
    raw->folder = (options.labels.empty() ? path : options.labels).parent_path();
    if (raw->points.count == 0) {
        return fail(Error::Code::BadShape, "The file has no rows", where);
    }
    if (raw->points.count > kMostLatentRows || raw->points.dimensions > kMostLatentColumns) {
        return fail(Error::Code::TooLarge,
                    "More than " + std::to_string(kMostLatentRows) + " rows or " +
                        std::to_string(kMostLatentColumns) + " columns",
                    where);
    }
    if (!options.labels.empty()) {
        CANTO_CHECK(addLabels(*raw, options.labels, cancel));
    }
    LatentTable table;
    table.findings.rows = raw->points.count;
    table.findings.columns = raw->points.dimensions;
    const std::string beside = options.labels.empty() ? where : options.labels.string();
    if (options.x.empty() != options.y.empty()) {
        return fail(Error::Code::BadInput, "A finished map needs two columns", where,
                    "Name both: --xy X,Y.");
    }
    if (!options.x.empty()) {
        CANTO_TRY(x, numbersOfColumn(*raw, options.x, beside));
        CANTO_TRY(y, numbersOfColumn(*raw, options.y, beside));
        for (std::size_t row = 0; row < x->size(); ++row) {
            table.places.push_back({(*x)[row], (*y)[row]});
        }
        if (raw->points.dimensions == 0) { // a map alone: its positions are all that is known
            raw->points.dimensions = 2;
            raw->names = {lowerCase(options.x), lowerCase(options.y)};
            for (const auto place : table.places) {
                raw->points.values.insert(raw->points.values.end(), {place.x, place.y});
            }
        }
    }
    if (raw->points.dimensions == 0) {
        return fail(Error::Code::BadShape, "The table has no numeric columns", where,
                    "Numeric columns are the dimensions of the latents; those named as labels are "
                    "not.");
    }
    const auto seconds = [&](const std::string& name, std::vector<double>& into) -> Result<void> {
        if (!name.empty()) {
            CANTO_TRY(numbers, numbersOfColumn(*raw, name, beside));
            into.assign(numbers->begin(), numbers->end());
        }
        return {};
    };
    CANTO_CHECK(seconds(options.start, table.start));
    CANTO_CHECK(seconds(options.length, table.length));
    if (!options.sound.empty()) {
        CANTO_TRY(sound, soundPaths(*raw, options.sound, beside));
        table.sound = std::move(*sound);
    }
    for (TextColumn& column : raw->columns) {
        if (!hasRole(options, column.name) && !column.texts.codes.empty()) {
            column.texts.name = column.name;
            table.labels.push_back(std::move(column.texts));
        }
    }
    table.points = std::move(raw->points);
    CANTO_CHECK(checkRows(table, options.dropBadRows, where));
    dropConstantColumns(table, raw->names);
    if (table.points.dimensions == 0) {
        if (table.places.empty()) {
            return fail(Error::Code::BadInput, "All rows are equal: there is nothing to map",
                        where);
        }
        table.points.dimensions = 2;
        for (const auto place : table.places) {
            table.points.values.insert(table.points.values.end(), {place.x, place.y});
        }
    }
    countDuplicates(table);
    return table;
} catch (const std::bad_alloc&) {
    return fail(Error::Code::NoMemory, "There is not enough memory for the latents", path.string());
}

bool isLatentFile(const fs::path& path) {
    const std::string kind = lowerCase(path.extension().string());
    for (const char* known : {".npy", ".npz", ".safetensors", ".csv", ".tsv", ".parquet"}) {
        if (kind == known) {
            return true;
        }
    }
    return false;
}

} // namespace canto::latents
