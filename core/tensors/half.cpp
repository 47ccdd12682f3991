// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensors/safetensors.h"

namespace canto::tensors {

std::uint16_t toHalf(float value) {
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
    const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000u);
    const std::uint32_t size = bits & 0x7FFFFFFFu;
    if (size > 0x7F800000u) {
        return static_cast<std::uint16_t>(sign | 0x7E00u); // NaN
    }
    if (size >= 0x477FF000u) {
        return static_cast<std::uint16_t>(sign | 0x7C00u); // 65520 and above round to infinity
    }
    if (size < 0x38800000u) {
        // Below 2^-14: adding one half puts the bits of the subnormal, rounded, at the low end.
        const float shifted = std::bit_cast<float>(size) + 0.5f;
        return static_cast<std::uint16_t>(sign |
                                          (std::bit_cast<std::uint32_t>(shifted) - 0x3F000000u));
    }
    const std::uint32_t odd = (size >> 13) & 1u;
    return static_cast<std::uint16_t>(sign | ((size - 0x38000000u + 0x0FFFu + odd) >> 13));
}

float fromHalf(std::uint16_t bits) {
    const std::uint32_t sign = (bits & 0x8000u) << 16;
    const std::uint32_t exponent = (bits >> 10) & 0x1Fu;
    const std::uint32_t fraction = bits & 0x03FFu;
    if (exponent == 0) {
        const float value = static_cast<float>(fraction) * 0x1.0p-24f;
        return sign != 0 ? -value : value;
    }
    const std::uint32_t wide = exponent == 0x1F ? 0xFFu : exponent + 112;
    return std::bit_cast<float>(sign | (wide << 23) | (fraction << 13));
}

std::uint16_t toBfloat(float value) {
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
    if ((bits & 0x7FFFFFFFu) > 0x7F800000u) {
        return static_cast<std::uint16_t>((bits >> 16) | 0x0040u); // stays NaN
    }
    return static_cast<std::uint16_t>((bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16);
}

} // namespace canto::tensors
