// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace canto::codec {

/// part / whole, and 0 where there is nothing to count. Thread: any.
inline double ratio(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

} // namespace canto::codec
