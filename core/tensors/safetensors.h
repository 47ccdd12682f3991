// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

// Tensors in a file: an 8-byte little-endian header length, a JSON header, the numbers. Loading
// runs no code. Source: the safetensors format as published by Hugging Face, with one addition: the
// metadata key "canto.checksum" holds "xxh64:" and 16 digits, the XXH64 of the whole file with
// these digits as zeros.

namespace canto::tensors {

enum class Dtype : std::uint8_t { Bool, U8, I8, U16, I16, F16, BF16, U32, I32, F32, U64, I64, F64 };

std::size_t bytesOf(Dtype dtype);
/// As in the file: "F32".
std::string_view nameOf(Dtype dtype);

/// Numbers stored elsewhere: in a SafeTensors, or in memory of the caller of writeSafeTensors.
struct TensorView {
    std::string name;
    Dtype dtype = Dtype::F32;
    std::vector<std::int64_t> shape; ///< row-major; empty for a single number
    std::span<const std::byte> bytes;

    /// Product of the shape.
    std::int64_t count() const { return static_cast<std::int64_t>(bytes.size() / bytesOf(dtype)); }
};

/// What is required of a file beyond the format.
struct OpenOptions {
    enum class Sum { CheckIfThere, Required };
    enum class Numbers { Any, Finite };
    /// A checksum that is present is always verified. Files from other programs have none.
    Sum checksum = Sum::CheckIfThere;
    /// Finite: NaN or infinity in any F16, BF16, F32 or F64 tensor is an error.
    Numbers numbers = Numbers::Any;
    /// Largest file read into memory.
    std::uint64_t maxBytes = std::uint64_t(16) << 30;

    /// For weights that we ship or wrote: checksum required, finite numbers only.
    static OpenOptions weights() {
        return {Sum::Required, Numbers::Finite, std::uint64_t(4) << 30};
    }
};

/// A safetensors file in memory. Immutable: copies share the numbers, any thread may read, and a
/// view stays valid while one copy lives.
class SafeTensors {
  public:
    /// Longest header, as the format's own library has it.
    static constexpr std::uint64_t kMaxHeader = 100'000'000;

    /// Reads and validates everything; sizes are checked against the file before memory is
    /// allocated.
    ///
    /// Errors, each with the path and the tensor's name: NotFound, Io, Truncated (shorter than its
    /// header states), TooLarge (limits), NoMemory, BadFile (not safetensors; duplicate names; an
    /// unknown type; offsets with holes, overlaps or past the end; shape that does not fit the
    /// bytes; checksum wrong or missing; numbers not finite).
    static Result<SafeTensors> open(const std::filesystem::path& path,
                                    const OpenOptions& options = {});
    /// The same from memory; `where` names it in errors.
    static Result<SafeTensors> parse(std::span<const std::byte> file, const std::string& where,
                                     const OpenOptions& options = {});

    const std::map<std::string, std::string>& metadata() const;
    /// The value of a metadata key, empty when it is not there.
    std::string metadata(const std::string& key) const;
    /// nullptr if there is none of that name. Valid while a copy of this object lives.
    const TensorView* find(std::string_view name) const;
    /// In the order of the file.
    const std::vector<TensorView>& tensors() const;
    /// The 16 digits of the verified checksum, empty for a file without one: identifies the
    /// weights.
    const std::string& checksum() const;

  private:
    struct Content;
    /// Bytes in order from a file or from memory.
    struct Source;
    static Result<SafeTensors> load(const Source& source, const std::string& where,
                                    const OpenOptions& options);
    explicit SafeTensors(std::shared_ptr<const Content> content) : m_content(std::move(content)) {}
    std::shared_ptr<const Content> m_content;
};

/// Writes to a temporary file, fsync, rename (core/base/atomic_file.h), with the checksum in the
/// metadata. Tensors are sorted by falling size of their numbers, so that all are aligned. Errors:
/// BadInput (a name twice or "__metadata__", text that is not UTF-8), BadShape (shape and bytes
/// differ), Io.
Result<void> writeSafeTensors(const std::filesystem::path& path,
                              std::span<const TensorView> tensors,
                              std::map<std::string, std::string> metadata);

struct TensorShape {
    std::string name;
    Dtype dtype = Dtype::F32;
    std::vector<std::int64_t> shape;
};

/// Checks that the file holds exactly these tensors, before its weights go into a network. Errors:
/// BadFile naming the tensor that is missing or unexpected; BadShape naming the one whose shape or
/// type differs.
Result<void> matchTensors(const SafeTensors& file, std::span<const TensorShape> expected);

/// The tensor's numbers as T, which must be the C++ type of its dtype (F32: float, I32:
/// std::int32_t, Bool and U8: std::uint8_t; F16 and BF16: std::uint16_t).
/// Errors: BadShape for another type; BadFile where a foreign file holds them unaligned.
template <class T>
Result<std::span<const T>> numbersOf(const TensorView& tensor);

/// IEEE 754 binary16 <-> binary32; to the nearest, ties to even; overflow becomes infinity.
std::uint16_t toHalf(float value);
float fromHalf(std::uint16_t bits);
/// bfloat16: the upper half of a binary32, to the nearest, ties to even.
std::uint16_t toBfloat(float value);
inline float fromBfloat(std::uint16_t bits) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

// ---- details ------------------------------------------------------------------------------------

namespace details {
template <class T>
constexpr bool holds(Dtype dtype) {
    switch (dtype) {
    case Dtype::Bool:
    case Dtype::U8:
        return std::is_same_v<T, std::uint8_t>;
    case Dtype::I8:
        return std::is_same_v<T, std::int8_t>;
    case Dtype::U16:
    case Dtype::F16:
    case Dtype::BF16:
        return std::is_same_v<T, std::uint16_t>;
    case Dtype::I16:
        return std::is_same_v<T, std::int16_t>;
    case Dtype::U32:
        return std::is_same_v<T, std::uint32_t>;
    case Dtype::I32:
        return std::is_same_v<T, std::int32_t>;
    case Dtype::F32:
        return std::is_same_v<T, float>;
    case Dtype::U64:
        return std::is_same_v<T, std::uint64_t>;
    case Dtype::I64:
        return std::is_same_v<T, std::int64_t>;
    case Dtype::F64:
        return std::is_same_v<T, double>;
    }
    return false;
}
} // namespace details

template <class T>
Result<std::span<const T>> numbersOf(const TensorView& tensor) {
    if (!details::holds<T>(tensor.dtype)) {
        return fail(Error::Code::BadShape,
                    "Tensor holds numbers of another type: " + std::string(nameOf(tensor.dtype)),
                    tensor.name);
    }
    if (reinterpret_cast<std::uintptr_t>(tensor.bytes.data()) % alignof(T) != 0) {
        return fail(Error::Code::BadFile, "Tensor is not aligned", tensor.name);
    }
    return std::span<const T>(reinterpret_cast<const T*>(tensor.bytes.data()),
                              tensor.bytes.size() / sizeof(T));
}

} // namespace canto::tensors
