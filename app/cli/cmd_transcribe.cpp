// SPDX-License-Identifier: GPL-3.0-or-later
#ifdef CANTO_SOUND

#include "app/cli/analysis_json.h"
#include "app/cli/commands.h"
#include "app/library/note_network_file.h"
#include "app/spaces/arrangement/transcribe_file.h"
#include "core/audio/note_measures.h"
#include "core/midi/smf_reader.h"
#include "core/midi/smf_writer.h"

#include <algorithm>
#include <chrono>

namespace canto::cli {

namespace {

struct Args {
    std::string file;
    std::string out;
    std::string network;
    std::string notes;
    std::string soundFont;
    double bpm = 0; ///< 0: not known
    audio::TrackerOptions tracker;
    bool quantise = false;
    bool asPlayed = false;
    bool lines = false;
    bool json = false;
};

nlohmann::json notesJson(const std::vector<audio::DetectedNote>& notes) {
    auto list = nlohmann::json::array();
    for (const auto& note : notes) {
        list.push_back({{"start", note.start},
                        {"end", note.end},
                        {"pitch", note.pitch},
                        {"amplitude", note.amplitude}});
    }
    return list;
}

nlohmann::json measureJson(const audio::FMeasure& measure) {
    return {{"noteF", measure.f}, {"precision", measure.precision}, {"recall", measure.recall}};
}

Result<int> transcribe(const Args& args) {
    TranscribeOptions options;
    options.analysis = optionsFor(args.bpm);
    options.timing = args.asPlayed ? arrange::Timing::AsPlayed : arrange::Timing::Quantised;
    options.soundFont = args.soundFont;
    options.tracker = args.tracker;
    std::vector<std::string> remarks;
    if (!args.network.empty()) {
        options.network = args.network;
    } else if (!args.lines) {
        if (const auto installed = noteNetworkFile()) {
            options.network = *installed;
        } else {
            remarks.push_back("Only the melody and the bass line are written: " +
                              installed.error().message());
        }
    }
    const auto started = std::chrono::steady_clock::now();
    const auto cancel = interruptToken();
    CANTO_TRY(made, withProgress("Seconds", [&](const Progress& progress) {
                  return transcribeFile(args.file, options, cancel, progress);
              }));
    CANTO_CHECK(midi::writeSmfFile(args.out, made->song));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    const auto& song = made->song;
    nlohmann::json document{
        {"file", args.file},
        {"out", args.out},
        {"frontEnd", made->detected.frontEnd},
        {"timing", made->analysis && !args.asPlayed ? "quantised" : "as played"},
        {"notes", song.notes.size()},
        {"seconds", made->seconds},
        {"workSeconds", took.count()}};
    if (made->detected.byNetwork && made->networkSeconds > 0) {
        document["networkTimesRealTime"] = made->seconds / made->networkSeconds;
    }
    for (std::size_t i = 0; i < song.tracks.size(); ++i) {
        document["tracks"][song.tracks[i].name] =
            std::count_if(song.notes.begin(), song.notes.end(),
                          [i](const music::Note& note) { return note.track == i; });
    }
    if (made->analysis) {
        document["tempo"] = made->analysis->beats.bpm;
        document["key"] = made->analysis->key.name();
        document["beatConfidence"] = made->analysis->beats.confidence;
        remarks.insert(remarks.end(), made->analysis->remarks.begin(),
                       made->analysis->remarks.end());
    } else {
        remarks.push_back("No beats were found, notes are written as played: " + made->noBeats);
    }
    document["remarks"] = remarks;
    if (!args.notes.empty()) {
        CANTO_TRY(reference, midi::readSmfFile(args.notes));
        const auto right = audio::notesOf(reference->song);
        document["measures"] = {
            {"detected", measureJson(audio::noteFMeasure(right, made->detected.notes))},
            {"written", measureJson(audio::noteFMeasure(right, audio::notesOf(song)))},
            {"referenceNotes", right.size()}};
    }
    if (args.json) {
        document["detected"] = notesJson(made->detected.notes);
        if (made->analysis) {
            document["analysis"] = toJson(*made->analysis);
        }
    }
    return print(document);
}

} // namespace

void addTranscribeCommand(CLI::App& app, Action& action) {
    Command<Args> command(app, action, "transcribe",
                          "Write the notes of a recording as MIDI, on the beats that were found",
                          transcribe);
    auto& args = command.args();
    command.required(
        "file", args.file,
        "A recording (WAV, FLAC, Ogg, MP3, AIFF) or a MIDI file, which is rendered first");
    command.required("-o,--out", args.out, "The MIDI file to write");
    auto* quantise = command.flag("--quantise", args.quantise,
                                  "Put notes on sixteenths or triplets of the beats (the default)");
    command.flag("--as-played", args.asPlayed, "Leave notes where they are in the recording")
        ->excludes(quantise);
    auto* network =
        command.option("--network", args.network,
                       "Weights that canto import-weights wrote; default: those that are installed",
                       CLI::ExistingFile);
    command
        .flag("--lines", args.lines,
              "Use the melody and bass lines of canto analyse, even where the network is "
              "installed")
        ->excludes(network);
    command.shown(
        "--onset-threshold", args.tracker.onset,
        "Activation from which a note begins: lower finds more notes, and more wrong ones",
        CLI::Range(0.05, 0.95));
    command.shown("--note-threshold", args.tracker.note, "Activation below which a note ends",
                  CLI::Range(0.05, 0.95));
    command.shown("--shortest", args.tracker.shortest, "Frames of 11.6 ms that a note must exceed",
                  CLI::Range(0, 100));
    command.option("--notes", args.notes,
                   "MIDI file to compare with: notes of the same pitch whose onsets are within 50 "
                   "ms, drums left out",
                   CLI::ExistingFile);
    command.flag("--json", args.json, "Print the detected notes and the analysis too");
    addSoundOptions(command, args);
    command->footer(
        "Examples:\n"
        "  canto transcribe song.mp3 --out song.mid\n"
        "  canto transcribe song.flac --out song.mid --as-played --json > notes.json\n"
        "  canto transcribe rendered.wav --out again.mid --notes song.mid\n"
        "frontEnd states what found the notes. The network is not part of this program: where it "
        "is not installed, the melody and the bass line are written. Up to an hour of sound.");
}

} // namespace canto::cli

#endif
