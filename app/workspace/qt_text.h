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

/// A fixed English text of core, models or spaces (titles of spaces and blocks, names of classes,
/// ports, methods) in the language of the window. They have no Qt, so this is where their texts
/// are translated; new ones go into the table in core_texts.cpp. Texts from data (song titles, file
/// names) and unknown texts are returned unchanged.
/// Thread: any, once all translators are installed.
QString coreText(std::string_view english);

} // namespace canto::app
