// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/midi_input.h"

#include <array>

namespace canto::app {

void MidiInput::receive(sound::MidiMessage message, std::int64_t atNs) { push({atNs, message, 0}); }

void MidiInput::receiveClock(std::span<const std::uint8_t> bytes, std::int64_t atNs) {
    if (bytes.empty() || bytes.size() > 3) {
        return;
    }
    Item item{atNs, {bytes[0], 0, 0}, std::uint8_t(bytes.size())};
    item.message.first = bytes.size() > 1 ? bytes[1] : 0;
    item.message.second = bytes.size() > 2 ? bytes[2] : 0;
    push(item);
}

void MidiInput::push(const Item& item) {
    m_ring.push(item);
    if (!m_woken.exchange(true)) {
        QMetaObject::invokeMethod(this, &MidiInput::drain, Qt::QueuedConnection);
    }
}

void MidiInput::drain() {
    m_woken.store(false); // before the ring is read: what comes later wakes this again
    Item item;
    while (m_ring.pop(item)) {
        if (item.clockBytes > 0) {
            const std::array bytes{item.message.status, item.message.first, item.message.second};
            Q_EMIT clockArrived(std::span(bytes).first(item.clockBytes), item.atNs);
        } else {
            Q_EMIT arrived(item.message, item.atNs);
        }
    }
}

std::optional<sound::MidiMessage> MidiInput::sounding(sound::MidiMessage message) const {
    if (!playAlong()) {
        return std::nullopt;
    }
    if (!m_own.load(std::memory_order_relaxed)) {
        return message;
    }
    const int kind = message.kind();
    const bool sounds = kind != 0xC0 && (kind != 0xB0 || message.first == 1 || message.first == 64);
    return sounds ? std::optional(sound::MidiMessage::make(kind, sound::kKeyboardChannel,
                                                           message.first, message.second))
                  : std::nullopt;
}

} // namespace canto::app
