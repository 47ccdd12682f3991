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

int arrange(const Args& args) {
    const auto arranger = arrangerOf(args);
    if (!arranger) {
        return report(arranger.error());
    }
    const auto started = std::chrono::steady_clock::now();
    const auto cancel = interruptToken();
    Result<Recording> recording;
    {
        ProgressLine line("Seconds analysed");
        recording =
            analyseFile(args.file, optionsFor(args.bpm), args.soundFont, cancel, line.callback());
    }
    if (!recording) {
        return report(recording.error());
    }
    Result<arrange::Arrangement> made;
    {
        ProgressLine line("Bars");
        made = arrange::arrangeSong(recording->analysis, recording->frames, **arranger, cancel,
                                    line.callback(), {}, {.controls = args.controls});
    }
    if (!made) {
        return report(made.error());
    }
    if (const auto written = midi::writeSmfFile(args.out, made->song); !written) {
        return report(written.error());
    }
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
    print(document);
    return kGood;
}

} // namespace

void addArrangeCommand(CLI::App& app, Action& action) {
    auto args = std::make_shared<Args>();
    auto* command =
        app.add_subcommand("arrange", "Arrange a recording for piano, in the recording's own time");
    command
        ->add_option(
            "file", args->file,
            "A recording (WAV, FLAC, Ogg, MP3, AIFF) or a MIDI file, which is rendered first")
        ->required();
    command->add_option("-o,--out", args->out, "The MIDI file to write")->required();
    command->add_option("--model", args->model,
                        "Weights of the Arrangement space (default: arrange by rules)");
    command
        ->add_option("--density", args->controls.density,
                     "Fewer (-1) or more (1) notes than by default (0)")
        ->check(CLI::Range(-1.0, 1.0));
    command
        ->add_option("--register", args->controls.lift,
                     "Semitones higher or lower on average: moves some of the notes by octaves")
        ->check(CLI::Range(-arrange::kMostLift, arrange::kMostLift));
    command->add_flag("--json", args->json,
                      "Print the analysis too: beats, chords, melody and bass");
    command
        ->add_option("--bpm", args->bpm,
                     "Approximate tempo in beats a minute, if you know it; otherwise half or "
                     "double may be found")
        ->check(CLI::Range(30.0, 300.0));
    command->add_option("--soundfont", args->soundFont, "For MIDI files; default: the system's")
        ->check(CLI::ExistingFile);
    command->footer("Examples:\n"
                    "  canto arrange song.mp3 --out song.mid\n"
                    "  canto arrange song.mp3 --out song.mid --model a2s/best.safetensors\n"
                    "  canto arrange song.flac --out song.mid --json > analysis.json\n"
                    "onsetCorrelation states how well the notes follow the recording's rhythm, "
                    "-1 .. 1.");
    command->callback([&action, args] { action = [args] { return arrange(*args); }; });
}

} // namespace canto::cli

#endif
