// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Synthetic piano pieces, in compound words, and a small MusER for them.

#include "core/base/random.h"
#include "models/datasets/prepared_words.h"
#include "models/muser/net.h"

#include <QTemporaryDir>

namespace canto::test {

/// `bars` bars over four chords: loud, fast and in eighths for an even number, soft, slow and in
/// halves for an odd one; the melody depends on the number.
inline music::Song pieceNumber(int number, int bars) {
    const bool lively = number % 2 == 0;
    Random random(static_cast<std::uint64_t>(number) + 1);
    music::Song song;
    song.ticksPerQuarter = 480;
    song.tracks.push_back({"Piano"});
    const auto add = [&](music::Tick start, music::Tick length, int pitch, int velocity) {
        music::Note note;
        note.start = start;
        note.length = length;
        note.pitch = static_cast<std::uint8_t>(pitch);
        note.velocity = static_cast<std::uint8_t>(velocity);
        song.notes.push_back(note);
    };
    constexpr int kRoots[] = {48, 45, 41, 43};
    const int key = static_cast<int>(random.below(5));
    for (int bar = 0; bar < bars; ++bar) {
        const int root = kRoots[(bar + number / 2) % 4] + key;
        add(bar * 1920, lively ? 480 : 1920, root, lively ? 101 : 45);
        const int step = lively ? 240 : 960;
        for (int tick = 0; tick < 1920; tick += step) {
            const int tone = static_cast<int>(random.below(5));
            constexpr int kTones[] = {12, 16, 19, 24, 28};
            add(bar * 1920 + tick, step, root + kTones[tone], lively ? 89 : 37);
        }
    }
    song.tempo = music::TempoMap(480, {{0, lively ? 60'000'000u / 146u : 60'000'000u / 74u}});
    song.metre = music::MetreMap(480, {{0, 4, 4}});
    song.finish();
    return song;
}

/// `songs` pieces, labelled "calm" and "lively" (every fifth not); the last two pairs are "valid"
/// and "test", the others "train"; all are "train" unless `heldOut`.
inline tensors::PreparedWords smallPieces(int songs, int bars, bool heldOut = true) {
    tensors::PreparedWords set;
    for (int i = 0; i < songs; ++i) {
        const char* split = !heldOut         ? "train"
                            : i >= songs - 2 ? "test"
                            : i >= songs - 4 ? "valid"
                                             : "train";
        const char* label = i % 5 == 4 ? "" : i % 2 == 0 ? "lively" : "calm";
        const auto name = std::to_string(i);
        set.addSong({name + ".mid", name, name, label, split},
                    codec::wordsOf(pieceNumber(i, bars)));
    }
    set.finish("mood");
    return set;
}

inline models::muser::NetConfig smallMuser() {
    models::muser::NetConfig config;
    config.bars = 2;
    config.places = 48;
    config.slice = 6;
    config.codes = 48;
    config.shrink = 8;
    config.encoder = {32, 1, 2, 64};
    config.global = {32, 2, 2, 64};
    config.element = {24, 1, 2, 48};
    config.regulariser = {48, 1, 2, 64};
    config.prior = {32, 1, 2, 64};
    config.labels = {"calm", "lively"};
    return config;
}

} // namespace canto::test
