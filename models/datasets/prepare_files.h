// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the builders of prepared data sets have in common: reading many files on several threads,
// leaving out the bad ones and the copies, drawing the missing splits, and the report.

#include "core/base/cancel.h"
#include "core/base/result.h"
#include "models/datasets/draw_split.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace canto {

struct BadFile {
    std::string path;
    std::string reason;
};
inline void to_json(nlohmann::json& document, const BadFile& file) {
    document = {{"path", file.path}, {"reason", file.reason}};
}

/// What became of the files of a data set.
/// @tparam Counts  of songs, their number being a member `songs`.
template <class Counts>
struct FilesReport {
    std::size_t files = 0; ///< rows of the labels
    Counts all;
    std::map<std::string, Counts> bySplit;
    std::map<std::string, Counts> byClass; ///< "" for songs without one
    std::vector<BadFile> bad;    ///< unreadable, without a note, or a copy; in the labels' order
    std::size_t drawnSplits = 0; ///< rows without a split
    std::vector<std::string> warnings; ///< for the user: how folders were interpreted, splits
};

/// Calls work(i) for each file, on several threads (0: what the machine has), and `progress` after
/// each, from one thread at a time. Cancelled with `cancelled` and `hint`.
Result<void> forEachFile(std::size_t files, int threads, const CancelToken& cancel,
                         const Progress& progress, const char* cancelled,
                         const std::function<void(std::size_t)>& work, const char* hint = "");

/// BadInput: "None of the <files> could be used", with the first reason.
tl::unexpected<Error> noneUsable(const std::string& files, const std::filesystem::path& folder,
                                 const std::vector<BadFile>& bad);

/// Normalises the member `split` of all rows by splitName(), and draws those that are empty.
/// @param songOf  the row as a SplitSong, or nullopt if nothing is to be drawn for it.
/// @return how many were drawn.
template <class Rows, class SongOf>
std::size_t fillSplits(Rows&& rows, std::uint64_t seed, const SongOf& songOf) {
    std::vector<std::string*> open;
    std::vector<SplitSong> songs;
    for (auto& row : rows) {
        row.split = splitName(row.split);
        if (std::optional<SplitSong> song = songOf(row); song && row.split.empty()) {
            open.push_back(&row.split);
            songs.push_back(std::move(*song));
        }
    }
    const auto splits = drawSplits(songs, seed);
    for (std::size_t i = 0; i < open.size(); ++i) {
        *open[i] = splits[i];
    }
    return open.size();
}

} // namespace canto
