// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <string>

namespace canto {

/// XXH64 of the bytes of a file, as 16 lower-case hexadecimal digits: equal files have equal ones.
/// Read in pieces. Regular files only (links are followed). Errors: NotFound, Io.
Result<std::string> checksumOfFile(const std::filesystem::path& path);

} // namespace canto
