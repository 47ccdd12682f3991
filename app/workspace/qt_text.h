// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <filesystem>
#include <string_view>

namespace canto::app {

/// UTF-8 of core and models as Qt's text. Thread: any.
inline QString text(std::string_view utf8) {
    return QString::fromUtf8(utf8.data(), qsizetype(utf8.size()));
}
inline QString text(const std::string& utf8) { return text(std::string_view(utf8)); }
inline QString text(const char* utf8) { return text(std::string_view(utf8)); }
inline QString text(const std::filesystem::path& path) { return text(path.string()); }

} // namespace canto::app
