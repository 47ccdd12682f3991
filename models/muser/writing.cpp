// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/muser/writing.h"

#include "models/muser/composing.h"

#include <algorithm>
#include <bitset>
#include <cmath>
#include <limits>
#include <numeric>

namespace canto::models::muser {

using codec::Field;
using codec::Word;
using codec::WordType;
using torch::Tensor;

namespace {

/// The position in the music that the written words have reached.
class Place {
  public:
    explicit Place(int bars) : m_bars(bars) {}

    bool allows(WordType type) const {
        switch (type) {
        case WordType::End:
            return m_bar >= 0;
        case WordType::Emotion:
            return false;
        case WordType::Metrical:
            return m_step < 15 || m_bar + 1 < m_bars;
        case WordType::Note:
            return m_step >= 0 && m_reonset.count() < 88;
        }
        return false;
    }
    /// For a word whose type, and for a position whose beat, is already chosen.
    bool allows(Field field, int value, const Word& word) const {
        const auto index = static_cast<std::size_t>(field);
        if (word.isNote()) {
            const bool ofNotes =
                field == Field::Pitch || field == Field::Duration || field == Field::Velocity;
            return ofNotes ? value > 0 && !(field == Field::Pitch &&
                                            m_reonset[static_cast<std::size_t>(value)])
                           : value == 0;
        }
        if (field == Field::Beat) {
            const bool line = value == codec::kBar;
            return line ? m_bar + 1 < m_bars
                        : m_bar >= 0 && value > codec::kBar && value - codec::kBar - 1 > m_step;
        }
        if (field != Field::Tempo && field != Field::Chord) {
            return value == 0;
        }
        if (word.isBar()) {
            return value == 0;
        }
        const bool first = word[Field::Beat] == codec::kBar + 1;
        return value >= (first ? codec::kContinue + 1 : int(codec::kContinue)) &&
               value < codec::kVocabulary[index];
    }
    void take(const Word& word) {
        if (word.isBar()) {
            ++m_bar;
            m_step = -1;
        } else if (word.isNote()) {
            m_reonset.set(word[Field::Pitch]);
            return;
        } else {
            m_step = word[Field::Beat] - codec::kBar - 1;
        }
        m_reonset.reset();
    }

  private:
    int m_bars;
    int m_bar = -1;
    int m_step = -1; ///< of the bar; -1: there is only the bar line
    std::bitset<128> m_reonset;
};

/// Samples among the allowed values.
template <class Allows>
std::optional<int> choose(const Tensor& logits, const WriteOptions& options, Random& random,
                          const Allows& allows) {
    auto own = logits.reshape({-1}).to(torch::kCPU).clone();
    auto* number = own.data_ptr<float>();
    bool any = false;
    for (std::int64_t value = 0; value < own.numel(); ++value) {
        if (allows(static_cast<int>(value))) {
            any = true;
        } else {
            number[value] = -std::numeric_limits<float>::infinity();
        }
    }
    if (!any) {
        return std::nullopt;
    }
    return drawNucleus(own, options.temperature, options.nucleus, random);
}

Tensor asTensor(const Word& word, const torch::TensorOptions& options) {
    auto tensor = torch::zeros({1, 1, kFields}, torch::kInt64);
    auto* values = tensor.data_ptr<std::int64_t>();
    std::copy(word.values.begin(), word.values.end(), values);
    return tensor.to(options.device());
}

} // namespace

int drawNucleus(const Tensor& logits, double temperature, double nucleus, Random& random) {
    const auto own = logits.to(torch::kFloat32).contiguous();
    const auto* values = own.data_ptr<float>();
    const auto count = static_cast<std::size_t>(own.numel());
    const auto best = std::max_element(values, values + count) - values;
    if (temperature <= 0) {
        return static_cast<int>(best);
    }
    std::vector<int> order(count);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](int a, int b) { return values[a] > values[b]; });
    std::vector<double> weight(count);
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
        weight[i] = std::exp((values[order[i]] - values[best]) / temperature);
        sum += weight[i];
    }
    double kept = 0;
    std::size_t last = 0;
    while (last < count && kept < nucleus * sum) {
        kept += weight[last++];
    }
    double left = random.uniform() * kept;
    for (std::size_t i = 0; i < last; ++i) {
        left -= weight[i];
        if (left < 0) {
            return order[i];
        }
    }
    return order[last > 0 ? last - 1 : 0];
}

std::vector<Word> writeWords(NetImpl& net, const Tensor& vectors, int label,
                             const WriteOptions& options, Random& random, const OnWord& onWord) {
    return continueWords(net, vectors, label, {}, options, random, onWord);
}

std::vector<Word> continueWords(NetImpl& net, const Tensor& vectors, int label,
                                std::span<const Word> begun, const WriteOptions& options,
                                Random& random, const OnWord& onWord) {
    c10::InferenceMode inference;
    auto& decoder = net.decoder;
    auto state = decoder->begin(vectors);
    std::vector<Word> words;
    Place place(options.bars);
    Word before;
    before[Field::Type] = static_cast<std::uint8_t>(WordType::Emotion);
    before[Field::Emotion] = static_cast<std::uint8_t>(label);
    while (state.place < vectors.size(1)) {
        const auto known = decoder->next(asTensor(before, vectors.options()), state);
        if (words.size() < begun.size()) {
            before = begun[words.size()];
            place.take(before);
            words.push_back(before);
            continue;
        }
        Word word;
        const auto type = choose(decoder->typeLogits(known), options, random, [&](int value) {
            return place.allows(static_cast<WordType>(value));
        });
        if (!type || *type == static_cast<int>(WordType::End)) {
            break;
        }
        word[Field::Type] = static_cast<std::uint8_t>(*type);
        const auto types = torch::full(
            {1, 1}, *type, torch::TensorOptions(torch::kInt64).device(vectors.device()));
        static constexpr std::array kOfPlaces = {Field::Beat, Field::Tempo, Field::Chord};
        static constexpr std::array kOfNotes = {Field::Pitch, Field::Duration, Field::Velocity};
        bool whole = true;
        for (const Field field : word.isNote() ? kOfNotes : kOfPlaces) {
            if (word.isBar()) {
                break; // sets nothing else
            }
            const auto at = static_cast<std::size_t>(field);
            const auto value =
                choose(decoder->logits(static_cast<int>(field), known[at], types), options, random,
                       [&](int v) { return place.allows(field, v, word); });
            whole = whole && value.has_value();
            word[field] = static_cast<std::uint8_t>(value.value_or(0));
        }
        if (!whole) {
            break;
        }
        place.take(word);
        words.push_back(word);
        if (onWord && !onWord(word)) {
            break;
        }
        before = word;
    }
    return words;
}

Mixture mixtureOf(int label, std::size_t classes) {
    Mixture mixture;
    if (label > 0) {
        mixture.assign(std::max(classes, static_cast<std::size_t>(label)), 0.0);
        mixture[static_cast<std::size_t>(label - 1)] = 1;
    }
    return mixture;
}

int labelOf(const Mixture& mixture) {
    return mixture.empty() ? 0
                           : 1 + static_cast<int>(std::max_element(mixture.begin(), mixture.end()) -
                                                  mixture.begin());
}

namespace {

/// The labels that a draw needs side by side, and how their logits are put together.
struct Labels {
    std::vector<std::int64_t> labels; ///< of one draw
    std::vector<double> weights;      ///< of the labelled ones, in front
    bool guided = false;              ///< the last is the unlabelled prior

    Labels(const Mixture& mixture, const DrawOptions& options) {
        // Each label takes as long as the first: those of little weight are left out.
        constexpr double kLeastWeight = 0.05;
        double sum = 0;
        for (std::size_t c = 0; c < mixture.size(); ++c) {
            if (mixture[c] > kLeastWeight) {
                labels.push_back(static_cast<std::int64_t>(c) + 1);
                weights.push_back(mixture[c]);
                sum += mixture[c];
            }
        }
        for (double& weight : weights) {
            weight /= sum;
        }
        guided = !labels.empty() && std::any_of(options.guidance.begin(), options.guidance.end(),
                                                [](double scale) { return scale != 1.0; });
        if (guided || labels.empty()) {
            labels.push_back(0);
        }
        if (weights.empty()) {
            weights.push_back(1);
        }
    }
    /// @param logits (labels, V)
    Tensor combined(const Tensor& logits, double guidance) const {
        auto labelled = logits[0] * weights[0];
        for (std::size_t i = 1; i < weights.size(); ++i) {
            labelled = labelled + logits[static_cast<std::int64_t>(i)] * weights[i];
        }
        if (!guided) {
            return labelled;
        }
        const auto free = logits[-1];
        return free + guidance * (labelled - free);
    }
};

} // namespace

Result<std::vector<Tensor>> drawCodes(NetImpl& net, const DrawRequest& request,
                                      const DrawOptions& options, Random& random,
                                      const std::function<bool()>& stop) {
    c10::InferenceMode inference;
    const auto& config = net.config;
    auto& prior = net.prior;
    const Labels labels(request.mixture, options);
    const auto each = static_cast<std::int64_t>(labels.labels.size());
    const auto draws = static_cast<std::int64_t>(std::max(request.count, 1));
    const auto whole =
        torch::TensorOptions(torch::kInt64).device(net.parameters().front().device());
    auto state = prior->begin(torch::tensor(labels.labels, whole).repeat({draws}), config.places);
    const auto begun = request.begun.defined() ? request.begun.size(0) : 0;
    const auto kept = request.kept.defined() ? request.kept.size(0) : 0;
    std::vector<std::vector<Tensor>> codes(static_cast<std::size_t>(draws));
    std::vector<bool> ended(static_cast<std::size_t>(draws), false);
    Tensor before;
    const int most = request.most > 0 ? std::min(request.most, config.places) : config.places;
    for (std::int64_t place = 0; place < most; ++place) {
        if (stop && stop()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        if (kept > 0 && place >= begun + kept) {
            break;
        }
        auto known = prior->next(before, state);
        auto here = torch::zeros({draws, config.groups()}, whole);
        if (place < begun) {
            here = request.begun[place].expand({draws, -1}).clone();
        } else {
            for (std::size_t i = 0; i < prior->order().size(); ++i) {
                const auto group = prior->order()[i];
                const auto given =
                    kept > 0 ? request.kept[place - begun][group].item<std::int64_t>() : -1;
                if (given >= 0) {
                    here.select(1, group).fill_(given);
                } else {
                    const auto logits = prior->logits(i, known).select(1, 0).to(torch::kCPU);
                    for (std::int64_t draw = 0; draw < draws; ++draw) {
                        const auto at = static_cast<std::size_t>(draw);
                        if (ended[at]) {
                            continue;
                        }
                        auto one =
                            labels.combined(logits.narrow(0, draw * each, each),
                                            options.guidance[static_cast<std::size_t>(group)]);
                        if (kept > 0 && i == 0) {
                            one[config.codes] = -std::numeric_limits<float>::infinity();
                        }
                        const int code =
                            drawNucleus(one, options.temperature, options.nucleus, random);
                        if (i == 0 && code == config.codes) {
                            ended[at] = place > 0;
                        } else {
                            here[draw][group] = code;
                        }
                    }
                }
                if (i + 1 < prior->order().size()) {
                    known = prior->given(
                        i, known, here.select(1, group).repeat_interleave(each).unsqueeze(1));
                }
            }
        }
        for (std::size_t draw = 0; draw < codes.size(); ++draw) {
            if (!ended[draw]) {
                codes[draw].push_back(here[static_cast<std::int64_t>(draw)]);
            }
        }
        if (std::all_of(ended.begin(), ended.end(), [](bool end) { return end; })) {
            break;
        }
        before = here.repeat_interleave(each, 0).unsqueeze(1);
    }
    std::vector<Tensor> result;
    for (const auto& one : codes) {
        result.push_back(torch::stack(one));
    }
    return result;
}

} // namespace canto::models::muser
