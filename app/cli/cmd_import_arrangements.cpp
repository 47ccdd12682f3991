#include "app/cli/library_commands.h"
#include "app/service/arrangement_library.h"

#include <memory>

namespace canto::cli {

namespace {

struct ImportArrangementsWords {
    std::string dataset;
    std::string model;
    std::string atlas;
    bool half = false;
    bool ship = false;
    int every = 1;
};

int importArrangements(const ImportArrangementsWords& words) {
    const auto prepared = tensorfile::PreparedArrangements::open(words.dataset);
    if (!prepared) {
        return report(prepared.error());
    }
    auto atlas = atlas::Atlas::open(words.atlas, atlas::Access::Create);
    if (!atlas) {
        return report(atlas.error());
    }
    Result<service::ArrangementImportReport> done;
    {
        ProgressLine line("Units");
        done = service::importArrangements(
            *atlas, words.model, *prepared,
            {words.half ? atlas::Precision::Half : atlas::Precision::Float, words.every},
            line.callback(), interruptToken());
    }
    if (!done) {
        return report(done.error());
    }
    return finishLibrary(*atlas, words.ship,
                         {{"atlas", words.atlas}, {"songs", done->songs}, {"units", done->units}});
}

} // namespace

void addImportArrangementsCommand(CLI::App& app, Action& action) {
    auto words = std::make_shared<ImportArrangementsWords>();
    auto* command = app.add_subcommand(
        "import-arrangements",
        "Put prepared arrangements into an atlas: latents and labels, neither notes nor sound");
    command
        ->add_option("dataset", words->dataset,
                     "Prepared arrangements (canto render-corpus --for arrangement)")
        ->required();
    command->add_option("--model", words->model, "Weights of the Arrangement space")->required();
    command->add_option("--atlas", words->atlas, "Atlas to fill; made when it is not there")
        ->required();
    command->add_flag("--half", words->half, "Keep latents in 16 bits: half the size");
    command
        ->add_option("--every", words->every,
                     "Of each song every so many-th unit: one begins at every bar")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    command->add_flag("--ship", words->ship, "At the end make the file fit for a read-only folder");
    command->footer("Example:\n"
                    "  canto import-arrangements arrange.safetensors --model a2s/best.safetensors "
                    "--atlas arrangement.atlas --half\n"
                    "  canto project arrangement.atlas --method umap");
    command->callback(
        [words, &action] { action = [words] { return importArrangements(*words); }; });
}

} // namespace canto::cli
