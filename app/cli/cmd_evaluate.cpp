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

#include <algorithm>
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
Result<void> drawOrchestra([[maybe_unused]] const EvaluateArgs& args,
                           [[maybe_unused]] const NamedValues& others, const nlohmann::json& report,
                           const std::filesystem::path& folder) {
#ifdef CANTO_SOUND
    for (const auto& [name, part] : report["interpolation"].items()) {
        const auto other = std::find_if(others.rbegin(), others.rend(),
                                        [&](const auto& named) { return named.first == name; });
        const auto model = openOrchestra(other == others.rend() ? args.model : other->second);
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
Result<nlohmann::json> measureSongs(const EvaluateArgs& args,
                                    [[maybe_unused]] const NamedValues& others) {
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
    for (const auto& [name, file] : others) {
        if (auto ok = add(name, file); !ok) {
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
    const auto others = namedValues("--beside", "NAME=WEIGHTS", args.others);
    if (!others) {
        return fail(others.error());
    }
    for (const auto& [name, file] : *others) {
        auto opened = openWeights(file);
        if (!opened) {
            return fail(opened.error());
        }
        if (opened->metadata("architecture") != architecture.id) {
            return fail(Error::Code::BadInput, "These weights are of another model",
                        name + "=" + file);
        }
        kept.push_back(std::make_unique<tensors::SafeTensors>(std::move(*opened)));
        request.others.emplace_back(name, kept.back().get());
    }
    const bool orchestra = args.space == "orchestra";
    auto report = orchestra
                      ? models::orchestra::orchestraReport(request, args.second, interruptToken())
                      : architecture.report(request, interruptToken());
    if (!report) {
        return fail(report.error());
    }
    if (!args.recordings.empty()) {
        auto songs = measureSongs(args, *others);
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
    struct Writer {
        std::string (*text)(const nlohmann::json&);
        std::function<Result<void>()> draw;
    };
    const std::map<std::string, Writer> writers{
        {"style", {styleMarkdown, [&] { return drawStyleReport(*report, folder); }}},
        {"emotion", {emotionMarkdown, [&] { return drawEmotionReport(*report, folder); }}},
        {"orchestra",
         {orchestraMarkdown, [&] { return drawOrchestra(args, *others, *report, folder); }}},
        {"arrangement", {arrangementMarkdown, [] { return Result<void>(); }}}};
    const auto writer = writers.find(args.space);
    if (writer == writers.end()) {
        return fail(Error::Code::BadInput,
                    "There is no text of reports on the space " + args.space);
    }
    if (auto ok = writer->second.draw(); !ok) {
        return ok;
    }
    return writeFileAtomically(folder / "report.md", writer->second.text(*report));
}

/// Entries of the card: the figures, and those that the user passes.
Result<std::map<std::string, std::string>> cardEntries(const EvaluateArgs& args,
                                                       const nlohmann::json& figures) {
    std::map<std::string, std::string> entries{{"metrics", jsonText(figures)}};
    const auto notes = namedValues("--note", "KEY=TEXT", args.notes);
    if (!notes) {
        return fail(notes.error());
    }
    for (const auto& [key, text] : *notes) {
        entries[key] = text;
    }
    return entries;
}

Result<int> evaluate(const EvaluateArgs& args) {
    const auto weights = openWeights(args.model);
    if (!weights) {
        return fail(weights.error());
    }
    const auto architecture = models::findArchitecture(weights->metadata("architecture"));
    if (!architecture) {
        return fail(architecture.error());
    }
    if (!args.space.empty()) {
        if (auto ok = writeReport(args, **architecture, *weights); !ok) {
            return fail(ok.error());
        }
        return print({{"report", args.out + "/report.md"}, {"figures", args.out + "/report.json"}});
    }
    auto figures = (*architecture)->evaluate(*weights, args.dataset, args.split, interruptToken());
    if (!figures) {
        return fail(figures.error());
    }
    std::fputs(figures->value("table", "").c_str(), stderr);
    figures->erase("table");
    if (!args.card.empty()) {
        const auto entries = cardEntries(args, *figures);
        if (!entries) {
            return fail(entries.error());
        }
        models::Slimming slimming;
        if (args.ship) {
            // Those of ALI, which opens without them; a network of the Style space keeps its
            // critic.
            slimming = {true, {"criticX", "criticZ", "criticBoth"}};
        }
        if (auto ok = models::writeCard(args.model, args.card, *entries, slimming); !ok) {
            return fail(ok.error());
        }
    }
    return print(*figures);
}

} // namespace

void addEvaluateCommand(CLI::App& app, Action& action) {
    Command<EvaluateArgs> command(
        app, action, "evaluate",
        "Evaluate a model on a split of a prepared dataset, beside simple baselines", evaluate);
    auto& args = command.args();
    command.required("--model", args.model, "Weights");
    command.required("--dataset", args.dataset, "Prepared dataset");
    command.shown("--split", args.split, "train, valid or test");
    auto* card = command.option("--card", args.card,
                                "Write the weights to this file with the figures in their card");
    command.option("--note", args.notes, "KEY=TEXT to put into the card")->needs(card);
    command
        .flag("--ship", args.ship,
              "Write 16-bit weights without tensors that only training needs (the critic of ALI)")
        ->needs(card);
    auto* space = command.option("--space", args.space,
                                 "Write the whole report on a space: style, emotion, "
                                 "orchestra, arrangement");
    auto* out = command.option("--out", args.out, "Folder of the report")->needs(space);
    space->needs(out)->excludes(card);
    command
        .option("--beside", args.others,
                "NAME=WEIGHTS to compare with, for example a baseline of equal budget")
        ->needs(space);
    command
        .option("--second", args.second,
                "Orchestra: clips of the same music rendered with another SoundFont")
        ->needs(space);
    auto* recordings = command.option("--songs", args.recordings,
                                      "Arrangement: a folder of held-out recordings, NAME.flac "
                                      "..., to be arranged whole");
    auto* scores = command.option("--scores", args.scores,
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
}

} // namespace canto::cli
