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

Result<Tensor> drawCodes(NetImpl& net, int label, const DrawOptions& options, Random& random,
                         const Tensor& begun, const std::function<bool()>& stop) {
    c10::InferenceMode inference;
    const auto& config = net.config;
    auto& prior = net.prior;
    const bool guided = label > 0 && std::any_of(options.guidance.begin(), options.guidance.end(),
                                                 [](double scale) { return scale != 1.0; });
    const auto whole =
        torch::TensorOptions(torch::kInt64).device(net.parameters().front().device());
    const auto labels = guided ? torch::tensor({label, 0}, whole) : torch::tensor({label}, whole);
    const std::int64_t rows = labels.size(0);
    auto state = prior->begin(labels, config.places);
    std::vector<Tensor> codes;
    Tensor before;
    while (static_cast<int>(codes.size()) < config.places) {
        if (stop && stop()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        auto known = prior->next(before, state);
        const auto place = static_cast<std::int64_t>(codes.size());
        auto here = torch::zeros({config.groups()}, whole);
        if (begun.defined() && place < begun.size(0)) {
            here = begun[place].clone();
        } else {
            bool ends = false;
            for (std::size_t i = 0; i < prior->order().size() && !ends; ++i) {
                auto logits = prior->logits(i, known).select(1, 0); // (rows, V)
                auto one = logits[0];
                if (guided) {
                    const auto element = static_cast<std::size_t>(prior->order()[i]);
                    one = logits[1] + options.guidance[element] * (logits[0] - logits[1]);
                }
                const int code =
                    drawNucleus(one.to(torch::kCPU), options.temperature, options.nucleus, random);
                ends = i == 0 && code == config.codes;
                if (!ends) {
                    here[prior->order()[i]] = code;
                    if (i + 1 < prior->order().size()) {
                        known = prior->given(i, known, torch::full({rows, 1}, code, whole));
                    }
                }
            }
            if (ends && place > 0) {
                break;
            }
        }
        codes.push_back(here);
        before = here.view({1, 1, -1}).expand({rows, 1, -1});
    }
    return torch::stack(codes);
}

} // namespace canto::models::muser
