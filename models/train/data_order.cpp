// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/train/data_order.h"

#include "core/base/random.h"

#include <algorithm>
#include <cmath>

namespace canto::models::train {

DataOrder::DataOrder(std::vector<Source> sources, int batchSize, std::uint64_t seed)
    : m_seed(seed) {
    std::erase_if(sources, [](const Source& source) { return source.rows.empty(); });
    TORCH_CHECK(!sources.empty(), "there is nothing to train on");
    double shares = 0;
    for (const auto& source : sources) {
        shares += source.share;
    }
    int given = 0;
    for (std::size_t i = 0; i < sources.size(); ++i) {
        const bool last = i + 1 == sources.size();
        const int share =
            last ? batchSize - given
                 : static_cast<int>(std::lround(batchSize * sources[i].share / shares));
        m_streams.push_back({std::move(sources[i].rows), {}, 0, 0, share});
        given += share;
        shuffle(i);
    }
}

void DataOrder::shuffle(std::size_t index) {
    auto& stream = m_streams[index];
    stream.order = stream.rows;
    Random random(m_seed * 1000003 + index * 7919 + static_cast<std::uint64_t>(stream.round));
    random.shuffle(stream.order);
}

std::vector<std::int64_t> DataOrder::next() {
    std::vector<std::int64_t> rows;
    for (std::size_t i = 0; i < m_streams.size(); ++i) {
        auto& stream = m_streams[i];
        for (int n = 0; n < stream.perBatch; ++n) {
            if (stream.position == static_cast<std::int64_t>(stream.order.size())) {
                ++stream.round;
                stream.position = 0;
                shuffle(i);
            }
            rows.push_back(stream.order[static_cast<std::size_t>(stream.position++)]);
        }
    }
    return rows;
}

std::int64_t DataOrder::stepsOfAPass() const {
    std::int64_t steps = 1;
    for (const auto& stream : m_streams) {
        const auto rows = static_cast<std::int64_t>(stream.rows.size());
        if (stream.perBatch > 0) {
            steps = std::max(steps, (rows + stream.perBatch - 1) / stream.perBatch);
        }
    }
    return steps;
}

torch::Tensor DataOrder::state() const {
    auto state = torch::empty({static_cast<std::int64_t>(m_streams.size()), 2}, torch::kInt64);
    for (std::size_t i = 0; i < m_streams.size(); ++i) {
        const auto row = static_cast<std::int64_t>(i);
        state[row][0] = m_streams[i].round;
        state[row][1] = m_streams[i].position;
    }
    return state;
}

Result<void> DataOrder::restore(const torch::Tensor& state) {
    if (state.dim() != 2 || state.size(0) != static_cast<std::int64_t>(m_streams.size()) ||
        state.size(1) != 2 || state.scalar_type() != torch::kInt64) {
        return fail(Error::Code::BadShape, "The checkpoint was made with other data", "dataOrder");
    }
    for (std::size_t i = 0; i < m_streams.size(); ++i) {
        auto& stream = m_streams[i];
        stream.round = state[static_cast<std::int64_t>(i)][0].item<std::int64_t>();
        stream.position = state[static_cast<std::int64_t>(i)][1].item<std::int64_t>();
        if (stream.round < 0 || stream.position < 0 ||
            stream.position > static_cast<std::int64_t>(stream.rows.size())) {
            return fail(Error::Code::BadInput, "The checkpoint was made with other data",
                        "dataOrder");
        }
        shuffle(i);
    }
    return {};
}

} // namespace canto::models::train
