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

} // namespace

Result<std::vector<Word>> composeWords(NetImpl& net, std::vector<Word> words, int label, int bars,
                                       const DrawOptions& options, Random& random,
                                       const OnWords& onBar, const std::function<bool()>& stop) {
    c10::InferenceMode inference;
    const auto target = barsOf(words).size() + static_cast<std::size_t>(bars);
    constexpr int kTries = 8;
    int failed = 0;
    while (barsOf(words).size() < target) {
        const auto before = barsOf(words).size();
        // If continuing from the existing bars failed, start from nothing.
        const auto found = failed % 2 == 0 ? contextOf(words, net.config) : std::span<const Word>();
        const std::vector<Word> context(found.begin(), found.end());
        CANTO_TRY(codes,
                  drawCodes(net, label, options, random, codesOfWords(net, context, label), stop));
        const auto whole = words.size();
        bool stopped = false;
        auto count = before;
        auto given = before;
        const auto onWord = [&](const Word& word) {
            stopped = stop && stop();
            // A bar line ends the bar before it, unless that was reported already.
            if (count == before && !word.isBar()) {
                return !stopped; // belongs to a bar that is complete already
            }
            if (word.isBar() && count > before && onBar && !stopped) {
                given = count;
                stopped = !onBar(words, static_cast<int>(count));
            }
            count += word.isBar() ? 1 : 0;
            if (!stopped && count <= target) {
                words.push_back(word);
            }
            return !stopped && count <= target;
        };
        const auto vectors = net.quantiser->vectorsOf(codes->unsqueeze(0));
        const auto written =
            continueWords(net, vectors, label, context, {.bars = net.config.bars}, random, onWord);
        if (stopped) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        const bool cut = static_cast<int>(written.size()) >= net.config.places;
        const auto now = barsOf(words);
        if (cut && now.size() > before + 1) {
            words.resize(now.back()); // its end did not fit
        } else if (now.size() == before) {
            words.resize(whole);
            if (++failed >= kTries) {
                return fail(Error::Code::Model, "The network wrote no music");
            }
            continue;
        } else if (onBar && given < now.size() && !onBar(words, static_cast<int>(now.size()))) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        failed = 0;
    }
    return words;
}

} // namespace canto::models::muser
