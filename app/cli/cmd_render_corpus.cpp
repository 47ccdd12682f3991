// SPDX-License-Identifier: GPL-3.0-or-later
#ifdef CANTO_SOUND

#include "app/cli/commands.h"
#include "models/datasets/render_arrangements.h"
#include "models/datasets/render_corpus.h"

#include <optional>

namespace canto::cli {

namespace {

struct CorpusArgs {
    RenderSource source;
    CorpusOptions clips;
    ArrangementCorpusOptions songs;
    std::string purpose = "orchestra";
    std::optional<double> seconds;
};

Result<int> runArrangements(const CorpusArgs& args) {
    auto options = args.songs;
    static_cast<RenderSource&>(options) = args.source;
    options.seconds = args.seconds.value_or(options.seconds);
    if (options.labels.empty()) {
        return fail(Error::Code::BadInput, "Arrangements want --labels");
    }
    CANTO_TRY(report, withProgress("Songs", [&](const Progress& progress) {
                  return renderArrangements(options, interruptToken(), progress);
              }));
    printWarnings(report->warnings);
    return print({{"out", options.out.string()},
                  {"songs", report->songs},
                  {"units", report->units},
                  {"recordings", report->recordings},
                  {"otherMetre", report->otherMetre},
                  {"bad", report->bad},
                  {"warnings", report->warnings}});
}

Result<int> runClips(const CorpusArgs& args) {
    auto options = args.clips;
    static_cast<RenderSource&>(options) = args.source;
    options.seconds = args.seconds.value_or(options.seconds);
    if (options.labels.empty() && options.music.empty()) {
        return fail(Error::Code::BadInput, "Nothing to render", {},
                    "Name labels with --labels or a folder with --music");
    }
    CANTO_TRY(report, withProgress("Movements", [&](const Progress& progress) {
                  return renderCorpus(options, interruptToken(), progress);
              }));
    printWarnings(report->warnings);
    return print({{"out", options.out.string()},
                  {"movements", report->movements},
                  {"clips", report->clips},
                  {"resumed", report->resumed},
                  {"silentClips", report->silent},
                  {"lowered", report->clipped},
                  {"bySplit", report->bySplit},
                  {"bad", report->bad},
                  {"warnings", report->warnings}});
}

} // namespace

void addRenderCorpusCommand(CLI::App& app, Action& action) {
    Command<CorpusArgs> command(
        app, action, "render-corpus",
        "Music made audible for training: movements by composer into 10 s clips for the Orchestra "
        "space, or piano scores played by bands for the Arrangement space",
        [](const CorpusArgs& args) {
            return args.purpose == "arrangement" ? runArrangements(args) : runClips(args);
        });
    auto& args = command.args();
    auto& source = args.source;
    command.shown("--for", args.purpose, "orchestra or arrangement",
                  CLI::IsMember({"orchestra", "arrangement"}));
    command.option("--labels", source.labels,
                   "CSV: file, composer, work, movement, archive, split; without it every "
                   "MIDI and sound file below --music, a folder per composer. Arrangement: "
                   "path (or song_id), name, artist, split; each a folder with score, beats "
                   "and chords as in POP909");
    command.option("--music", source.music,
                   "Folder the files are relative to; that of the CSV unless given");
    command.required("--out", source.out, "The safetensors file to write");
    command.option("--soundfont", source.soundFont, "A .sf2 or .sf3 file", CLI::ExistingFile);
    command.shown("--gain", args.clips.gain, "Loudness of the synth", CLI::Range(0.01, 0.3));
    command.option("--seconds", args.seconds,
                   "So much of each movement, from its beginning (240), or of each song, from a "
                   "bar that is drawn (120); 0: all",
                   CLI::Range(0.0, 3600.0));
    command.option("--composer", args.clips.composers, "Only these")->delimiter(',');
    command.option("--split", args.clips.splits, "Only these: train, valid, test")->delimiter(',');
    command.option("--leave-out", args.clips.leaveOut, "Kinds of music not to take: quartet")
        ->delimiter(',');
    command.option("--second-soundfont", args.songs.secondFont,
                   "Arrangement: held out, renders the test songs a second time (split \"font\")",
                   CLI::ExistingFile);
    command
        .option("--more-soundfonts", args.clips.moreFonts,
                "Orchestra: each movement once more with each of these, in the same file")
        ->delimiter(',')
        ->check(CLI::ExistingFile);
    command.option("--vary", args.clips.vary,
                   "Orchestra, a number: redraw what does not make a composer, for each movement "
                   "and SoundFont: velocities, tempo, tuning, transposition, levels, programs, "
                   "absent seats, the part of the movement, room, equaliser, band limits, hiss and "
                   "hum. The same number gives the same clips");
    command.shown("--songs", args.songs.songs,
                  "Arrangement: maximum number of training songs; 0: all", CLI::Range(0, 1000000));
    command.shown("--held-out", args.songs.heldOut,
                  "Arrangement: maximum number of songs of each other split; 0: all",
                  CLI::Range(0, 1000000));
    command.shown("--seed", source.seed, "Seed of missing splits, and of bands");
    command.shown("--threads", source.threads, "0: all of the machine", CLI::Range(0, 256));
    command->footer(
        "Examples:\n"
        "  canto render-corpus --labels music/labels.csv --leave-out quartet --composer "
        "Beethoven,Brahms,Haydn,Mozart,Tchaikovsky --soundfont FluidR3_GM.sf2 --out "
        "clips.safetensors\n"
        "  canto render-corpus --labels music/labels.csv --split test,valid --soundfont "
        "TimGM6mb.sf2 --out second-font.safetensors\n"
        "  canto render-corpus --labels music/labels.csv --split train,valid --seconds 40 --vary 1 "
        "--soundfont FluidR3_GM.sf2 --more-soundfonts sf_GMbank.sf2,MuseScore_General_Lite.sf3 "
        "--out varied.safetensors\n"
        "  canto render-corpus --music recordings --out recordings.safetensors\n"
        "  canto render-corpus --for arrangement --labels pop909/index.csv --music pop909 "
        "--soundfont FluidR3_GM.sf2 --second-soundfont TimGM6mb.sf2 --out arrange.safetensors\n"
        "Recordings (WAV, FLAC, Ogg, MP3) lie in a folder per composer: "
        "recordings/Brahms/symphony-4/1.flac.\nAn interrupted run continues where it ended.");
}

} // namespace canto::cli

#endif
