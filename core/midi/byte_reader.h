// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace canto::midi {

/// Big-endian bytes from front to back; cannot pass the end. A read that asks for more than is
/// left gives false and moves nothing.
class ByteReader {
  public:
    ByteReader(std::span<const std::uint8_t> bytes, std::size_t from, std::size_t to)
        : m_begin(bytes.data()), m_at(bytes.data() + clamp(from, bytes.size())),
          m_end(bytes.data() + clamp(to, bytes.size())) {
        if (m_end < m_at) {
            m_end = m_at;
        }
    }
    explicit ByteReader(std::span<const std::uint8_t> bytes) : ByteReader(bytes, 0, bytes.size()) {}

    /// Position from the start of the bytes that were given.
    std::size_t offset() const { return static_cast<std::size_t>(m_at - m_begin); }
    std::size_t left() const { return static_cast<std::size_t>(m_end - m_at); }

    bool u8(std::uint8_t& value) {
        if (m_at == m_end) {
            return false;
        }
        value = *m_at++;
        return true;
    }
    bool u16(std::uint16_t& value) {
        if (left() < 2) {
            return false;
        }
        value = static_cast<std::uint16_t>(m_at[0] << 8 | m_at[1]);
        m_at += 2;
        return true;
    }
    bool u32(std::uint32_t& value) {
        if (left() < 4) {
            return false;
        }
        value = static_cast<std::uint32_t>(m_at[0]) << 24 |
                static_cast<std::uint32_t>(m_at[1]) << 16 |
                static_cast<std::uint32_t>(m_at[2]) << 8 | m_at[3];
        m_at += 4;
        return true;
    }
    /// The next byte without moving.
    bool peek(std::uint8_t& value) const {
        if (m_at == m_end) {
            return false;
        }
        value = *m_at;
        return true;
    }
    /// Variable-length number, 7 bits a byte. More than 4 bytes set `isLong` and are read to their
    /// end; a value over 2^28 - 1 becomes 2^28 - 1.
    bool varLen(std::uint32_t& value, bool& isLong) {
        if (m_at != m_end && *m_at < 0x80) [[likely]] {
            value = *m_at++;
            return true;
        }
        return longVarLen(value, isLong);
    }
    bool skip(std::size_t count) {
        if (left() < count) {
            return false;
        }
        m_at += count;
        return true;
    }
    /// The next `count` bytes, which stay the caller's.
    bool take(std::size_t count, std::span<const std::uint8_t>& bytes) {
        if (left() < count) {
            return false;
        }
        bytes = {m_at, count};
        m_at += count;
        return true;
    }

  private:
    static std::size_t clamp(std::size_t at, std::size_t size) { return at < size ? at : size; }

    bool longVarLen(std::uint32_t& value, bool& isLong) {
        constexpr std::uint32_t kMost = 0x0FFFFFFF;
        std::uint64_t sum = 0;
        int count = 0;
        for (const std::uint8_t* at = m_at; at != m_end; ++at) {
            sum = sum << 7 | (*at & 0x7F);
            sum = sum < kMost ? sum : kMost;
            ++count;
            if (*at < 0x80) {
                isLong = isLong || count > 4;
                value = static_cast<std::uint32_t>(sum);
                m_at = at + 1;
                return true;
            }
        }
        return false;
    }

    const std::uint8_t* m_begin;
    const std::uint8_t* m_at;
    const std::uint8_t* m_end;
};

} // namespace canto::midi
