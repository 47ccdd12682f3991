// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace canto {

/// A JSON document as text: the only way by which this program writes JSON. File names are bytes
/// and need not be UTF-8, but JSON must be: each byte that is not becomes U+FFFD, where the
/// library's own default throws.
/// @param indent  spaces per level; -1 writes one line.
template <class Json>
std::string jsonText(const Json& document, int indent = -1) {
    return document.dump(indent, ' ', false, Json::error_handler_t::replace);
}

/// The text with each byte that is not UTF-8 replaced by U+FFFD, exactly as jsonText() replaces it.
inline std::string validUtf8(const std::string& text) {
    return nlohmann::json::parse(jsonText(nlohmann::json(text))).get<std::string>();
}

} // namespace canto
