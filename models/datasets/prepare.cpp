// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/datasets/prepare.h"

#include "models/datasets/file_names.h"
#include "models/datasets/folder_walk.h"
#include "models/datasets/pianoroll_npz.h"

#include "core/atlas/label_csv.h"
#include "core/base/json_text.h"
#include "core/base/unicode.h"
#include "core/midi/file_kind.h"
#include "core/midi/smf_reader.h"
#include "models/datasets/prepared_dataset.h"

#include <algorithm>
#include <ranges>

namespace canto {

using codec::PhraseWindow;
using codec::Token;

namespace {

/// The result of reading one file.
struct FileResult : SongFile {
    std::vector<PhraseWindow> windows;
    std::vector<Token> tokens;
    std::vector<codec::Expression> expressions;
    codec::SongRule rule;
    bool mended = false;
};

/// Keeps `limit` of the windows, evenly spread, the first among them.
void thin(std::vector<PhraseWindow>& windows, int hop, std::size_t limit) {
    std::erase_if(windows, [hop](const PhraseWindow& window) { return window.bar % hop != 0; });
    if (limit == 0 || windows.size() <= limit) {
        return;
    }
    for (std::size_t i = 0; i < limit; ++i) {
        windows[i] = windows[i * windows.size() / limit];
    }
    windows.resize(limit);
}

bool isPianoroll(const std::filesystem::path& path) { return path.extension() == ".npz"; }

/// Interprets the folders as classes or as artists, and warns accordingly.
void nameByFolder(atlas::LabelTable& table, PrepareOptions::Folders folders,
                  std::vector<std::string>& warnings) {
    using Folders = PrepareOptions::Folders;
    std::map<std::string, std::size_t> songs;
    for (const auto& row : table.rows) {
        if (const auto parent = std::filesystem::path(row.path).parent_path(); !parent.empty()) {
            ++songs[parent.string()];
        }
    }
    if (songs.empty()) {
        return;
    }
    if (folders == Folders::Auto) {
        std::size_t largest = 0;
        for (const auto& [name, count] : songs) {
            largest = std::max(largest, count);
        }
        const bool large = largest > 2 && 20 * largest > table.rows.size();
        folders = large ? Folders::Class : Folders::Artist;
        warnings.emplace_back(
            large ? "The folders were read as classes, since one of them holds more than a "
                    "twentieth of the songs: their names are the labels, and each has songs in "
                    "every split. If they are artists, say --folders artist."
                  : "The folders were read as artists: the songs of a folder are in one split. "
                    "If they are classes, say --folders class.");
    }
    for (auto& row : table.rows) {
        const std::filesystem::path path(row.path);
        if (!path.has_parent_path()) {
            continue;
        }
        if (folders == Folders::Class) {
            row.genre = composedForm(trimmed(validUtf8(path.begin()->string())));
        } else {
            row.artist = path.parent_path().string();
        }
    }
}

/// Rows for all files below a folder, sorted by path; see PrepareOptions::Folders.
Result<atlas::LabelTable> tableOfFolder(const PrepareOptions& options,
                                        std::vector<std::string>& warnings) {
    std::size_t macMetadata = 0;
    CANTO_TRY(files, filesBelow(
                         options.midi,
                         [](const std::filesystem::path& path) {
                             return midi::isMidiName(path) || isPianoroll(path);
                         },
                         nullptr, &macMetadata));
    atlas::LabelTable table;
    for (const auto& file : *files) {
        const auto relative = file.lexically_relative(options.midi);
        atlas::LabelRow row;
        row.path = relative.string();
        row.title = relative.stem().string();
        table.rows.push_back(std::move(row));
    }
    if (table.rows.empty()) {
        return fail(Error::Code::BadInput, "The folder holds no MIDI file and no piano roll",
                    options.midi.string());
    }
    nameByFolder(table, options.folders, warnings);
    if (macMetadata > 0) {
        warnings.push_back(std::to_string(macMetadata) +
                           " files of macOS (\"._name\", __MACOSX) were passed over; they hold no "
                           "music.");
    }
    return table;
}

FileResult readFile(const std::filesystem::path& path, const PrepareOptions& options) {
    FileResult result;
    Result<music::Song> read;
    if (isPianoroll(path)) {
        read = readPianorollNpz(path);
    } else if (auto file = midi::readSmfFile(path)) {
        result.mended = !file->repairs.empty();
        read = std::move(file->song);
    } else {
        read = fail(file.error());
    }
    if (!read) {
        // The path is shown beside the reason.
        result.badReason = read.error().what;
        return result;
    }
    result.rule = codec::songRule(*read);
    const codec::MusaeSong song(*read, {.repeats = options.repeats});
    result.windows = song.windows();
    if (result.windows.empty()) {
        result.badReason = "No note in it";
        return result;
    }
    thin(result.windows, options.hop, options.limit);
    result.tokens.reserve(result.windows.size() * codec::kPhraseTokens);
    for (const PhraseWindow& window : result.windows) {
        const auto tokens = song.encode(window.start);
        result.tokens.insert(result.tokens.end(), tokens.begin(), tokens.end());
        const auto expressions = song.expressions(window.start);
        result.expressions.insert(result.expressions.end(), expressions.begin(), expressions.end());
    }
    return result;
}

void count(RuleCounts& counts, const codec::SongRule& rule) {
    ++counts.songs;
    counts.pass += rule.passes();
    counts.otherMetre += !rule.fourFour;
    std::size_t failures = rule.fourFour ? 0 : 1;
    std::size_t which = 0;
    for (std::size_t track = 0; track < codec::kTracks; ++track) {
        if (!rule.present[track]) {
            ++counts.missing[track];
            ++failures;
            which = track + 1;
        }
    }
    if (failures == 1) {
        ++counts.only[which];
    }
}

void count(PhraseCounts& counts, const FileResult& file) {
    const auto& windows = file.windows;
    const auto strict = static_cast<std::size_t>(
        std::count_if(windows.begin(), windows.end(), [](const auto& w) { return w.strict; }));
    ++counts.songs;
    counts.phrases += windows.size();
    counts.strict += strict;
    counts.strictSongs += strict > 0;
}

Result<void> check(const PrepareOptions& options, const atlas::LabelTable& table) {
    const std::string where = options.labels.string();
    if (options.hop < 1) {
        return fail(Error::Code::BadInput, "The hop must be one bar at least");
    }
    if (options.labels.empty()) {
        return {};
    }
    if (table.rows.empty()) {
        return fail(Error::Code::BadInput, "The labels name no file", where);
    }
    const auto& columns = table.columns;
    if (std::find(columns.begin(), columns.end(), options.classColumn) == columns.end()) {
        return fail(Error::Code::BadInput,
                    "The labels have no column \"" + options.classColumn + "\"", where,
                    "Name another with --class-column.");
    }
    return {};
}

} // namespace

Result<atlas::LabelTable> tableOf(const PrepareOptions& options,
                                  std::vector<std::string>& warnings) {
    auto table = options.labels.empty() ? tableOfFolder(options, warnings)
                                        : atlas::readLabels(options.labels);
    if (!table) {
        return table;
    }
    CANTO_CHECK(check(options, *table));
    FileNames names;
    for (auto& row : table->rows) {
        row.path = names.nameIn(options.midi, row.path);
    }
    return table;
}

std::string classOf(const atlas::LabelRow& row, const std::string& column) {
    if (column == "genre") {
        return row.genre;
    }
    if (column == "artist") {
        return row.artist;
    }
    if (column == "composer") {
        return row.composer;
    }
    if (column == "emotion") {
        return row.emotion;
    }
    const auto label = row.labels.find(column);
    return label == row.labels.end() ? std::string() : label->second;
}

std::size_t fillSplits(const std::vector<atlas::LabelRow*>& rows, const PrepareOptions& options) {
    const auto songOf = [&](const atlas::LabelRow& row) -> std::optional<SplitSong> {
        // Without labels the title is only the file name, which other folders may contain too.
        const bool titled = !options.labels.empty() && !row.title.empty();
        const bool byArtist = !row.artist.empty() && options.classColumn != "artist";
        return SplitSong{byArtist ? row.artist
                         : titled ? row.title
                                  : row.path,
                         classOf(row, options.classColumn)};
    };
    const auto deref = [](atlas::LabelRow* row) -> atlas::LabelRow& { return *row; };
    return fillSplits(std::views::transform(rows, deref), options.seed, songOf);
}

Result<PrepareReport> prepare(const PrepareOptions& options, const CancelToken& cancel,
                              const Progress& progress) {
    PrepareReport report;
    tensors::PreparedDataset set;
    CANTO_TRY(done, prepareFiles(
                        options, cancel, progress, report,
                        [&](const std::filesystem::path& path) { return readFile(path, options); },
                        [&](const atlas::LabelRow& row, const std::string& label,
                            const FileResult& file) {
                            report.mended += file.mended;
                            count(report.rule[label], file.rule);
                            set.addSong({row.path, row.title, row.artist, label, row.split},
                                        file.windows, file.tokens, file.expressions);
                        }));
    if (set.size() == 0) {
        return noneUsable(std::to_string(report.files) + " files", options.midi, report.bad);
    }
    const bool hold = options.repeats == codec::RepeatRule::Hold;
    set.finish(options.classColumn,
               {{"repeats", hold ? "hold" : "onset"}, {"hop", std::to_string(options.hop)}});
    CANTO_CHECK(set.write(options.out));
    return report;
}

} // namespace canto
