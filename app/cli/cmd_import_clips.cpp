#include "app/cli/commands.h"
#include "app/cli/library_commands.h"
#include "app/service/clip_library.h"
#include "app/service/orchestra_sound.h"
#include "models/orchestra/orchestra.h"

#include <memory>

namespace canto::cli {

namespace {

struct ImportClipsWords {
    std::string dataset;
    std::string model;
    std::string atlas;
    std::string parts;
    bool half = false;
    bool ship = false;
    service::ClipImportOptions options;
};

int importClips(const ImportClipsWords& words) {
    const auto clips = tensorfile::PreparedClips::open(words.dataset);
    if (!clips) {
        return report(clips.error());
    }
    const auto model = service::openOrchestra(words.model);
    if (!model) {
        return report(model.error());
    }
    auto atlas = atlas::Atlas::open(words.atlas, atlas::Access::Create);
    if (!atlas) {
        return report(atlas.error());
    }
    auto options = words.options;
    options.precision = words.half ? atlas::Precision::Half : atlas::Precision::Float;
    std::shared_ptr<models::orchestra::OrchestraModel> decoder;
    if (!words.parts.empty()) {
        const auto opened = service::openOrchestra(words.parts);
        if (!opened) {
            return report(opened.error());
        }
        decoder = *opened;
        options.parts = decoder.get();
    }
    Result<service::ClipImportReport> done;
    {
        ProgressLine line("Clips");
        done = service::importClips(*atlas, **model, *clips, options, line.callback(),
                                    interruptToken());
    }
    if (!done) {
        return report(done.error());
    }
    return finishLibrary(
        *atlas, words.ship,
        {{"atlas", words.atlas},
         {"model", {{"name", (*model)->info().id}, {"version", (*model)->info().version}}},
         {"movements", done->movements},
         {"kept", done->kept},
         {"clips", done->clips},
         {"foundMidi", done->found}});
}

} // namespace

void addImportClipsCommand(CLI::App& app, Action& action) {
    auto words = std::make_shared<ImportClipsWords>();
    auto* command = app.add_subcommand(
        "import-clips",
        "Put the clips of render-corpus into an atlas: latents and labels, no sound");
    command->add_option("dataset", words->dataset, "Clips (canto render-corpus)")->required();
    command->add_option("--model", words->model, "Weights of the Orchestra space")->required();
    command->add_option("--atlas", words->atlas, "Atlas to fill; made when it is not there")
        ->required();
    command->add_option("--parts", words->parts,
                        "Weights of ALI: its latents of each clip's parts are kept too, so that "
                        "clips can be heard without their sound");
    command->add_option("--music", words->options.music,
                        "Folder of the music, so that clips know their place in the MIDI files");
    command->add_flag("--half", words->half, "Keep latents in 16 bits: half the size");
    command->add_flag("--again", words->options.again,
                      "Replace what the atlas has of these weights already");
    command->add_flag("--ship", words->ship, "At the end make the file fit for a read-only folder");
    command->footer("Example:\n"
                    "  canto import-clips clips.safetensors --model clip/last.safetensors --atlas "
                    "orchestra.atlas --music music --half\n"
                    "  canto project orchestra.atlas --method umap");
    command->callback([words, &action] { action = [words] { return importClips(*words); }; });
}

} // namespace canto::cli
