// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/latent_json.h"
#include "app/library/model_store.h"
#include "core/midi/smf_reader.h"

#include <memory>

namespace canto::cli {

namespace {

struct EncodeArgs {
    std::string model;
    std::string song;
    bool strictOnly = false;
};

int encode(const EncodeArgs& args) {
    const auto model = openModelOrShipped(args.model);
    if (!model) {
        return report(model.error());
    }
    const auto file = midi::readSmfFile(args.song);
    if (!file) {
        return report(file.error());
    }
    auto segments = (*model)->segments(file->song);
    if (args.strictOnly) {
        std::erase_if(segments, [](const models::Segment& segment) { return !segment.strict; });
    }
    if (segments.empty()) {
        return report(Error{
            Error::Code::BadInput, "There is no phrase to encode in this song", args.song, {}});
    }
    const auto latents = (*model)->encode(file->song, segments, interruptToken());
    if (!latents) {
        return report(latents.error());
    }
    print(latentsToJson(**model, args.song, segments, *latents));
    return kGood;
}

} // namespace

void addEncodeCommand(CLI::App& app, Action& action) {
    auto args = std::make_shared<EncodeArgs>();
    auto* command = app.add_subcommand("encode", "Encode the phrases of a MIDI file to latents");
    command->add_option("song", args->song, "MIDI file")->required();
    command->add_option("--model", args->model, "Weights (default: those that ship)");
    command->add_flag("--strict", args->strictOnly,
                      "Only phrases by the published rule: no track silent for a bar");
    command->footer("Examples:\n"
                    "  canto encode song.mid > song.json\n"
                    "  canto encode song.mid --model run/best.safetensors --strict");
    command->callback([args, &action] { action = [args] { return encode(*args); }; });
}

} // namespace canto::cli
