// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/spaces/emotion/emotion_classifier.h"
#include "core/midi/smf_reader.h"
#include "core/music/class_labels.h"

namespace canto::cli {

namespace {

struct ClassifierArgs {
    std::string dataset;
    std::string midi;
    std::string out;
    std::string classifier;
    std::string song;
};

Result<int> trainClassifier(const ClassifierArgs& args) {
    if (!args.song.empty()) {
        CANTO_TRY(file, midi::readSmfFile(args.song));
        CANTO_TRY(classifier, EmotionClassifier::open(args.classifier));
        CANTO_TRY(prediction, classifier->predict(file->song));
        nlohmann::json moods;
        const auto labels = music::classLabels("emotion");
        for (std::size_t i = 0; i < labels.size(); ++i) {
            moods[std::string(labels[i].name)] = prediction->probabilities[i];
        }
        return print({{"quadrants", prediction->probabilities},
                      {"moods", std::move(moods)},
                      {"velocityWeight", prediction->velocityWeight},
                      {"accuracy", classifier->accuracy()}});
    }
    CANTO_TRY(figures,
              EmotionClassifier::learn(args.dataset, args.midi, args.out, interruptToken()));
    return print(*figures);
}

} // namespace

void addTrainClassifierCommand(CLI::App& app, Action& action) {
    Command<ClassifierArgs> command(app, action, "train-classifier",
                                    "Train the classifier of emotions, or classify a song with it",
                                    trainClassifier);
    auto& args = command.args();
    auto* dataset = command.option("--dataset", args.dataset, "Prepared dataset to train on");
    auto* midi = command.option("--midi", args.midi,
                                "Folder of the dataset's MIDI files, whose notes are learned from");
    auto* out = command.option("--out", args.out, "File of the classifier to write");
    auto* song = command.option("--song", args.song, "MIDI file to classify");
    command
        .option("--classifier", args.classifier,
                "File of the classifier (default: the shipped one)")
        ->needs(song);
    dataset->needs(out)->needs(midi)->excludes(song);
    out->needs(dataset);
    midi->needs(dataset);
    command->footer("Examples:\n"
                    "  canto train-classifier --song song.mid\n"
                    "  canto train-classifier --dataset songs.safetensors --midi MIDI --out "
                    "classifier.safetensors");
    command.check([=] {
        if (dataset->count() + song->count() == 0) {
            throw CLI::RequiredError("--song or --dataset");
        }
    });
}

} // namespace canto::cli
