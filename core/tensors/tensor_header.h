// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensors/safetensors.h"

#include <optional>

namespace canto::tensors {

/// What the JSON header of a safetensors file says of one tensor.
struct TensorEntry {
    std::string name;
    Dtype dtype = Dtype::F32;
    std::vector<std::int64_t> shape;
    std::uint64_t begin = 0; ///< bytes from the start of the payload
    std::uint64_t end = 0;
};

struct TensorHeader {
    std::map<std::string, std::string> metadata;
    std::vector<TensorEntry> tensors; ///< by begin
};

std::optional<Dtype> dtypeNamed(std::string_view name);

/// Bytes of a tensor, or BadShape when the product does not fit 63 bits or a size is negative.
Result<std::uint64_t> bytesOfShape(Dtype dtype, std::span<const std::int64_t> shape,
                                   const std::string& where);

/// Reads the header and checks that the tensors fill `payloadBytes` without holes or overlaps.
/// Memory is bounded by a small multiple of the header's length.
/// Errors: BadFile and Truncated, naming the tensor.
Result<TensorHeader> parseHeader(std::string_view header, std::uint64_t payloadBytes,
                                 const std::string& where);

/// The inverse of parseHeader, padded with blanks to a multiple of 8 bytes. Errors: BadInput for
/// names and metadata that are not UTF-8.
Result<std::string> formatHeader(const TensorHeader& header);

} // namespace canto::tensors
