// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace canto::app {

/// A message of Open Sound Control 1.0. Of its arguments numbers and strings are known.
struct OscMessage {
    using Argument = std::variant<std::int32_t, float, std::string>;
    std::string address; ///< "/cantograph/transport/volume"
    std::vector<Argument> arguments;
    bool operator==(const OscMessage&) const = default;
};

/// The messages of a packet: one, or those of a bundle, whose time is ignored. A packet that
/// is malformed, or holds arguments of other types, gives none. Thread: any.
std::vector<OscMessage> readOsc(std::span<const std::uint8_t> packet);
std::vector<std::uint8_t> writeOsc(const OscMessage& message);

} // namespace canto::app
