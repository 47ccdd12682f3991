// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/latent_json.h"
#include "app/library/model_store.h"
#include "app/library/phrase_chain.h"
#include "core/midi/smf_reader.h"

#include <algorithm>
#include <memory>

namespace canto::cli {

namespace {

struct InterpolateArgs {
    std::string model;
    std::string from;
    std::string to;
    std::string out;
    int fromBar = -1;
    int toBar = -1;
    int steps = 7;
    double bpm = 0;
};

struct Place {
    models::Latent latent;
    int bar = 0;
    double bpm = 120;
};

/// The phrase that starts at a bar; for a bar below 0, the first strict one, or the first of all.
Result<Place> placeOf(const models::LatentModel& model, const std::string& path, int bar,
                      const CancelToken& cancel) {
    const auto file = midi::readSmfFile(path);
    if (!file) {
        return fail(file.error());
    }
    const auto segments = model.segments(file->song);
    auto found = std::find_if(segments.begin(), segments.end(), [&](const models::Segment& one) {
        return bar < 0 ? one.strict : one.bar == bar;
    });
    if (found == segments.end() && bar < 0) {
        found = segments.begin();
    }
    if (found == segments.end()) {
        return fail(Error::Code::BadInput,
                    bar < 0 ? "There is no note in this song"
                            : "No phrase starts at bar " + std::to_string(bar),
                    path);
    }
    auto latents = model.encode(file->song, {&*found, 1}, cancel);
    if (!latents) {
        return fail(latents.error());
    }
    return Place{std::move(latents->front()), found->bar, file->song.tempo.bpmAt(found->start)};
}

int interpolate(const InterpolateArgs& args) {
    const auto model = openModelOrShipped(args.model);
    if (!model) {
        return report(model.error());
    }
    const auto stop = interruptToken();
    const auto from = placeOf(**model, args.from, args.fromBar, stop);
    if (!from) {
        return report(from.error());
    }
    const auto to = placeOf(**model, args.to, args.toBar, stop);
    if (!to) {
        return report(to.error());
    }
    const double first = args.bpm > 0 ? args.bpm : std::clamp(from->bpm, 10.0, 1000.0);
    const double last = args.bpm > 0 ? args.bpm : std::clamp(to->bpm, 10.0, 1000.0);
    std::vector<music::Song> phrases;
    nlohmann::json steps = nlohmann::json::array();
    for (const auto& latent : straightPath(from->latent, to->latent, args.steps)) {
        const double bpm =
            tempoBetween(first, last, static_cast<double>(phrases.size()) / (args.steps - 1));
        auto phrase = (*model)->decode(latent, {.bpm = bpm},
                                       [&](const music::Song&, int) { return !stop.cancelled(); });
        if (!phrase) {
            return report(phrase.error());
        }
        steps.push_back({{"notes", phrase->notes.size()}, {"bpm", bpm}});
        phrases.push_back(std::move(*phrase));
    }
    const int bars = (*model)->info().phraseBars;
    if (auto ok = writeMidi(args.out, chainPhrases(phrases, bars)); !ok) {
        return report(ok.error());
    }
    print({{"out", args.out},
           {"fromBar", from->bar},
           {"toBar", to->bar},
           {"bars", bars * args.steps},
           {"steps", steps}});
    return kGood;
}

} // namespace

void addInterpolateCommand(CLI::App& app, Action& action) {
    auto args = std::make_shared<InterpolateArgs>();
    auto* command = app.add_subcommand(
        "interpolate", "From a phrase of one song to a phrase of another, as one MIDI file");
    command->add_option("from", args->from, "MIDI file")->required();
    command->add_option("to", args->to, "MIDI file (may be the same)")->required();
    command->add_option("--out", args->out, "MIDI file to write")->required();
    command->add_option("--model", args->model, "Weights (default: those that ship)");
    command->add_option("--from-bar", args->fromBar, "Where the first phrase starts, from 0")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--to-bar", args->toBar, "Where the second phrase starts, from 0")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--steps", args->steps, "Phrases, both ends included")
        ->check(CLI::Range(2, 1000))
        ->capture_default_str();
    command
        ->add_option("--bpm", args->bpm,
                     "Quarters a minute (default: from the first phrase's tempo to the second's)")
        ->check(CLI::Range(10.0, 1000.0));
    command->footer("Example:\n"
                    "  canto interpolate ballad.mid samba.mid --from-bar 8 --steps 9 "
                    "--out between.mid");
    command->callback([args, &action] { action = [args] { return interpolate(*args); }; });
}

} // namespace canto::cli
