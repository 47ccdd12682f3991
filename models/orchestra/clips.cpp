// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/orchestra/clips.h"

#include "models/datasets/prepared_table.h"

#include <cstring>
#include <map>

namespace canto::models::orchestra {

using torch::Tensor;

namespace {

template <class T>
Tensor copied(std::span<const T> from, std::vector<std::int64_t> shape, torch::ScalarType type) {
    auto tensor = torch::empty(shape, type);
    if (!from.empty()) {
        std::memcpy(tensor.data_ptr(), from.data(), from.size_bytes());
    }
    return tensor;
}

} // namespace

Clips::Clips(const tensors::PreparedClips& prepared)
    : m_composers(prepared.composers()), m_movements(prepared.movements()) {
    const auto count = static_cast<std::int64_t>(prepared.size());
    m_mel = copied(prepared.mel(), {count, tensors::kClipMels, kFrames}, torch::kUInt8);
    m_mfcc = copied(prepared.mfcc(), {count, tensors::kClipCoefficients, kFrames}, torch::kHalf);
    m_chroma = copied(prepared.chroma(), {count, tensors::kClipChroma, kFrames}, torch::kUInt8);
    m_labels = torch::empty({count}, torch::kInt64);
    auto* label = m_labels.data_ptr<std::int64_t>();
    m_sounds = torch::empty({count}, torch::kInt64);
    auto* sound = m_sounds.data_ptr<std::int64_t>();
    std::map<std::pair<std::string, std::string>, std::int64_t> numbers;
    for (std::size_t i = 0; i < prepared.size(); ++i) {
        label[i] = prepared.composerOf(i);
        m_movement.push_back(prepared.movement(i));
        const auto& movement = m_movements[m_movement.back()];
        const auto next = static_cast<std::int64_t>(numbers.size());
        sound[i] = numbers.emplace(std::pair(movement.font, movement.archive), next).first->second;
        m_loudness.push_back(prepared.loudness(i));
        m_drawn.push_back(prepared.drawnForTraining(i));
    }
}

const tensors::PreparedMovement& Clips::movementOf(std::int64_t row) const {
    return m_movements[m_movement[static_cast<std::size_t>(row)]];
}

std::vector<std::int64_t> Clips::rows(Split split, Side side) const {
    return tensors::rowsWhere<std::int64_t>(m_drawn.size(), [&](std::size_t row) {
        const bool train =
            split == Split::Clip ? m_drawn[row] : m_movements[m_movement[row]].split == "train";
        return train == (side == Side::Train);
    });
}

Tensor Clips::raw(const Tensor& index, FeatureKind feature) const {
    switch (feature) {
    case FeatureKind::Mfcc:
        return m_mfcc.index_select(0, index).to(torch::kFloat32);
    case FeatureKind::Chroma:
        return m_chroma.index_select(0, index).to(torch::kFloat32).div_(255);
    case FeatureKind::Mel:
        break;
    }
    return m_mel.index_select(0, index).to(torch::kFloat32).div_(255);
}

void Clips::describe(NetConfig& config, const std::vector<std::int64_t>& rows) const {
    config.composers = m_composers;
    constexpr std::size_t kEnough = 1000; // 13 coefficients of this many clips: 5.6 million numbers
    const auto values = raw(indexOf(someOf(rows, kEnough)), config.feature);
    config.mean = values.mean().item<double>();
    config.deviation = std::max(values.std(false).item<double>(), 1e-6);
}

Tensor Clips::batch(const Tensor& index, const NetConfig& config) const {
    auto values = raw(index, config.feature);
    if (config.scale() == Scale::Standard) {
        return (values - config.mean) / config.deviation;
    }
    // the range is three standard deviations to each side
    if (config.feature == FeatureKind::Mfcc) {
        values = (((values - config.mean) / config.deviation + 3) / 6).clamp(0, 1);
    }
    return config.scale() == Scale::Signed ? values * 2 - 1 : values;
}

Tensor indexOf(const std::vector<std::int64_t>& rows) { return torch::tensor(rows, torch::kInt64); }

std::vector<std::int64_t> someOf(const std::vector<std::int64_t>& rows, std::size_t most) {
    std::vector<std::int64_t> some;
    const std::size_t count = std::min(most, rows.size());
    for (std::size_t i = 0; i < count; ++i) {
        some.push_back(rows[i * rows.size() / count]);
    }
    return some;
}

} // namespace canto::models::orchestra
