#ifdef CANTO_SOUND

#include "app/cli/commands.h"
#include "core/midi/smf_reader.h"
#include "sound/render_file.h"

#include <memory>
#include <vector>

namespace canto::cli {
namespace {

struct Words {
    std::vector<std::string> files;
    std::string out;
    sound::RenderOptions options;
    std::string soundFont;
    double normalise = 0;
};

int render(const Words& words, const CLI::App& command) {
    std::vector<std::shared_ptr<const music::Song>> songs;
    for (const std::string& file : words.files) {
        auto read = midi::readSmfFile(file);
        if (!read) {
            return report(read.error());
        }
        songs.push_back(std::make_shared<const music::Song>(std::move(read->song)));
    }
    sound::RenderOptions options = words.options;
    options.soundFont = words.soundFont;
    if (command.count("--normalise") > 0) {
        options.normaliseDb = words.normalise;
    }
    ProgressLine line("frames");
    const auto done =
        sound::renderToFile(songs, words.out, options, interruptToken(), line.callback());
    if (!done) {
        return report(done.error());
    }
    print({{"file", words.out},
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
    auto words = std::make_shared<Words>();
    auto* command = app.add_subcommand(
        "render", "MIDI files to sound, faster than they play, without a device");
    command->add_option("file", words->files, "MIDI files, played one after another")
        ->required()
        ->check(CLI::ExistingFile);
    command->add_option("-o,--out", words->out, "The sound file: .wav or .flac (24 bit)")
        ->required();
    command
        ->add_option("--soundfont", words->soundFont, "A .sf2 or .sf3 file; default: the system's")
        ->check(CLI::ExistingFile);
    command->add_option("--gain", words->options.gain, "Loudness of the synth")
        ->check(CLI::Range(0.01, 10.0))
        ->capture_default_str();
    command->add_option("--rate", words->options.rate, "Samples a second")
        ->check(CLI::Range(8000, 192000))
        ->capture_default_str();
    command
        ->add_option("--tail", words->options.maxTailSeconds,
                     "Most seconds to ring out after the last bar")
        ->check(CLI::Range(0.0, 60.0))
        ->capture_default_str();
    command
        ->add_option("--normalise", words->normalise,
                     "Bring the highest peak to this level in dBFS (usual: -1)")
        ->check(CLI::Range(-60.0, 0.0));
    command->footer("Examples:\n"
                    "  canto render song.mid -o song.flac\n"
                    "  canto render a.mid b.mid -o both.wav --normalise -1 --rate 44100\n");
    command->callback([&action, words, command] {
        action = [words, command] { return render(*words, *command); };
    });
}

} // namespace canto::cli

#endif
