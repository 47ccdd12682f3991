// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/library/phrase_chain.h"
#include "app/spaces/arrangement/measure_arrangements.h"
#include "app/spaces/orchestra/orchestra_sound.h"
#include "core/arrange/baseline_arranger.h"
#include "core/base/atomic_file.h"
#include "core/base/json_text.h"
#include "models/arrange/arrange.h"
#include "models/common/model_card.h"
#include "models/evaluation/reports.h"
#include "models/orchestra/report.h"
#include "models/registry/registry.h"

#include <cstdio>
#include <memory>

namespace canto::cli {

namespace {

struct EvaluateArgs {
    std::string model;
    std::string dataset;
    std::string split = "test";
    std::string card;
    std::vector<std::string> notes;
    bool ship = false;
    std::string space;
    std::string out;
    std::vector<std::string> others;
    std::string second;
    std::string recordings;
    std::string scores;
};

Result<tensors::SafeTensors> openWeights(const std::string& path) {
    return tensors::SafeTensors::open(path, tensors::OpenOptions::weights());
}

/// The report's drawings, and for an ALI among the weights its interpolation as sound.
Result<void> drawOrchestra(const EvaluateArgs& args, const nlohmann::json& report,
                           const std::filesystem::path& folder) {
#ifdef CANTO_SOUND
    for (const auto& [name, part] : report["interpolation"].items()) {
        std::string file = args.model;
        for (const auto& other : args.others) {
            if (other.starts_with(name + "=")) {
                file = other.substr(name.size() + 1);
            }
        }
        const auto model = openOrchestra(file);
        if (!model) {
            return fail(model.error());
        }
        const auto size = static_cast<std::size_t>((*model)->info().latentSize);
        const auto path = straightPath(models::Latent(size, 0.0F), models::Latent(size, 1.0F), 16);
        const auto walk =
            writeWalk(**model, path, folder / ("interpolation-" + name + ".wav"), interruptToken());
        if (!walk) {
            return fail(walk.error());
        }
    }
#endif
    return drawOrchestraReport(report, folder);
}

/// Whole recordings arranged by the model, the other models and the rules; nothing without --songs.
Result<nlohmann::json> measureSongs(const EvaluateArgs& args) {
#ifdef CANTO_SOUND
    std::vector<NamedArranger> arrangers;
    const auto add = [&](const std::string& name, const std::string& file) -> Result<void> {
        auto opened = models::arrange::openArranger(file);
        if (!opened) {
            return fail(opened.error());
        }
        arrangers.push_back({name.empty() ? (*opened)->name() : name, std::move(*opened)});
        return {};
    };
    if (auto ok = add({}, args.model); !ok) {
        return fail(ok.error());
    }
    for (const auto& other : args.others) {
        const auto equals = other.find('=');
        if (auto ok = add(other.substr(0, equals), other.substr(equals + 1)); !ok) {
            return fail(ok.error());
        }
    }
    arrange::BaselineOptions plain;
    plain.melody = false;
    arrangers.push_back({"rules", std::make_unique<arrange::BaselineArranger>()});
    arrangers.push_back({"rules, no lead", std::make_unique<arrange::BaselineArranger>(plain)});
    ProgressLine line("Recordings");
    return measureArrangements(args.recordings, args.scores, arrangers, interruptToken(),
                               line.callback());
#else
    return fail(Error::Code::BadInput, "This build reads no recordings", args.recordings);
#endif
}

/// Writes the report of a whole space into a folder: report.json, report.md and the drawings.
Result<void> writeReport(const EvaluateArgs& args, const models::Architecture& architecture,
                         const tensors::SafeTensors& weights) {
    if (architecture.space != args.space) {
        return fail(Error::Code::BadInput, "These weights are of the space " + architecture.space,
                    args.model);
    }
    std::vector<std::unique_ptr<tensors::SafeTensors>> kept;
    models::ReportRequest request{&weights, args.dataset, args.split, {}};
    for (const auto& other : args.others) {
        const auto equals = other.find('=');
        if (equals == std::string::npos || equals == 0) {
            return fail(Error::Code::BadInput,
                        "--beside wants NAME=WEIGHTS, not \"" + other + "\"");
        }
        auto opened = openWeights(other.substr(equals + 1));
        if (!opened) {
            return fail(opened.error());
        }
        if (opened->metadata("architecture") != architecture.id) {
            return fail(Error::Code::BadInput, "These weights are of another model", other);
        }
        kept.push_back(std::make_unique<tensors::SafeTensors>(std::move(*opened)));
        request.others.emplace_back(other.substr(0, equals), kept.back().get());
    }
    const bool orchestra = args.space == "orchestra";
    auto report = orchestra
                      ? models::orchestra::orchestraReport(request, args.second, interruptToken())
                      : architecture.report(request, interruptToken());
    if (!report) {
        return fail(report.error());
    }
    if (!args.recordings.empty()) {
        auto songs = measureSongs(args);
        if (!songs) {
            return fail(songs.error());
        }
        (*report)["songs"] = std::move(*songs);
    }
    const std::filesystem::path folder(args.out);
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    if (problem) {
        return fail(Error::Code::Io, "The folder cannot be made: " + problem.message(), args.out);
    }
    if (auto ok = writeFileAtomically(folder / "report.json", jsonText(*report, 1) + "\n"); !ok) {
        return ok;
    }
    if (args.space == "emotion") {
        if (auto ok = drawEmotionReport(*report, folder); !ok) {
            return ok;
        }
        return writeFileAtomically(folder / "report.md", emotionMarkdown(*report));
    }
    if (args.space == "arrangement") {
        return writeFileAtomically(folder / "report.md", arrangementMarkdown(*report));
    }
    if (orchestra) {
        if (auto ok = drawOrchestra(args, *report, folder); !ok) {
            return ok;
        }
        return writeFileAtomically(folder / "report.md", orchestraMarkdown(*report));
    }
    if (auto ok = drawStyleReport(*report, folder); !ok) {
        return ok;
    }
    return writeFileAtomically(folder / "report.md", styleMarkdown(*report));
}

/// Entries of the card: the figures, and those that the user passes.
Result<std::map<std::string, std::string>> cardEntries(const EvaluateArgs& args,
                                                       const nlohmann::json& figures) {
    std::map<std::string, std::string> entries{{"metrics", jsonText(figures)}};
    for (const auto& note : args.notes) {
        const auto equals = note.find('=');
        if (equals == std::string::npos || equals == 0) {
            return fail(Error::Code::BadInput, "--note wants KEY=TEXT, not \"" + note + "\"");
        }
        entries[note.substr(0, equals)] = note.substr(equals + 1);
    }
    return entries;
}

int evaluate(const EvaluateArgs& args) {
    const auto weights = openWeights(args.model);
    if (!weights) {
        return report(weights.error());
    }
    const auto architecture = models::findArchitecture(weights->metadata("architecture"));
    if (!architecture) {
        return report(architecture.error());
    }
    if (!args.space.empty()) {
        if (auto ok = writeReport(args, **architecture, *weights); !ok) {
            return report(ok.error());
        }
        print({{"report", args.out + "/report.md"}, {"figures", args.out + "/report.json"}});
        return kGood;
    }
    auto figures = (*architecture)->evaluate(*weights, args.dataset, args.split, interruptToken());
    if (!figures) {
        return report(figures.error());
    }
    std::fputs(figures->value("table", "").c_str(), stderr);
    figures->erase("table");
    if (!args.card.empty()) {
        const auto entries = cardEntries(args, *figures);
        if (!entries) {
            return report(entries.error());
        }
        models::Slimming slimming;
        if (args.ship) {
            // Those of ALI, which opens without them; a network of the Style space keeps its
            // critic.
            slimming = {true, {"criticX", "criticZ", "criticBoth"}};
        }
        if (auto ok = models::writeCard(args.model, args.card, *entries, slimming); !ok) {
            return report(ok.error());
        }
    }
    print(*figures);
    return kGood;
}

} // namespace

void addEvaluateCommand(CLI::App& app, Action& action) {
    auto args = std::make_shared<EvaluateArgs>();
    auto* command = app.add_subcommand(
        "evaluate", "Evaluate a model on a split of a prepared dataset, beside simple baselines");
    command->add_option("--model", args->model, "Weights")->required();
    command->add_option("--dataset", args->dataset, "Prepared dataset")->required();
    command->add_option("--split", args->split, "train, valid or test")->capture_default_str();
    auto* card = command->add_option(
        "--card", args->card, "Write the weights to this file with the figures in their card");
    command->add_option("--note", args->notes, "KEY=TEXT to put into the card")->needs(card);
    command
        ->add_flag(
            "--ship", args->ship,
            "Write 16-bit weights without tensors that only training needs (the critic of ALI)")
        ->needs(card);
    auto* space = command->add_option("--space", args->space,
                                      "Write the whole report on a space: style, emotion, "
                                      "orchestra, arrangement");
    auto* out = command->add_option("--out", args->out, "Folder of the report")->needs(space);
    space->needs(out)->excludes(card);
    command
        ->add_option("--beside", args->others,
                     "NAME=WEIGHTS to compare with, for example a baseline of equal budget")
        ->needs(space);
    command
        ->add_option("--second", args->second,
                     "Orchestra: clips of the same music rendered with another SoundFont")
        ->needs(space);
    auto* recordings =
        command->add_option("--songs", args->recordings,
                            "Arrangement: a folder of held-out recordings, NAME.flac "
                            "..., to be arranged whole");
    auto* scores = command->add_option("--scores", args->scores,
                                       "Their scores: folders NAME in the format of POP909");
    recordings->needs(scores)->needs(space);
    scores->needs(recordings);
    command->footer("Examples:\n"
                    "  canto evaluate --model run/best.safetensors --dataset songs.safetensors "
                    "--space style --out report --beside KL-VAE=kl/best.safetensors\n"
                    "  canto evaluate --model clip/last.safetensors --dataset clips.safetensors "
                    "--space orchestra --out report --second second-font.safetensors --beside "
                    "ali=ali/last.safetensors --beside ff-mfcc=ff/last.safetensors\n"
                    "  canto evaluate --model a2s/last.safetensors --dataset arrange.safetensors "
                    "--space arrangement --out report --beside chord-only=chords/last.safetensors "
                    "--songs recordings --scores POP909\n"
                    "  canto evaluate --model run/best.safetensors --dataset songs.safetensors "
                    "--split test > figures.json\n"
                    "  canto evaluate --model run/best.safetensors --dataset songs.safetensors "
                    "--card mine.safetensors --note licence=CC0-1.0");
    command->callback([args, &action] { action = [args] { return evaluate(*args); }; });
}

} // namespace canto::cli
