// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latents/source_array.h"

#include "core/tensors/safetensors.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <new>

namespace canto::latents {

static_assert(std::endian::native == std::endian::little);

namespace {

constexpr std::size_t kPieceBytes = std::size_t(4) << 20;

template <class From, class To>
void convertNumbers(const char* bytes, std::size_t count, To* out) {
    for (std::size_t i = 0; i < count; ++i) {
        From value;
        std::memcpy(&value, bytes + i * sizeof value, sizeof value);
        out[i] = static_cast<To>(value);
    }
}

template <class To>
void convertHalves(const char* bytes, std::size_t count, float (*number)(std::uint16_t), To* out) {
    for (std::size_t i = 0; i < count; ++i) {
        std::uint16_t bits = 0;
        std::memcpy(&bits, bytes + 2 * i, sizeof bits);
        out[i] = static_cast<To>(number(bits));
    }
}

template <class To>
void convertAs(Element element, const char* bytes, std::size_t count, To* out) {
    switch (element) {
    case Element::Bool:
    case Element::U8:
        return convertNumbers<std::uint8_t>(bytes, count, out);
    case Element::I8:
        return convertNumbers<std::int8_t>(bytes, count, out);
    case Element::U16:
        return convertNumbers<std::uint16_t>(bytes, count, out);
    case Element::I16:
        return convertNumbers<std::int16_t>(bytes, count, out);
    case Element::F16:
        return convertHalves(bytes, count, &tensors::fromHalf, out);
    case Element::BF16:
        return convertHalves(bytes, count, &tensors::fromBfloat, out);
    case Element::U32:
        return convertNumbers<std::uint32_t>(bytes, count, out);
    case Element::I32:
        return convertNumbers<std::int32_t>(bytes, count, out);
    case Element::F32:
        return convertNumbers<float>(bytes, count, out);
    case Element::U64:
        return convertNumbers<std::uint64_t>(bytes, count, out);
    case Element::I64:
        return convertNumbers<std::int64_t>(bytes, count, out);
    case Element::F64:
        return convertNumbers<double>(bytes, count, out);
    case Element::Unicode:
    case Element::Bytes:
        break;
    }
    std::fill(out, out + count, To(0));
}

const char* nameOfElement(Element element) {
    constexpr std::array kNames{"bool",    "uint8",    "int8",    "uint16", "int16",
                                "float16", "bfloat16", "uint32",  "int32",  "float32",
                                "uint64",  "int64",    "float64", "text",   "text"};
    return kNames[static_cast<std::size_t>(element)];
}

void appendCodePoint(std::string& text, std::uint32_t code) {
    const auto add = [&text](std::uint32_t byte) { text += static_cast<char>(byte); };
    if (code < 0x80) {
        add(code);
    } else if (code < 0x800) {
        add(0xC0 | code >> 6);
        add(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        add(0xE0 | code >> 12);
        add(0x80 | (code >> 6 & 0x3F));
        add(0x80 | (code & 0x3F));
    } else if (code < 0x110000) {
        add(0xF0 | code >> 18);
        add(0x80 | (code >> 12 & 0x3F));
        add(0x80 | (code >> 6 & 0x3F));
        add(0x80 | (code & 0x3F));
    } else {
        text += "\xEF\xBF\xBD";
    }
}

template <class Number>
std::string shortestText(Number number) {
    std::array<char, 40> buffer{};
    const auto done = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    return {buffer.data(), done.ptr};
}

template <class Number>
std::string textAs(const char* item) {
    Number number;
    std::memcpy(&number, item, sizeof number);
    return shortestText(number);
}

std::string textOfItem(Element element, const char* item, std::size_t size) {
    std::string text;
    double number = 0;
    switch (element) {
    case Element::Bytes:
        text.assign(item, size);
        text.resize(text.find_last_not_of('\0') + 1);
        return text;
    case Element::Unicode:
        for (std::size_t at = 0; at + 4 <= size; at += 4) {
            std::uint32_t code = 0;
            std::memcpy(&code, item + at, sizeof code);
            if (code == 0) {
                break;
            }
            appendCodePoint(text, code);
        }
        return text;
    case Element::U64:
        return textAs<std::uint64_t>(item);
    case Element::I64:
        return textAs<std::int64_t>(item);
    case Element::F32:
        return textAs<float>(item);
    default:
        toDoubles(element, item, 1, &number);
        return shortestText(number);
    }
}

} // namespace

std::size_t SourceArray::count() const {
    std::size_t product = 1;
    for (const std::size_t side : shape) {
        product *= side;
    }
    return product;
}

std::string describe(const SourceArray& array) {
    std::string text = "(";
    for (std::size_t i = 0; i < array.shape.size(); ++i) {
        text += (i == 0 ? "" : ", ") + std::to_string(array.shape[i]);
    }
    return text + ") " + nameOfElement(array.element);
}

void toDoubles(Element element, const char* bytes, std::size_t count, double* out) {
    convertAs(element, bytes, count, out);
}

void toFloats(Element element, const char* bytes, std::size_t count, float* out) {
    convertAs(element, bytes, count, out);
}

Result<projection::Points> pointsOf(const SourceArray& array, const std::string& where,
                                    const CancelToken& cancel, const Progress& progress) try {
    if (array.isText()) {
        return fail(Error::Code::BadInput, "The array holds text, not numbers", where,
                    "Give text as labels.");
    }
    if (array.shape.empty() || array.shape.size() > 2) {
        return fail(Error::Code::BadShape, "The array has the shape " + describe(array), where,
                    "Latents have one row for each point: a.reshape(len(a), -1) in NumPy.");
    }
    projection::Points points;
    points.count = array.shape[0];
    points.dimensions = array.shape.size() == 2 ? array.shape[1] : 1;
    const std::size_t total = array.count();
    points.values.resize(total);
    const std::size_t perPiece = std::max<std::size_t>(kPieceBytes / array.itemBytes, 1);
    std::vector<char> bytes(std::min(perPiece, total) * array.itemBytes);
    const bool scattered = array.columnMajor && array.shape.size() == 2;
    std::vector<float> column(scattered ? std::min(perPiece, total) : 0);
    for (std::size_t begin = 0; begin < total; begin += perPiece) {
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        const std::size_t size = std::min(perPiece, total - begin);
        if (!array.read(begin * array.itemBytes, bytes.data(), size * array.itemBytes)) {
            return fail(Error::Code::Io, "The file cannot be read", where);
        }
        if (!scattered) {
            toFloats(array.element, bytes.data(), size, points.values.data() + begin);
        } else {
            toFloats(array.element, bytes.data(), size, column.data());
            for (std::size_t i = 0; i < size; ++i) {
                const std::size_t at = begin + i;
                points.values[at % points.count * points.dimensions + at / points.count] =
                    column[i];
            }
        }
        if (progress) {
            progress(begin + size, total);
        }
    }
    return points;
} catch (const std::bad_alloc&) {
    return fail(Error::Code::NoMemory, "There is not enough memory for the latents", where);
}

Result<std::vector<std::string>> textsOf(const SourceArray& array, const std::string& where) {
    if (array.shape.size() != 1) {
        return fail(Error::Code::BadShape, "Labels are one-dimensional, not " + describe(array),
                    where);
    }
    std::vector<std::string> texts;
    texts.reserve(array.shape[0]);
    const std::size_t perPiece =
        std::max<std::size_t>(kPieceBytes / std::max<std::size_t>(array.itemBytes, 1), 1);
    std::vector<char> bytes;
    for (std::size_t begin = 0; begin < array.shape[0]; begin += perPiece) {
        const std::size_t size = std::min(perPiece, array.shape[0] - begin);
        bytes.resize(size * array.itemBytes);
        if (!array.read(begin * array.itemBytes, bytes.data(), bytes.size())) {
            return fail(Error::Code::Io, "The file cannot be read", where);
        }
        for (std::size_t i = 0; i < size; ++i) {
            texts.push_back(
                textOfItem(array.element, bytes.data() + i * array.itemBytes, array.itemBytes));
        }
    }
    return texts;
}

} // namespace canto::latents
