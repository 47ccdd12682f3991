// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/muser/composing.h"

#include "models/muser/dataset.h"

#include <algorithm>

namespace canto::models::muser {

using codec::Word;

namespace {

/// Where bars begin.
std::vector<std::size_t> barsOf(std::span<const Word> words) {
    std::vector<std::size_t> bars;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i].isBar()) {
            bars.push_back(i);
        }
    }
    return bars;
}

/// The last bars, at most half a phrase and few enough to leave room for as many again.
std::span<const Word> contextOf(std::span<const Word> words, const NetConfig& config) {
    const auto bars = barsOf(words);
    const auto most = static_cast<std::size_t>(config.places) / 2;
    const auto wanted =
        std::min<std::size_t>(bars.size(), static_cast<std::size_t>(std::max(1, config.bars / 2)));
    for (auto count = wanted; count > 0; --count) {
        const auto context = words.subspan(bars[bars.size() - count]);
        if (context.size() <= most) {
            return context;
        }
    }
    return {};
}

torch::Tensor codesOfWords(NetImpl& net, std::span<const Word> words, int label) {
    if (words.empty()) {
        return {};
    }
    const std::vector<std::vector<Word>> one(1, {words.begin(), words.end()});
    const auto batch = batchOf(one, {label}, net.config.places);
    const auto device = net.parameters().front().device();
    const auto codes = net.quantise(batch.words.to(device), batch.live.to(device)).codes[0];
    return codes.narrow(0, 0, static_cast<std::int64_t>(words.size()));
}

/// Words from one bar line on, for `count` bars.
std::span<const Word> barWords(std::span<const Word> words, std::size_t bar, std::size_t count) {
    const auto bars = barsOf(words);
    if (bar >= bars.size()) {
        return {};
    }
    const auto end = bar + count < bars.size() ? bars[bar + count] : words.size();
    return words.subspan(bars[bar], end - bars[bar]);
}

/// Composes a piece, some bars at a time.
class Composing {
  public:
    Composing(NetImpl& net, std::vector<Word> words, const ComposePlan& plan,
              const DrawTargets& targets, const DrawOptions& options, Random& random,
              const OnWords& onBar, const std::function<bool()>& stop)
        : m_net(net), m_words(std::move(words)), m_plan(plan), m_targets(targets),
          m_options(options), m_random(random), m_onBar(onBar), m_stop(stop),
          m_begun(barsOf(m_words).size()), m_rank(targets.any() ? random.uniform() : 0) {}

    Result<std::vector<Word>> run() {
        constexpr int kTries = 8;
        int failed = 0;
        while (m_bars < m_plan.bars) {
            const int count = barsAtOnce();
            const auto source = variedBar(m_plan, m_bars);
            // If continuing from the existing bars failed twice, start from nothing.
            const auto found = failed < 2 || failed % 2 == 0 ? contextOf(m_words, m_net.config)
                                                             : std::span<const Word>();
            const std::vector<Word> context(found.begin(), found.end());
            CANTO_TRY(bars, source ? varied(*source, count, context)
                                   : drawn(count, context, failed == 0));
            if (bars->empty()) {
                if (++failed >= kTries) {
                    return fail(Error::Code::Model, "The network wrote no music");
                }
                continue;
            }
            failed = 0;
            for (const auto& bar : *bars) {
                m_words.insert(m_words.end(), bar.begin(), bar.end());
                ++m_bars;
                if (m_onBar && !m_onBar(m_words, static_cast<int>(m_begun) + m_bars)) {
                    return cancelled();
                }
            }
        }
        return std::move(m_words);
    }

  private:
    using Bars = std::vector<std::vector<Word>>;

    static tl::unexpected<Error> cancelled() { return fail(Error::Code::Cancelled, "Cancelled"); }
    const Mixture& moodOf(int bar) const {
        static const Mixture none;
        return m_plan.moods.empty() ? none
                                    : m_plan.moods[std::min<std::size_t>(
                                          static_cast<std::size_t>(bar), m_plan.moods.size() - 1)];
    }
    /// Bars of one mood, all copied or none.
    int barsAtOnce() const {
        const auto source = variedBar(m_plan, m_bars);
        const int most = std::min(m_net.config.bars, m_plan.bars - m_bars);
        int count = 1;
        while (count < most && moodOf(m_bars + count) == moodOf(m_bars)) {
            const auto next = variedBar(m_plan, m_bars + count);
            if (next.has_value() != source.has_value() || (source && *next != *source + count)) {
                break;
            }
            ++count;
        }
        return count;
    }
    /// Whole bars after the context, at most `count`. The last bar is not whole if the words were
    /// cut.
    Bars newBars(std::span<const Word> written, std::size_t context, int count, int most) const {
        const auto fresh = written.subspan(std::min(context, written.size()));
        const auto bars = barsOf(fresh);
        const bool cut = static_cast<int>(written.size()) >= most;
        const bool wholePhrase = most >= m_net.config.places;
        Bars result;
        for (std::size_t i = 0; i < bars.size() && static_cast<int>(result.size()) < count; ++i) {
            if (cut && i + 1 == bars.size() && (i > 0 || !wholePhrase)) {
                break;
            }
            const auto words = barWords(fresh, i, 1);
            result.emplace_back(words.begin(), words.end());
        }
        return result;
    }
    /// @param brief  not longer than such bars usually are; a longer one gives none.
    Result<Bars> drawn(int count, const std::vector<Word>& context, bool brief) {
        const auto& mood = moodOf(m_bars);
        const int label = labelOf(mood);
        // A piece is chosen many times: fewer at each time than for a single phrase.
        const int candidates = m_targets.any() ? (m_options.candidates + 2) / 3 : 1;
        const bool chosen = candidates > 1;
        const int places = m_net.config.places;
        const int most = brief ? std::min(places, static_cast<int>(context.size()) +
                                                      count * places / m_net.config.bars + 1)
                               : places;
        CANTO_TRY(draws, drawCodes(m_net,
                                   {.mixture = mood,
                                    .begun = codesOfWords(m_net, context, label),
                                    .count = candidates,
                                    .most = most},
                                   m_options, m_random, m_stop));
        const auto wanted = chosen ? m_targets.at(mood, m_rank) : PhraseMeasures{};
        Bars best;
        double least = std::numeric_limits<double>::infinity();
        for (const auto& codes : *draws) {
            if (m_stop && m_stop()) {
                return cancelled();
            }
            auto bars =
                newBars(wordsOfCodes(m_net, codes, label, context), context.size(), count, most);
            if (!chosen) {
                return bars;
            }
            std::vector<Word> words;
            for (const auto& bar : bars) {
                words.insert(words.end(), bar.begin(), bar.end());
            }
            // Rests of a whole bar are rare in the data, and fewer candidates show more of them.
            constexpr double kRestCost = 100;
            const auto rests = std::count_if(bars.begin(), bars.end(), [](const auto& bar) {
                return std::none_of(bar.begin(), bar.end(),
                                    [](const Word& word) { return word.isNote(); });
            });
            const double cost = m_targets.cost(m_net, codes, words, mood, wanted) +
                                kRestCost * static_cast<double>(rests);
            if (!bars.empty() && cost < least) {
                least = cost;
                best = std::move(bars);
            }
        }
        return best;
    }
    Result<Bars> varied(int source, int count, const std::vector<Word>& context) {
        const auto first = m_begun + static_cast<std::size_t>(source);
        const auto most = static_cast<std::size_t>(m_net.config.places) - 1;
        auto words = barWords(m_words, first, static_cast<std::size_t>(count));
        while (count > 1 && context.size() + words.size() > most) {
            words = barWords(m_words, first, static_cast<std::size_t>(--count));
        }
        Bars same;
        for (int bar = 0; bar < count; ++bar) {
            const auto one = barWords(words, static_cast<std::size_t>(bar), 1);
            same.emplace_back(one.begin(), one.end());
        }
        if (context.size() + words.size() > most || m_net.config.groups() == 1) {
            return same;
        }
        const auto& mood = moodOf(m_bars);
        const int label = labelOf(mood);
        const bool otherMood = mood != moodOf(source);
        auto kept = codesOfWords(m_net, words, label).clone();
        for (std::int64_t place = 0; place < kept.size(0); ++place) {
            const auto& word = words[static_cast<std::size_t>(place)];
            const auto vary = [&](codec::Field field) {
                kept[place][static_cast<int>(field)] = -1;
            };
            if (word.isNote()) {
                vary(codec::Field::Velocity);
                if (m_random.below(8) == 0) {
                    vary(codec::Field::Pitch);
                }
            } else if (otherMood && !word.isBar()) {
                vary(codec::Field::Tempo);
                vary(codec::Field::Chord);
            }
        }
        CANTO_TRY(
            draws,
            drawCodes(m_net,
                      {.mixture = mood, .begun = codesOfWords(m_net, context, label), .kept = kept},
                      m_options, m_random, m_stop));
        auto bars = newBars(wordsOfCodes(m_net, draws->front(), label, context), context.size(),
                            count, m_net.config.places);
        return bars.size() == same.size() ? bars : same;
    }

    NetImpl& m_net;
    std::vector<Word> m_words;
    const ComposePlan& m_plan;
    const DrawTargets& m_targets;
    const DrawOptions& m_options;
    Random& m_random;
    const OnWords& m_onBar;
    const std::function<bool()>& m_stop;
    std::size_t m_begun; ///< bars
    int m_bars = 0;      ///< new ones
    double m_rank;       ///< of the whole piece among the targets
};

} // namespace

std::optional<int> variedBar(const ComposePlan& plan, int bar) {
    const int sections = static_cast<int>(plan.form.size());
    if (sections == 0) {
        return std::nullopt;
    }
    const int length = (plan.bars + sections - 1) / sections;
    const int section = bar / length;
    const auto first =
        static_cast<int>(plan.form.find(plan.form[static_cast<std::size_t>(section)]));
    const int within = bar % length;
    if (first == section || (length >= 4 && within == length - 1)) {
        return std::nullopt;
    }
    return first * length + within;
}

Result<std::vector<Word>> composeWords(NetImpl& net, std::vector<Word> words,
                                       const ComposePlan& plan, const DrawTargets& targets,
                                       const DrawOptions& options, Random& random,
                                       const OnWords& onBar, const std::function<bool()>& stop) {
    c10::InferenceMode inference;
    return Composing(net, std::move(words), plan, targets, options, random, onBar, stop).run();
}

} // namespace canto::models::muser
