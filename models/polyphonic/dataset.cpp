// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/polyphonic/dataset.h"

namespace canto::models::polyphonic {

Dataset::Dataset(tensors::PreparedPolyphonic prepared)
    : m_prepared(std::move(prepared)), m_rows(m_prepared.rows()) {}

std::vector<std::int64_t> Dataset::rows(const std::string& split, Which which) const {
    return tensors::rowsWhere<std::int64_t>(m_rows.size(), [&](std::size_t row) {
        const auto& entry = m_rows[row];
        return (split.empty() || m_prepared.songs()[entry.song].split == split) &&
               (which == Which::All || entry.strict);
    });
}

codec::GridPhrase Dataset::phrase(std::int64_t row) const {
    return m_prepared.phrase(m_rows[static_cast<std::size_t>(row)].bar);
}

std::vector<codec::GridPhrase> Dataset::phrases(std::span<const std::int64_t> rows) const {
    std::vector<codec::GridPhrase> phrases;
    phrases.reserve(rows.size());
    for (const auto row : rows) {
        phrases.push_back(phrase(row));
    }
    return phrases;
}

std::int64_t Dataset::labelOf(std::int64_t row) const {
    return m_prepared.classOf(m_rows[static_cast<std::size_t>(row)].song);
}

} // namespace canto::models::polyphonic
