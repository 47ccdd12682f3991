// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes are a song or an error; a song written is read back equal.
// Seeds: tests/support/smf_kinds.h. mutate_smf --write-seeds FOLDER writes them for libFuzzer:
//   fuzz_smf -max_len=4096 CORPUS FOLDER

#include "core/midi/smf_reader.h"
#include "core/midi/smf_writer.h"
#include "tests/fuzz/target.h"
#include "tests/support/smf_kinds.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

using namespace canto;

namespace {

void require(bool good, const char* what) {
    if (!good) {
        std::fprintf(stderr, "broken promise: %s\n", what);
        std::abort();
    }
}

/// Gaps of 2^28 ticks and more cannot be written, so they are not asked back.
bool holdsHugeGap(const music::Song& song) {
    constexpr music::Tick kMost = 0x0FFFFFFF;
    const auto late = [](const auto& items) { return !items.empty() && items.back().tick > kMost; };
    return song.endTick() > kMost || late(song.events) || late(song.metas) || late(song.sysex) ||
           late(song.keys) || late(song.tempo.changes()) || late(song.metre.changes());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto file = midi::readSmf({bytes, size});
    if (!file) {
        require(!file.error().what.empty(), "an error has words");
        return 0;
    }
    const music::Song& song = file->song;
    for (const music::Note& note : song.notes) {
        require(note.start >= 0 && note.length >= 1 && note.track < song.tracks.size() &&
                    note.pitch < 128 && note.velocity >= 1 &&
                    note.channel < 16 * std::max<std::size_t>(song.ports.size(), 1),
                "notes are in range");
        require(note.startSeconds >= 0 && note.lengthSeconds >= 0, "seconds are in range");
    }
    require(song.bars() >= 0, "bars are counted");
    if (!holdsHugeGap(song)) {
        const auto again = midi::readSmf(midi::writeSmf(song));
        require(again.has_value(), "what was written is read");
        require(again->repairs.empty(), "what was written needs no mending");
        require(again->song.notes == song.notes, "notes come back");
        require(again->song.events == song.events, "events come back");
        require(again->song.sysex == song.sysex, "sysex comes back");
        require(again->song.metas == song.metas, "metas come back");
        require(again->song.keys == song.keys, "keys come back");
        require(again->song.tracks == song.tracks, "names come back");
        require(again->song.ports == song.ports, "ports come back");
    }
    return 0;
}

std::vector<std::string> fuzzSeeds() {
    std::vector<std::string> seeds;
    for (const test::SmfKind& kind : test::smfKinds()) {
        seeds.emplace_back(kind.bytes.begin(), kind.bytes.end());
    }
    return seeds;
}
