// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Songs whose times are worked out by hand: 480 ticks a quarter, 120 quarters a minute, 4/4, so
// that a bar is 1,920 ticks = 2 s = 96,000 frames at 48 kHz, and a quarter 24,000 frames.

#include "core/music/song.h"

#include <memory>
#include <vector>

namespace canto::test {

inline constexpr int kBarTicks = 1920;
inline constexpr int kBarFrames = 96000;
inline constexpr int kQuarterFrames = 24000;

inline music::Note note(music::Tick start, music::Tick length, int pitch, int program = 0,
                        int channel = 0) {
    music::Note made;
    made.start = start;
    made.length = length;
    made.pitch = static_cast<std::uint8_t>(pitch);
    made.program = static_cast<std::uint8_t>(program);
    made.channel = static_cast<std::uint8_t>(channel);
    made.velocity = 100;
    return made;
}

inline std::shared_ptr<const music::Song> song(std::vector<music::Note> notes,
                                               std::vector<music::ChannelEvent> events = {}) {
    auto made = std::make_shared<music::Song>();
    made->tracks.resize(1);
    made->tempo = music::TempoMap(480, {{0, 500000}});
    made->metre = music::MetreMap(480, {{0, 4, 4}});
    made->notes = std::move(notes);
    made->events = std::move(events);
    made->finish();
    return made;
}

/// One bar of four quarters of one pitch.
inline std::shared_ptr<const music::Song> quarters(int pitch, int bars = 1) {
    std::vector<music::Note> notes;
    for (int i = 0; i < 4 * bars; ++i) {
        notes.push_back(note(480 * i, 480, pitch));
    }
    return song(notes);
}

} // namespace canto::test
