#pragma once

#include "core/tensorfile/prepared_dataset.h"

#include <torch/torch.h>

namespace canto::models::musae {

/// Phrases of a prepared dataset as tensors, with the rows of each split.
class Dataset {
  public:
    explicit Dataset(const tensorfile::PreparedDataset& prepared);

    std::int64_t size() const { return m_tokens.size(0); }
    const std::vector<std::string>& labels() const { return m_labels; }
    const std::string& labelColumn() const { return m_labelColumn; }

    enum class Which { All, Strict };
    /// Rows of the songs of a split, ascending; "" for every split.
    std::vector<std::int64_t> rows(const std::string& split, Which which) const;

    /// (R, T) of one row.
    std::span<const codec::Token> phrase(std::int64_t row) const;
    /// Tokens as the network takes them: (B, T, R) int64. @param rows (B) int64.
    torch::Tensor batch(const torch::Tensor& rows) const;
    /// Label of each row, -1 for none: (B) int64.
    torch::Tensor labelOf(const torch::Tensor& rows) const;

  private:
    torch::Tensor m_tokens; ///< (N, R, T) uint8
    torch::Tensor m_label;  ///< (N) int64
    std::vector<std::string> m_labels;
    std::string m_labelColumn;
    std::vector<std::string> m_splits; ///< of each song
    std::vector<std::uint32_t> m_song; ///< of each row
    std::vector<bool> m_strict;        ///< of each row
};

/// Row numbers as a tensor (B) int64; copies.
torch::Tensor rowTensor(std::span<const std::int64_t> rows);

} // namespace canto::models::musae
