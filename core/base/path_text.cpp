// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"

#include "core/base/json_text.h"

#include <charconv>
#include <cstdio>
#include <string_view>

namespace canto {

namespace {
constexpr std::string_view kScheme = "file://";
} // namespace

std::string pathText(const std::filesystem::path& path) {
    if (path.empty()) {
        return {};
    }
    const std::string bytes = std::filesystem::absolute(path).string();
    if (validUtf8(bytes) == bytes) {
        return bytes;
    }
    std::string uri(kScheme);
    for (const char c : bytes) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') ||
                           std::string_view("/-._~").find(c) != std::string_view::npos;
        if (plain) {
            uri += c;
        } else {
            char escaped[4];
            std::snprintf(escaped, sizeof escaped, "%%%02X", static_cast<unsigned char>(c));
            uri += escaped;
        }
    }
    return uri;
}

std::filesystem::path pathFromText(const std::string& text) {
    if (!text.starts_with(kScheme)) {
        return text;
    }
    std::string bytes;
    for (std::size_t i = kScheme.size(); i < text.size(); ++i) {
        unsigned value = 0;
        const char* digits = text.data() + i + 1;
        if (text[i] == '%' && i + 2 < text.size() &&
            std::from_chars(digits, digits + 2, value, 16).ptr == digits + 2) {
            bytes += static_cast<char>(value);
            i += 2;
        } else {
            bytes += text[i];
        }
    }
    return bytes;
}

} // namespace canto
