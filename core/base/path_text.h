// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

namespace canto {

/// A path as UTF-8 text from which pathFromText() gives the same bytes back: for files such as
/// run.json that name other files. The path is made absolute; if its bytes are not UTF-8 it is
/// written as a file URI (RFC 8089) with those bytes percent-encoded. An empty path gives an empty
/// text.
std::string pathText(const std::filesystem::path& path);

/// The path that pathText() wrote; any text that is not a file URI is used as a path unchanged.
std::filesystem::path pathFromText(const std::string& text);

} // namespace canto
