// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/datasets/prepared_words.h"
#include "models/muser/config.h"

#include <torch/torch.h>

namespace canto::models::muser {

/// Phrases of prepared songs: every bar at which a phrase with a note in it begins is a row. A
/// shared value; const use from any thread.
class Dataset {
  public:
    /// @param bars, places  of a phrase, as in NetConfig.
    Dataset(tensors::PreparedWords prepared, int bars, int places);

    const tensors::PreparedWords& prepared() const { return m_prepared; }
    const std::vector<std::string>& labels() const { return m_prepared.classes(); }

    enum class Which { All, Labelled, Unlabelled };
    /// Rows of the songs of a split. @param hop  only every hop-th bar of a song.
    std::vector<std::int64_t> rows(const std::string& split, Which which, int hop = 1) const;

    std::size_t songOf(std::int64_t row) const {
        return m_rows[static_cast<std::size_t>(row)].song;
    }
    int barOf(std::int64_t row) const { return m_rows[static_cast<std::size_t>(row)].bar; }
    /// Index into labels(), or -1.
    int labelOf(std::int64_t row) const { return m_prepared.classOf(songOf(row)); }
    /// Words without the end; at most places - 1.
    std::span<const codec::Word> phrase(std::int64_t row) const;

  private:
    struct Row {
        std::uint32_t song = 0;
        std::int32_t bar = 0;
    };
    tensors::PreparedWords m_prepared;
    int m_bars;
    std::size_t m_most;
    std::vector<Row> m_rows;
};

/// A batch of phrases.
struct Batch {
    torch::Tensor words;  ///< (B, T, 8) int64: the target words, then the end, then zeros
    torch::Tensor before; ///< (B, T, 8) int64: the emotion, then all words but the last
    torch::Tensor live;   ///< (B, T) bool: words and the end
    torch::Tensor label;  ///< (B) int64: 0 for none, else 1 + class
};

/// @param label  (B) as Batch::label.
/// @param most   longest: phrases are cut to it, and then have no end.
Batch batchOf(const std::vector<std::vector<codec::Word>>& phrases,
              const std::vector<std::int64_t>& label, int most);

} // namespace canto::models::muser
