// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/library_commands.h"
#include "app/spaces/orchestra/clip_library.h"
#include "app/spaces/orchestra/orchestra_sound.h"

#include <memory>

namespace canto::cli {

namespace {

struct ImportClipsArgs {
    std::string dataset;
    std::string model;
    std::string atlas;
    std::string parts;
    bool half = false;
    bool ship = false;
    ClipImportOptions options;
};

int importClips(const ImportClipsArgs& args) {
    const auto clips = tensors::PreparedClips::open(args.dataset);
    if (!clips) {
        return report(clips.error());
    }
    const auto model = openOrchestra(args.model);
    if (!model) {
        return report(model.error());
    }
    auto atlas = atlas::Atlas::open(args.atlas, atlas::Access::Create);
    if (!atlas) {
        return report(atlas.error());
    }
    auto options = args.options;
    options.precision = args.half ? atlas::Precision::Half : atlas::Precision::Float;
    std::shared_ptr<models::orchestra::OrchestraModel> decoder;
    if (!args.parts.empty()) {
        const auto opened = openOrchestra(args.parts);
        if (!opened) {
            return report(opened.error());
        }
        decoder = *opened;
        options.parts = decoder.get();
    }
    Result<ClipImportReport> done;
    {
        ProgressLine line("Clips");
        done = importClips(*atlas, **model, *clips, options, line.callback(), interruptToken());
    }
    if (!done) {
        return report(done.error());
    }
    return finishLibrary(
        *atlas, args.ship,
        {{"atlas", args.atlas},
         {"model", {{"name", (*model)->info().id}, {"version", (*model)->info().version}}},
         {"movements", done->movements},
         {"kept", done->kept},
         {"clips", done->clips},
         {"foundMidi", done->found}});
}

} // namespace

void addImportClipsCommand(CLI::App& app, Action& action) {
    auto args = std::make_shared<ImportClipsArgs>();
    auto* command = app.add_subcommand(
        "import-clips",
        "Import the clips of render-corpus into an atlas: latents and labels, no sound");
    command->add_option("dataset", args->dataset, "Clips (canto render-corpus)")->required();
    command->add_option("--model", args->model, "Weights of the Orchestra space")->required();
    command->add_option("--atlas", args->atlas, "Atlas to fill; created if it does not exist")
        ->required();
    command->add_option("--parts", args->parts,
                        "Weights of ALI: its latents of each clip's parts are stored too, so that "
                        "clips can be played without their recordings");
    command->add_option("--music", args->options.music,
                        "Folder of the music, to store the positions of clips in the MIDI files");
    command->add_flag("--half", args->half, "Keep latents in 16 bits: half the size");
    command->add_flag("--again", args->options.again,
                      "Replace what the atlas has of these weights already");
    command->add_flag("--ship", args->ship, "At the end, prepare the file for a read-only folder");
    command->footer("Example:\n"
                    "  canto import-clips clips.safetensors --model clip/last.safetensors --atlas "
                    "orchestra.atlas --music music --half\n"
                    "  canto project orchestra.atlas --method umap");
    command->callback([args, &action] { action = [args] { return importClips(*args); }; });
}

} // namespace canto::cli
