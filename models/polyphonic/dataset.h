// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/datasets/prepared_polyphonic.h"
#include "models/polyphonic/config.h"

#include <span>
#include <string>
#include <vector>

namespace canto::models::polyphonic {

/// Phrases of a prepared dataset, one for each bar in which a note begins.
class Dataset {
  public:
    explicit Dataset(tensors::PreparedPolyphonic prepared);

    enum class Which { All, Strict };
    /// Rows of the songs of a split, ascending; "" for every split.
    std::vector<std::int64_t> rows(const std::string& split, Which which) const;
    codec::GridPhrase phrase(std::int64_t row) const;
    std::vector<codec::GridPhrase> phrases(std::span<const std::int64_t> rows) const;
    /// Index into labels(), or -1.
    std::int64_t labelOf(std::int64_t row) const;
    /// Index of a row's song, and the song.
    std::uint32_t songOf(std::int64_t row) const {
        return m_rows[static_cast<std::size_t>(row)].song;
    }
    const tensors::PolyphonicSong& song(std::int64_t row) const {
        return m_prepared.songs()[songOf(row)];
    }
    const std::vector<std::string>& labels() const { return m_prepared.classes(); }
    const std::string& labelColumn() const { return m_prepared.classColumn(); }

  private:
    tensors::PreparedPolyphonic m_prepared;
    std::vector<tensors::PolyphonicRow> m_rows;
};

} // namespace canto::models::polyphonic
