// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/spsc_ring.h"
#include "core/sound/midi_message.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>

namespace canto::sound {

class MidiOutPort;

/// Passes messages from the audio thread to a MIDI output at their time. The audio thread must not
/// use a port (ports lock and allocate); a thread of its own polls every millisecond.
class MidiOutQueue {
  public:
    MidiOutQueue() = default;
    ~MidiOutQueue() { setPort(nullptr); }
    MidiOutQueue(const MidiOutQueue&) = delete;
    MidiOutQueue& operator=(const MidiOutQueue&) = delete;

    /// Null: no port, no thread. The old port still gets what is queued and a panic. Thread: the
    /// owner.
    void setPort(std::shared_ptr<MidiOutPort> port);
    /// Everything off on the port. Thread: the owner.
    void panic();

    /// @param atNs  steady clock; sent at once when that is past. Dropped when 4,096 wait.
    /// Thread: audio.
    void push(MidiMessage message, std::int64_t atNs);
    /// A byte of MIDI clock, as MessageSink::sendClock. Thread: audio.
    void pushClock(std::uint8_t status, int sixteenths, std::int64_t atNs);
    /// Whether there is a port. Thread: any.
    bool active() const { return m_active.load(std::memory_order_acquire); }

  private:
    struct Item {
        std::int64_t atNs = 0;
        std::array<std::uint8_t, 3> bytes{};
        std::uint8_t size = 0;
    };
    void run(const std::stop_token& stop, MidiOutPort& port);

    SpscRing<Item, 4096> m_ring;
    std::atomic<bool> m_active{false};
    std::shared_ptr<MidiOutPort> m_port;
    std::jthread m_thread;
};

} // namespace canto::sound
