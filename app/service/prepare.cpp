#include "app/service/prepare.h"

#include "app/service/pianoroll_npz.h"

#include "core/atlas/label_csv.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/midi/smf_reader.h"
#include "core/tensorfile/prepared_dataset.h"

#include <algorithm>
#include <mutex>
#include <optional>

namespace canto::service {

using codec::PhraseWindow;
using codec::Token;

namespace {

/// What is wanted of one file once it is read.
struct FileResult {
    std::string badReason; ///< empty: a good file
    std::vector<PhraseWindow> windows;
    std::vector<Token> tokens;
    std::vector<codec::Touch> touches;
    codec::SongRule rule;
    bool mended = false;
};

/// `limit` of the windows, evenly spread, the first among them.
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

std::string endingOf(const std::filesystem::path& path) {
    std::string ending = path.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return ending;
}

/// Rows for all files below a folder, sorted by path; see PrepareOptions::labels.
Result<atlas::LabelTable> tableOfFolder(const std::filesystem::path& folder) {
    namespace fs = std::filesystem;
    atlas::LabelTable table;
    std::error_code problem;
    fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied,
                                        problem);
    if (problem) {
        return fail(Error::Code::NotFound, "The folder cannot be read: " + problem.message(),
                    folder.string());
    }
    for (; !problem && it != fs::recursive_directory_iterator(); it.increment(problem)) {
        const auto ending = endingOf(it->path());
        if (ending == ".mid" || ending == ".midi" || ending == ".npz") {
            const auto relative = it->path().lexically_relative(folder);
            atlas::LabelRow row;
            row.path = relative.string();
            row.title = relative.stem().string();
            row.artist = relative.parent_path().string();
            table.rows.push_back(std::move(row));
        }
    }
    std::sort(table.rows.begin(), table.rows.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
    if (table.rows.empty()) {
        return fail(Error::Code::BadInput, "The folder holds no MIDI file and no piano roll",
                    folder.string());
    }
    return table;
}

FileResult readFile(const std::filesystem::path& path, const PrepareOptions& options) {
    FileResult result;
    Result<music::Song> read;
    if (endingOf(path) == ".npz") {
        read = readPianorollNpz(path);
    } else if (auto file = midi::readSmfFile(path)) {
        result.mended = !file->repairs.empty();
        read = std::move(file->song);
    } else {
        read = fail(file.error());
    }
    if (!read) {
        // The path is told beside the reason; a missing file has nothing else to tell.
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
        const auto touches = song.touches(window.start);
        result.touches.insert(result.touches.end(), touches.begin(), touches.end());
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

void count(PhraseCounts& counts, const std::vector<PhraseWindow>& windows) {
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

Result<atlas::LabelTable> tableOf(const PrepareOptions& options) {
    auto table =
        options.labels.empty() ? tableOfFolder(options.midi) : atlas::readLabels(options.labels);
    if (!table) {
        return table;
    }
    if (const auto ok = check(options, *table); !ok) {
        return fail(ok.error());
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

std::string drawSplit(const std::string& key, std::uint64_t seed) {
    std::uint64_t hash = 0xcbf29ce484222325ull; // FNV-1a
    for (const char c : key) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
    }
    const double u = Random(hash ^ Random(seed).next()).uniform();
    return u < 0.8 ? "train" : u < 0.9 ? "valid" : "test";
}

Result<PrepareReport> prepare(const PrepareOptions& options, const CancelToken& cancel,
                              const Progress& progress) {
    const auto table = tableOf(options);
    if (!table) {
        return fail(table.error());
    }
    const auto& rows = table->rows;
    std::vector<FileResult> results(rows.size());
    std::mutex progressMutex;
    std::size_t done = 0;
    parallelFor(rows.size(), 1, options.threads, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end && !cancel.cancelled(); ++i) {
            results[i] = readFile(options.midi / rows[i].path, options);
            const std::scoped_lock lock(progressMutex);
            ++done;
            if (progress) {
                progress(done, rows.size());
            }
        }
    });
    if (cancel.cancelled()) {
        return fail(Error::Code::Cancelled, "Preparing was stopped");
    }

    PrepareReport report;
    report.files = rows.size();
    tensorfile::PreparedDataset set;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const atlas::LabelRow& row = rows[i];
        const FileResult result = std::move(results[i]);
        if (!result.badReason.empty()) {
            report.bad.push_back({row.path, result.badReason});
            continue;
        }
        tensorfile::PreparedSong song{row.path, row.title, row.artist,
                                      classOf(row, options.classColumn), row.split};
        if (song.split.empty()) {
            ++report.drawnSplits;
            const auto& named = row.title.empty() ? row.path : row.title;
            song.split = drawSplit(row.artist.empty() ? named : row.artist, options.seed);
        }
        report.mended += result.mended;
        count(report.all, result.windows);
        count(report.bySplit[song.split], result.windows);
        count(report.byClass[song.genre], result.windows);
        count(report.rule[song.genre], result.rule);
        set.addSong(std::move(song), result.windows, result.tokens, result.touches);
    }
    if (set.size() == 0) {
        return fail(
            Error::Code::BadInput,
            "None of the " + std::to_string(rows.size()) + " files could be used",
            options.midi.string(),
            report.bad.empty() ? "" : report.bad.front().path + ": " + report.bad.front().reason);
    }
    const bool hold = options.repeats == codec::RepeatRule::Hold;
    set.finish(options.classColumn,
               {{"repeats", hold ? "hold" : "onset"}, {"hop", std::to_string(options.hop)}});
    if (const auto ok = set.write(options.out); !ok) {
        return fail(ok.error());
    }
    return report;
}

} // namespace canto::service
