#include "app/service/prepare_words.h"

#include "core/base/parallel.h"
#include "core/midi/smf_reader.h"
#include "core/tensorfile/prepared_words.h"

#include <mutex>

namespace canto::service {

namespace {

struct WordFile {
    std::string badReason; ///< empty: a good file
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

void count(WordCounts& counts, const codec::WordSong& song) {
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
    const auto table = tableOf(options);
    if (!table) {
        return fail(table.error());
    }
    const auto& rows = table->rows;
    std::vector<WordFile> files(rows.size());
    std::mutex mutex;
    std::size_t done = 0;
    parallelFor(rows.size(), 1, options.threads, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end && !cancel.cancelled(); ++i) {
            files[i] = readWords(options.midi / rows[i].path);
            const std::scoped_lock lock(mutex);
            if (++done; progress) {
                progress(done, rows.size());
            }
        }
    });
    if (cancel.cancelled()) {
        return fail(Error::Code::Cancelled, "Preparing was stopped");
    }
    PrepareWordsReport report;
    report.files = rows.size();
    tensorfile::PreparedWords set;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& row = rows[i];
        if (!files[i].badReason.empty()) {
            report.bad.push_back({row.path, files[i].badReason});
            continue;
        }
        tensorfile::WordsOfSong song{row.path, row.title, row.artist,
                                     classOf(row, options.classColumn), row.split};
        if (song.split.empty()) {
            ++report.drawnSplits;
            const auto& named = row.title.empty() ? row.path : row.title;
            song.split = drawSplit(row.artist.empty() ? named : row.artist, options.seed);
        } else if (song.split == "val") {
            song.split = "valid";
        }
        count(report.all, files[i].song);
        count(report.bySplit[song.split], files[i].song);
        count(report.byClass[song.label], files[i].song);
        set.addSong(std::move(song), files[i].song);
        files[i] = {};
    }
    if (set.songs().empty()) {
        return fail(
            Error::Code::BadInput,
            "None of the " + std::to_string(rows.size()) + " files could be used",
            options.midi.string(),
            report.bad.empty() ? "" : report.bad.front().path + ": " + report.bad.front().reason);
    }
    set.finish(options.classColumn);
    if (const auto ok = set.write(options.out); !ok) {
        return fail(ok.error());
    }
    return report;
}

} // namespace canto::service
