// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/control/osc_message.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <string_view>

namespace canto::app {
namespace {

constexpr int kMostNested = 4;
constexpr std::size_t kMostMessages = 256;
constexpr std::string_view kBundle("#bundle\0", 8);

/// Reads what lies before the end, and nothing beyond it.
class OscReader {
  public:
    explicit OscReader(std::span<const std::uint8_t> bytes) : m_bytes(bytes) {}

    bool atEnd() const { return m_at == m_bytes.size(); }
    std::optional<std::uint32_t> number() {
        if (m_bytes.size() - m_at < 4) {
            return std::nullopt;
        }
        std::uint32_t value = 0;
        for (int i = 0; i < 4; ++i) {
            value = value << 8 | m_bytes[m_at++];
        }
        return value;
    }
    /// Ends with 1 to 4 zeros, up to a multiple of four bytes.
    std::optional<std::string> string() {
        const auto begin = m_bytes.begin() + std::ptrdiff_t(m_at);
        const auto zero = std::find(begin, m_bytes.end(), std::uint8_t(0));
        const auto length = std::size_t(zero - begin);
        const std::size_t whole = (length / 4 + 1) * 4;
        if (zero == m_bytes.end() || m_bytes.size() - m_at < whole) {
            return std::nullopt;
        }
        m_at += whole;
        return std::string(begin, zero);
    }
    std::optional<std::span<const std::uint8_t>> part(std::size_t size) {
        if (m_bytes.size() - m_at < size) {
            return std::nullopt;
        }
        m_at += size;
        return m_bytes.subspan(m_at - size, size);
    }

  private:
    std::span<const std::uint8_t> m_bytes;
    std::size_t m_at = 0;
};

std::optional<OscMessage::Argument> readArgument(char type, OscReader& reader) {
    if (type == 's' || type == 'S') {
        auto value = reader.string();
        return value ? std::optional<OscMessage::Argument>(std::move(*value)) : std::nullopt;
    }
    if (type == 'T' || type == 'F') {
        return OscMessage::Argument(std::int32_t(type == 'T' ? 1 : 0));
    }
    if (type == 'd') {
        const auto high = reader.number(), low = reader.number();
        return high && low ? std::optional<OscMessage::Argument>(
                                 float(std::bit_cast<double>(std::uint64_t(*high) << 32 | *low)))
                           : std::nullopt;
    }
    if (type != 'i' && type != 'f') {
        return std::nullopt;
    }
    const auto value = reader.number();
    if (!value) {
        return std::nullopt;
    }
    return type == 'i' ? OscMessage::Argument(std::bit_cast<std::int32_t>(*value))
                       : OscMessage::Argument(std::bit_cast<float>(*value));
}

std::optional<OscMessage> readMessage(std::span<const std::uint8_t> bytes) {
    OscReader reader(bytes);
    const auto address = reader.string();
    if (!address || address->empty() || address->front() != '/') {
        return std::nullopt;
    }
    OscMessage message{*address, {}};
    if (reader.atEnd()) {
        return message; // an old sender without type tags
    }
    const auto types = reader.string();
    if (!types || types->empty() || types->front() != ',') {
        return std::nullopt;
    }
    for (const char type : std::string_view(*types).substr(1)) {
        auto argument = readArgument(type, reader);
        if (!argument) {
            return std::nullopt;
        }
        message.arguments.push_back(std::move(*argument));
    }
    return reader.atEnd() ? std::optional(message) : std::nullopt;
}

/// @return false: malformed.
bool readPacket(std::span<const std::uint8_t> bytes, int nested, std::vector<OscMessage>& into) {
    const bool bundle = bytes.size() >= kBundle.size() &&
                        std::equal(kBundle.begin(), kBundle.end(), bytes.begin(),
                                   [](char a, std::uint8_t b) { return std::uint8_t(a) == b; });
    if (!bundle) {
        auto message = readMessage(bytes);
        if (message && into.size() < kMostMessages) {
            into.push_back(std::move(*message));
        }
        return message.has_value();
    }
    OscReader reader(bytes.subspan(kBundle.size()));
    if (nested == kMostNested || !reader.part(8)) { // its time
        return false;
    }
    while (!reader.atEnd()) {
        const auto size = reader.number();
        const auto part = size ? reader.part(*size) : std::nullopt;
        if (!part || !readPacket(*part, nested + 1, into)) {
            return false;
        }
    }
    return true;
}

void writeNumber(std::vector<std::uint8_t>& bytes, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) {
        bytes.push_back(std::uint8_t(value >> shift & 0xFF));
    }
}

void writeString(std::vector<std::uint8_t>& bytes, std::string_view text) {
    const auto length = std::min(text.size(), text.find('\0'));
    bytes.insert(bytes.end(), text.begin(), text.begin() + std::ptrdiff_t(length));
    do {
        bytes.push_back(0);
    } while (bytes.size() % 4 != 0);
}

} // namespace

std::vector<OscMessage> readOsc(std::span<const std::uint8_t> packet) {
    std::vector<OscMessage> messages;
    if (packet.empty() || packet.size() % 4 != 0 || !readPacket(packet, 0, messages)) {
        return {};
    }
    return messages;
}

std::vector<std::uint8_t> writeOsc(const OscMessage& message) {
    std::vector<std::uint8_t> bytes;
    writeString(bytes, message.address);
    std::string types(",");
    for (const auto& argument : message.arguments) {
        types += "ifs"[argument.index()];
    }
    writeString(bytes, types);
    for (const auto& argument : message.arguments) {
        if (const auto* whole = std::get_if<std::int32_t>(&argument)) {
            writeNumber(bytes, std::bit_cast<std::uint32_t>(*whole));
        } else if (const auto* real = std::get_if<float>(&argument)) {
            writeNumber(bytes, std::bit_cast<std::uint32_t>(*real));
        } else {
            writeString(bytes, std::get<std::string>(argument));
        }
    }
    return bytes;
}

} // namespace canto::app
