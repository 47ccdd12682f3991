// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latents/npy.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <optional>

namespace canto::latents {

namespace {

constexpr std::size_t kLongestNpyHeader = std::size_t(1) << 20;
constexpr std::size_t kMostNpyItems = std::size_t(1) << 40;
constexpr std::size_t kLongestText = std::size_t(64) * 1024;

tl::unexpected<Error> badNpy(const std::string& what, const std::string& where,
                             const std::string& hint = {}) {
    return fail(Error::Code::BadFile, what, where, hint);
}

/// Where the header's text begins and how long it is; nothing if the bytes are too few.
struct NpyFrame {
    std::size_t begin = 0, length = 0;
};
std::optional<NpyFrame> frameOf(std::string_view bytes) {
    const bool old = bytes.size() > 6 && bytes[6] == 1;
    const std::size_t begin = old ? 10 : 12;
    if (bytes.size() < begin || !bytes.starts_with("\x93NUMPY")) {
        return std::nullopt;
    }
    std::uint32_t length = 0;
    std::memcpy(&length, bytes.data() + 8, old ? 2 : 4);
    return NpyFrame{begin, length};
}

Result<std::pair<Element, std::size_t>> elementNamed(std::string_view kind,
                                                     const std::string& where) {
    static const std::map<std::string_view, std::pair<Element, std::size_t>> kElements{
        {"b1", {Element::Bool, 1}}, {"u1", {Element::U8, 1}},  {"i1", {Element::I8, 1}},
        {"u2", {Element::U16, 2}},  {"i2", {Element::I16, 2}}, {"f2", {Element::F16, 2}},
        {"u4", {Element::U32, 4}},  {"i4", {Element::I32, 4}}, {"f4", {Element::F32, 4}},
        {"u8", {Element::U64, 8}},  {"i8", {Element::I64, 8}}, {"f8", {Element::F64, 8}}};
    const auto name = kind.empty() ? kind : kind.substr(1);
    if (name.starts_with('O')) {
        return badNpy("The array holds objects of Python, which are never loaded", where,
                      "Save it with a type of numbers: a.astype('float32').");
    }
    const auto found = kElements.find(name);
    if (kind.starts_with('>') && found != kElements.end() && found->second.second > 1) {
        return badNpy("The array's numbers are big-endian: " + std::string(kind), where,
                      "Save it as a.astype('float32').");
    }
    if (found != kElements.end()) {
        return found->second;
    }
    if (name.size() > 1 && name.size() < 8 && (name[0] == 'U' || name[0] == 'S') &&
        !kind.starts_with('>') &&
        std::all_of(name.begin() + 1, name.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        const std::size_t length = std::stoul(std::string(name.substr(1)));
        if (length > 0 && length <= kLongestText) {
            return name[0] == 'U' ? std::pair(Element::Unicode, 4 * length)
                                  : std::pair(Element::Bytes, length);
        }
    }
    return badNpy("A NumPy array is of a kind that is not read here",
                  where + ", " + std::string(kind), "Save it as a.astype('float32').");
}

/// The text after a key of the header's dictionary.
std::optional<std::string_view> valueOf(std::string_view header, std::string_view key) {
    const auto at = header.find(key);
    const auto colon = at == header.npos ? at : header.find(':', at);
    if (colon == header.npos) {
        return std::nullopt;
    }
    const auto begin = header.find_first_not_of(' ', colon + 1);
    return begin == header.npos ? std::nullopt : std::optional(header.substr(begin));
}

/// A Python dictionary in text: {'descr': '<i8', 'fortran_order': False, 'shape': (3,), }
Result<SourceArray> parseHeader(std::string_view header, const std::string& where) {
    const auto kind = valueOf(header, "'descr'");
    const auto order = valueOf(header, "'fortran_order'");
    const auto shape = valueOf(header, "'shape'");
    if (!kind || !order || !shape || !shape->starts_with('(')) {
        return badNpy("The header of a NumPy array makes no sense", where);
    }
    if (kind->starts_with('[')) {
        return badNpy("The array is a table of several types", where,
                      "Save it as .csv, or the columns one by one with numpy.savez.");
    }
    const auto close = kind->find('\'', 1);
    const auto last = shape->find(')');
    if (!kind->starts_with('\'') || close == kind->npos || last == shape->npos) {
        return badNpy("The header of a NumPy array makes no sense", where);
    }
    CANTO_TRY(element, elementNamed(kind->substr(1, close - 1), where));
    SourceArray array;
    array.element = element->first;
    array.itemBytes = element->second;
    array.columnMajor = order->starts_with("True");
    std::size_t side = 0, digits = 0, items = 1;
    for (const char c : shape->substr(1, last)) {
        if (c >= '0' && c <= '9') {
            side = side * 10 + static_cast<std::size_t>(c - '0');
            if (++digits > 12) {
                return badNpy("A NumPy array has a size that makes no sense", where);
            }
        } else if (digits > 0) {
            if (side != 0 && items > kMostNpyItems / side) {
                return badNpy("A NumPy array has a size that makes no sense", where);
            }
            items *= side;
            array.shape.push_back(side);
            side = digits = 0;
        }
    }
    return array;
}

Result<void> checkLength(const SourceArray& array, std::uint64_t bytes, const std::string& where) {
    const std::uint64_t wanted = std::uint64_t(array.count()) * array.itemBytes;
    if (bytes < wanted) {
        return fail(Error::Code::Truncated,
                    "The array is cut off: " + describe(array) + " needs " +
                        std::to_string(wanted) + " bytes, " + std::to_string(bytes) + " are there",
                    where);
    }
    if (bytes > wanted) {
        return badNpy("A NumPy array is longer than its header says", where);
    }
    return {};
}

} // namespace

Result<SourceArray> npyArray(std::string_view bytes, const std::string& where) {
    const auto frame = frameOf(bytes);
    if (!frame) {
        return badNpy("This is not a NumPy array", where);
    }
    if (frame->length > kLongestNpyHeader || frame->length > bytes.size() - frame->begin) {
        return badNpy("The header of a NumPy array is cut off", where);
    }
    CANTO_TRY(array, parseHeader(bytes.substr(frame->begin, frame->length), where));
    const auto body = bytes.substr(frame->begin + frame->length);
    CANTO_CHECK(checkLength(*array, body.size(), where));
    array->read = [body](std::uint64_t at, char* into, std::size_t size) {
        if (at > body.size() || size > body.size() - at) {
            return false;
        }
        std::memcpy(into, body.data() + at, size);
        return true;
    };
    return array;
}

Result<SourceArray> openNpy(const std::filesystem::path& path) {
    const std::string where = path.string();
    std::error_code problem;
    const auto size = std::filesystem::file_size(path, problem);
    if (problem) {
        return fail(Error::Code::NotFound, "There is no such file", where);
    }
    auto file = std::make_shared<std::ifstream>(path, std::ios::binary);
    std::string start(12, '\0');
    file->read(start.data(), 12);
    start.resize(static_cast<std::size_t>(std::max<std::streamsize>(file->gcount(), 0)));
    file->clear();
    const auto frame = frameOf(start);
    if (!frame) {
        return badNpy("This is not a NumPy array", where);
    }
    if (frame->length > kLongestNpyHeader || frame->begin + frame->length > size) {
        return badNpy("The header of a NumPy array is cut off", where);
    }
    std::string header(frame->length, '\0');
    file->seekg(static_cast<std::streamoff>(frame->begin));
    if (!file->read(header.data(), static_cast<std::streamsize>(header.size()))) {
        return fail(Error::Code::Io, "The file cannot be read", where);
    }
    CANTO_TRY(array, parseHeader(header, where));
    const std::uint64_t begin = frame->begin + frame->length;
    CANTO_CHECK(checkLength(*array, size - begin, where));
    array->read = [file, begin](std::uint64_t at, char* into, std::size_t bytes) {
        file->clear();
        file->seekg(static_cast<std::streamoff>(begin + at));
        return bool(file->read(into, static_cast<std::streamsize>(bytes)));
    };
    return array;
}

Result<std::vector<double>> npyNumbers(std::string_view bytes, const std::string& where) {
    CANTO_TRY(array, npyArray(bytes, where));
    if (array->isText()) {
        return badNpy("A NumPy array holds text, not numbers", where);
    }
    const auto body = bytes.substr(bytes.size() - array->count() * array->itemBytes);
    std::vector<double> numbers(array->count());
    toDoubles(array->element, body.data(), numbers.size(), numbers.data());
    return numbers;
}

std::string npyHeader(const std::string& kind, std::span<const std::size_t> shape) {
    std::string header = "{'descr': '" + kind + "', 'fortran_order': False, 'shape': (";
    for (const std::size_t side : shape) {
        header += std::to_string(side) + (shape.size() == 1 ? "," : ", ");
    }
    header += "), }";
    while ((10 + header.size()) % 64 != 63) {
        header += ' ';
    }
    header += '\n';
    const auto length = static_cast<std::uint16_t>(header.size());
    std::string start("\x93NUMPY\x01\x00", 8);
    start += static_cast<char>(length & 255);
    start += static_cast<char>(length >> 8);
    return start + header;
}

} // namespace canto::latents
