// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/latent_json.h"
#include "app/library/model_store.h"
#include "core/midi/smf_reader.h"

namespace canto::cli {

namespace {

struct EncodeArgs {
    std::string model;
    std::string song;
    bool strictOnly = false;
};

Result<int> encode(const EncodeArgs& args) {
    CANTO_TRY(model, openModelOrShipped(args.model));
    CANTO_TRY(file, midi::readSmfFile(args.song));
    auto segments = (*model)->segments(file->song);
    if (args.strictOnly) {
        std::erase_if(segments, [](const models::Segment& segment) { return !segment.strict; });
    }
    if (segments.empty()) {
        return fail(Error::Code::BadInput, "There is no phrase to encode in this song", args.song);
    }
    CANTO_TRY(latents, (*model)->encode(file->song, segments, interruptToken()));
    return print(latentsToJson(**model, args.song, segments, *latents, &file->song));
}

} // namespace

void addEncodeCommand(CLI::App& app, Action& action) {
    Command<EncodeArgs> command(app, action, "encode",
                                "Encode the phrases of a MIDI file to latents", encode);
    auto& args = command.args();
    command.required("song", args.song, "MIDI file");
    command.option("--model", args.model, "Weights (default: those that ship)");
    command.flag("--strict", args.strictOnly,
                 "Only phrases by the published rule: no track silent for a bar");
    command->footer("Examples:\n"
                    "  canto encode song.mid > song.json\n"
                    "  canto encode song.mid --model run/best.safetensors --strict");
}

} // namespace canto::cli
