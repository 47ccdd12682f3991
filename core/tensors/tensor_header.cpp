// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensors/tensor_header.h"

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

namespace canto::tensors {

namespace {
using Json = nlohmann::json;

struct DtypeRow {
    Dtype dtype;
    std::string_view name;
    std::size_t bytes;
};
constexpr std::array kDtypes = {
    DtypeRow{Dtype::Bool, "BOOL", 1}, DtypeRow{Dtype::U8, "U8", 1},
    DtypeRow{Dtype::I8, "I8", 1},     DtypeRow{Dtype::U16, "U16", 2},
    DtypeRow{Dtype::I16, "I16", 2},   DtypeRow{Dtype::F16, "F16", 2},
    DtypeRow{Dtype::BF16, "BF16", 2}, DtypeRow{Dtype::U32, "U32", 4},
    DtypeRow{Dtype::I32, "I32", 4},   DtypeRow{Dtype::F32, "F32", 4},
    DtypeRow{Dtype::U64, "U64", 8},   DtypeRow{Dtype::I64, "I64", 8},
    DtypeRow{Dtype::F64, "F64", 8},
};

const DtypeRow& row(Dtype dtype) { return kDtypes[static_cast<std::size_t>(dtype)]; }

std::string inTensor(const std::string& where, const std::string& name) {
    return where + ", tensor \"" + name + "\"";
}

/// Parses the header as a stream: a document tree would keep only the last of two equal names, and
/// a malicious one could nest as deep as it is long.
class HeaderEvents : public nlohmann::json_sax<Json> {
  public:
    HeaderEvents(TensorHeader& header, const std::string& where)
        : m_header(header), m_where(where) {}

    Error error;

    bool key(std::string& name) override {
        switch (m_place) {
        case Place::Top:
            if (!m_names.insert(name).second) {
                return refuse("The name stands twice in the header", name);
            }
            m_name = name;
            return true;
        case Place::Metadata:
            m_key = name;
            if (m_header.metadata.count(name) > 0) {
                return refuse("The metadata name a key twice: " + name);
            }
            return true;
        default:
            m_key = name;
            if (name != "dtype" && name != "shape" && name != "data_offsets") {
                return refuse("Unknown field: " + name, m_name);
            }
            if (!m_fields.insert(name).second) {
                return refuse("A field stands twice: " + name, m_name);
            }
            return true;
        }
    }

    bool start_object(std::size_t) override {
        if (m_place == Place::Outside) {
            m_place = Place::Top;
            return true;
        }
        if (m_place != Place::Top) {
            return refuse("An object where none belongs", m_name);
        }
        m_place = m_name == "__metadata__" ? Place::Metadata : Place::Tensor;
        m_entry = TensorEntry{.name = m_name};
        m_fields.clear();
        m_offsets.clear();
        return true;
    }

    bool end_object() override {
        if (m_place == Place::Tensor) {
            if (m_fields.size() != 3) {
                return refuse("dtype, shape or data_offsets is missing", m_name);
            }
            if (m_offsets.size() != 2) {
                return refuse("data_offsets are not two numbers", m_name);
            }
            m_entry.begin = m_offsets[0];
            m_entry.end = m_offsets[1];
            m_header.tensors.push_back(std::move(m_entry));
        }
        m_place = m_place == Place::Top ? Place::Outside : Place::Top;
        return true;
    }

    bool start_array(std::size_t) override {
        if (m_place != Place::Tensor || m_key == "dtype") {
            return refuse("A list where none belongs", m_name);
        }
        m_place = m_key == "shape" ? Place::Shape : Place::Offsets;
        return true;
    }

    bool end_array() override {
        m_place = Place::Tensor;
        return true;
    }

    bool string(std::string& text) override {
        if (m_place == Place::Metadata) {
            m_header.metadata[m_key] = std::move(text);
            return true;
        }
        if (m_place != Place::Tensor || m_key != "dtype") {
            return refuse("Text where none belongs", m_name);
        }
        const auto dtype = dtypeNamed(text);
        if (!dtype) {
            return refuse("Unknown type of numbers: " + text, m_name);
        }
        m_entry.dtype = *dtype;
        return true;
    }

    bool number_unsigned(std::uint64_t number) override {
        if (m_place == Place::Shape && m_entry.shape.size() < kMostDimensions) {
            if (number > std::uint64_t(std::numeric_limits<std::int64_t>::max())) {
                return refuse("The shape is larger than any file", m_name);
            }
            m_entry.shape.push_back(static_cast<std::int64_t>(number));
            return true;
        }
        if (m_place == Place::Offsets && m_offsets.size() < 2) {
            m_offsets.push_back(number);
            return true;
        }
        return refuse("A number where none belongs", m_name);
    }

    bool number_integer(std::int64_t) override { return refuse("A negative number", m_name); }
    bool number_float(double, const std::string&) override {
        return refuse("A number that is not a whole one", m_name);
    }
    bool null() override { return refuse("A null where none belongs", m_name); }
    bool boolean(bool) override { return refuse("A truth value where none belongs", m_name); }
    bool binary(Json::binary_t&) override { return refuse("Binary", m_name); }
    bool parse_error(std::size_t at, const std::string&, const Json::exception&) override {
        return refuse("The header is not JSON from its byte " + std::to_string(at) + " on");
    }

  private:
    enum class Place { Outside, Top, Metadata, Tensor, Shape, Offsets };
    static constexpr std::size_t kMostDimensions = 16;

    bool refuse(std::string what, const std::string& tensor = {}) {
        error = Error{Error::Code::BadFile,
                      std::move(what),
                      tensor.empty() ? m_where : inTensor(m_where, tensor),
                      {}};
        return false;
    }

    TensorHeader& m_header;
    const std::string& m_where;
    Place m_place = Place::Outside;
    std::string m_name; ///< of the entry that is being read
    std::string m_key;  ///< within it
    TensorEntry m_entry;
    std::vector<std::uint64_t> m_offsets;
    std::set<std::string> m_fields;
    std::set<std::string> m_names;
};
} // namespace

std::size_t bytesOf(Dtype dtype) { return row(dtype).bytes; }
std::string_view nameOf(Dtype dtype) { return row(dtype).name; }

std::optional<Dtype> dtypeNamed(std::string_view name) {
    for (const DtypeRow& candidate : kDtypes) {
        if (candidate.name == name) {
            return candidate.dtype;
        }
    }
    return std::nullopt;
}

Result<std::uint64_t> bytesOfShape(Dtype dtype, std::span<const std::int64_t> shape,
                                   const std::string& where) {
    std::uint64_t bytes = bytesOf(dtype);
    for (const std::int64_t size : shape) {
        if (size < 0 || __builtin_mul_overflow(bytes, static_cast<std::uint64_t>(size), &bytes) ||
            bytes > std::uint64_t(std::numeric_limits<std::int64_t>::max())) {
            return fail(Error::Code::BadShape, "The shape is larger than any file", where);
        }
    }
    return bytes;
}

Result<TensorHeader> parseHeader(std::string_view text, std::uint64_t payloadBytes,
                                 const std::string& where) {
    if (text.empty() || text.front() != '{') {
        return fail(Error::Code::BadFile, "Not a safetensors file: its header is not a JSON object",
                    where);
    }
    TensorHeader header;
    HeaderEvents events(header, where);
    if (!Json::sax_parse(text.begin(), text.end(), &events)) {
        return fail(events.error);
    }
    std::stable_sort(header.tensors.begin(), header.tensors.end(),
                     [](const TensorEntry& a, const TensorEntry& b) {
                         return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
                     });
    std::uint64_t filled = 0;
    for (const TensorEntry& tensor : header.tensors) {
        const std::string here = inTensor(where, tensor.name);
        if (tensor.begin > tensor.end) {
            return fail(Error::Code::BadFile, "The tensor ends before it begins", here);
        }
        if (tensor.begin != filled) {
            return fail(Error::Code::BadFile,
                        tensor.begin < filled ? "The tensor overlaps the one before it"
                                              : "There is a hole before the tensor",
                        here);
        }
        const auto bytes = bytesOfShape(tensor.dtype, tensor.shape, here);
        if (!bytes) {
            return fail(Error::Code::BadFile, bytes.error().what, here);
        }
        if (*bytes != tensor.end - tensor.begin) {
            return fail(Error::Code::BadFile,
                        "The shape needs " + std::to_string(*bytes) + " bytes, the file gives " +
                            std::to_string(tensor.end - tensor.begin),
                        here);
        }
        if (tensor.end > payloadBytes) {
            return fail(Error::Code::Truncated, "The file ends inside or before the tensor", here,
                        "Copy or download it again");
        }
        filled = tensor.end;
    }
    if (filled != payloadBytes) {
        return fail(Error::Code::BadFile,
                    std::to_string(payloadBytes - filled) + " bytes after the last tensor", where);
    }
    return header;
}

Result<std::string> formatHeader(const TensorHeader& header) {
    try {
        std::string text = "{\"__metadata__\":" + Json(header.metadata).dump();
        for (const TensorEntry& tensor : header.tensors) {
            text += ',';
            text += Json(tensor.name).dump();
            text += ":{\"dtype\":\"";
            text += nameOf(tensor.dtype);
            text += "\",\"shape\":" + Json(tensor.shape).dump();
            text += ",\"data_offsets\":" + Json({tensor.begin, tensor.end}).dump() + "}";
        }
        text += "}";
        text.append((8 - text.size() % 8) % 8, ' ');
        return text;
    } catch (const Json::exception&) {
        return fail(Error::Code::BadInput, "A name or a metadata value is not UTF-8");
    }
}

} // namespace canto::tensors
