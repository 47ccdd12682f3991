// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace canto {

/// XXH64 with seed 0, fed in pieces. Not cryptographic: it detects damage, not tampering. Source:
/// xxHash fast digest algorithm, specification 0.1.1, section XXH64 (Collet).
class Checksum {
  public:
    void update(std::span<const std::byte> bytes);
    /// Of everything fed so far; more may follow.
    std::uint64_t value() const;
    /// 16 lower-case hexadecimal digits of value().
    std::string hex() const;

  private:
    void stripe(const std::byte* at);

    static constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87ull;
    static constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4Full;
    std::array<std::uint64_t, 4> m_lanes = {kPrime1 + kPrime2, kPrime2, 0, 0 - kPrime1};
    std::array<std::byte, 32> m_rest = {}; ///< what does not fill a stripe yet
    std::size_t m_restSize = 0;
    std::uint64_t m_total = 0;
};

/// Of one piece.
std::uint64_t checksum(std::span<const std::byte> bytes);

} // namespace canto
