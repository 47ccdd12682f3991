// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/muser/scores.h"

#include "models/muser/training.h"

#include <algorithm>
#include <set>

namespace canto::models::muser {

using codec::Field;
using codec::Word;
using torch::Tensor;

namespace {

std::uint8_t mostFrequent(const std::array<std::int64_t, 256>& counts) {
    return static_cast<std::uint8_t>(std::max_element(counts.begin(), counts.end()) -
                                     counts.begin());
}

} // namespace

bool says(const Word& word, int element) {
    const auto value = word.values[static_cast<std::size_t>(element)];
    if (element == static_cast<int>(Field::Type)) {
        return true;
    }
    const bool goesOn =
        element == static_cast<int>(Field::Tempo) || element == static_cast<int>(Field::Chord);
    return value > (goesOn ? codec::kContinue : 0);
}

Result<ReconstructionScores> teacherForced(NetImpl& net, const Dataset& dataset,
                                           const std::vector<std::int64_t>& rows,
                                           const train::Stop& stop) {
    torch::NoGradGuard off;
    ReconstructionScores scores;
    double nats = 0;
    double priorNats = 0;
    std::int64_t words = 0;
    std::set<std::int64_t> used;
    const auto device = net.parameters().front().device();
    constexpr std::size_t kBatch = 8;
    for (std::size_t begin = 0; begin < rows.size(); begin += kBatch) {
        if (stop && stop()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        std::vector<std::vector<Word>> phrases;
        std::vector<std::int64_t> labels;
        for (std::size_t i = begin; i < std::min(rows.size(), begin + kBatch); ++i) {
            const auto phrase = dataset.phrase(rows[i]);
            phrases.emplace_back(phrase.begin(), phrase.end());
            labels.push_back(dataset.labelOf(rows[i]) + 1);
        }
        auto batch = batchOf(phrases, labels, net.config.places);
        batch.words = batch.words.to(device);
        batch.live = batch.live.to(device);
        const auto quantised = net.quantise(batch.words, batch.live);
        const auto allSaid = saidIn(batch.words, batch.live);
        const auto types = batch.words.select(2, static_cast<int>(Field::Type));
        const auto logits =
            net.decoder(batch.before.to(device), quantised.vectors, batch.live, types);
        const auto losses = elementLosses(logits, batch.words);
        const auto live = batch.live.to(torch::kFloat32);
        for (int element = 0; element < kElements; ++element) {
            const auto at = static_cast<std::size_t>(element);
            const auto said = allSaid.select(2, element);
            const auto right = logits[at].argmax(2) == batch.words.select(2, element);
            scores.elements[at].all += said.sum().item<std::int64_t>();
            scores.elements[at].right += right.logical_and(said).sum().item<std::int64_t>();
            nats += (losses[at] * live).sum().item<double>() / kElements;
        }
        priorNats += priorLoss(*net.prior, quantised.codes, batch.live, batch.label.to(device))
                         .sum()
                         .item<double>();
        words += batch.live.sum().item<std::int64_t>();
        const auto codes = quantised.codes.to(torch::kCPU).contiguous();
        const auto alive = batch.live.to(torch::kCPU).contiguous();
        const auto* code = codes.data_ptr<std::int64_t>();
        const auto* is = alive.data_ptr<bool>();
        for (std::int64_t i = 0; i < alive.numel(); ++i) {
            for (int group = 0; group < net.config.groups() && is[i]; ++group) {
                used.insert(group * net.config.codes + code[i * net.config.groups() + group]);
            }
        }
    }
    scores.nats = nats / static_cast<double>(std::max<std::int64_t>(words, 1));
    scores.priorNats = priorNats / static_cast<double>(std::max<std::int64_t>(words, 1));
    scores.codesUsed = static_cast<double>(used.size()) / (net.config.groups() * net.config.codes);
    return scores;
}

void Guesses::learn(std::span<const Word> words) {
    for (int element = 0; element < kElements; ++element) {
        const auto at = static_cast<std::size_t>(element);
        int before = -1;
        for (const auto& word : words) {
            if (!says(word, element)) {
                continue;
            }
            const auto value = word.values[at];
            ++m_counts[at][value];
            if (before >= 0) {
                ++m_pairs[at][static_cast<std::size_t>(before)][value];
            }
            before = value;
        }
    }
}

std::array<Share, kElements> Guesses::guessed(std::span<const Word> words, bool fromBefore) const {
    std::array<Share, kElements> shares;
    for (int element = 0; element < kElements; ++element) {
        const auto at = static_cast<std::size_t>(element);
        auto guess = mostFrequent(m_counts[at]);
        for (const auto& word : words) {
            if (says(word, element)) {
                ++shares[at].all;
                shares[at].right += word.values[at] == guess;
                guess = fromBefore ? mostFrequent(m_pairs[at][word.values[at]]) : guess;
            }
        }
    }
    return shares;
}

NoteMatch& NoteMatch::operator+=(const NoteMatch& other) {
    matched += other.matched;
    expected += other.expected;
    written += other.written;
    return *this;
}

NoteMatch matchNotes(std::span<const Word> expected, std::span<const Word> written) {
    const auto places = [](std::span<const Word> words) {
        std::vector<std::pair<int, int>> notes; // pitch, step
        int bar = -1;
        int step = 0;
        for (const auto& word : words) {
            if (word.isBar()) {
                ++bar;
                step = 0;
            } else if (word.isNote()) {
                notes.emplace_back(word[Field::Pitch], 16 * std::max(bar, 0) + step);
            } else if (word[Field::Beat] > codec::kBar) {
                step = word[Field::Beat] - codec::kBar - 1;
            }
        }
        std::sort(notes.begin(), notes.end());
        return notes;
    };
    const auto first = places(expected);
    const auto second = places(written);
    NoteMatch match;
    match.expected = static_cast<std::int64_t>(first.size());
    match.written = static_cast<std::int64_t>(second.size());
    // Both are sorted by pitch and step: the earliest partner in reach is the best one.
    std::size_t j = 0;
    for (const auto& [pitch, step] : first) {
        while (j < second.size() && second[j] < std::pair(pitch, step - 1)) {
            ++j;
        }
        if (j < second.size() && second[j].first == pitch && second[j].second <= step + 1) {
            ++match.matched;
            ++j;
        }
    }
    return match;
}

} // namespace canto::models::muser
