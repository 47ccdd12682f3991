// SPDX-License-Identifier: GPL-3.0-or-later
#ifdef CANTO_SOUND

#include "app/cli/commands.h"
#include "core/midi/smf_reader.h"
#include "core/sound/render_file.h"

#include <memory>
#include <vector>

namespace canto::cli {
namespace {

struct Args {
    std::vector<std::string> files;
    std::string out;
    sound::RenderOptions options;
    std::string soundFont;
};

Result<int> render(const Args& args) {
    std::vector<std::shared_ptr<const music::Song>> songs;
    for (const std::string& file : args.files) {
        CANTO_TRY(read, midi::readSmfFile(file));
        songs.push_back(std::make_shared<const music::Song>(std::move(read->song)));
    }
    sound::RenderOptions options = args.options;
    options.soundFont = args.soundFont;
    ProgressLine line("frames");
    CANTO_TRY(done,
              sound::renderToFile(songs, args.out, options, interruptToken(), line.callback()));
    return print({{"file", args.out},
                  {"songs", songs.size()},
                  {"seconds", done->seconds},
                  {"peakDb", done->peakDb},
                  {"rmsDb", done->rmsDb},
                  {"gainDb", done->gainDb},
                  {"timesRealTime", done->timesRealTime},
                  {"rate", options.rate},
                  {"soundFont", done->soundFont.string()}});
}

} // namespace

void addRenderCommand(CLI::App& app, Action& action) {
    Command<Args> command(app, action, "render",
                          "Render MIDI files to a sound file, without an audio device", render);
    auto& args = command.args();
    command.required("file", args.files, "MIDI files, played one after another", CLI::ExistingFile);
    command.required("-o,--out", args.out, "The sound file: .wav or .flac (24 bit)");
    command.option("--soundfont", args.soundFont, "A .sf2 or .sf3 file; default: the system's",
                   CLI::ExistingFile);
    command.shown("--gain", args.options.gain, "Loudness of the synth", CLI::Range(0.01, 10.0));
    command.shown("--rate", args.options.rate, "Samples a second", CLI::Range(8000, 192000));
    command.shown("--tail", args.options.maxTailSeconds,
                  "Maximum seconds of decay after the last bar", CLI::Range(0.0, 60.0));
    command.option("--normalise", args.options.normaliseDb,
                   "Scale to this peak level in dBFS (usual: -1)", CLI::Range(-60.0, 0.0));
    command->footer("Examples:\n"
                    "  canto render song.mid -o song.flac\n"
                    "  canto render a.mid b.mid -o both.wav --normalise -1 --rate 44100\n");
}

} // namespace canto::cli

#endif
