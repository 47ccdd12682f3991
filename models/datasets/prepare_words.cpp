// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/datasets/prepare_words.h"

#include "core/midi/smf_reader.h"
#include "models/datasets/prepared_words.h"

namespace canto {

namespace {

struct WordFile : SongFile {
    codec::WordSong song;
};

WordFile readWords(const std::filesystem::path& path) {
    WordFile result;
    const auto file = midi::readSmfFile(path);
    if (!file) {
        result.badReason = file.error().what;
        return result;
    }
    result.song = codec::wordsOf(file->song);
    if (result.song.words.empty()) {
        result.badReason = "No note of a piano in it";
    }
    return result;
}

void count(WordCounts& counts, const WordFile& file) {
    const auto& song = file.song;
    ++counts.songs;
    counts.bars += song.bars.size();
    counts.words += song.words.size();
    counts.notes += song.notes;
    counts.merged += song.merged;
    counts.outOfRange += song.outOfRange;
    counts.reduced += !song.reduction.empty();
    counts.estimated += song.grid == codec::BeatGrid::Source::Onsets;
    counts.rebarred += song.grid == codec::BeatGrid::Source::Downbeats;
}

} // namespace

Result<PrepareWordsReport> prepareWords(const PrepareOptions& options, const CancelToken& cancel,
                                        const Progress& progress) {
    return prepareSongs<tensors::PreparedWords, PrepareWordsReport>(options, cancel, progress,
                                                                    readWords);
}

} // namespace canto
