// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/library/model_store.h"
#include "app/spaces/emotion/emotion_classifier.h"
#include "core/midi/smf_reader.h"

namespace canto::cli {

namespace {

struct ClassifierArgs {
    std::string model;
    std::string dataset;
    std::string out;
    std::string classifier;
    std::string song;
};

Result<int> trainClassifier(const ClassifierArgs& args) {
    CANTO_TRY(model, openModelOrShipped(args.model, "muser"));
    if (!args.song.empty()) {
        CANTO_TRY(file, midi::readSmfFile(args.song));
        CANTO_TRY(classifier, EmotionClassifier::open(args.classifier));
        CANTO_TRY(prediction, classifier->probabilities(**model, file->song, interruptToken()));
        return print({{"quadrants", *prediction}, {"accuracy", classifier->accuracy()}});
    }
    CANTO_TRY(figures, EmotionClassifier::learn(**model, args.dataset, args.out, interruptToken()));
    return print(*figures);
}

} // namespace

void addTrainClassifierCommand(CLI::App& app, Action& action) {
    Command<ClassifierArgs> command(app, action, "train-classifier",
                                    "Train the classifier of emotions, or classify a song with it",
                                    trainClassifier);
    auto& args = command.args();
    command.option("--model", args.model, "Weights of an Emotion model (default: shipped)");
    auto* dataset = command.option("--dataset", args.dataset, "Prepared dataset to train on");
    auto* out = command.option("--out", args.out, "File of the classifier to write");
    auto* song = command.option("--song", args.song, "MIDI file to classify");
    command
        .option("--classifier", args.classifier,
                "File of the classifier (default: the shipped one)")
        ->needs(song);
    dataset->needs(out)->excludes(song);
    out->needs(dataset);
    command->footer(
        "Examples:\n"
        "  canto train-classifier --song song.mid\n"
        "  canto train-classifier --dataset songs.safetensors --out classifier.safetensors");
    command.check([=] {
        if (dataset->count() + song->count() == 0) {
            throw CLI::RequiredError("--song or --dataset");
        }
    });
}

} // namespace canto::cli
