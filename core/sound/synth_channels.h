// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Songs that play on several MIDI ports, on one synth and on one wire.

#include "core/music/song.h"
#include "core/sound/midi_message.h"

#include <array>
#include <cstdint>
#include <optional>

namespace canto::sound {

/// Channel of the synth for each channel of a song (Note::channel).
using SynthChannels =
    std::array<std::optional<std::uint8_t>, std::size_t{music::kMaxPorts} * music::kPortChannels>;

/// The first port keeps its channels. Of further ports instruments take channels that the first
/// leaves free, so that a wire of sixteen channels plays them too, then those from 16 on; drums
/// take channel 10 when nothing else does. A song with more than kSynthChannels channels shares the
/// last. Channels without notes have none where another port needs theirs, or on a further port.
SynthChannels synthChannels(const music::Song& song);

/// A message to the synth as a wire to a General MIDI device takes it; nothing for what such a
/// device has no channel for. Notes of further drum parts go to channel 10. Real-time safe.
/// @param drums  whether the message's channel is a drum part.
std::optional<MidiMessage> onePort(MidiMessage message, bool drums);

} // namespace canto::sound
