// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/unicode.h"

#include <algorithm>

#ifdef CANTO_GLIB
#include <glib.h>
#include <memory>
#endif

namespace canto {

std::string composedForm(std::string_view text) {
#ifdef CANTO_GLIB
    const bool ascii = std::all_of(text.begin(), text.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!ascii) {
        const std::unique_ptr<char, decltype(&g_free)> composed(
            g_utf8_normalize(text.data(), static_cast<gssize>(text.size()), G_NORMALIZE_NFC),
            &g_free);
        // A zero byte would end the result early.
        if (composed && text.find('\0') == std::string_view::npos) {
            return composed.get();
        }
    }
#endif
    return std::string(text);
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kNoBreakSpace = "\xC2\xA0";
    constexpr std::string_view kBlank = " \t\r\n\v\f";
    while (true) {
        if (!text.empty() && kBlank.find(text.front()) != std::string_view::npos) {
            text.remove_prefix(1);
        } else if (!text.empty() && kBlank.find(text.back()) != std::string_view::npos) {
            text.remove_suffix(1);
        } else if (text.starts_with(kNoBreakSpace)) {
            text.remove_prefix(kNoBreakSpace.size());
        } else if (text.ends_with(kNoBreakSpace)) {
            text.remove_suffix(kNoBreakSpace.size());
        } else {
            return text;
        }
    }
}

} // namespace canto
