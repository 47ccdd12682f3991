// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/library_commands.h"
#include "app/spaces/arrangement/arrangement_library.h"

namespace canto::cli {

namespace {

struct ImportArrangementsArgs {
    std::string dataset;
    std::string model;
    std::string atlas;
    bool half = false;
    bool ship = false;
    int every = 1;
};

Result<int> importArrangements(const ImportArrangementsArgs& args) {
    CANTO_TRY(prepared, tensors::PreparedArrangements::open(args.dataset));
    CANTO_TRY(atlas, atlas::Atlas::open(args.atlas, atlas::Access::Create));
    CANTO_TRY(done, withProgress("Units", [&](const Progress& progress) {
                  return importArrangements(
                      *atlas, args.model, *prepared,
                      {args.half ? atlas::Precision::Half : atlas::Precision::Float, args.every},
                      progress, interruptToken());
              }));
    return finishLibrary(*atlas, args.ship,
                         {{"atlas", args.atlas}, {"songs", done->songs}, {"units", done->units}});
}

} // namespace

void addImportArrangementsCommand(CLI::App& app, Action& action) {
    Command<ImportArrangementsArgs> command(
        app, action, "import-arrangements",
        "Import prepared arrangements into an atlas: latents and labels, neither notes nor sound",
        importArrangements);
    auto& args = command.args();
    command.required("dataset", args.dataset,
                     "Prepared arrangements (canto render-corpus --for arrangement)");
    command.required("--model", args.model, "Weights of the Arrangement space");
    command.required("--atlas", args.atlas, "Atlas to fill; created if it does not exist");
    command.flag("--half", args.half, "Keep latents in 16 bits: half the size");
    command.shown("--every", args.every,
                  "Take every n-th unit of a song; a unit begins at every bar", CLI::Range(1, 64));
    command.flag("--ship", args.ship, "At the end, prepare the file for a read-only folder");
    command->footer("Example:\n"
                    "  canto import-arrangements arrange.safetensors --model a2s/best.safetensors "
                    "--atlas arrangement.atlas --half\n"
                    "  canto project arrangement.atlas --method umap");
}

} // namespace canto::cli
