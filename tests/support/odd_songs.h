// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Songs in many metres whose last notes lie close to bar lines: where the end of a song, the grid
// of sixteenths and the bars disagree.

#include "core/music/song.h"

#include <array>
#include <string>
#include <vector>

namespace canto::test {

struct OddSong {
    std::string name;
    music::Song song;
};

/// A few notes of all instruments, the last of which begins `early` ticks before the end of the
/// `bars`-th bar and ends there.
inline music::Song songEndingNearABarLine(int ticksPerQuarter,
                                          std::vector<music::MetreChange> metre, int bars,
                                          music::Tick early) {
    music::Song song;
    song.ticksPerQuarter = ticksPerQuarter;
    song.tempo = music::TempoMap(ticksPerQuarter, {{0, 500000}});
    song.metre = music::MetreMap(ticksPerQuarter, std::move(metre));
    song.tracks.resize(1);
    const music::Tick end = song.metre.barStart(bars);
    const auto add = [&song](music::Tick start, music::Tick length, int pitch, int program,
                             int channel) {
        music::Note note;
        note.start = start;
        note.length = length;
        note.pitch = static_cast<std::uint8_t>(pitch);
        note.program = static_cast<std::uint8_t>(program);
        note.channel = static_cast<std::uint8_t>(channel);
        song.notes.push_back(note);
    };
    add(0, ticksPerQuarter, 60, 0, 0);
    add(end / 2, ticksPerQuarter, 40, 33, 1);
    add(end / 2, ticksPerQuarter, 36, 0, music::kDrumChannel);
    const music::Tick last = std::min(early, end);
    add(end - last, last, 67, 0, 0);
    song.finish();
    return song;
}

/// The same list every time. `every`: only every n-th, for slow models.
inline std::vector<OddSong> oddSongs(std::size_t every = 1) {
    using Metres = std::vector<music::MetreChange>;
    std::vector<OddSong> songs;
    std::size_t count = 0;
    for (const int quarter : {1, 7, 24, 96, 384, 480, 960}) {
        const music::Tick q = quarter;
        const std::vector<std::pair<std::string, Metres>> metres{
            {"4/4", {{0, 4, 4}}},
            {"3/4", {{0, 3, 4}}},
            {"2/4", {{0, 2, 4}}},
            {"6/8", {{0, 6, 8}}},
            {"12/8", {{0, 12, 8}}},
            {"7/8", {{0, 7, 8}}},
            {"5/4", {{0, 5, 4}}},
            {"20/4", {{0, 20, 4}}},
            {"pickup of two", {{0, 2, 4}, {2 * q, 4, 4}}},
            {"pickup of one", {{0, 1, 4}, {q, 4, 4}}},
            {"2/4 in the middle", {{0, 4, 4}, {8 * q, 2, 4}, {10 * q, 4, 4}}},
            {"3/4 in the middle", {{0, 4, 4}, {8 * q, 3, 4}, {14 * q, 4, 4}}},
            {"6/8, then 4/4", {{0, 6, 8}, {6 * q, 4, 4}}},
        };
        for (const auto& [name, changes] : metres) {
            for (const int bars : {1, 3, 6}) {
                const std::array<music::Tick, 7> ends{1,     q / 12,    q / 8, q / 8 + 1,
                                                      q / 6, 3 * q / 4, 4 * q};
                for (const music::Tick early : ends) {
                    if (early >= 1 && count++ % every == 0) {
                        songs.push_back({name + ", " + std::to_string(quarter) + " ticks, " +
                                             std::to_string(bars) + " bars, last note " +
                                             std::to_string(early) + " before the end",
                                         songEndingNearABarLine(quarter, changes, bars, early)});
                    }
                }
            }
        }
    }
    return songs;
}

} // namespace canto::test
