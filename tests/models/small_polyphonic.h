// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Synthetic songs with chords and a kit, and a small network for them.

#include "models/datasets/prepared_polyphonic.h"
#include "models/polyphonic/net.h"

#include <string>

namespace canto::test {

/// Bars of 4/4 with a kick and a hi-hat together, a bass, a chord of three notes and a tune; which
/// chords and figures depends on the number.
inline music::Song bandNumber(int number, int bars) {
    music::Song song;
    song.ticksPerQuarter = 480;
    song.tempo = music::TempoMap(480, {{0, 60'000'000U / static_cast<unsigned>(90 + 10 * number)}});
    song.metre = music::MetreMap(480, {{0, 4, 4}});
    song.tracks = {{"Drums"}, {"Bass"}, {"Piano"}, {"Melody"}};
    const auto add = [&](int track, int channel, int program, int step, int steps, int pitch,
                         int velocity) {
        music::Note note;
        note.start = step * 120;
        note.length = steps * 120;
        note.track = static_cast<std::uint16_t>(track);
        note.channel = static_cast<std::uint8_t>(channel);
        note.program = static_cast<std::uint8_t>(program);
        note.pitch = static_cast<std::uint8_t>(pitch);
        note.velocity = static_cast<std::uint8_t>(velocity);
        song.notes.push_back(note);
    };
    for (int bar = 0; bar < bars; ++bar) {
        const int at = 16 * bar;
        const int root = 48 + (number * 5 + 7 * bar) % 12;
        for (int step = 0; step < 16; step += 4) {
            add(0, 9, 0, at + step, 1, step % 8 == 0 ? 36 : 38, 100);
            add(0, 9, 0, at + step, 1, 42, 64);
            add(3, 3, 73, at + step, 3, root + 24 + (step + number) % 5, 90);
        }
        add(1, 1, 33, at, 8, root - 12, 96);
        add(1, 1, 33, at + 8, 8, root - 5, 80);
        for (const int tone : {0, 4, 7}) {
            add(2, 0, 0, at, 16, root + tone, 70);
        }
    }
    song.finish();
    return song;
}

/// `songs` songs, labelled "even" and "odd" in turn; the last two are "valid" and "test", the
/// others "train"; all are "train" unless `heldOut`.
inline tensors::PreparedPolyphonic smallBands(int songs, int bars, bool heldOut = true) {
    tensors::PreparedPolyphonic set;
    for (int i = 0; i < songs; ++i) {
        const std::string name = std::to_string(i);
        const char* split = !heldOut         ? "train"
                            : i == songs - 1 ? "test"
                            : i == songs - 2 ? "valid"
                                             : "train";
        set.addSong({name + ".mid", name, name, i % 2 == 0 ? "even" : "odd", split},
                    codec::toGrid(bandNumber(i, bars)));
    }
    set.finish("kind");
    return set;
}

inline models::polyphonic::NetConfig smallPolyphonic() {
    models::polyphonic::NetConfig config;
    config.width = 32;
    config.layers = 1;
    config.heads = 2;
    config.feedForward = 48;
    config.drums = 12;
    config.bass = 10;
    config.keys = 14;
    config.guitar = 12;
    config.strings = 12;
    config.lead = 12;
    config.labels = {"even", "odd"};
    return config;
}

} // namespace canto::test
