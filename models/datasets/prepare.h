// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Turns labelled MIDI files into one file of phrases for training: the implementation of `canto
// prepare`.

#include "core/atlas/label_csv.h"
#include "core/base/cancel.h"
#include "core/base/file_checksum.h"
#include "core/base/result.h"
#include "core/codec/musae_codec.h"
#include "models/datasets/copies.h"
#include "models/datasets/prepare_files.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace canto {

struct PrepareOptions {
    /// What the folders below `midi` mean if there are no labels.
    enum class Folders {
        /// Class if one of them holds more than a twentieth of the songs (and more than two), else
        /// Artist.
        Auto,
        Artist, ///< the songs of a folder are in one split, and there are no classes. The Lakh
                ///< collections keep all versions of a song in one folder.
        Class,  ///< the first folder below `midi` is the class, and each class has all splits
    };
    /// CSV with a column "path" or "file", and any others. Empty: every MIDI file
    /// (midi::isMidiName) and piano roll (.npz, pianoroll_npz.h) below `midi`.
    std::filesystem::path labels;
    Folders folders = Folders::Auto;
    std::filesystem::path midi; ///< folder the paths are relative to
    std::filesystem::path out;
    std::string classColumn = "genre"; ///< must be a column of the CSV
    int hop = 1;                       ///< keep windows from every hop-th bar of a song, >= 1
    std::size_t limit = 0;             ///< maximum number of phrases of a song, spread evenly; 0:
                                       ///< all
    codec::RepeatRule repeats = codec::RepeatRule::Hold;
    /// Seed for the split (drawSplits) of rows that name none: by artist, else by title, else by
    /// path, so that an artist is in one split only (unless the artists are the classes), and each
    /// class is divided in the same proportions.
    std::uint64_t seed = 1;
    int threads = 0; ///< 0: what the machine has
};

struct PhraseCounts {
    std::size_t songs = 0;
    std::size_t phrases = 0;
    std::size_t strict = 0;
    std::size_t strictSongs = 0; ///< songs with a strict phrase
};

/// How the songs of a class comply with the published rule (codec::SongRule).
struct RuleCounts {
    std::size_t songs = 0;
    std::size_t pass = 0;
    std::size_t otherMetre = 0;                        ///< a time signature that is not 4/4
    std::array<std::size_t, codec::kTracks> missing{}; ///< no note on this track
    /// Songs that only fail for this one reason: metre, then the four tracks.
    std::array<std::size_t, 1 + codec::kTracks> only{};
};

struct PrepareReport : FilesReport<PhraseCounts> {
    std::map<std::string, RuleCounts> rule; ///< by class; "" for songs without one
    std::size_t mended = 0;                 ///< files that the reader had to repair
};

/// Reads all files, writes options.out. The same input gives the same bytes, whatever the number of
/// threads. Bad files, and all but the first of files with the same bytes, are listed and left out;
/// BadInput if none is good or an option is invalid; Cancelled leaves no file behind.
Result<PrepareReport> prepare(const PrepareOptions& options, const CancelToken& cancel,
                              const Progress& progress);

/// The rows that the options select: those of the labels, or one for each file of the folder. The
/// interpretation of the folders is added to `warnings`. Errors as readLabels; NotFound (no
/// folder), BadInput (no file, no such column).
Result<atlas::LabelTable> tableOf(const PrepareOptions& options,
                                  std::vector<std::string>& warnings);

/// The value of a column in a row of labels, built-in or additional; empty if there is none.
std::string classOf(const atlas::LabelRow& row, const std::string& column);

/// Draws a split for those of the used rows that have none (see PrepareOptions::seed), and
/// normalises the others by splitName(). @return how many were drawn.
std::size_t fillSplits(const std::vector<atlas::LabelRow*>& rows, const PrepareOptions& options);

/// What reading one file gave; a data set adds what it needs of it.
struct SongFile {
    std::string badReason; ///< empty if the file is usable
    std::string checksum;
};

/// Reads the files of the options' table, leaves out bad ones and copies, draws splits, counts each
/// song in the report (count(counts, file)), and adds it to a data set.
/// @param read  the path to a SongFile; called on several threads.
/// @param add   (row, class, file): called in the order of the table.
template <class Report, class Read, class Add>
Result<void> prepareFiles(const PrepareOptions& options, const CancelToken& cancel,
                          const Progress& progress, Report& report, const Read& read,
                          const Add& add) {
    CANTO_TRY(table, tableOf(options, report.warnings));
    auto& rows = table->rows;
    std::vector<decltype(read(options.midi))> files(rows.size());
    const auto ok = forEachFile(rows.size(), options.threads, cancel, progress,
                                "Preparation cancelled", [&](std::size_t i) {
                                    const auto path = options.midi / rows[i].path;
                                    files[i] = read(path);
                                    files[i].checksum =
                                        checksumOfFile(path).value_or(std::string());
                                });
    if (!ok) {
        return ok;
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
    std::map<std::string, std::size_t> songs;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto file = std::move(files[i]); // so that its memory ends here
        if (!file.badReason.empty()) {
            continue;
        }
        const auto label = classOf(rows[i], options.classColumn);
        count(report.all, file);
        count(report.bySplit[rows[i].split], file);
        count(report.byClass[label], file);
        ++songs[rows[i].split];
        add(rows[i], label, file);
    }
    for (auto& warning : splitWarnings(songs)) {
        report.warnings.push_back(std::move(warning));
    }
    return {};
}

/// The same for a data set that keeps the song of each file; finishes and writes it.
template <class Set, class Report, class Read>
Result<Report> prepareSongs(const PrepareOptions& options, const CancelToken& cancel,
                            const Progress& progress, const Read& read) {
    Report report;
    Set set;
    CANTO_CHECK(prepareFiles(
        options, cancel, progress, report, read,
        [&](const atlas::LabelRow& row, const std::string& label, const auto& file) {
            set.addSong({row.path, row.title, row.artist, label, row.split}, file.song);
        }));
    if (set.songs().empty()) {
        return noneUsable(std::to_string(report.files) + " files", options.midi, report.bad);
    }
    set.finish(options.classColumn);
    CANTO_CHECK(set.write(options.out));
    return report;
}

} // namespace canto
