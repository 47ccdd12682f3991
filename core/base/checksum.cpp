// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/checksum.h"

#include <cstdio>
#define XXH_INLINE_ALL // from the header alone: no library is linked
#include <xxhash.h>

namespace canto {

struct Checksum::State {
    XXH64_state_t xxh;
};

Checksum::Checksum() : m_state(std::make_unique<State>()) { XXH64_reset(&m_state->xxh, 0); }
Checksum::~Checksum() = default;

void Checksum::update(std::span<const std::byte> bytes) {
    if (!bytes.empty()) {
        XXH64_update(&m_state->xxh, bytes.data(), bytes.size());
    }
}

std::uint64_t Checksum::value() const { return XXH64_digest(&m_state->xxh); }

std::string Checksum::hex() const {
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value()));
    return text;
}

std::uint64_t checksum(std::span<const std::byte> bytes) {
    return XXH64(bytes.data(), bytes.size(), 0);
}

} // namespace canto
