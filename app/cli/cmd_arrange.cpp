// SPDX-License-Identifier: GPL-3.0-or-later
#ifdef CANTO_SOUND

#include "app/cli/analysis_json.h"
#include "app/cli/commands.h"
#include "app/spaces/arrangement/arranger_factory.h"
#include "core/arrange/arrange_song.h"
#include "core/arrange/baseline_arranger.h"
#include "core/arrange/register.h"
#include "core/midi/smf_writer.h"

#include <chrono>
#include <memory>

namespace canto::cli {

namespace {

struct Args {
    std::string file;
    std::string out;
    std::string soundFont;
    std::string model; ///< weights; empty: the rules
    double bpm = 0;    ///< 0: not known
    arrange::Controls controls;
    bool json = false;
};

Result<std::unique_ptr<arrange::Arranger>> arrangerOf(const Args& args) {
    if (args.model.empty()) {
        return std::make_unique<arrange::BaselineArranger>();
    }
    return openArranger(args.model);
}

Result<int> arrange(const Args& args) {
    CANTO_TRY(arranger, arrangerOf(args));
    const auto started = std::chrono::steady_clock::now();
    const auto cancel = interruptToken();
    CANTO_TRY(recording, withProgress("Seconds analysed", [&](const Progress& progress) {
                  return analyseFile(args.file, optionsFor(args.bpm), args.soundFont, cancel,
                                     progress);
              }));
    CANTO_TRY(made, withProgress("Bars", [&](const Progress& progress) {
                  return arrange::arrangeSong(recording->analysis, recording->frames, **arranger,
                                              cancel, progress, {}, {.controls = args.controls});
              }));
    CANTO_CHECK(midi::writeSmfFile(args.out, made->song));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    nlohmann::json document{{"file", args.file},
                            {"out", args.out},
                            {"arranger", made->arranger},
                            {"notes", made->song.notes.size()},
                            {"bars", made->bars},
                            {"seconds", recording->analysis.seconds},
                            {"workSeconds", took.count()},
                            {"tempo", recording->analysis.beats.bpm},
                            {"key", recording->analysis.key.name()},
                            {"beatConfidence", recording->analysis.beats.confidence},
                            {"onsetCorrelation", made->onsetCorrelation},
                            {"remarks", recording->analysis.remarks}};
    if (args.json) {
        document["analysis"] = toJson(recording->analysis);
    }
    return print(document);
}

} // namespace

void addArrangeCommand(CLI::App& app, Action& action) {
    Command<Args> command(app, action, "arrange",
                          "Arrange a recording for piano, in the recording's own time", arrange);
    auto& args = command.args();
    command.required(
        "file", args.file,
        "A recording (WAV, FLAC, Ogg, MP3, AIFF) or a MIDI file, which is rendered first");
    command.required("-o,--out", args.out, "The MIDI file to write");
    command.option("--model", args.model,
                   "Weights of the Arrangement space (default: arrange by rules)");
    command.option("--density", args.controls.density,
                   "Fewer (-1) or more (1) notes than by default (0)", CLI::Range(-1.0, 1.0));
    command.option("--register", args.controls.lift,
                   "Semitones higher or lower on average: moves some of the notes by octaves",
                   CLI::Range(-arrange::kMostLift, arrange::kMostLift));
    command.flag("--json", args.json, "Print the analysis too: beats, chords, melody and bass");
    addSoundOptions(command, args);
    command->footer("Examples:\n"
                    "  canto arrange song.mp3 --out song.mid\n"
                    "  canto arrange song.mp3 --out song.mid --model a2s/best.safetensors\n"
                    "  canto arrange song.flac --out song.mid --json > analysis.json\n"
                    "onsetCorrelation states how well the notes follow the recording's rhythm, "
                    "-1 .. 1.");
}

} // namespace canto::cli

#endif
