// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/musae/reconstruction.h"

#include <algorithm>
#include <numeric>

namespace canto::models::musae {

using torch::Tensor;

double LabelCounts::accuracy() const {
    const auto all = std::accumulate(total.begin(), total.end(), std::int64_t(0));
    const auto good = std::accumulate(right.begin(), right.end(), std::int64_t(0));
    return all > 0 ? static_cast<double>(good) / static_cast<double>(all) : 0.0;
}

double LabelCounts::meanAccuracy() const {
    double sum = 0;
    int present = 0;
    for (std::size_t label = 0; label < total.size(); ++label) {
        if (total[label] > 0) {
            sum += static_cast<double>(right[label]) / static_cast<double>(total[label]);
            ++present;
        }
    }
    return present > 0 ? sum / present : 0.0;
}

double LabelCounts::majority() const {
    const auto all = std::accumulate(total.begin(), total.end(), std::int64_t(0));
    return all > 0 ? static_cast<double>(*std::max_element(total.begin(), total.end())) /
                         static_cast<double>(all)
                   : 0.0;
}

Tensor mostProbable(const Tensor& logits) {
    const auto tokens = logits.narrow(3, 0, kClasses).argmax(3);
    if (logits.size(3) == kClasses) {
        return tokens.to(torch::kUInt8).transpose(1, 2).contiguous();
    }
    const auto level = logits.narrow(3, kClasses + 1, codec::kVelocityLevels).argmax(3);
    const auto offset =
        logits.narrow(3, kClasses + 1 + codec::kVelocityLevels, codec::kOffsets).argmax(3);
    const auto again = (tokens == kHold).logical_and(logits.select(3, kClasses) > 0);
    const auto reonset = (tokens < codec::kPitches).logical_or(again);
    const auto expressions = (1 + level * codec::kOffsets + offset) * reonset;
    return torch::cat({tokens, expressions}, 2).to(torch::kUInt8).transpose(1, 2).contiguous();
}

Result<Reconstruction> reconstruct(NetImpl& net, const Dataset& dataset,
                                   std::span<const std::int64_t> rows, const train::Stop& stop) {
    torch::NoGradGuard off;
    constexpr std::size_t kBatch = 256;
    Reconstruction result;
    const auto device = net.scale.device();
    const auto labelCount = net.config.labels.size();
    result.labels.right.assign(labelCount, 0);
    result.labels.total.assign(labelCount, 0);
    // The dimensions that the prior defines are not compared with N(0, 1).
    const int head = net.config.headSize();
    const auto dimensions = net.config.latent - head;
    auto sum = torch::zeros({dimensions}, torch::kFloat64);
    auto products = torch::zeros({dimensions, dimensions}, torch::kFloat64);
    for (std::size_t begin = 0; begin < rows.size(); begin += kBatch) {
        if (stop && stop()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        const auto index = rowTensor(rows.subspan(begin, std::min(kBatch, rows.size() - begin)));
        const auto codes = dataset.batch(index, net.config.expression);
        const auto u = net.encoder(codes.to(device));
        const auto content = u.narrow(1, head, dimensions).to(torch::kCPU, torch::kFloat64);
        sum += content.sum(0);
        products += content.t().mm(content);
        const auto decoded = mostProbable(net.decoder(u)).cpu();
        const auto size = static_cast<std::size_t>(net.config.steps()) * kTracks;
        const auto columns = static_cast<std::size_t>(decoded[0].numel());
        for (std::int64_t i = 0; i < index.size(0); ++i) {
            const auto row = rows[begin + static_cast<std::size_t>(i)];
            const auto target = dataset.phrase(row);
            const std::span code(
                decoded.data_ptr<std::uint8_t>() + static_cast<std::size_t>(i) * columns, columns);
            const auto guess = code.first(size);
            result.metrics.add(guess, target);
            if (dataset.hasExpression()) {
                const auto expressions = dataset.expressions(row);
                result.notes.add({guess, code.subspan(size)}, {target, expressions});
                result.onGrid.add({target, {}}, {target, expressions});
            }
        }
        if (net.config.prior != PriorKind::CircularMixture) {
            continue;
        }
        const auto label = dataset.labelOf(index);
        const auto nearest = net.prior.nearest(net.toZ(u)).cpu();
        for (std::int64_t i = 0; i < index.size(0); ++i) {
            const auto truth = label[i].item<std::int64_t>();
            if (truth >= 0 && truth < static_cast<std::int64_t>(labelCount)) {
                ++result.labels.total[static_cast<std::size_t>(truth)];
                result.labels.right[static_cast<std::size_t>(truth)] +=
                    nearest[i].item<std::int64_t>() == truth;
            }
        }
    }
    const auto count = static_cast<double>(std::max<std::size_t>(rows.size(), 1));
    const auto mean = sum / count;
    const auto excess =
        products / count - torch::outer(mean, mean) - torch::eye(dimensions, torch::kFloat64);
    result.momentDistance =
        (mean.square().sum() + excess.square().sum()).item<double>() / dimensions;
    return result;
}

} // namespace canto::models::musae
