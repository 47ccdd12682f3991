// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/library/model_store.h"
#include "app/spaces/emotion/emotion_classifier.h"
#include "app/spaces/emotion/space.h"
#include "core/midi/smf_reader.h"

#include <memory>

namespace canto::cli {

namespace {

struct ClassifierArgs {
    std::string model;
    std::string dataset;
    std::string out;
    std::string classifier;
    std::string song;
};

int trainClassifier(const ClassifierArgs& args) {
    std::string weights = args.model;
    if (weights.empty()) {
        const auto shipped = emotionWeights();
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
        const auto classifier = EmotionClassifier::open(args.classifier);
        if (!classifier) {
            return report(classifier.error());
        }
        const auto prediction = classifier->probabilities(**model, file->song, interruptToken());
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
    auto args = std::make_shared<ClassifierArgs>();
    auto* command = app.add_subcommand(
        "train-classifier", "Train the classifier of emotions, or classify a song with it");
    command->add_option("--model", args->model, "Weights of an Emotion model (default: shipped)");
    auto* dataset = command->add_option("--dataset", args->dataset, "Prepared dataset to train on");
    auto* out = command->add_option("--out", args->out, "File of the classifier to write");
    auto* song = command->add_option("--song", args->song, "MIDI file to classify");
    command
        ->add_option("--classifier", args->classifier,
                     "File of the classifier (default: the shipped one)")
        ->needs(song);
    dataset->needs(out)->excludes(song);
    out->needs(dataset);
    command->footer(
        "Examples:\n"
        "  canto train-classifier --song song.mid\n"
        "  canto train-classifier --dataset songs.safetensors --out classifier.safetensors");
    command->callback([args, dataset, song, &action] {
        if (dataset->count() + song->count() == 0) {
            throw CLI::RequiredError("--song or --dataset");
        }
        action = [args] { return trainClassifier(*args); };
    });
}

} // namespace canto::cli
