// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/datasets/prepared_table.h"

#include <algorithm>
#include <set>

namespace canto::tensors {

namespace {

LabelClasses indexed(std::vector<std::string> names, const std::vector<std::string>& labels) {
    LabelClasses classes{std::move(names), {}};
    for (const auto& label : labels) {
        const auto found = std::find(classes.names.begin(), classes.names.end(), label);
        classes.ofSong.push_back(label.empty() || found == classes.names.end()
                                     ? -1
                                     : static_cast<int>(found - classes.names.begin()));
    }
    return classes;
}

/// Position of the first value outside [0, end), if there is one, and the value.
template <class T>
Result<std::pair<std::size_t, std::int64_t>> firstOutside(const TensorView& tensor,
                                                          std::span<const std::int64_t> ends) {
    CANTO_TRY(values, numbersOf<T>(tensor));
    for (std::size_t i = 0; i < values->size(); ++i) {
        const auto value = static_cast<std::int64_t>((*values)[i]);
        if (value < 0 || value >= ends[i % ends.size()]) {
            return std::pair{i, value};
        }
    }
    return std::pair{values->size(), std::int64_t{0}};
}

} // namespace

LabelClasses LabelClasses::of(const std::vector<std::string>& labels) {
    std::set<std::string> names(labels.begin(), labels.end());
    names.erase(std::string());
    return indexed({names.begin(), names.end()}, labels);
}

Result<PreparedFile> PreparedFile::open(const std::filesystem::path& path,
                                        const PreparedFormat& format) {
    CANTO_TRY(file, SafeTensors::open(path));
    if (file->metadata("format") != format.name) {
        return fail(Error::Code::BadFile, format.mismatch, path.string(), format.instruction);
    }
    return PreparedFile(std::move(*file), path.string(), format);
}

tl::unexpected<Error> PreparedFile::damaged(const char* what) const {
    return fail(Error::Code::BadFile, std::string("\"") + what + "\" is damaged", m_where,
                m_format.instruction);
}

Result<const TensorView*> PreparedFile::checked(const ColumnSchema& schema, RowCounts& rows) const {
    const char* name = schema.name;
    const TensorView* tensor = m_file.find(name);
    if (tensor == nullptr && schema.formerName != nullptr) {
        name = schema.formerName;
        tensor = m_file.find(name);
    }
    const std::string text = std::string("Tensor ") + name;
    const std::string where = m_where + ", tensor " + name;
    if (tensor == nullptr) {
        if (schema.optional) {
            return nullptr;
        }
        return fail(Error::Code::BadFile, text + " is missing", where, m_format.instruction);
    }
    if (tensor->dtype != schema.dtype) {
        return fail(Error::Code::BadFile,
                    "Tensor holds numbers of another type: " + std::string(nameOf(tensor->dtype)),
                    where);
    }
    const auto& shape = tensor->shape;
    if (shape.empty() ||
        !std::equal(shape.begin() + 1, shape.end(), schema.row.begin(), schema.row.end()) ||
        rows.emplace(schema.rows, shape[0]).first->second != shape[0]) {
        return fail(Error::Code::BadFile, text + " has a wrong shape", where);
    }
    if (schema.ends.empty()) {
        return tensor;
    }
    CANTO_TRY(outside, schema.dtype == Dtype::U8 ? firstOutside<std::uint8_t>(*tensor, schema.ends)
                       : schema.dtype == Dtype::I32
                           ? firstOutside<std::int32_t>(*tensor, schema.ends)
                           : firstOutside<std::int64_t>(*tensor, schema.ends));
    if (const auto [at, value] = *outside; at < static_cast<std::size_t>(tensor->count())) {
        const auto end = schema.ends[at % schema.ends.size()];
        return fail(Error::Code::BadFile,
                    text + " holds " + std::to_string(value) + " where only " +
                        (end == kNotNegative ? "0 and more" : "0 to " + std::to_string(end - 1)) +
                        " make sense",
                    m_where + ", entry " + std::to_string(at));
    }
    return tensor;
}

Result<void> PreparedFile::readClasses(const std::vector<std::string>& labels,
                                       LabelClasses& classes) const {
    const auto list = nlohmann::json::parse(metadata("classes"), nullptr, false);
    const bool texts =
        list.is_array() &&
        std::all_of(list.begin(), list.end(), [](const auto& name) { return name.is_string(); });
    if (!texts) {
        return damaged("classes");
    }
    classes = indexed(list.get<std::vector<std::string>>(), labels);
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (classes.ofSong[i] < 0 && !labels[i].empty()) {
            return fail(Error::Code::BadFile, "\"" + labels[i] + "\" is not among the classes",
                        m_where + ", song " + std::to_string(i));
        }
    }
    return {};
}

Result<void> PreparedFile::checkStarts(const char* name, std::span<const std::int64_t> starts,
                                       std::size_t songs, std::size_t end) const {
    if (starts.size() != songs + 1 || starts.front() != 0 ||
        starts.back() != static_cast<std::int64_t>(end) ||
        !std::is_sorted(starts.begin(), starts.end())) {
        return damaged(name);
    }
    return {};
}

TensorView viewOf(const ColumnSchema& schema, std::span<const std::byte> bytes) {
    std::int64_t rows = static_cast<std::int64_t>(bytes.size() / bytesOf(schema.dtype));
    std::vector<std::int64_t> shape{0};
    for (const auto size : schema.row) {
        rows /= size;
        shape.push_back(size);
    }
    shape.front() = rows;
    return {schema.name, schema.dtype, std::move(shape), bytes};
}

} // namespace canto::tensors
