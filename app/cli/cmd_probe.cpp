#include "app/cli/commands.h"
#include "app/service/emotion_judge.h"
#include "app/service/model_store.h"
#include "core/midi/smf_reader.h"

#include <memory>

namespace canto::cli {

namespace {

struct ProbeWords {
    std::string model;
    std::string dataset;
    std::string out;
    std::string probe;
    std::string song;
};

int probe(const ProbeWords& words) {
    std::string weights = words.model;
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
    if (!words.song.empty()) {
        const auto file = midi::readSmfFile(words.song);
        if (!file) {
            return report(file.error());
        }
        const auto judge = service::EmotionJudge::open(words.probe);
        if (!judge) {
            return report(judge.error());
        }
        const auto verdict = judge->judge(**model, file->song, interruptToken());
        if (!verdict) {
            return report(verdict.error());
        }
        print({{"quadrants", *verdict}, {"accuracy", judge->accuracy()}});
        return kGood;
    }
    const auto figures =
        service::EmotionJudge::learn(**model, words.dataset, words.out, interruptToken());
    if (!figures) {
        return report(figures.error());
    }
    print(*figures);
    return kGood;
}

} // namespace

void addProbeCommand(CLI::App& app, Action& action) {
    auto words = std::make_shared<ProbeWords>();
    auto* command =
        app.add_subcommand("probe", "Train the judge of emotions, or ask it about a song");
    command->add_option("--model", words->model, "Weights of an Emotion model (default: shipped)");
    auto* dataset = command->add_option("--dataset", words->dataset, "Prepared, to learn from");
    auto* out = command->add_option("--out", words->out, "File of the judge to write");
    auto* song = command->add_option("--judge", words->song, "MIDI file to judge");
    command->add_option("--probe", words->probe, "File of the judge (default: the shipped one)")
        ->needs(song);
    dataset->needs(out)->excludes(song);
    out->needs(dataset);
    command->footer("Examples:\n"
                    "  canto probe --judge song.mid\n"
                    "  canto probe --dataset songs.safetensors --out judge.safetensors");
    command->callback([words, dataset, song, &action] {
        if (dataset->count() + song->count() == 0) {
            throw CLI::RequiredError("--judge or --dataset");
        }
        action = [words] { return probe(*words); };
    });
}

} // namespace canto::cli
