// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sound/midi_message.h"

#include <array>
#include <cstdint>

namespace canto::sound {

/// The state of the synth's channels: programs, controllers, bends. Follows every message sent, so
/// that after a jump in the song only differences need to be sent.
///
/// Registered parameters are tracked for the pitch bend range only; other (N)RPN data pass through
/// and are not restored after a jump.
class MidiState {
  public:
    /// As after power-on: drums on channel 10 of the first port.
    MidiState();

    struct Channel {
        bool drums = false;
        std::uint8_t program = 0;
        std::uint8_t pressure = 0;
        std::uint8_t bendRange = 2; ///< semitones
        std::int16_t bend = 0;
        std::array<std::uint8_t, 120> controls = defaults();
        bool operator==(const Channel&) const = default;
    };

    /// Updates the state by a message; notes change nothing.
    void apply(MidiMessage message);
    /// Sends the messages that change a device from `this` state to `wanted`. Real-time safe.
    void sendDifference(const MidiState& wanted, MessageSink& out) const;
    void setChannel(int index, const Channel& state) {
        m_channels[static_cast<std::size_t>(index % kSynthChannels)] = state;
    }
    const Channel& channel(int index) const { return m_channels[index % kSynthChannels]; }

    /// Values after power-on that FluidSynth and General MIDI agree on.
    static std::array<std::uint8_t, 120> defaults();
    bool operator==(const MidiState&) const = default;

  private:
    std::array<Channel, kSynthChannels> m_channels{};
};

} // namespace canto::sound
