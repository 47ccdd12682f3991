#pragma once

// Labelled MIDI files into one file of phrases for training: what `canto prepare` does.

#include "core/atlas/label_csv.h"
#include "core/base/cancel.h"
#include "core/base/result.h"
#include "core/codec/musae_codec.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace canto::service {

struct PrepareOptions {
    /// CSV with a column "path" or "file", and what else it knows. Empty: every MIDI file and piano
    /// roll (.npz, pianoroll_npz.h) below `midi`, without classes; what lies in one folder counts
    /// as one artist's, since the Lakh collections keep all versions of a song in one folder.
    std::filesystem::path labels;
    std::filesystem::path midi; ///< folder the paths are relative to
    std::filesystem::path out;
    std::string classColumn = "genre"; ///< must be a column of the CSV
    int hop = 1;                       ///< keep windows from every hop-th bar of a song, >= 1
    std::size_t limit = 0;             ///< phrases of a song at most, spread evenly; 0: all
    codec::RepeatRule repeats = codec::RepeatRule::Hold;
    /// Draws the split (80 % train, 10 % valid, 10 % test) of rows that name none: by artist, else
    /// by title, else by path, so that an artist is in one split only.
    std::uint64_t seed = 1;
    int threads = 0; ///< 0: what the machine has
};

struct PhraseCounts {
    std::size_t songs = 0;
    std::size_t phrases = 0;
    std::size_t strict = 0;
    std::size_t strictSongs = 0; ///< songs with a strict phrase
};

/// How the songs of a class fare under the published rule (codec::SongRule).
struct RuleCounts {
    std::size_t songs = 0;
    std::size_t pass = 0;
    std::size_t otherMetre = 0;                        ///< a time signature that is not 4/4
    std::array<std::size_t, codec::kTracks> missing{}; ///< no note on this track
    /// Songs that fail by this one reason alone: metre, then the four tracks.
    std::array<std::size_t, 1 + codec::kTracks> only{};
};

struct BadFile {
    std::string path;
    std::string reason;
};

struct PrepareReport {
    std::size_t files = 0; ///< rows of the labels
    PhraseCounts all;
    std::map<std::string, PhraseCounts> bySplit;
    std::map<std::string, PhraseCounts> byClass;
    std::map<std::string, RuleCounts> rule; ///< by class; "" for songs without one
    std::vector<BadFile> bad;               ///< unreadable, or without a note; in the labels' order
    std::size_t mended = 0;                 ///< files whose reader had something to mend
    std::size_t drawnSplits = 0;            ///< rows without a split
};

/// Reads all files, writes options.out. The same input gives the same bytes, whatever the number
/// of threads. Bad files are listed and left out; BadInput when none is good or an option makes no
/// sense; Cancelled leaves no file behind.
Result<PrepareReport> prepare(const PrepareOptions& options, const CancelToken& cancel,
                              const Progress& progress);

/// The rows that options name: those of the labels, or one for each file of the folder. Errors as
/// readLabels; NotFound (no folder), BadInput (no file, no such column).
Result<atlas::LabelTable> tableOf(const PrepareOptions& options);

/// What a row of labels says in a column: one of the known ones or a further one; empty without.
std::string classOf(const atlas::LabelRow& row, const std::string& column);

/// The split drawn for a key (see PrepareOptions::seed): "train", "valid" or "test".
std::string drawSplit(const std::string& key, std::uint64_t seed);

} // namespace canto::service
