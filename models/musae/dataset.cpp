// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/musae/dataset.h"

#include "models/musae/config.h"

#include <algorithm>
#include <cstring>
#include <map>

namespace canto::models::musae {

namespace {

/// The rows that make up long phrases: each row with those that follow it, itself first.
std::vector<std::vector<std::int64_t>> partsOf(const tensors::PreparedDataset& prepared,
                                               std::size_t count) {
    std::map<std::pair<std::size_t, int>, std::int64_t> at; // song, bar
    for (std::size_t row = 0; row < prepared.size(); ++row) {
        at[{prepared.song(row), prepared.bar(row)}] = static_cast<std::int64_t>(row);
    }
    std::vector<std::vector<std::int64_t>> parts(prepared.size());
    for (std::size_t row = 0; row < prepared.size(); ++row) {
        for (std::size_t part = 0; part < count; ++part) {
            const auto bar = prepared.bar(row) + static_cast<int>(part) * codec::kPhraseBars;
            const auto found = at.find({prepared.song(row), bar});
            if (found == at.end()) {
                parts[row].clear();
                break;
            }
            parts[row].push_back(found->second);
        }
    }
    return parts;
}

} // namespace

Dataset::Dataset(const tensors::PreparedDataset& prepared, int bars)
    : m_labels(prepared.classes()), m_labelColumn(prepared.classColumn()), m_bars(bars) {
    TORCH_CHECK(bars >= codec::kPhraseBars && bars % codec::kPhraseBars == 0,
                "phrases are made of ", codec::kPhraseBars, " bars, not of ", bars);
    const auto count = static_cast<std::int64_t>(prepared.size());
    m_tokens = torch::empty({count, kTracks, codec::kPhraseSteps}, torch::kUInt8);
    const auto tokens = prepared.tokens();
    std::memcpy(m_tokens.data_ptr<std::uint8_t>(), tokens.data(), tokens.size());
    if (const auto expressions = prepared.expressions(); !expressions.empty()) {
        m_expressions = torch::empty_like(m_tokens);
        std::memcpy(m_expressions.data_ptr<std::uint8_t>(), expressions.data(), expressions.size());
    }
    m_label = torch::empty({count}, torch::kInt64);
    auto* label = m_label.data_ptr<std::int64_t>();
    for (std::size_t row = 0; row < prepared.size(); ++row) {
        label[row] = prepared.classOf(row);
        m_song.push_back(static_cast<std::uint32_t>(prepared.song(row)));
        m_strict.push_back(prepared.strict(row));
    }
    for (const auto& song : prepared.songs()) {
        m_splits.push_back(song.split);
    }
    if (bars > codec::kPhraseBars) {
        m_parts = partsOf(prepared, static_cast<std::size_t>(bars / codec::kPhraseBars));
    }
}

std::vector<std::int64_t> Dataset::rows(const std::string& split, Which which) const {
    return tensors::rowsWhere<std::int64_t>(m_song.size(), [&](std::size_t row) {
        bool good = split.empty() || m_splits[m_song[row]] == split;
        bool strict = m_strict[row];
        if (!m_parts.empty()) {
            good = good && !m_parts[row].empty();
            for (const auto part : m_parts[row]) {
                strict = strict && m_strict[static_cast<std::size_t>(part)];
            }
        }
        return good && (which == Which::All || strict);
    });
}

std::vector<std::uint8_t> Dataset::joined(const torch::Tensor& table, std::int64_t row) const {
    const auto* first = table.data_ptr<std::uint8_t>();
    if (m_parts.empty()) {
        first += row * codec::kPhraseTokens;
        return {first, first + codec::kPhraseTokens};
    }
    const auto& parts = m_parts[static_cast<std::size_t>(row)];
    const auto steps = static_cast<std::size_t>(m_bars * kStepsPerBar);
    std::vector<std::uint8_t> joined(kTracks * steps);
    for (std::size_t part = 0; part < parts.size(); ++part) {
        for (std::size_t track = 0; track < kTracks; ++track) {
            const auto* from = first + parts[part] * codec::kPhraseTokens +
                               static_cast<std::ptrdiff_t>(track * codec::kPhraseSteps);
            std::copy(from, from + codec::kPhraseSteps,
                      joined.begin() +
                          static_cast<std::ptrdiff_t>(track * steps + part * codec::kPhraseSteps));
        }
    }
    return joined;
}

std::vector<codec::Token> Dataset::phrase(std::int64_t row) const {
    // Each part of a long phrase repeats the pitches that sound in its first step; in the middle of
    // a phrase these become hold.
    return m_parts.empty() ? joined(m_tokens, row) : codec::canonical(joined(m_tokens, row));
}

std::vector<codec::Expression> Dataset::expressions(std::int64_t row) const {
    TORCH_CHECK(hasExpression(), "this dataset has no expression values");
    return joined(m_expressions, row);
}

torch::Tensor Dataset::batch(const torch::Tensor& rows, bool expression) const {
    TORCH_CHECK(!expression || hasExpression(), "this dataset has no expression values");
    if (m_parts.empty()) {
        auto codes = m_tokens.index_select(0, rows);
        codes = expression ? torch::cat({codes, m_expressions.index_select(0, rows)}, 1) : codes;
        return codes.to(torch::kInt64).transpose(1, 2).contiguous();
    }
    const std::int64_t columns = expression ? 2 * kTracks : kTracks;
    auto codes = torch::empty({rows.size(0), columns, m_bars * kStepsPerBar}, torch::kUInt8);
    auto* to = codes.data_ptr<std::uint8_t>();
    for (std::int64_t i = 0; i < rows.size(0); ++i) {
        const auto row = rows[i].item<std::int64_t>();
        const auto tokens = phrase(row);
        to = std::copy(tokens.begin(), tokens.end(), to);
        if (expression) {
            const auto reonset = expressions(row);
            to = std::copy(reonset.begin(), reonset.end(), to);
        }
    }
    return codes.to(torch::kInt64).transpose(1, 2).contiguous();
}

torch::Tensor Dataset::labelOf(const torch::Tensor& rows) const {
    return m_label.index_select(0, rows);
}

torch::Tensor rowTensor(std::span<const std::int64_t> rows) {
    auto tensor = torch::empty({static_cast<std::int64_t>(rows.size())}, torch::kInt64);
    std::memcpy(tensor.data_ptr<std::int64_t>(), rows.data(), rows.size_bytes());
    return tensor;
}

} // namespace canto::models::musae
