// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Maps songs that use several MIDI ports to one synth and one MIDI output.

#include "core/music/song.h"
#include "core/sound/midi_message.h"

#include <array>
#include <cstdint>
#include <optional>

namespace canto::sound {

/// Channel of the synth for each channel of a song (Note::channel).
using SynthChannels =
    std::array<std::optional<std::uint8_t>, std::size_t{music::kMaxPorts} * music::kPortChannels>;

/// The first port keeps its channels. Instruments of further ports use channels that the first
/// leaves free, so that a MIDI output of sixteen channels plays them too, then those from 16 on;
/// drums use channel 10 if nothing else does. If a song has more than kSynthChannels channels, some
/// share the last. A channel without notes has none if it is on a further port or if another port
/// needs its channel.
SynthChannels synthChannels(const music::Song& song);

/// A message to the synth as a General MIDI device with one port accepts it; nothing if such a
/// device has no channel for it. Notes of further drum parts go to channel 10. Real-time safe.
/// @param drums  whether the message's channel is a drum part.
std::optional<MidiMessage> onePort(MidiMessage message, bool drums);

} // namespace canto::sound
