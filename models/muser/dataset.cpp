// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/muser/dataset.h"

#include <algorithm>

namespace canto::models::muser {

using codec::Field;
using codec::Word;

Dataset::Dataset(tensors::PreparedWords prepared, int bars, int places)
    : m_prepared(std::move(prepared)), m_bars(bars), m_most(static_cast<std::size_t>(places) - 1) {
    for (std::size_t song = 0; song < m_prepared.songs().size(); ++song) {
        const auto count = static_cast<int>(m_prepared.bars(song).size());
        for (int bar = 0; bar < std::max(1, count - bars + 1); ++bar) {
            const auto words = m_prepared.window(song, bar, bars, m_most);
            if (std::any_of(words.begin(), words.end(),
                            [](const Word& word) { return word.isNote(); })) {
                m_rows.push_back({static_cast<std::uint32_t>(song), bar});
            }
        }
    }
}

std::vector<std::int64_t> Dataset::rows(const std::string& split, Which which, int hop) const {
    return tensors::rowsWhere<std::int64_t>(m_rows.size(), [&](std::size_t row) {
        const auto& [song, bar] = m_rows[row];
        const bool labelled = m_prepared.classOf(song) >= 0;
        const bool wanted = which == Which::All || (which == Which::Labelled) == labelled;
        return wanted && bar % hop == 0 &&
               (split.empty() || m_prepared.songs()[song].split == split);
    });
}

std::span<const Word> Dataset::phrase(std::int64_t row) const {
    return m_prepared.window(songOf(row), barOf(row), m_bars, m_most);
}

Batch batchOf(const std::vector<std::vector<Word>>& phrases, const std::vector<std::int64_t>& label,
              int most) {
    std::size_t longest = 1;
    for (const auto& phrase : phrases) {
        longest = std::max(longest, std::min(phrase.size() + 1, static_cast<std::size_t>(most)));
    }
    const auto rows = static_cast<std::int64_t>(phrases.size());
    const auto places = static_cast<std::int64_t>(longest);
    Batch batch;
    batch.words = torch::zeros({rows, places, kFields}, torch::kInt64);
    batch.before = torch::zeros({rows, places, kFields}, torch::kInt64);
    batch.live = torch::zeros({rows, places}, torch::kBool);
    batch.label = torch::zeros({rows}, torch::kInt64);
    auto words = batch.words.accessor<std::int64_t, 3>();
    auto before = batch.before.accessor<std::int64_t, 3>();
    auto live = batch.live.accessor<bool, 2>();
    for (std::int64_t row = 0; row < rows; ++row) {
        const auto& phrase = phrases[static_cast<std::size_t>(row)];
        const auto emotion = label[static_cast<std::size_t>(row)];
        batch.label[row] = emotion;
        before[row][0][static_cast<int>(Field::Type)] =
            static_cast<std::int64_t>(codec::WordType::Emotion);
        before[row][0][static_cast<int>(Field::Emotion)] = emotion;
        for (std::int64_t place = 0; place < places; ++place) {
            const auto at = static_cast<std::size_t>(place);
            live[row][place] = at <= phrase.size();
            if (at >= phrase.size()) {
                continue;
            }
            for (int field = 0; field < kElements; ++field) {
                const std::int64_t value = phrase[at].values[static_cast<std::size_t>(field)];
                words[row][place][field] = value;
                if (place + 1 < places) {
                    before[row][place + 1][field] = value;
                }
            }
        }
    }
    return batch;
}

} // namespace canto::models::muser
