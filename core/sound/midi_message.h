// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace canto::sound {

/// Channels of the synth: four MIDI ports. A MIDI output has the first sixteen.
inline constexpr int kSynthChannels = 64;
/// The synth's channel of the keyboard: songs leave its instrument and its held notes alone.
inline constexpr int kKeyboardChannel = kSynthChannels - 1;

/// A MIDI channel message: status (with channel), and two bytes of 0-127, of which program change
/// and channel pressure use the first. Channels from 16 on, and drums(), are for the synth only.
struct MidiMessage {
    std::uint8_t status = 0;
    std::uint8_t first = 0;
    std::uint8_t second = 0;
    std::uint8_t port = 0; ///< 0-3; a MIDI output has port 0

    std::uint8_t kind() const { return status & 0xF0; }
    std::uint8_t channel() const { return static_cast<std::uint8_t>(port << 4 | (status & 0x0F)); }
    /// Number of bytes in MIDI: 2 or 3.
    int size() const { return kind() == 0xC0 || kind() == 0xD0 ? 2 : 3; }
    bool operator==(const MidiMessage&) const = default;

    static MidiMessage noteOn(int channel, int pitch, int velocity) {
        return make(0x90, channel, pitch, velocity);
    }
    static MidiMessage noteOff(int channel, int pitch, int velocity = 64) {
        return make(0x80, channel, pitch, velocity);
    }
    static MidiMessage control(int channel, int number, int value) {
        return make(0xB0, channel, number, value);
    }
    static MidiMessage program(int channel, int number) { return make(0xC0, channel, number, 0); }
    /// @param value  -8192..8191, 0 = no bend.
    static MidiMessage pitchBend(int channel, int value) {
        return make(0xE0, channel, (value + 8192) & 0x7F, ((value + 8192) >> 7) & 0x7F);
    }
    /// Makes a channel a drum part or an instrument from the next program change on.
    static MidiMessage drums(int channel, bool on) { return make(kDrums, channel, on ? 1 : 0, 0); }
    /// @param channel  0 .. kSynthChannels - 1.
    static MidiMessage make(int kind, int channel, int first, int second) {
        return {static_cast<std::uint8_t>(kind | (channel & 0x0F)),
                static_cast<std::uint8_t>(first & 0x7F), static_cast<std::uint8_t>(second & 0x7F),
                static_cast<std::uint8_t>((channel >> 4) & 0x03)};
    }
    /// Kind of drums(): a status that no channel message has.
    static constexpr int kDrums = 0xF0;
};

/// A destination of channel messages: the synth, a MIDI output, a test's list.
class MessageSink {
  public:
    virtual ~MessageSink() = default;
    /// Thread: audio; must not lock, allocate or log.
    virtual void send(MidiMessage message) = 0;
    /// A byte of MIDI clock: F8 clock, FA start, FB continue, FC stop, F2 song position.
    /// @param frames  of output from the start of the block to its moment.
    /// @param sixteenths  of F2: since the start of the song.
    virtual void sendClock(std::uint8_t status, double frames, int sixteenths) {
        (void)status;
        (void)frames;
        (void)sixteenths;
    }
};

} // namespace canto::sound
