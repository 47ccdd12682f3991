// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/sound/midi_message.h"

#include <functional>
#include <span>
#include <string>

namespace canto::sound {

/// A choice for MIDI input or output; the first two are entries of their own in the menus.
struct MidiChoice {
    enum class Kind {
        None,
        InternalSynth, ///< out only
        Device,        ///< by name, whether or not it is connected
        Virtual,       ///< a port of our own that other programs connect to
    };
    Kind kind = Kind::None;
    std::string name; ///< of the device, without the numbers that change between starts

    bool operator==(const MidiChoice&) const = default;
    /// "None", "Internal synth", the device's name, or "Virtual port".
    std::string text() const;
};

/// A MIDI output. "No device" is NullMidiOut, a port like any other.
class MidiOutPort {
  public:
    virtual ~MidiOutPort() = default;
    virtual std::string name() const = 0;
    /// Sends at once. Returns false if the device cannot be reached; the message is lost then.
    /// Thread: any, one at a time (implementations lock).
    virtual bool send(std::span<const std::uint8_t> bytes) = 0;
    bool send(MidiMessage message);
    /// All sound off, all notes off, reset all controllers on the sixteen channels.
    void panic();
};

/// A MIDI input. `receive` is called on the library's own thread.
class MidiInPort {
  public:
    using Receiver = std::function<void(MidiMessage)>;
    /// Bytes of MIDI clock: F8, FA, FB, FC, or F2 with two bytes (sixteenths, low seven bits
    /// first).
    using ClockReceiver = std::function<void(std::span<const std::uint8_t>)>;
    virtual ~MidiInPort() = default;
    virtual std::string name() const = 0;
};

class NullMidiOut final : public MidiOutPort {
  public:
    std::string name() const override { return "None"; }
    using MidiOutPort::send;
    bool send(std::span<const std::uint8_t>) override { return false; }
};

class NullMidiIn final : public MidiInPort {
  public:
    std::string name() const override { return "None"; }
};

} // namespace canto::sound
