// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/library/model_store.h"
#include "app/spaces/emotion/emotion_classifier.h"
#include "core/midi/smf_reader.h"

#include <memory>

namespace canto::cli {

namespace {

struct ProbeArgs {
    std::string model;
    std::string dataset;
    std::string out;
    std::string probe;
    std::string song;
};

int probe(const ProbeArgs& args) {
    std::string weights = args.model;
    if (weights.empty()) {
        const auto shipped = shippedWeights("muser");
        if (!shipped) {
            return report(shipped.error());
        }
        weights = shipped->string();
    }
    const auto model = openModelOrShipped(weights);
    if (!model) {
        return report(model.error());
    }
    if (!args.song.empty()) {
        const auto file = midi::readSmfFile(args.song);
        if (!file) {
            return report(file.error());
        }
        const auto classifier = EmotionClassifier::open(args.probe);
        if (!classifier) {
            return report(classifier.error());
        }
        const auto prediction = classifier->classifier(**model, file->song, interruptToken());
        if (!prediction) {
            return report(prediction.error());
        }
        print({{"quadrants", *prediction}, {"accuracy", classifier->accuracy()}});
        return kGood;
    }
    const auto figures =
        EmotionClassifier::learn(**model, args.dataset, args.out, interruptToken());
    if (!figures) {
        return report(figures.error());
    }
    print(*figures);
    return kGood;
}

} // namespace

void addTrainClassifierCommand(CLI::App& app, Action& action) {
    auto args = std::make_shared<ProbeArgs>();
    auto* command =
        app.add_subcommand("train-classifier", "Train the classifier of emotions, or classify a song with it");
    command->add_option("--model", args->model, "Weights of an Emotion model (default: shipped)");
    auto* dataset = command->add_option("--dataset", args->dataset, "Prepared, to learn from");
    auto* out = command->add_option("--out", args->out, "File of the judge to write");
    auto* song = command->add_option("--judge", args->song, "MIDI file to judge");
    command->add_option("--probe", args->probe, "File of the judge (default: the shipped one)")
        ->needs(song);
    dataset->needs(out)->excludes(song);
    out->needs(dataset);
    command->footer("Examples:\n"
                    "  canto train-classifier --judge song.mid\n"
                    "  canto train-classifier --dataset songs.safetensors --out judge.safetensors");
    command->callback([args, dataset, song, &action] {
        if (dataset->count() + song->count() == 0) {
            throw CLI::RequiredError("--judge or --dataset");
        }
        action = [args] { return probe(*args); };
    });
}

} // namespace canto::cli
