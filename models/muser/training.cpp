// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/muser/training.h"

#include "core/base/text_lists.h"
#include "models/common/rows.h"
#include "models/muser/scores.h"

#include <cmath>

namespace canto::models::muser {

using torch::Tensor;
using train::LossTerms;
using train::Phase;
using train::StepContext;

namespace {

/// What the first process has, in all.
QuantiserImpl::OverAll fromFirst(const StepContext& context) {
    return [&context](const Tensor& tensor) {
        return context.world == 1
                   ? tensor
                   : context.overAll(tensor * (context.rank == 0 ? context.world : 0.0));
    };
}

/// Mean over the live positions (or weighted, if given weights), over the batches of all processes.
Tensor liveMean(const Tensor& values, const Tensor& live, const StepContext& context) {
    const auto weights = live.to(values.dtype());
    return (values * weights).sum() / context.overAll(weights.sum().reshape({1})).squeeze();
}

} // namespace

MuserTraining::MuserTraining(Net net, TrainConfig config, std::shared_ptr<const Dataset> dataset)
    : NetTraining("muser", std::move(net), config, std::move(dataset)),
      m_targets(DrawTargets::of(*m_dataset, m_net->config.bars)) {}

std::vector<train::ParameterGroup> MuserTraining::groups() {
    auto coder = train::parametersOf({{"encoder.", m_net->encoder.get()},
                                      {"regulariser.", m_net->regulariser.get()},
                                      {"decoder.", m_net->decoder.get()}});
    auto prior = train::parametersOf({{"prior.", m_net->prior.get()}});
    const train::OptimiserOptions options{.rate = m_config.learningRate,
                                          .lastRate = m_config.learningRate / 10,
                                          .warmupSteps = m_config.warmupSteps,
                                          .weightDecay = m_config.weightDecay,
                                          .clip = m_config.clip,
                                          .matrixRate = m_config.matrixRate};
    auto later = options;
    later.rate = m_config.priorRate;
    later.lastRate = m_config.priorRate / 10;
    later.warmupSteps = 0;
    const std::vector<std::string> others{"mbedding", "decoder.type", "Head.",
                                          ".head",    "encoder.out",  "fromSlice"};
    auto coderHidden = train::hiddenMatrices(coder, others);
    auto priorHidden = train::hiddenMatrices(prior, others);
    return {{"autoencoder", std::move(coder), options, std::move(coderHidden)},
            {"prior", std::move(prior), later, std::move(priorHidden)}};
}

std::vector<train::Source> MuserTraining::sources() const {
    auto labelled = m_dataset->rows("train", Dataset::Which::Labelled);
    auto others = m_dataset->rows("train", Dataset::Which::Unlabelled);
    const double share = others.empty() ? 1.0 : labelled.empty() ? 0.0 : m_config.labelled;
    std::vector<train::Source> sources;
    if (share > 0) {
        sources.push_back({"labelled", std::move(labelled), share});
    }
    if (share < 1) {
        sources.push_back({"others", std::move(others), 1 - share});
    }
    return sources;
}

std::vector<Phase> MuserTraining::phases(double progress) const {
    if (progress >= 1 - m_config.priorShare) {
        return {{"prior", "prior", 1}};
    }
    return {{"autoencoder", "autoencoder", 1}};
}

void MuserTraining::beginStep(const std::vector<std::int64_t>& rows, StepContext& context) {
    torch::NoGradGuard off;
    const auto count = static_cast<std::int64_t>(rows.size());
    const auto shift =
        context.integers(-m_config.transpose, m_config.transpose + 2, count).to(torch::kCPU);
    const auto hidden = context.uniform({count}).to(torch::kCPU);
    std::vector<std::vector<codec::Word>> phrases;
    std::vector<std::int64_t> labels;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto at = static_cast<std::int64_t>(i);
        const auto words = m_dataset->phrase(rows[i]);
        phrases.emplace_back(words.begin(), words.end());
        if (m_config.transpose > 0) {
            codec::transposeWords(phrases.back(), static_cast<int>(shift[at].item<std::int64_t>()));
        }
        const bool hide = hidden[at].item<float>() < m_config.hideLabel;
        labels.push_back(hide ? 0 : m_dataset->labelOf(rows[i]) + 1);
    }
    // From one draw for all processes, so that their batches have equal lengths.
    const double turn = std::abs(std::fmod(static_cast<double>(context.step) * 0.6180339887, 1.0));
    const int places = m_net->config.places;
    const bool prior = phases(context.progress).front().name == "prior";
    m_batch = batchOf(phrases, labels,
                      !prior && turn < m_config.shortShare ? std::max(8, places / 2) : places);
    m_batch.words = context.toDevice(m_batch.words);
    m_batch.before = context.toDevice(m_batch.before);
    m_batch.live = context.toDevice(m_batch.live);
    m_batch.label = context.toDevice(m_batch.label);
}

LossTerms MuserTraining::losses(const Phase& phase, StepContext& context) {
    return phase.name == "prior" ? priorLosses(context) : autoencoderLosses(context);
}

LossTerms MuserTraining::autoencoderLosses(StepContext& context) {
    const auto& [words, before, live, label] = m_batch;
    const auto batch = words.size(0);
    const auto encoded = m_net->encoder(words, live);
    const auto said = saidIn(words, live);
    const auto quantised = m_net->quantiser(encoded, said);

    // The decoder does not get all of the words before, nor always the codes of other positions.
    auto shown = before;
    if (m_config.hideWords > 0) {
        auto hide = context.uniform({batch, words.size(1), 1}) < m_config.hideWords;
        hide.select(1, 0).fill_(false);
        shown = before.masked_fill(hide, 0);
    }
    auto memoryLive = live;
    if (m_config.hideMemory > 0) {
        const auto hide = context.uniform({batch, 1}) < m_config.hideMemory;
        memoryLive = live.logical_and(hide.logical_not());
        memoryLive.select(1, 0).fill_(true);
    }
    const auto types = words.select(2, static_cast<int>(codec::Field::Type));
    const auto logits = m_net->decoder(shown, quantised.vectors, memoryLive, types);
    const auto each = elementLosses(logits, words);
    const auto weights = elementWeights(words, live);
    LossTerms terms;
    for (int element = 0; element < kElements; ++element) {
        const auto at = static_cast<std::size_t>(element);
        terms.push_back({codec::kFieldNames[at],
                         liveMean(each[at], weights.select(2, element), context), 1.0 / kElements});
    }
    terms.push_back(
        {"commitment", liveMean(quantised.squared, live, context), m_config.commitment});
    if (m_config.regularisation > 0) {
        const auto sequences = m_net->regulariser(quantised.vectors);
        terms.push_back({"order", orderLoss(sequences, naturalOrder(words), live, m_config.delta),
                         m_config.regularisation});
    }

    const auto overAll = [&](const Tensor& tensor) {
        return context.world == 1 ? tensor : context.overAll(tensor);
    };
    const auto counted = m_net->config.quiet() ? said : live;
    m_net->quantiser->learn(encoded, quantised.codes, counted, m_config.decay, overAll);
    const bool early = context.step == 10 || context.step == 50 || context.step == 100;
    if (m_config.restartEvery > 0 &&
        (early || (context.step > 0 && context.step % m_config.restartEvery == 0))) {
        const auto& books = m_net->quantiser->books();
        const auto draws = context.uniform({books.size(0) * books.size(1)});
        terms.push_back({"restarted",
                         m_net->quantiser->restart(encoded, counted, draws, fromFirst(context))
                             .to(torch::kFloat32),
                         0.0});
    }
    return terms;
}

LossTerms MuserTraining::priorLosses(StepContext& context) {
    const auto& [words, before, live, label] = m_batch;
    Tensor codes;
    {
        torch::NoGradGuard off;
        codes = m_net->quantise(words, live).codes;
    }
    const auto places = live.to(torch::kFloat32).sum().reshape({1});
    return {{"prior", priorLoss(*m_net->prior, codes, live, label).sum() /
                          context.overAll(places).squeeze()}};
}

Tensor priorLoss(PriorImpl& prior, const Tensor& codes, const Tensor& live, const Tensor& label) {
    namespace F = torch::nn::functional;
    // One position more, for the end after the last code.
    const auto padded = torch::constant_pad_nd(codes, {0, 0, 0, 1});
    const auto given = torch::constant_pad_nd(live, {0, 1});
    const auto length = live.sum(1, true); // (B, 1)
    const auto logits = prior.forward(padded, label);
    Tensor sum;
    for (std::size_t i = 0; i < logits.size(); ++i) {
        auto target = padded.select(2, prior.order()[i]);
        auto counted = given.to(torch::kFloat32);
        if (i == 0) {
            const auto end = torch::full_like(length, prior.values(0) - 1);
            target = target.scatter(1, length, end);
            counted = counted.scatter(1, length, 1.0);
        }
        const auto values = logits[i].size(2);
        const auto loss = F::cross_entropy(logits[i].reshape({-1, values}), target.reshape({-1}),
                                           F::CrossEntropyFuncOptions().reduction(torch::kNone))
                              .view(target.sizes()) *
                          counted;
        sum = i == 0 ? loss : sum + loss;
    }
    return sum;
}

Tensor elementWeights(const Tensor& words, const Tensor& live) {
    constexpr double kUnsaid = 0.1;
    return saidIn(words, live).to(torch::kFloat32) * (1 - kUnsaid) +
           kUnsaid * live.unsqueeze(2).to(torch::kFloat32);
}

std::vector<Tensor> elementLosses(const Logits& logits, const Tensor& words) {
    std::vector<Tensor> losses;
    for (std::size_t element = 0; element < kElements; ++element) {
        const auto values = logits[element].size(2);
        const auto target = words.select(2, static_cast<std::int64_t>(element));
        losses.push_back(
            torch::nn::functional::cross_entropy(
                logits[element].reshape({-1, values}), target.reshape({-1}),
                torch::nn::functional::CrossEntropyFuncOptions().reduction(torch::kNone))
                .view(target.sizes()));
    }
    return losses;
}

bool MuserTraining::hasValidation() const {
    return !m_dataset->rows("valid", Dataset::Which::All).empty();
}

Result<train::Measures> MuserTraining::validate(const train::Stop& stop) {
    // Labelled phrases first: the space is about them.
    auto rows = m_dataset->rows("valid", Dataset::Which::Labelled);
    if (rows.empty()) {
        rows = m_dataset->rows("valid", Dataset::Which::All);
    }
    constexpr std::size_t kEnough = 192;
    const auto some = everyNth(rows, rows.size() / kEnough + 1);
    train::Measures measures;
    if (some.empty()) {
        return measures;
    }
    CANTO_TRY(scores, teacherForced(*m_net, *m_dataset, some, stop));
    double mean = 0;
    for (std::size_t element = 0; element < kElements; ++element) {
        const auto accuracy = scores->elements[element].accuracy();
        measures[std::string("accuracy.") + codec::kFieldNames[element]] = accuracy;
        mean += accuracy / kElements;
    }
    measures["nats"] = scores->nats;
    measures["priorNats"] = scores->priorNats;
    measures["codesUsed"] = scores->codesUsed;
    // Nats per position of the prior, so that its part of the run has a score too.
    measures["score"] = mean - 0.02 * scores->priorNats;
    return measures;
}

std::map<std::string, std::string> MuserTraining::card() const {
    const auto labels = joinedText(m_dataset->labels());
    std::map<std::string, std::string> card = {
        {"title", "MusER, " + std::to_string(m_net->config.bars) + " bars, prior over " +
                      m_dataset->prepared().classColumn() + " (" + labels + ")"},
        {"labelColumn", m_dataset->prepared().classColumn()},
        {"source", "MusER: element-regularised vector-quantised autoencoder of compound words, "
                   "and a prior over its codes; trained by canto train"},
        {"split", "by song, as given in the labels: train to learn, valid to choose, test to "
                  "report"}};
    if (m_targets.any()) {
        card["drawTargets"] = m_targets.toCard();
    }
    return card;
}

} // namespace canto::models::muser
