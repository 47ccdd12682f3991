// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/muser/choosing.h"

#include "core/base/json_text.h"
#include "core/codec/word_features.h"
#include "models/muser/composing.h"
#include "models/muser/training.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace canto::models::muser {

using codec::Word;
using nlohmann::json;

namespace {

constexpr std::size_t kMeasures = std::tuple_size_v<PhraseMeasures>;

/// How much a measure counts among the distances. Density first: it is what is off most.
constexpr PhraseMeasures kMeasureWeights = {2.0, 1.5, 1.0, 1.0};

/// How much minus the logarithm of the mood's probability counts beside the squared distance.
constexpr double kMoodWeight = 3;

/// How unlikely the codes are to be of the mood, by the prior: minus the logarithm of the mixture
/// of its probabilities of the classes. Likelihoods are tempered, since codes are not independent.
double unlikely(NetImpl& net, const torch::Tensor& codes, const Mixture& mixture) {
    const auto labels = static_cast<std::int64_t>(mixture.size());
    if (labels < 2) {
        return 0;
    }
    c10::InferenceMode inference;
    constexpr double kTemper = 8;
    const auto all = codes.unsqueeze(0).expand({labels, -1, -1});
    const auto live = torch::ones({labels, codes.size(0)}, torch::kBool);
    const auto loss = priorLoss(*net.prior, all, live, torch::arange(1, labels + 1, torch::kInt64));
    const auto share = torch::softmax(-loss.sum(1).to(torch::kFloat64) / kTemper, 0).contiguous();
    double sum = 0;
    for (std::int64_t c = 0; c < labels; ++c) {
        sum += mixture[static_cast<std::size_t>(c)] * share[c].item<double>();
    }
    return -std::log(std::max(sum, 1e-6));
}

} // namespace

std::optional<PhraseMeasures> measuresOf(std::span<const Word> words) {
    const auto song = codec::songOfWords(words);
    if (song.notes.empty()) {
        return std::nullopt;
    }
    PhraseMeasures sums{};
    double first = song.notes.front().startSeconds;
    double last = first;
    for (const auto& note : song.notes) {
        sums[1] += note.velocity;
        sums[3] += note.pitch;
        first = std::min(first, note.startSeconds);
        last = std::max(last, note.startSeconds + note.lengthSeconds);
    }
    const auto count = static_cast<double>(song.notes.size());
    return PhraseMeasures{std::log(count / std::max(last - first, 0.25)), sums[1] / count,
                          codec::figuresOf(words).polyphony, sums[3] / count};
}

DrawTargets::DrawTargets(std::vector<std::vector<PhraseMeasures>> measures) {
    if (measures.empty() || std::any_of(measures.begin(), measures.end(),
                                        [](const auto& rows) { return rows.size() < 2; })) {
        return;
    }
    PhraseMeasures spread{};
    double count = 0;
    for (auto& rows : measures) {
        std::sort(rows.begin(), rows.end());
        PhraseMeasures mean{};
        for (const auto& row : rows) {
            for (std::size_t i = 0; i < kMeasures; ++i) {
                mean[i] += row[i] / static_cast<double>(rows.size());
            }
        }
        std::vector<PhraseMeasures> some;
        const auto kept = std::min(rows.size(), kMost);
        for (std::size_t i = 0; i < kept; ++i) {
            some.push_back(rows[(2 * i + 1) * rows.size() / (2 * kept)]);
        }
        for (const auto& row : rows) {
            for (std::size_t i = 0; i < kMeasures; ++i) {
                spread[i] += (row[i] - mean[i]) * (row[i] - mean[i]);
            }
        }
        count += static_cast<double>(rows.size());
        rows = std::move(some);
    }
    for (std::size_t i = 0; i < kMeasures; ++i) {
        m_deviation[i] = std::max(std::sqrt(spread[i] / count), 1e-6);
    }
    m_measures = std::move(measures);
}

DrawTargets DrawTargets::of(const Dataset& dataset, int bars) {
    std::vector<std::vector<PhraseMeasures>> measures(dataset.labels().size());
    for (const auto row : dataset.rows("train", Dataset::Which::Labelled, bars)) {
        if (const auto measured = measuresOf(dataset.phrase(row))) {
            measures[static_cast<std::size_t>(dataset.labelOf(row))].push_back(*measured);
        }
    }
    return DrawTargets(std::move(measures));
}

std::string DrawTargets::toCard() const {
    json classes = json::array();
    for (const auto& rows : m_measures) {
        json list = json::array();
        for (const auto& row : rows) {
            for (const double value : row) {
                list.push_back(std::round(value * 100) / 100);
            }
        }
        classes.push_back(std::move(list));
    }
    return jsonText(json{{"measures", std::move(classes)}, {"deviation", m_deviation}});
}

DrawTargets DrawTargets::fromCard(const std::string& text, std::size_t classes) {
    const auto entry = json::parse(text, nullptr, false);
    if (!entry.is_object() || !entry.contains("measures") || !entry["measures"].is_array() ||
        entry["measures"].size() != classes || !entry.contains("deviation")) {
        return {};
    }
    const auto numbersOf = [](const json& list) {
        std::vector<double> numbers;
        for (const auto& value : list) {
            if (value.is_number() && std::isfinite(value.get<double>())) {
                numbers.push_back(value.get<double>());
            }
        }
        return numbers;
    };
    DrawTargets targets;
    const auto deviation = numbersOf(entry["deviation"]);
    if (deviation.size() != kMeasures) {
        return {};
    }
    std::copy(deviation.begin(), deviation.end(), targets.m_deviation.begin());
    for (const auto& list : entry["measures"]) {
        const auto numbers = numbersOf(list);
        if (numbers.size() < kMeasures || numbers.size() % kMeasures != 0) {
            return {};
        }
        auto& rows = targets.m_measures.emplace_back(numbers.size() / kMeasures);
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            rows[i / kMeasures][i % kMeasures] = numbers[i];
        }
    }
    for (double& value : targets.m_deviation) {
        value = std::max(value, 1e-6);
    }
    return targets;
}

PhraseMeasures DrawTargets::at(const Mixture& mixture, double rank) const {
    PhraseMeasures mean{};
    for (std::size_t c = 0; c < m_measures.size(); ++c) {
        const auto& rows = m_measures[c];
        const double weight = mixture.empty()      ? 1.0 / static_cast<double>(m_measures.size())
                              : c < mixture.size() ? mixture[c]
                                                   : 0.0;
        const auto row = static_cast<std::size_t>(rank * static_cast<double>(rows.size()));
        for (std::size_t i = 0; i < kMeasures; ++i) {
            mean[i] += weight * rows[std::min(row, rows.size() - 1)][i];
        }
    }
    return mean;
}

double DrawTargets::distance(const PhraseMeasures& a, const PhraseMeasures& b) const {
    double sum = 0;
    for (std::size_t i = 0; i < kMeasures; ++i) {
        const double apart = kMeasureWeights[i] * (a[i] - b[i]) / m_deviation[i];
        sum += apart * apart;
    }
    return sum;
}

std::vector<Word> wordsOfCodes(NetImpl& net, const torch::Tensor& codes, int label,
                               std::span<const Word> begun) {
    c10::InferenceMode inference;
    Random random(1); // not used: the most probable words
    return continueWords(net, net.quantiser->vectorsOf(codes.unsqueeze(0)), label, begun,
                         {.bars = net.config.bars}, random, {});
}

double DrawTargets::cost(NetImpl& net, const torch::Tensor& codes, std::span<const Word> words,
                         const Mixture& mixture, const PhraseMeasures& wanted) const {
    const auto measured = measuresOf(words);
    return measured ? distance(*measured, wanted) + kMoodWeight * unlikely(net, codes, mixture)
                    : std::numeric_limits<double>::max();
}

Result<torch::Tensor> drawPhrase(NetImpl& net, const DrawTargets& targets, const Mixture& mixture,
                                 const DrawOptions& options, Random& random,
                                 const std::function<bool()>& stop) {
    const bool chosen = targets.any() && options.candidates > 1;
    const auto wanted = chosen ? targets.at(mixture, random.uniform()) : PhraseMeasures{};
    CANTO_TRY(draws, drawCodes(net, {.mixture = mixture, .count = chosen ? options.candidates : 1},
                               options, random, stop));
    std::size_t best = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; chosen && i < draws->size(); ++i) {
        if (stop && stop()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        const auto& codes = (*draws)[i];
        const auto words = wordsOfCodes(net, codes, labelOf(mixture), {});
        const double cost = targets.cost(net, codes, words, mixture, wanted);
        if (cost < least) {
            least = cost;
            best = i;
        }
    }
    return (*draws)[best];
}

} // namespace canto::models::muser
