// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/train/trainable.h"

namespace canto::models::train {

/// Which rows make up each batch: every source runs through a permutation of its rows, drawn again
/// from the seed for each round. The position in it is three numbers for each source, so it is
/// saved exactly.
class DataOrder {
  public:
    /// Sources without rows are ignored; at least one must have rows.
    DataOrder(std::vector<Source> sources, int batchSize, std::uint64_t seed);

    /// Rows of the next batch: each source's share, in the order of the sources.
    std::vector<std::int64_t> next();

    /// Number of batches until every row of every source has been used.
    std::int64_t stepsOfAPass() const;

    /// (sources, 2) int64: round and position of each source.
    torch::Tensor state() const;
    /// BadShape for another number of sources, BadInput for a position past the end.
    Result<void> restore(const torch::Tensor& state);

  private:
    struct Stream {
        std::vector<std::int64_t> rows;
        std::vector<std::int64_t> order;
        std::int64_t round = 0;
        std::int64_t position = 0;
        int perBatch = 0;
    };
    void shuffle(std::size_t index);

    std::uint64_t m_seed;
    std::vector<Stream> m_streams;
};

} // namespace canto::models::train
