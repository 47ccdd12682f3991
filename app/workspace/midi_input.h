// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/spsc_ring.h"
#include "core/sound/midi_message.h"

#include <QObject>
#include <atomic>
#include <cstdint>
#include <optional>
#include <span>

namespace canto::app {

/// What arrives from the chosen MIDI inputs. The thread of the inputs leaves it in a ring without a
/// lock; signals come on the GUI thread, in order, with the time at which it arrived.
class MidiInput : public QObject {
    Q_OBJECT

  public:
    explicit MidiInput(QObject* parent = nullptr) : QObject(parent) {}

    /// @param atNs  of the steady clock. Thread: one other thread at a time; what does not fit is
    ///              lost when 1,024 wait.
    void receive(sound::MidiMessage message, std::int64_t atNs);
    void receiveClock(std::span<const std::uint8_t> bytes, std::int64_t atNs);

    /// Whether the keyboard plays along (on at first), and whether with an instrument of its own
    /// (the synth's kKeyboardChannel) or on the channels that it sends on. Thread: any.
    void setPlayAlong(bool on) { m_playAlong.store(on, std::memory_order_relaxed); }
    bool playAlong() const { return m_playAlong.load(std::memory_order_relaxed); }
    void setOwnInstrument(bool on) { m_own.store(on, std::memory_order_relaxed); }
    /// What of it sounds; nothing for controllers that only controls are bound to. Thread: any.
    std::optional<sound::MidiMessage> sounding(sound::MidiMessage message) const;

  Q_SIGNALS:
    void arrived(canto::sound::MidiMessage message, qint64 atNs);
    /// Bytes of MIDI clock: one, or three for the song position.
    void clockArrived(std::span<const std::uint8_t> bytes, qint64 atNs);

  private:
    struct Item {
        std::int64_t atNs = 0;
        sound::MidiMessage message; ///< of clock: its bytes
        std::uint8_t clockBytes = 0;
    };
    void push(const Item& item);
    void drain();

    SpscRing<Item, 1024> m_ring;
    std::atomic<bool> m_woken{false}, m_playAlong{true}, m_own{true};
};

} // namespace canto::app
