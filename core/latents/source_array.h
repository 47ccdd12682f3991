// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/result.h"
#include "core/projection/points.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace canto::latents {

/// What an array of a file holds; Unicode is UTF-32, Bytes is text padded with zeros.
enum class Element : std::uint8_t {
    Bool,
    U8,
    I8,
    U16,
    I16,
    F16,
    BF16,
    U32,
    I32,
    F32,
    U64,
    I64,
    F64,
    Unicode,
    Bytes
};

/// An array that lies in a file or in memory, not yet converted.
struct SourceArray {
    std::string name; ///< in its file; empty for a .npy file
    Element element = Element::F32;
    std::size_t itemBytes = 4;
    bool columnMajor = false; ///< "Fortran order"
    std::vector<std::size_t> shape;
    /// Copies bytes of the numbers from an offset; false if they cannot be read.
    std::function<bool(std::uint64_t at, char* into, std::size_t size)> read;

    /// Product of the shape.
    std::size_t count() const;
    bool isText() const { return element == Element::Unicode || element == Element::Bytes; }
};

/// "(1000, 128) F32", for messages.
std::string describe(const SourceArray& array);

/// Converts little-endian numbers.
/// @param bytes  count times the element's size.
void toDoubles(Element element, const char* bytes, std::size_t count, double* out);
void toFloats(Element element, const char* bytes, std::size_t count, float* out);

/// The rows of a two-dimensional array of numbers; a one-dimensional one has one number a row.
/// Needs the memory of the result. Numbers beyond float become infinite. Errors: BadShape (no or
/// more than two dimensions), BadInput (text), Io, Cancelled, NoMemory.
Result<projection::Points> pointsOf(const SourceArray& array, const std::string& where,
                                    const CancelToken& cancel = {}, const Progress& progress = {});

/// The values of a one-dimensional array as text: integers without a point, numbers in the fewest
/// digits that restore them, text as UTF-8. Errors: BadShape, Io.
Result<std::vector<std::string>> textsOf(const SourceArray& array, const std::string& where);

} // namespace canto::latents
