#include "models/musae/dataset.h"

#include "models/musae/config.h"

#include <cstring>

namespace canto::models::musae {

Dataset::Dataset(const tensorfile::PreparedDataset& prepared)
    : m_labels(prepared.classes()), m_labelColumn(prepared.classColumn()) {
    const auto count = static_cast<std::int64_t>(prepared.size());
    m_tokens = torch::empty({count, kTracks, codec::kPhraseSteps}, torch::kUInt8);
    const auto tokens = prepared.tokens();
    std::memcpy(m_tokens.data_ptr<std::uint8_t>(), tokens.data(), tokens.size());
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
}

std::vector<std::int64_t> Dataset::rows(const std::string& split, Which which) const {
    std::vector<std::int64_t> found;
    for (std::size_t row = 0; row < m_song.size(); ++row) {
        const bool inSplit = split.empty() || m_splits[m_song[row]] == split;
        if (inSplit && (which == Which::All || m_strict[row])) {
            found.push_back(static_cast<std::int64_t>(row));
        }
    }
    return found;
}

std::span<const codec::Token> Dataset::phrase(std::int64_t row) const {
    const auto size = m_tokens.size(1) * m_tokens.size(2);
    return {m_tokens.data_ptr<std::uint8_t>() + row * size, static_cast<std::size_t>(size)};
}

torch::Tensor Dataset::batch(const torch::Tensor& rows) const {
    return m_tokens.index_select(0, rows).to(torch::kInt64).transpose(1, 2).contiguous();
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
