// SPDX-License-Identifier: GPL-3.0-or-later
#ifdef CANTO_SOUND

#include "app/cli/analysis_json.h"
#include "app/cli/commands.h"
#include "app/spaces/arrangement/arranger_factory.h"
#include "app/spaces/arrangement/example_book.h"
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
    std::string model;    ///< weights; empty: the rules
    std::string examples; ///< MIDI files to imitate, or "library"
    double bpm = 0;       ///< 0: not known
    arrange::Controls controls;
    bool json = false;
};

Result<std::vector<arrange::Example>>
examplesNamed(const std::string& name, const CancelToken& cancel, const Progress& progress) {
#ifdef CANTO_ATLAS
    if (name != "library") {
        return examplesOfFiles(name, cancel, progress);
    }
    return shippedExamples(cancel, progress);
#else
    return fail(Error::Code::BadInput, "This build reads no examples", name);
#endif
}

Result<std::unique_ptr<arrange::Arranger>> arrangerOf(const Args& args, const CancelToken& cancel) {
    if (!args.examples.empty()) {
        CANTO_TRY(examples, withProgress("Examples", [&](const Progress& progress) {
                      return examplesNamed(args.examples, cancel, progress);
                  }));
        return std::make_unique<arrange::ExampleArranger>(std::move(*examples));
    }
    if (args.model.empty()) {
        return std::make_unique<arrange::BaselineArranger>();
    }
    return openArranger(args.model);
}

Result<int> arrange(const Args& args) {
    const auto cancel = interruptToken();
    CANTO_TRY(arranger, arrangerOf(args, cancel));
    const auto started = std::chrono::steady_clock::now();
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
    auto* model = command.option("--model", args.model,
                                 "Weights of the Arrangement space (default: arrange by rules)");
    command
        .option(
            "--examples", args.examples,
            "Imitate two bars at a time: a MIDI file of piano music, a folder of such files, or "
            "library, for phrases decoded from the library of the Arrangement space")
        ->excludes(model);
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
                    "  canto arrange song.mp3 --out song.mid --examples nocturnes/\n"
                    "  canto arrange song.flac --out song.mid --json > analysis.json\n"
                    "onsetCorrelation states how well the notes follow the recording's rhythm, "
                    "-1 .. 1.");
}

} // namespace canto::cli

#endif
