// SPDX-License-Identifier: GPL-3.0-or-later
#ifdef CANTO_SOUND

#include "app/cli/commands.h"
#include "models/datasets/render_arrangements.h"
#include "models/datasets/render_corpus.h"

#include <memory>
#include <optional>

namespace canto::cli {

namespace {

nlohmann::json toJson(const CorpusReport& report, const CorpusOptions& options) {
    auto bad = nlohmann::json::array();
    for (const auto& movement : report.bad) {
        bad.push_back({{"path", movement.path}, {"reason", movement.reason}});
    }
    return {{"out", options.out.string()},  {"movements", report.movements},
            {"clips", report.clips},        {"resumed", report.resumed},
            {"silentClips", report.silent}, {"lowered", report.clipped},
            {"bySplit", report.bySplit},    {"bad", std::move(bad)},
            {"warnings", report.warnings}};
}

struct CorpusArgs {
    CorpusOptions options;
    std::string purpose = "orchestra";
    std::optional<double> seconds;
    std::string secondFont;
    int songs = 0;
    int heldOut = 0;
};

int runArrangements(const CorpusArgs& args) {
    const auto& given = args.options;
    if (given.labels.empty()) {
        return cli::report({Error::Code::BadInput, "Arrangements want --labels", {}, {}});
    }
    ArrangementCorpusOptions options;
    options.labels = given.labels;
    options.music = given.music;
    options.out = given.out;
    options.soundFont = given.soundFont;
    options.secondFont = args.secondFont;
    options.seconds = args.seconds.value_or(options.seconds);
    options.songs = args.songs;
    options.heldOut = args.heldOut;
    options.threads = given.threads;
    options.seed = given.seed;
    Result<ArrangementCorpusReport> report;
    {
        ProgressLine line("Songs");
        report = renderArrangements(options, interruptToken(), line.callback());
    }
    if (!report) {
        return cli::report(report.error());
    }
    printWarnings(report->warnings);
    auto bad = nlohmann::json::array();
    for (const auto& song : report->bad) {
        bad.push_back({{"path", song.path}, {"reason", song.reason}});
    }
    print({{"out", options.out.string()},
           {"songs", report->songs},
           {"units", report->units},
           {"recordings", report->recordings},
           {"otherMetre", report->otherMetre},
           {"bad", std::move(bad)},
           {"warnings", report->warnings}});
    return kGood;
}

int runClips(const CorpusOptions& options) {
    if (options.labels.empty() && options.music.empty()) {
        return cli::report({Error::Code::BadInput,
                            "Nothing to render",
                            {},
                            "Name labels with --labels or a folder with --music"});
    }
    Result<CorpusReport> report;
    {
        ProgressLine line("Movements");
        report = renderCorpus(options, interruptToken(), line.callback());
    }
    if (!report) {
        return cli::report(report.error());
    }
    printWarnings(report->warnings);
    print(toJson(*report, options));
    return kGood;
}

int run(const CorpusArgs& args) {
    if (args.purpose == "arrangement") {
        return runArrangements(args);
    }
    auto options = args.options;
    options.seconds = args.seconds.value_or(options.seconds);
    return runClips(options);
}

} // namespace

void addRenderCorpusCommand(CLI::App& app, Action& action) {
    auto* command = app.add_subcommand(
        "render-corpus",
        "Music made audible for training: movements by composer into 10 s clips for the Orchestra "
        "space, or piano scores played by bands for the Arrangement space");
    const auto args = std::make_shared<CorpusArgs>();
    auto* options = &args->options;
    command->add_option("--for", args->purpose, "orchestra or arrangement")
        ->check(CLI::IsMember({"orchestra", "arrangement"}))
        ->capture_default_str();
    command->add_option("--labels", options->labels,
                        "CSV: file, composer, work, movement, archive, split; without it every "
                        "MIDI and sound file below --music, a folder per composer. Arrangement: "
                        "path (or song_id), name, artist, split; each a folder with score, beats "
                        "and chords as in POP909");
    command->add_option("--music", options->music,
                        "Folder the files are relative to; that of the CSV unless given");
    command->add_option("--out", options->out, "The safetensors file to write")->required();
    command->add_option("--soundfont", options->soundFont, "A .sf2 or .sf3 file")
        ->check(CLI::ExistingFile);
    command->add_option("--gain", options->gain, "Loudness of the synth")
        ->check(CLI::Range(0.01, 0.3))
        ->capture_default_str();
    command
        ->add_option("--seconds", args->seconds,
                     "So much of each movement, from its beginning (240), or of each song, from a "
                     "bar that is drawn (120); 0: all")
        ->check(CLI::Range(0.0, 3600.0));
    command->add_option("--composer", options->composers, "Only these")->delimiter(',');
    command->add_option("--split", options->splits, "Only these: train, valid, test")
        ->delimiter(',');
    command->add_option("--leave-out", options->leaveOut, "Kinds of music not to take: quartet")
        ->delimiter(',');
    command
        ->add_option("--second-soundfont", args->secondFont,
                     "Arrangement: held out, renders the test songs a second time (split \"font\")")
        ->check(CLI::ExistingFile);
    command
        ->add_option("--songs", args->songs,
                     "Arrangement: maximum number of training songs; 0: all")
        ->check(CLI::Range(0, 1000000))
        ->capture_default_str();
    command
        ->add_option("--held-out", args->heldOut,
                     "Arrangement: maximum number of songs of each other split; 0: all")
        ->check(CLI::Range(0, 1000000))
        ->capture_default_str();
    command->add_option("--seed", options->seed, "Seed of missing splits, and of bands")
        ->capture_default_str();
    command->add_option("--threads", options->threads, "0: all of the machine")
        ->check(CLI::Range(0, 256))
        ->capture_default_str();
    command->footer(
        "Examples:\n"
        "  canto render-corpus --labels music/labels.csv --leave-out quartet --composer "
        "Beethoven,Brahms,Haydn,Mozart,Tchaikovsky --soundfont FluidR3_GM.sf2 --out "
        "clips.safetensors\n"
        "  canto render-corpus --labels music/labels.csv --split test,valid --soundfont "
        "TimGM6mb.sf2 --out second-font.safetensors\n"
        "  canto render-corpus --music recordings --out recordings.safetensors\n"
        "  canto render-corpus --for arrangement --labels pop909/index.csv --music pop909 "
        "--soundfont FluidR3_GM.sf2 --second-soundfont TimGM6mb.sf2 --out arrange.safetensors\n"
        "Recordings (WAV, FLAC, Ogg, MP3) lie in a folder per composer: "
        "recordings/Brahms/symphony-4/1.flac.\nAn interrupted run continues where it ended.");
    command->callback([&action, args] { action = [args] { return run(*args); }; });
}

} // namespace canto::cli

#endif
