// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/midi/smf_ports.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <numeric>

namespace canto::midi {

namespace {

constexpr std::size_t kPorts = music::kMaxPorts;
using Channels = std::bitset<music::kPortChannels>;

std::size_t portOf(std::uint8_t channel) { return channel / music::kPortChannels; }

/// Which ports of the file are used, and for what.
struct Use {
    std::array<Channels, kPorts> notes{}; ///< channels with notes
    std::array<bool, kPorts> any{};       ///< notes, events or system exclusive messages

    explicit Use(const SmfScore& score) {
        for (const SmfNote& note : score.notes) {
            notes[portOf(note.channel)].set(note.channel % music::kPortChannels);
            any[portOf(note.channel)] = true;
        }
        for (const music::ChannelEvent& event : score.events) {
            any[portOf(event.channel)] = true;
        }
        for (const music::SysExEvent& message : score.sysex) {
            any[message.port] = true;
        }
    }
};

/// Final index of each port of the file.
struct Assignment {
    std::array<std::uint8_t, kPorts> index{};
    std::vector<std::uint8_t> numbers;
};

Assignment assignmentOf(const std::vector<SmfPort>& ports, const Use& use) {
    Assignment result;
    const auto sounding = std::count_if(use.notes.begin(), use.notes.end(),
                                        [](const Channels& channels) { return channels.any(); });
    if (sounding <= 1) {
        const auto one =
            sounding == 1 ? std::find_if(use.notes.begin(), use.notes.end(),
                                         [](const Channels& channels) { return channels.any(); }) -
                                use.notes.begin()
                          : std::find(use.any.begin(), use.any.end(), true) - use.any.begin();
        const auto port = static_cast<std::size_t>(one);
        result.numbers = {port < ports.size() ? ports[port].number : std::uint8_t{0}};
        return result;
    }
    std::vector<std::size_t> order(ports.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&ports](std::size_t a, std::size_t b) {
        return std::pair(!ports[a].name.empty(), ports[a].number) <
               std::pair(!ports[b].name.empty(), ports[b].number);
    });
    std::vector<Channels> taken;
    bool renumber = false;
    for (const std::size_t port : order) {
        if (!use.any[port]) {
            continue;
        }
        std::size_t index = taken.size();
        if (!ports[port].name.empty()) {
            const auto room =
                std::find_if(taken.begin(), taken.end(), [&](const Channels& channels) {
                    return (channels & use.notes[port]).none();
                });
            index = static_cast<std::size_t>(room - taken.begin());
        }
        if (index == taken.size()) {
            taken.emplace_back();
            result.numbers.push_back(ports[port].number);
            renumber = renumber || !ports[port].name.empty();
        }
        taken[index] |= use.notes[port];
        result.index[port] = static_cast<std::uint8_t>(index);
    }
    if (renumber) { // devices with names alone have no port number
        std::iota(result.numbers.begin(), result.numbers.end(), std::uint8_t{0});
    }
    return result;
}

} // namespace

std::vector<std::uint8_t> assignPorts(SmfScore& score) {
    if (score.ports.size() == 1) {
        return {};
    }
    Assignment ports = assignmentOf(score.ports, Use(score));
    const auto moved = [&ports](std::uint8_t channel) {
        return static_cast<std::uint8_t>(ports.index[portOf(channel)] * music::kPortChannels +
                                         channel % music::kPortChannels);
    };
    for (SmfNote& note : score.notes) {
        note.channel = moved(note.channel);
    }
    for (music::ChannelEvent& event : score.events) {
        event.channel = moved(event.channel);
    }
    for (music::SysExEvent& message : score.sysex) {
        message.port = ports.index[message.port];
    }
    // A program is looked up on all ports that were joined.
    const auto join = [&moved](std::array<int, SmfScore::kChannels>& tracks) {
        std::array<int, SmfScore::kChannels> joined{};
        for (std::size_t channel = 0; channel < tracks.size(); ++channel) {
            if (tracks[channel] != 0) {
                joined[moved(static_cast<std::uint8_t>(channel))] = SmfScore::kSeveral;
            }
        }
        tracks = joined;
    };
    join(score.noteTrack);
    join(score.programTrack);
    if (ports.numbers == std::vector<std::uint8_t>{0}) {
        ports.numbers.clear();
    }
    return ports.numbers;
}

} // namespace canto::midi
