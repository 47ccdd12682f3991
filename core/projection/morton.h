// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace canto::projection {

/// Interleaves the bits of x and y: neighbours in the plane get neighbouring codes.
inline std::uint64_t mortonCode(std::uint32_t x, std::uint32_t y) {
    const auto spread = [](std::uint64_t v) {
        v = (v | (v << 16)) & 0x0000FFFF0000FFFFull;
        v = (v | (v << 8)) & 0x00FF00FF00FF00FFull;
        v = (v | (v << 4)) & 0x0F0F0F0F0F0F0F0Full;
        v = (v | (v << 2)) & 0x3333333333333333ull;
        return (v | (v << 1)) & 0x5555555555555555ull;
    };
    return spread(x) | (spread(y) << 1);
}

} // namespace canto::projection
