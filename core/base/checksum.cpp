// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/checksum.h"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstring>

namespace canto {

static_assert(std::endian::native == std::endian::little, "XXH64 reads little-endian words");

namespace {
constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87ull;
constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4Full;
constexpr std::uint64_t kPrime3 = 0x165667B19E3779F9ull;
constexpr std::uint64_t kPrime4 = 0x85EBCA77C2B2AE63ull;
constexpr std::uint64_t kPrime5 = 0x27D4EB2F165667C5ull;
constexpr std::size_t kStripe = 32;

template <class T>
std::uint64_t word(const std::byte* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

std::uint64_t round(std::uint64_t lane, std::uint64_t input) {
    return std::rotl(lane + input * kPrime2, 31) * kPrime1;
}

std::uint64_t merge(std::uint64_t hash, std::uint64_t lane) {
    return (hash ^ round(0, lane)) * kPrime1 + kPrime4;
}
} // namespace

void Checksum::stripe(const std::byte* at) {
    for (std::size_t lane = 0; lane < 4; ++lane) {
        m_lanes[lane] = round(m_lanes[lane], word<std::uint64_t>(at + 8 * lane));
    }
}

void Checksum::update(std::span<const std::byte> bytes) {
    m_total += bytes.size();
    if (m_restSize > 0) {
        const std::size_t take = std::min(kStripe - m_restSize, bytes.size());
        std::copy_n(bytes.begin(), take, m_rest.begin() + static_cast<std::ptrdiff_t>(m_restSize));
        m_restSize += take;
        bytes = bytes.subspan(take);
        if (m_restSize < kStripe) {
            return;
        }
        stripe(m_rest.data());
        m_restSize = 0;
    }
    while (bytes.size() >= kStripe) {
        stripe(bytes.data());
        bytes = bytes.subspan(kStripe);
    }
    std::copy(bytes.begin(), bytes.end(), m_rest.begin());
    m_restSize = bytes.size();
}

std::uint64_t Checksum::value() const {
    std::uint64_t hash = kPrime5;
    if (m_total >= kStripe) {
        hash = std::rotl(m_lanes[0], 1) + std::rotl(m_lanes[1], 7) + std::rotl(m_lanes[2], 12) +
               std::rotl(m_lanes[3], 18);
        for (const std::uint64_t lane : m_lanes) {
            hash = merge(hash, lane);
        }
    }
    hash += m_total;
    const std::byte* at = m_rest.data();
    const std::byte* const end = at + m_restSize;
    for (; end - at >= 8; at += 8) {
        hash = std::rotl(hash ^ round(0, word<std::uint64_t>(at)), 27) * kPrime1 + kPrime4;
    }
    if (end - at >= 4) {
        hash = std::rotl(hash ^ (word<std::uint32_t>(at) * kPrime1), 23) * kPrime2 + kPrime3;
        at += 4;
    }
    for (; at < end; ++at) {
        hash = std::rotl(hash ^ (word<std::uint8_t>(at) * kPrime5), 11) * kPrime1;
    }
    hash = (hash ^ (hash >> 33)) * kPrime2;
    hash = (hash ^ (hash >> 29)) * kPrime3;
    return hash ^ (hash >> 32);
}

std::string Checksum::hex() const {
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value()));
    return text;
}

std::uint64_t checksum(std::span<const std::byte> bytes) {
    Checksum sum;
    sum.update(bytes);
    return sum.value();
}

} // namespace canto
