// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/latents/source_array.h"

#include <filesystem>
#include <span>

// Arrays of NumPy. Source: the NPY format, versions 1 to 3 (numpy.lib.format). Objects of Python
// ("pickles") are never loaded.

namespace canto::latents {

/// An array in memory; `bytes` must outlive it. Little-endian integers, floats, booleans and text.
/// Errors: BadFile (not an array; an invalid header; another kind of numbers; longer than its
/// header states), Truncated.
Result<SourceArray> npyArray(std::string_view bytes, const std::string& where);

/// An array in a file, which is read when the numbers are asked for. Errors: also NotFound, Io.
Result<SourceArray> openNpy(const std::filesystem::path& path);

/// All numbers in the order of the file. Errors: those of npyArray; BadFile for text.
Result<std::vector<double>> npyNumbers(std::string_view bytes, const std::string& where);

/// The start of a .npy file in version 1, up to the numbers, which follow row by row.
/// @param kind  as NumPy writes it: "<f4", "<U12".
std::string npyHeader(const std::string& kind, std::span<const std::size_t> shape);

} // namespace canto::latents
