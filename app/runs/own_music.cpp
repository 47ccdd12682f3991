// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/runs/own_music.h"

#include "app/library/importer.h"
#include "core/atlas/label_csv.h"
#include "core/base/atomic_file.h"
#include "core/base/file_checksum.h"
#include "core/base/random.h"
#include "core/base/unicode.h"
#include "core/midi/smf_reader.h"
#include "core/tensors/safetensors.h"
#include "models/datasets/copies.h"
#include "models/datasets/prepare_files.h"
#include "models/datasets/prepare_polyphonic.h"

#include <algorithm>
#include <iterator>

namespace canto {

namespace fs = std::filesystem;

namespace {

std::string quoted(const std::string& field) {
    std::string text = "\"";
    for (const char c : field) {
        text += c == '"' ? "\"\"" : std::string(1, c);
    }
    return text + "\"";
}

struct Looked {
    std::string checksum;
    std::size_t phrases = 0;
    std::string problem;
};

Looked look(const fs::path& path) {
    Looked looked;
    const auto file = midi::readSmfFile(path);
    if (!file) {
        looked.problem = file.error().what;
        return looked;
    }
    looked.phrases = codec::MusaeSong(file->song).windows().size();
    if (looked.phrases == 0) {
        looked.problem = "No note in it";
    }
    looked.checksum = checksumOfFile(path).value_or(std::string());
    return looked;
}

/// In an order that depends on chance and the seed, not on the file names.
void divide(std::vector<OwnSong*> songs, std::uint64_t seed) {
    Random random(seed);
    random.shuffle(songs);
    const std::size_t n = songs.size();
    const std::size_t valid = n >= 3 ? std::max<std::size_t>(1, (n + 5) / 10) : 0;
    const std::size_t test = n >= 5 ? std::max<std::size_t>(1, (n + 5) / 10) : 0;
    for (std::size_t i = 0; i < n; ++i) {
        songs[i]->split = i < valid ? "valid" : i < valid + test ? "test" : "train";
    }
}

void warn(OwnMusic& music) {
    const auto say = [&](const std::string& text) { music.warnings.push_back(text); };
    if (music.trainPhrases < kFewTrainPhrases) {
        say("Only " + std::to_string(music.trainPhrases) + " phrases to learn from (" +
            std::to_string(kFewTrainPhrases) +
            " or more are advised): the model may know them by heart instead of learning a style.");
    }
    if (music.heldOutPhrases == 0) {
        say("No song can be held out: there are too few to measure the result honestly (three of a "
            "label are the least).");
    }
    for (const auto& label : music.labels) {
        if (label.songs < kFewSongsOfLabel) {
            say("Label \"" + (label.label.empty() ? "none" : label.label) + "\" has " +
                std::to_string(label.songs) + (label.songs == 1 ? " song" : " songs") +
                ": none of it is held out.");
        }
    }
}

void sumUp(OwnMusic& music) {
    std::map<std::string, LabelCount> counts;
    for (const auto& song : music.songs) {
        if (!song.skipped.empty()) {
            ++music.skipped;
            continue;
        }
        auto& count = counts[song.file.label];
        count.label = song.file.label;
        ++count.songs;
        count.phrases += song.phrases;
        if (song.split == "train") {
            ++count.train;
            music.trainPhrases += song.phrases;
        } else {
            ++(song.split == "valid" ? count.valid : count.test);
            music.heldOutPhrases += song.phrases;
        }
    }
    for (auto& [name, count] : counts) {
        music.labels.push_back(std::move(count));
    }
    music.usable = music.trainPhrases > 0;
    warn(music);
}

} // namespace

Result<std::vector<OwnFile>> filesByFolder(const fs::path& folder) {
    CANTO_TRY(found, findMidiFiles(std::span(&folder, 1), Naming::Absolute));
    std::vector<OwnFile> files;
    const fs::path root = fs::absolute(folder).lexically_normal();
    for (const auto& one : *found) {
        const fs::path below = fs::absolute(one.file).lexically_normal().lexically_relative(root);
        const auto first = below.begin();
        const bool inFolder = first != below.end() && std::next(first) != below.end();
        const fs::path top = root.has_filename() ? root.filename() : root.parent_path().filename();
        const std::string label = inFolder ? first->string() : top.string();
        files.push_back({one.file, one.file.stem().string(), {}, composedForm(trimmed(label))});
    }
    return files;
}

Result<std::vector<OwnFile>> filesByCsv(const fs::path& folder, const fs::path& csv,
                                        const std::string& column) {
    CANTO_TRY(table, atlas::readLabels(csv));
    if (std::find(table->columns.begin(), table->columns.end(), column) == table->columns.end()) {
        return fail(Error::Code::BadInput, "The labels have no column \"" + column + "\"",
                    csv.string());
    }
    CANTO_TRY(found, findMidiFiles(std::span(&folder, 1), Naming::Absolute));
    attachLabels(*found, *table, std::vector{csv.parent_path(), folder});
    std::vector<OwnFile> files;
    for (const auto& one : *found) {
        files.push_back({one.file,
                         one.labels.title.empty() ? one.file.stem().string() : one.labels.title,
                         one.labels.artist, one.labelled ? classOf(one.labels, column) : ""});
    }
    return files;
}

Result<OwnMusic> surveyOwnMusic(const std::vector<OwnFile>& files, std::uint64_t seed,
                                const CancelToken& cancel, const Progress& progress, int threads) {
    if (files.empty()) {
        return fail(Error::Code::BadInput, "There are no MIDI files in what was chosen", {},
                    "Choose a folder with .mid files in it");
    }
    std::vector<Looked> looked(files.size());
    CANTO_TRY(read, forEachFile(files.size(), threads, cancel, progress, "Reading cancelled",
                                [&](std::size_t i) { looked[i] = look(files[i].file); }));
    OwnMusic music;
    music.songs.reserve(files.size());
    Copies copies;
    for (std::size_t i = 0; i < files.size(); ++i) {
        auto& song = music.songs.emplace_back(OwnSong{files[i], looked[i].phrases, {}, {}});
        song.skipped = looked[i].problem.empty()
                           ? copies.reason(looked[i].checksum, files[i].file.filename().string())
                           : looked[i].problem;
    }
    std::map<std::string, std::vector<OwnSong*>> byLabel;
    for (auto& song : music.songs) {
        if (song.skipped.empty()) {
            byLabel[song.file.label].push_back(&song);
        }
    }
    for (auto& [label, songs] : byLabel) {
        divide(std::move(songs), seed);
    }
    sumUp(music);
    return music;
}

Result<fs::path> writeOwnDataset(const OwnMusic& music, const fs::path& folder,
                                 const CancelToken& cancel, const Progress& progress,
                                 const fs::path& weights) {
    if (!music.usable) {
        return fail(Error::Code::BadInput, "There is no music to learn from");
    }
    std::error_code problem;
    fs::create_directories(folder, problem);
    std::string csv = "path,title,artist,genre,split\n";
    for (const auto& song : music.songs) {
        if (song.skipped.empty()) {
            csv += quoted(fs::absolute(song.file.file).string()) + "," + quoted(song.file.title) +
                   "," + quoted(song.file.artist) + "," + quoted(song.file.label) + "," +
                   song.split + "\n";
        }
    }
    PrepareOptions options;
    options.labels = folder / "labels.csv";
    options.midi = folder;
    options.out = folder / "phrases.safetensors";
    CANTO_CHECK(writeFileAtomically(options.labels, csv));
    std::string architecture;
    if (!weights.empty()) {
        CANTO_TRY(file, tensors::SafeTensors::open(weights, tensors::OpenOptions::weights()));
        architecture = file->metadata("architecture");
    }
    if (architecture == "polyphonic") {
        CANTO_CHECK(preparePolyphonic(options, cancel, progress));
    } else {
        CANTO_CHECK(prepare(options, cancel, progress));
    }
    return options.out;
}

models::train::RunRequest fineTuneRequest(const fs::path& dataset, const fs::path& weights,
                                          const fs::path& out, double minutes,
                                          std::size_t trainPhrases) {
    models::train::RunRequest request;
    request.dataset = dataset;
    request.initialWeights = weights;
    request.out = out;
    request.minutes = minutes;
    // Eight epochs, whatever the length.
    request.epochMinutes = minutes / 8;
    request.rateFactor = 0.3;
    request.batch = static_cast<int>(std::clamp<std::size_t>(trainPhrases / 4, 8, 192));
    request.keepEpochs = true;
    request.logEvery = 1; // drawn from the first step on
    return request;
}

} // namespace canto
