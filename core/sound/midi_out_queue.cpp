// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sound/midi_out_queue.h"

#include "core/sound/clock.h"

#include "core/base/thread_role.h"
#include "core/sound/midi_port.h"

#include <chrono>

namespace canto::sound {

void MidiOutQueue::setPort(std::shared_ptr<MidiOutPort> port) {
    if (port == m_port) {
        return;
    }
    if (m_port) {
        m_active.store(false, std::memory_order_release);
        m_thread.request_stop();
        m_thread.join();
        m_port->panic();
    }
    m_port = std::move(port);
    if (m_port) {
        m_thread = std::jthread([this](const std::stop_token& stop) { run(stop, *m_port); });
        m_active.store(true, std::memory_order_release);
    }
}

void MidiOutQueue::panic() {
    if (m_port) {
        m_port->panic();
    }
}

void MidiOutQueue::push(MidiMessage message, std::int64_t atNs) {
    CANTO_AUDIO_THREAD;
    if (active()) {
        m_ring.push({atNs,
                     {message.status, message.first, message.second},
                     static_cast<std::uint8_t>(message.size())});
    }
}

void MidiOutQueue::pushClock(std::uint8_t status, int sixteenths, std::int64_t atNs) {
    CANTO_AUDIO_THREAD;
    if (active()) {
        const bool position = status == 0xF2;
        m_ring.push({atNs,
                     {status, static_cast<std::uint8_t>(sixteenths & 0x7F),
                      static_cast<std::uint8_t>((sixteenths >> 7) & 0x7F)},
                     static_cast<std::uint8_t>(position ? 3 : 1)});
    }
}

void MidiOutQueue::run(const std::stop_token& stop, MidiOutPort& port) {
    while (true) {
        const bool last = stop.stop_requested();
        while (const Item* item = m_ring.front()) {
            if (!last && item->atNs > nowNs()) {
                break;
            }
            port.send(std::span(item->bytes).first(item->size));
            Item taken;
            m_ring.pop(taken);
        }
        if (last) {
            return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

} // namespace canto::sound
