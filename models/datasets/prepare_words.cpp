// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/datasets/prepare_words.h"

#include "core/base/file_checksum.h"
#include "core/base/parallel.h"
#include "core/midi/smf_reader.h"
#include "models/datasets/copies.h"
#include "models/datasets/prepared_words.h"

#include <mutex>

namespace canto {

namespace {

struct WordFile {
    std::string badReason; ///< empty if the file is usable
    std::string checksum;
    codec::WordSong song;
};

WordFile readWords(const std::filesystem::path& path) {
    WordFile result;
    result.checksum = checksumOfFile(path).value_or(std::string());
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
    PrepareWordsReport report;
    auto table = tableOf(options, report.warnings);
    if (!table) {
        return fail(table.error());
    }
    auto& rows = table->rows;
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
        return fail(Error::Code::Cancelled, "Preparation cancelled");
    }
    report.files = rows.size();
    Copies copies;
    std::vector<atlas::LabelRow*> used;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto& reason = files[i].badReason;
        reason = reason.empty() ? copies.reason(files[i].checksum, rows[i].path) : reason;
        if (reason.empty()) {
            used.push_back(&rows[i]);
        } else {
            report.bad.push_back({rows[i].path, reason});
        }
    }
    report.drawnSplits = fillSplits(used, options);
    tensors::PreparedWords set;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& row = rows[i];
        if (!files[i].badReason.empty()) {
            continue;
        }
        tensors::WordsOfSong song{row.path, row.title, row.artist,
                                  classOf(row, options.classColumn), row.split};
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
    addSplitWarnings(report);
    return report;
}

} // namespace canto
