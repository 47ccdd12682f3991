// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace canto {

/// "a, b, c".
inline std::string joinedText(const std::vector<std::string>& texts,
                              const std::string& separator = ", ") {
    std::string joined;
    for (const auto& text : texts) {
        joined += joined.empty() ? text : separator + text;
    }
    return joined;
}

/// Whether a text begins with one of these.
inline bool beginsWithAny(std::string_view text, const std::vector<std::string>& beginnings) {
    return std::any_of(beginnings.begin(), beginnings.end(),
                       [&](const std::string& beginning) { return text.starts_with(beginning); });
}

} // namespace canto
