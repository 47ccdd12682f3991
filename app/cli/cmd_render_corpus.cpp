#ifdef CANTO_SOUND

#include "app/cli/commands.h"
#include "app/service/render_corpus.h"

#include <memory>

namespace canto::cli {

namespace {

nlohmann::json toJson(const service::CorpusReport& report, const service::CorpusOptions& options) {
    auto bad = nlohmann::json::array();
    for (const auto& movement : report.bad) {
        bad.push_back({{"path", movement.path}, {"reason", movement.reason}});
    }
    return {{"out", options.out.string()},  {"movements", report.movements},
            {"clips", report.clips},        {"resumed", report.resumed},
            {"silentClips", report.silent}, {"lowered", report.clipped},
            {"bySplit", report.bySplit},    {"bad", std::move(bad)}};
}

int run(const service::CorpusOptions& options) {
    if (options.labels.empty() && options.music.empty()) {
        return cli::report({Error::Code::BadInput,
                            "Nothing to render",
                            {},
                            "Name labels with --labels or a folder with --music"});
    }
    Result<service::CorpusReport> report;
    {
        ProgressLine line("Movements");
        report = service::renderCorpus(options, interruptToken(), line.callback());
    }
    if (!report) {
        return cli::report(report.error());
    }
    print(toJson(*report, options));
    return kGood;
}

} // namespace

void addRenderCorpusCommand(CLI::App& app, Action& action) {
    auto* command = app.add_subcommand(
        "render-corpus",
        "Movements by composer into one file of 10 s clips for the Orchestra space");
    const auto options = std::make_shared<service::CorpusOptions>();
    command->add_option("--labels", options->labels,
                        "CSV: file, composer, work, movement, archive, split; without it every "
                        "MIDI and sound file below --music, a folder per composer");
    command->add_option("--music", options->music,
                        "Folder the files are relative to; that of the CSV unless given");
    command->add_option("--out", options->out, "The safetensors file to write")->required();
    command->add_option("--soundfont", options->soundFont, "A .sf2 or .sf3 file")
        ->check(CLI::ExistingFile);
    command->add_option("--gain", options->gain, "Loudness of the synth")
        ->check(CLI::Range(0.01, 0.3))
        ->capture_default_str();
    command
        ->add_option("--seconds", options->seconds,
                     "So much of each movement, from its beginning; 0: all")
        ->check(CLI::Range(0.0, 3600.0))
        ->capture_default_str();
    command->add_option("--composer", options->composers, "Only these")->delimiter(',');
    command->add_option("--split", options->splits, "Only these: train, valid, test")
        ->delimiter(',');
    command->add_option("--leave-out", options->leaveOut, "Kinds of music not to take: quartet")
        ->delimiter(',');
    command->add_option("--seed", options->seed, "Draws the split of works that name none")
        ->capture_default_str();
    command->add_option("--threads", options->threads, "0: what the machine has")
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
        "Recordings (WAV, FLAC, Ogg, MP3) lie in a folder per composer: "
        "recordings/Brahms/symphony-4/1.flac.\nA run that was stopped goes on where it ended.");
    command->callback([&action, options] { action = [options] { return run(*options); }; });
}

} // namespace canto::cli

#endif
