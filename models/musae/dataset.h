// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/datasets/prepared_dataset.h"

#include <torch/torch.h>

namespace canto::models::musae {

/// Phrases of a prepared dataset as tensors, with the rows of each split. A dataset of two bars
/// also yields longer phrases: consecutive rows of a song without a gap, joined.
class Dataset {
  public:
    /// @param bars  of a phrase, a multiple of those of the dataset (two).
    explicit Dataset(const tensors::PreparedDataset& prepared, int bars = codec::kPhraseBars);

    int bars() const { return m_bars; }
    const std::vector<std::string>& labels() const { return m_labels; }
    const std::string& labelColumn() const { return m_labelColumn; }

    enum class Which { All, Strict };
    /// Rows of the songs of a split at which a phrase begins, ascending; "" for every split. A long
    /// phrase is strict if all its parts are.
    std::vector<std::int64_t> rows(const std::string& split, Which which) const;

    /// Tokens (R, T) of one row.
    std::vector<codec::Token> phrase(std::int64_t row) const;
    bool hasExpression() const { return m_expressions.defined(); }
    /// The expression values of its notes, (R, T); only if hasExpression().
    std::vector<codec::Expression> expressions(std::int64_t row) const;
    /// Song of a row.
    std::uint32_t songOf(std::int64_t row) const { return m_song[static_cast<std::size_t>(row)]; }
    /// Codes as the network's input: (B, T, X) int64. @param rows (B) int64.
    /// @param expression  with the expression values after the tokens; only if hasExpression().
    torch::Tensor batch(const torch::Tensor& rows, bool expression) const;
    /// Label of each row, -1 for none: (B) int64.
    torch::Tensor labelOf(const torch::Tensor& rows) const;

  private:
    /// A row of a table (N, R, two bars), with the following rows if phrases are long.
    std::vector<std::uint8_t> joined(const torch::Tensor& table, std::int64_t row) const;

    torch::Tensor m_tokens;      ///< (N, R, two bars) uint8
    torch::Tensor m_expressions; ///< the same, or undefined
    torch::Tensor m_label;       ///< (N) int64
    std::vector<std::string> m_labels;
    std::string m_labelColumn;
    std::vector<std::string> m_splits; ///< of each song
    std::vector<std::uint32_t> m_song; ///< of each row
    std::vector<bool> m_strict;        ///< of each row
    int m_bars = codec::kPhraseBars;
    std::vector<std::vector<std::int64_t>> m_parts; ///< of each row; empty: no complete phrase
                                                    ///< begins there
};

/// Row numbers as a tensor (B) int64; copies.
torch::Tensor rowTensor(std::span<const std::int64_t> rows);

} // namespace canto::models::musae
