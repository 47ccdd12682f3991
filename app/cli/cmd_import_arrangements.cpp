// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/library_commands.h"
#include "app/spaces/arrangement/arrangement_library.h"

#include <memory>

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

int importArrangements(const ImportArrangementsArgs& args) {
    const auto prepared = tensors::PreparedArrangements::open(args.dataset);
    if (!prepared) {
        return report(prepared.error());
    }
    auto atlas = atlas::Atlas::open(args.atlas, atlas::Access::Create);
    if (!atlas) {
        return report(atlas.error());
    }
    Result<ArrangementImportReport> done;
    {
        ProgressLine line("Units");
        done = importArrangements(
            *atlas, args.model, *prepared,
            {args.half ? atlas::Precision::Half : atlas::Precision::Float, args.every},
            line.callback(), interruptToken());
    }
    if (!done) {
        return report(done.error());
    }
    return finishLibrary(*atlas, args.ship,
                         {{"atlas", args.atlas}, {"songs", done->songs}, {"units", done->units}});
}

} // namespace

void addImportArrangementsCommand(CLI::App& app, Action& action) {
    auto args = std::make_shared<ImportArrangementsArgs>();
    auto* command = app.add_subcommand(
        "import-arrangements",
        "Import prepared arrangements into an atlas: latents and labels, neither notes nor sound");
    command
        ->add_option("dataset", args->dataset,
                     "Prepared arrangements (canto render-corpus --for arrangement)")
        ->required();
    command->add_option("--model", args->model, "Weights of the Arrangement space")->required();
    command->add_option("--atlas", args->atlas, "Atlas to fill; created if it does not exist")
        ->required();
    command->add_flag("--half", args->half, "Keep latents in 16 bits: half the size");
    command
        ->add_option("--every", args->every,
                     "Take every n-th unit of a song; a unit begins at every bar")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    command->add_flag("--ship", args->ship, "At the end, prepare the file for a read-only folder");
    command->footer("Example:\n"
                    "  canto import-arrangements arrange.safetensors --model a2s/best.safetensors "
                    "--atlas arrangement.atlas --half\n"
                    "  canto project arrangement.atlas --method umap");
    command->callback([args, &action] { action = [args] { return importArrangements(*args); }; });
}

} // namespace canto::cli
