// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/track_mix.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace canto::music {

namespace {

constexpr std::uint8_t kVolume = 7, kPan = 10;
constexpr int kDefaultVolume = 100; // General MIDI level 1
constexpr int kMiddle = 64;
constexpr int kNobody = -1, kSeveral = -2;

TrackLevel levelOf(const TrackMix& mix, std::size_t track) {
    return track < mix.size() ? mix[track] : TrackLevel{};
}

/// The only track with notes on each channel, kNobody, or kSeveral.
std::array<int, 256> ownersOf(const Song& song) {
    std::array<int, 256> owners{};
    owners.fill(kNobody);
    for (const Note& note : song.notes) {
        int& owner = owners[note.channel];
        owner = owner == kNobody || owner == int(note.track) ? int(note.track) : kSeveral;
    }
    return owners;
}

int scaled(int value, double factor) {
    return std::clamp(static_cast<int>(std::lround(value * factor)), 0, 127);
}

int panOf(double pan) { return std::clamp(kMiddle + int(std::lround(pan * 63)), 0, 127); }

} // namespace

bool plain(const TrackMix& mix) {
    return std::all_of(mix.begin(), mix.end(),
                       [](const TrackLevel& level) { return level == TrackLevel{}; });
}

bool audible(const TrackMix& mix, std::size_t track) {
    const bool anySolo =
        std::any_of(mix.begin(), mix.end(), [](const TrackLevel& level) { return level.solo; });
    const TrackLevel level = levelOf(mix, track);
    return !level.mute && (!anySolo || level.solo);
}

std::vector<ChannelLevel> channelLevels(const Song& song, const TrackMix& mix) {
    const auto owners = ownersOf(song);
    std::vector<ChannelLevel> levels;
    for (std::size_t channel = 0; channel < owners.size(); ++channel) {
        if (owners[channel] < 0) {
            continue;
        }
        ChannelLevel level;
        level.channel = static_cast<std::uint8_t>(channel);
        for (const ChannelEvent& event : song.events) {
            if (event.tick > 0) {
                break;
            }
            if (event.channel == channel && event.kind == ChannelEvent::Kind::Control) {
                level.volume = event.number == kVolume ? event.value : level.volume;
                level.pan = event.number == kPan ? event.value : level.pan;
            }
        }
        const TrackLevel wanted = levelOf(mix, std::size_t(owners[channel]));
        level.volume = scaled(level.volume, wanted.volume);
        level.pan = wanted.pan != 0 ? panOf(wanted.pan) : level.pan;
        levels.push_back(level);
    }
    return levels;
}

Song mixed(const Song& song, const TrackMix& mix) {
    if (plain(mix)) {
        return song;
    }
    const auto owners = ownersOf(song);
    Song result = song;
    std::erase_if(result.notes, [&mix](const Note& note) { return !audible(mix, note.track); });
    for (Note& note : result.notes) {
        if (owners[note.channel] == kSeveral) {
            const double volume = levelOf(mix, note.track).volume;
            note.velocity = static_cast<std::uint8_t>(std::max(scaled(note.velocity, volume), 1));
        }
    }
    const auto wantedOn = [&](std::uint8_t channel) {
        return owners[channel] >= 0 ? levelOf(mix, std::size_t(owners[channel])) : TrackLevel{};
    };
    std::erase_if(result.events, [&](const ChannelEvent& event) {
        return event.kind == ChannelEvent::Kind::Control && event.number == kPan &&
               wantedOn(event.channel).pan != 0;
    });
    std::array<bool, 256> hasVolume{};
    for (ChannelEvent& event : result.events) {
        if (event.kind == ChannelEvent::Kind::Control && event.number == kVolume) {
            hasVolume[event.channel] = hasVolume[event.channel] || event.tick == 0;
            event.value =
                static_cast<std::int16_t>(scaled(event.value, wantedOn(event.channel).volume));
        }
    }
    std::vector<ChannelEvent> added;
    const auto add = [&added](std::uint8_t channel, std::uint8_t number, int value) {
        ChannelEvent event;
        event.channel = channel;
        event.number = number;
        event.value = static_cast<std::int16_t>(value);
        added.push_back(event);
    };
    for (int channel = 0; channel < 256; ++channel) {
        const auto at = static_cast<std::uint8_t>(channel);
        const TrackLevel wanted = wantedOn(at);
        if (wanted.volume != 1 && !hasVolume[at]) {
            add(at, kVolume, scaled(kDefaultVolume, wanted.volume));
        }
        if (wanted.pan != 0) {
            add(at, kPan, panOf(wanted.pan));
        }
    }
    result.events.insert(result.events.begin(), added.begin(), added.end());
    result.finish();
    return result;
}

} // namespace canto::music
