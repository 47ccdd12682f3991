#ifdef CANTO_SOUND

#include "app/cli/commands.h"
#include "app/cli/heard_json.h"
#include "core/arrange/arrange_song.h"
#include "core/arrange/baseline_arranger.h"
#include "core/arrange/register.h"
#include "core/midi/smf_writer.h"
#include "models/arrange/arrange.h"

#include <chrono>
#include <memory>

namespace canto::cli {

namespace {

struct Words {
    std::string file;
    std::string out;
    std::string soundFont;
    std::string model; ///< weights; empty: the rules
    double bpm = 0;    ///< 0: not known
    arrange::Wishes wishes;
    bool json = false;
};

Result<std::unique_ptr<arrange::Arranger>> arrangerOf(const Words& words) {
    if (words.model.empty()) {
        return std::make_unique<arrange::BaselineArranger>();
    }
    return models::arrange::openArranger(words.model);
}

int arrange(const Words& words) {
    const auto arranger = arrangerOf(words);
    if (!arranger) {
        return report(arranger.error());
    }
    const auto started = std::chrono::steady_clock::now();
    const auto cancel = interruptToken();
    Result<service::Recording> recording;
    {
        ProgressLine line("Seconds heard");
        recording = service::listenToFile(words.file, optionsFor(words.bpm), words.soundFont,
                                          cancel, line.callback());
    }
    if (!recording) {
        return report(recording.error());
    }
    Result<arrange::Arrangement> made;
    {
        ProgressLine line("Bars");
        made = arrange::arrangeSong(recording->heard, recording->frames, **arranger, cancel,
                                    line.callback(), {}, {.wishes = words.wishes});
    }
    if (!made) {
        return report(made.error());
    }
    if (const auto written = midi::writeSmfFile(words.out, made->song); !written) {
        return report(written.error());
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    nlohmann::json document{{"file", words.file},
                            {"out", words.out},
                            {"arranger", made->arranger},
                            {"notes", made->song.notes.size()},
                            {"bars", made->bars},
                            {"seconds", recording->heard.seconds},
                            {"workSeconds", took.count()},
                            {"tempo", recording->heard.beats.bpm},
                            {"key", recording->heard.key.name()},
                            {"beatConfidence", recording->heard.beats.confidence},
                            {"onsetCorrelation", made->onsetCorrelation},
                            {"remarks", recording->heard.remarks}};
    if (words.json) {
        document["heard"] = toJson(recording->heard);
    }
    print(document);
    return kGood;
}

} // namespace

void addArrangeCommand(CLI::App& app, Action& action) {
    auto words = std::make_shared<Words>();
    auto* command = app.add_subcommand(
        "arrange", "A recording in, a piano arrangement that keeps its time out");
    command
        ->add_option(
            "file", words->file,
            "A recording (WAV, FLAC, Ogg, MP3, AIFF) or a MIDI file, which is sounded first")
        ->required();
    command->add_option("-o,--out", words->out, "The MIDI file to write")->required();
    command->add_option("--model", words->model,
                        "Weights of the Arrangement space; without them, rules");
    command
        ->add_option("--density", words->wishes.density,
                     "Fewer (-1) or more (1) notes than are written by themselves (0)")
        ->check(CLI::Range(-1.0, 1.0));
    command
        ->add_option("--register", words->wishes.lift,
                     "Semitones higher or lower, by octaves of some of the notes")
        ->check(CLI::Range(-arrange::kMostLift, arrange::kMostLift));
    command->add_flag("--json", words->json, "Print what was heard too: beats, chords, lines");
    command
        ->add_option("--bpm", words->bpm,
                     "About so many beats a minute, where you know; else an octave may be missed")
        ->check(CLI::Range(30.0, 300.0));
    command->add_option("--soundfont", words->soundFont, "For MIDI files; default: the system's")
        ->check(CLI::ExistingFile);
    command->footer("Examples:\n"
                    "  canto arrange song.mp3 --out song.mid\n"
                    "  canto arrange song.mp3 --out song.mid --model a2s/best.safetensors\n"
                    "  canto arrange song.flac --out song.mid --json > heard.json\n"
                    "onsetCorrelation tells how well the notes keep to the recording's rhythm, "
                    "-1 .. 1.");
    command->callback([&action, words] { action = [words] { return arrange(*words); }; });
}

} // namespace canto::cli

#endif
