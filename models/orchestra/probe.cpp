// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/orchestra/probe.h"

namespace canto::models::orchestra {

using torch::Tensor;

namespace {

template <class Use>
Result<Tensor> inBatches(NetImpl& net, const Clips& clips, const std::vector<std::int64_t>& rows,
                         const train::Stop& stop, const Use& use) {
    torch::NoGradGuard off;
    const bool training = net.is_training();
    net.eval();
    constexpr std::size_t kBatch = 32;
    std::vector<Tensor> parts;
    bool stopped = false;
    for (std::size_t begin = 0; begin < rows.size() && !stopped; begin += kBatch) {
        const auto end = std::min(rows.size(), begin + kBatch);
        const std::vector<std::int64_t> some(rows.begin() + static_cast<std::ptrdiff_t>(begin),
                                             rows.begin() + static_cast<std::ptrdiff_t>(end));
        const auto device = net.parameters().front().device();
        parts.push_back(use(clips.batch(indexOf(some), net.config).to(device)).cpu());
        stopped = stop && stop();
    }
    net.train(training);
    if (stopped || parts.empty()) {
        return fail(Error::Code::Cancelled, "Cancelled");
    }
    return torch::cat(parts);
}

} // namespace

Result<Tensor> embedded(NetImpl& net, const Clips& clips, const std::vector<std::int64_t>& rows,
                        View view, const train::Stop& stop) {
    return inBatches(net, clips, rows, stop, [&](const Tensor& batch) {
        auto* ali = dynamic_cast<AliNet*>(&net);
        return ali != nullptr && view == View::OneCrop ? ali->embedOneCrop(batch)
                                                       : net.embed(batch);
    });
}

Result<Tensor> predictionsOf(NetImpl& net, const Clips& clips,
                             const std::vector<std::int64_t>& rows, const train::Stop& stop) {
    return inBatches(net, clips, rows, stop,
                     [&](const Tensor& batch) { return net.logits(batch).argmax(1); });
}

double agreement(const Tensor& one, const Tensor& other) {
    return one.eq(other).to(torch::kFloat64).mean().item<double>();
}

std::pair<Tensor, Tensor> principalAxes(const Tensor& x, std::int64_t count, std::uint64_t seed) {
    torch::NoGradGuard off;
    auto generator = torch::make_generator<torch::CPUGeneratorImpl>(seed);
    const auto mean = x.mean(0);
    const auto centred = x - mean;
    const auto columns = std::min(std::min(x.size(0), x.size(1)), count + 10);
    // Q spans the rows: an orthonormal basis of the data applied to random directions.
    auto basis = torch::randn({x.size(1), columns}, generator);
    for (int pass = 0; pass < 4; ++pass) {
        basis = std::get<0>(torch::linalg_qr(centred.t().mm(centred.mm(basis))));
    }
    const auto values = torch::linalg_eigh(basis.t().mm(centred.t().mm(centred.mm(basis))));
    const auto axes = basis.mm(std::get<1>(values)).flip(1); // largest first
    return {mean, axes.narrow(1, 0, std::min(count, columns)).contiguous()};
}

} // namespace canto::models::orchestra
