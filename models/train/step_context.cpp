// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/train/ranks.h"
#include "models/train/trainable.h"

namespace canto::models::train {

using torch::Tensor;

namespace {

/// This process's share of all rows: every world-th, so that each process has rows of every source.
Tensor mine(const Tensor& all, const StepContext& context) {
    if (context.world == 1) {
        return all;
    }
    return all.slice(0, context.rank, all.size(0), context.world).contiguous();
}

} // namespace

Tensor StepContext::toDevice(const Tensor& tensor) const {
    if (device.is_cpu()) {
        return tensor;
    }
    return tensor.pin_memory().to(device, /*non_blocking=*/true);
}

Tensor StepContext::overAll(const Tensor& tensor) const {
    if (ranks == nullptr) {
        return tensor;
    }
    auto mean = tensor.detach().clone();
    const auto ok = ranks->mean(mean);
    TORCH_CHECK(ok, ok.error().message());
    return mean;
}

Tensor StepContext::normal(std::vector<std::int64_t> sizes) const {
    sizes.front() *= world;
    return toDevice(mine(torch::randn(sizes, generator), *this));
}

Tensor StepContext::uniform(std::vector<std::int64_t> sizes) const {
    sizes.front() *= world;
    return toDevice(mine(torch::rand(sizes, generator), *this));
}

Tensor StepContext::integers(std::int64_t low, std::int64_t high, std::int64_t rows) const {
    return toDevice(
        mine(torch::randint(low, high, {rows * world}, generator, torch::kInt64), *this));
}

} // namespace canto::models::train
