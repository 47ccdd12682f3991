// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/datasets/prepare_polyphonic.h"

#include "core/midi/smf_reader.h"
#include "models/datasets/prepared_polyphonic.h"

#include <algorithm>

namespace canto {

namespace {

struct PolyphonicFile : SongFile {
    codec::GridSong song;
    bool lead = false;
    std::size_t strict = 0;
};

PolyphonicFile readPolyphonic(const std::filesystem::path& path) {
    PolyphonicFile result;
    const auto file = midi::readSmfFile(path);
    if (!file) {
        result.badReason = file.error().what;
        return result;
    }
    result.song = codec::toGrid(file->song);
    if (result.song.notes.empty()) {
        result.badReason = "No note in it";
        return result;
    }
    result.lead = codec::leadOf(file->song).has_value();
    const auto windows = result.song.windows();
    result.strict = static_cast<std::size_t>(
        std::count_if(windows.begin(), windows.end(), [](const auto& w) { return w.strict; }));
    return result;
}

void count(PolyphonicCounts& counts, const PolyphonicFile& file) {
    ++counts.songs;
    counts.bars += file.song.musicBars;
    counts.notes += file.song.notes.size();
    counts.strict += file.strict;
    counts.leads += file.lead;
}

} // namespace

Result<PreparePolyphonicReport> preparePolyphonic(const PrepareOptions& options,
                                                  const CancelToken& cancel,
                                                  const Progress& progress) {
    return prepareSongs<tensors::PreparedPolyphonic, PreparePolyphonicReport>(
        options, cancel, progress, readPolyphonic);
}

} // namespace canto
