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
    double normalise = 0;
};

int render(const Args& args, const CLI::App& command) {
    std::vector<std::shared_ptr<const music::Song>> songs;
    for (const std::string& file : args.files) {
        auto read = midi::readSmfFile(file);
        if (!read) {
            return report(read.error());
        }
        songs.push_back(std::make_shared<const music::Song>(std::move(read->song)));
    }
    sound::RenderOptions options = args.options;
    options.soundFont = args.soundFont;
    if (command.count("--normalise") > 0) {
        options.normaliseDb = args.normalise;
    }
    ProgressLine line("frames");
    const auto done =
        sound::renderToFile(songs, args.out, options, interruptToken(), line.callback());
    if (!done) {
        return report(done.error());
    }
    print({{"file", args.out},
           {"songs", songs.size()},
           {"seconds", done->seconds},
           {"peakDb", done->peakDb},
           {"rmsDb", done->rmsDb},
           {"gainDb", done->gainDb},
           {"timesRealTime", done->timesRealTime},
           {"rate", options.rate},
           {"soundFont", done->soundFont.string()}});
    return kGood;
}

} // namespace

void addRenderCommand(CLI::App& app, Action& action) {
    auto args = std::make_shared<Args>();
    auto* command =
        app.add_subcommand("render", "Render MIDI files to a sound file, without an audio device");
    command->add_option("file", args->files, "MIDI files, played one after another")
        ->required()
        ->check(CLI::ExistingFile);
    command->add_option("-o,--out", args->out, "The sound file: .wav or .flac (24 bit)")
        ->required();
    command
        ->add_option("--soundfont", args->soundFont, "A .sf2 or .sf3 file; default: the system's")
        ->check(CLI::ExistingFile);
    command->add_option("--gain", args->options.gain, "Loudness of the synth")
        ->check(CLI::Range(0.01, 10.0))
        ->capture_default_str();
    command->add_option("--rate", args->options.rate, "Samples a second")
        ->check(CLI::Range(8000, 192000))
        ->capture_default_str();
    command
        ->add_option("--tail", args->options.maxTailSeconds,
                     "Maximum seconds of decay after the last bar")
        ->check(CLI::Range(0.0, 60.0))
        ->capture_default_str();
    command
        ->add_option("--normalise", args->normalise, "Scale to this peak level in dBFS (usual: -1)")
        ->check(CLI::Range(-60.0, 0.0));
    command->footer("Examples:\n"
                    "  canto render song.mid -o song.flac\n"
                    "  canto render a.mid b.mid -o both.wav --normalise -1 --rate 44100\n");
    command->callback(
        [&action, args, command] { action = [args, command] { return render(*args, *command); }; });
}

} // namespace canto::cli

#endif
