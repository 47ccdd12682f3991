// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/muser/evaluate.h"

#include "models/common/rows.h"
#include "models/muser/choosing.h"
#include "models/muser/net.h"
#include "models/muser/scores.h"
#include "models/muser/sequence.h"
#include "models/muser/writing.h"
#include "models/nn/torch_edge.h"

#include <cstdio>

namespace canto::models::muser {

using codec::Word;
using nlohmann::json;

namespace {

json sharesOf(const std::array<Share, kElements>& shares) {
    json result;
    for (std::size_t element = 0; element < kElements; ++element) {
        result[codec::kFieldNames[element]] = shares[element].accuracy();
    }
    return result;
}

void add(std::array<Share, kElements>& sum, const std::array<Share, kElements>& more) {
    for (std::size_t element = 0; element < kElements; ++element) {
        sum[element].right += more[element].right;
        sum[element].all += more[element].all;
    }
}

Guesses guessesFrom(const tensors::PreparedWords& prepared) {
    Guesses guesses;
    for (std::size_t song = 0; song < prepared.songs().size(); ++song) {
        if (prepared.songs()[song].split == "train") {
            guesses.learn(prepared.words(song));
        }
    }
    return guesses;
}

std::string tableOf(const json& figures) {
    std::string text = "element    model  unigram  bigram\n";
    for (const char* name : codec::kFieldNames) {
        if (!figures["model"].contains(name)) {
            continue;
        }
        char line[128];
        std::snprintf(line, sizeof line, "%-9s  %.3f  %.3f    %.3f\n", name,
                      figures["model"][name].get<double>(), figures["unigram"][name].get<double>(),
                      figures["bigram"][name].get<double>());
        text += line;
    }
    char line[128];
    std::snprintf(line, sizeof line, "notes      %.3f F1, written freely (%d phrases)\n",
                  figures["noteF1"].get<double>(), figures["writtenPhrases"].get<int>());
    return text + line;
}

} // namespace

std::vector<std::int64_t> reportRows(const Dataset& dataset, const std::string& split, int bars) {
    auto rows = dataset.rows(split, Dataset::Which::Labelled, bars);
    return rows.empty() ? dataset.rows(split, Dataset::Which::All, bars) : rows;
}

Result<json> reconstructionOf(NetImpl& net, const Dataset& dataset,
                              const std::vector<std::int64_t>& rows, std::size_t written,
                              const CancelToken& cancel) {
    const auto stop = [&] { return cancel.cancelled(); };
    CANTO_TRY(scores, teacherForced(net, dataset, rows, stop));
    const auto guesses = guessesFrom(dataset.prepared());
    std::array<Share, kElements> unigram;
    std::array<Share, kElements> bigram;
    for (const auto row : rows) {
        add(unigram, guesses.unigram(dataset.phrase(row)));
        add(bigram, guesses.bigram(dataset.phrase(row)));
    }
    NoteMatch notes;
    std::size_t count = 0;
    Random random(1);
    for (const auto row : everyNth(rows, rows.size() / std::max<std::size_t>(written, 1) + 1)) {
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        c10::InferenceMode inference;
        const auto phrase = dataset.phrase(row);
        const std::vector<std::vector<Word>> one(1, {phrase.begin(), phrase.end()});
        const auto batch = batchOf(one, {0}, net.config.places);
        const auto quantised = net.quantise(batch.words, batch.live);
        const auto words =
            writeWords(net, quantised.vectors, 0, {.bars = net.config.bars}, random, {});
        notes += matchNotes(phrase, words);
        ++count;
    }
    json figures = {{"phrases", rows.size()},         {"model", sharesOf(scores->elements)},
                    {"unigram", sharesOf(unigram)},   {"bigram", sharesOf(bigram)},
                    {"nats", scores->nats},           {"priorNats", scores->priorNats},
                    {"codesUsed", scores->codesUsed}, {"noteF1", notes.f1()},
                    {"writtenPhrases", count}};
    for (std::size_t element = 0; element < kElements; ++element) {
        figures["said"][codec::kFieldNames[element]] = scores->elements[element].all;
    }
    return figures;
}

Result<json> evaluateMuser(const tensors::SafeTensors& weights, const std::filesystem::path& path,
                           const std::string& split, const CancelToken& cancel) {
    CANTO_TRY(net, openNet(weights));
    CANTO_TRY(prepared, tensors::PreparedWords::open(path));
    return torchEdge([&]() -> Result<json> {
        const auto& config = (*net)->config;
        const Dataset dataset(std::move(*prepared), config.bars, config.places);
        const auto rows = reportRows(dataset, split, config.bars);
        if (rows.empty()) {
            return emptySplit("phrases", split, path);
        }
        auto figures = reconstructionOf(**net, dataset, rows, 100, cancel);
        if (figures) {
            (*figures)["split"] = split;
            (*figures)["table"] = tableOf(*figures);
            if (const auto targets = DrawTargets::of(dataset, config.bars); targets.any()) {
                (*figures)["card"]["drawTargets"] = targets.toCard();
            }
        }
        return figures;
    });
}

} // namespace canto::models::muser
