// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/file_notes_report.h"

#include "core/codec/file_notes.h"
#include "core/codec/polyphonic.h"
#include "core/midi/smf_reader.h"
#include "models/common/whole_song.h"
#include "models/datasets/prepare.h"

#include <cstdio>
#include <map>

namespace canto::cli {

namespace {

using codec::FileNotes;

/// The figures of a model, and those of the grid alone.
struct BothNotes {
    std::size_t songs = 0;
    FileNotes model;
    FileNotes grid;
};

nlohmann::json notesJson(const FileNotes& notes) {
    return {{"recall", notes.recall()},
            {"precision", notes.precision()},
            {"f1", notes.f1()},
            {"sameSixteenth", notes.exactRecall()},
            {"topNotes", notes.topRecall()},
            {"drums", notes.drumRecall()},
            {"drumsF1", notes.drumF1()},
            {"velocityOff", notes.velocityOff()},
            {"notes", notes.notes},
            {"notesReturned", notes.other}};
}

std::string tableLine(const std::string& name, const FileNotes& notes, std::size_t songs) {
    char line[256];
    std::snprintf(line, sizeof line, "%-24s %6zu %8.3f %9.3f %6.3f %6.3f %6.3f %8.1f\n",
                  name.c_str(), songs, notes.recall(), notes.precision(), notes.f1(),
                  notes.topRecall(), notes.drumRecall(), notes.velocityOff());
    return line;
}

FileNotes throughGrid(const music::Song& song) {
    const auto grid = codec::toGrid(song);
    std::vector<codec::GridPhrase> phrases;
    for (std::size_t first = 0; first < grid.musicBars;) {
        const auto window = grid.window(first);
        phrases.push_back(grid.phrase(window));
        first = window.end;
    }
    return codec::compareNotes(song,
                               codec::toSong(phrases, {.ticksPerQuarter = song.ticksPerQuarter}));
}

} // namespace

Result<nlohmann::json> fileNotesReport(const models::LatentModel& model,
                                       const FileNotesRequest& request, const CancelToken& cancel,
                                       const Progress& progress) {
    PrepareOptions options;
    options.labels = request.labels;
    options.midi = request.midi;
    options.classColumn = request.by;
    std::vector<std::string> warnings;
    CANTO_TRY(table, tableOf(options, warnings));
    std::vector<const atlas::LabelRow*> rows;
    for (const auto& row : table->rows) {
        if (request.split.empty() || splitName(row.split) == request.split) {
            rows.push_back(&row);
        }
    }
    if (request.songs > 0 && rows.size() > request.songs) {
        for (std::size_t i = 0; i < request.songs; ++i) {
            rows[i] = rows[i * rows.size() / request.songs];
        }
        rows.resize(request.songs);
    }
    BothNotes all;
    std::map<std::string, BothNotes> byClass;
    std::vector<BadFile> bad;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        const auto file = midi::readSmfFile(request.midi / rows[i]->path);
        if (!file || file->song.notes.empty()) {
            bad.push_back({rows[i]->path, file ? "No note in it" : file.error().what});
            continue;
        }
        const auto rebuilt = models::rebuildSong(model, file->song, cancel);
        if (!rebuilt) {
            if (rebuilt.error().code == Error::Code::Cancelled) {
                return fail(rebuilt.error());
            }
            bad.push_back({rows[i]->path, rebuilt.error().what});
            continue;
        }
        const auto notes = codec::compareNotes(file->song, *rebuilt);
        const auto grid = throughGrid(file->song);
        for (auto* sum : {&all, &byClass[classOf(*rows[i], request.by)]}) {
            ++sum->songs;
            sum->model += notes;
            sum->grid += grid;
        }
        if (progress) {
            progress(i + 1, rows.size());
        }
    }
    if (all.songs == 0) {
        return noneUsable(std::to_string(rows.size()) + " files", request.midi, bad);
    }
    nlohmann::json figures = {{"songs", all.songs},
                              {"all", notesJson(all.model)},
                              {"grid", notesJson(all.grid)},
                              {"bad", bad}};
    std::string text =
        "                          songs   recall precision     F1    top  drums velocity\n";
    text += tableLine("all", all.model, all.songs);
    for (const auto& [name, sums] : byClass) {
        if (byClass.size() > 1 || !name.empty()) {
            figures["byClass"][name] = notesJson(sums.model);
            text += tableLine("  " + (name.empty() ? std::string("(none)") : name), sums.model,
                              sums.songs);
        }
    }
    text += tableLine("the grid alone", all.grid, all.songs);
    figures["table"] = text;
    return figures;
}

} // namespace canto::cli
