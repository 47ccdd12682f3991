#include "app/cli/commands.h"
#include "app/cli/latent_json.h"
#include "app/service/model_store.h"
#include "core/midi/smf_reader.h"

#include <memory>

namespace canto::cli {

namespace {

struct EncodeWords {
    std::string model;
    std::string song;
    bool strictOnly = false;
};

int encode(const EncodeWords& words) {
    const auto model = openModelOrShipped(words.model);
    if (!model) {
        return report(model.error());
    }
    const auto file = midi::readSmfFile(words.song);
    if (!file) {
        return report(file.error());
    }
    auto segments = (*model)->segments(file->song);
    if (words.strictOnly) {
        std::erase_if(segments, [](const models::Segment& segment) { return !segment.strict; });
    }
    if (segments.empty()) {
        return report(Error{
            Error::Code::BadInput, "There is no phrase to encode in this song", words.song, {}});
    }
    const auto latents = (*model)->encode(file->song, segments, interruptToken());
    if (!latents) {
        return report(latents.error());
    }
    print(latentsToJson(**model, words.song, segments, *latents));
    return kGood;
}

} // namespace

void addEncodeCommand(CLI::App& app, Action& action) {
    auto words = std::make_shared<EncodeWords>();
    auto* command = app.add_subcommand("encode", "A MIDI file to the latents of its phrases");
    command->add_option("song", words->song, "MIDI file")->required();
    command->add_option("--model", words->model, "Weights (default: those that ship)");
    command->add_flag("--strict", words->strictOnly,
                      "Only phrases by the published rule: no track silent for a bar");
    command->footer("Examples:\n"
                    "  canto encode song.mid > song.json\n"
                    "  canto encode song.mid --model run/best.safetensors --strict");
    command->callback([words, &action] { action = [words] { return encode(*words); }; });
}

} // namespace canto::cli
