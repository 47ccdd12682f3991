// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace canto {

/// XXH64 with seed 0, fed in pieces. Not cryptographic: it detects damage, not tampering. Source:
/// xxHash fast digest algorithm, specification 0.1.1, section XXH64 (Collet).
class Checksum {
  public:
    Checksum();
    ~Checksum();

    void update(std::span<const std::byte> bytes);
    /// Of everything fed so far; more may follow.
    std::uint64_t value() const;
    /// 16 lower-case hexadecimal digits of value().
    std::string hex() const;

  private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// Of one piece.
std::uint64_t checksum(std::span<const std::byte> bytes);

} // namespace canto
