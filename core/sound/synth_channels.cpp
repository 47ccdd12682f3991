// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sound/synth_channels.h"

#include <algorithm>

namespace canto::sound {

SynthChannels synthChannels(const music::Song& song) {
    SynthChannels channels;
    std::array<bool, std::tuple_size_v<SynthChannels>> used{};
    std::array<bool, std::tuple_size_v<SynthChannels>> drums{};
    for (const music::Note& note : song.notes) {
        used[note.channel] = true;
        drums[note.channel] = drums[note.channel] || note.isDrum();
    }
    std::array<bool, kSynthChannels> taken{};
    for (std::size_t c = 0; c < music::kPortChannels; ++c) {
        channels[c] = static_cast<std::uint8_t>(c);
        taken[c] = used[c];
    }
    const auto free = [&taken](int from, int to) {
        const auto begin = taken.begin();
        return static_cast<int>(std::find(begin + from, begin + to, false) - begin);
    };
    for (std::size_t c = music::kPortChannels; c < channels.size(); ++c) {
        if (!used[c]) {
            continue;
        }
        int place = music::kPortChannels;
        if (drums[c]) {
            place = taken[music::kDrumChannel] ? place : music::kDrumChannel;
        } else {
            place = free(0, music::kDrumChannel);
            place = place < music::kDrumChannel
                        ? place
                        : free(music::kDrumChannel + 1, music::kPortChannels);
        }
        if (place == music::kPortChannels) {
            place = std::min(free(place, kKeyboardChannel), kKeyboardChannel - 1);
        }
        channels[c] = static_cast<std::uint8_t>(place);
        taken[static_cast<std::size_t>(place)] = true;
    }
    for (std::size_t c = 0; c < music::kPortChannels; ++c) {
        if (taken[c] && !used[c]) { // used by another port: no other messages may reach it
            channels[c] = std::nullopt;
        }
    }
    return channels;
}

std::optional<MidiMessage> onePort(MidiMessage message, bool drums) {
    const int kind = message.kind();
    if (drums && (kind == 0x80 || kind == 0x90 || kind == 0xA0)) {
        return MidiMessage::make(kind, music::kDrumChannel, message.first, message.second);
    }
    if (message.port != 0 || kind == MidiMessage::kDrums) {
        return std::nullopt;
    }
    return message;
}

} // namespace canto::sound
