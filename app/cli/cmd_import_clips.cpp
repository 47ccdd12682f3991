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

Result<int> importClips(const ImportClipsArgs& args) {
    CANTO_TRY(clips, tensors::PreparedClips::open(args.dataset));
    CANTO_TRY(model, openOrchestra(args.model));
    CANTO_TRY(atlas, atlas::Atlas::open(args.atlas, atlas::Access::Create));
    auto options = args.options;
    options.precision = args.half ? atlas::Precision::Half : atlas::Precision::Float;
    std::shared_ptr<models::orchestra::OrchestraModel> decoder;
    if (!args.parts.empty()) {
        CANTO_TRY(opened, openOrchestra(args.parts));
        decoder = *opened;
        options.parts = decoder.get();
    }
    CANTO_TRY(done, withProgress("Clips", [&](const Progress& progress) {
                  return importClips(*atlas, **model, *clips, options, progress, interruptToken());
              }));
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
    Command<ImportClipsArgs> command(
        app, action, "import-clips",
        "Import the clips of render-corpus into an atlas: latents and labels, no sound",
        importClips);
    auto& args = command.args();
    command.required("dataset", args.dataset, "Clips (canto render-corpus)");
    command.required("--model", args.model, "Weights of the Orchestra space");
    command.required("--atlas", args.atlas, "Atlas to fill; created if it does not exist");
    command.option("--parts", args.parts,
                   "Weights of ALI: its latents of each clip's parts are stored too, so that "
                   "clips can be played without their recordings");
    command.option("--music", args.options.music,
                   "Folder of the music, to store the positions of clips in the MIDI files");
    command.flag("--half", args.half, "Keep latents in 16 bits: half the size");
    command.flag("--again", args.options.again,
                 "Replace what the atlas has of these weights already");
    command.flag("--ship", args.ship, "At the end, prepare the file for a read-only folder");
    command->footer("Example:\n"
                    "  canto import-clips clips.safetensors --model clip/last.safetensors --atlas "
                    "orchestra.atlas --music music --half\n"
                    "  canto project orchestra.atlas --method umap");
}

} // namespace canto::cli
