// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/train/optimiser.h"

#include "models/train/orthogonal.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace canto::models::train {

using torch::Tensor;

Optimiser::Optimiser(ParameterGroup group) : m_group(std::move(group)) {
    auto& parameters = m_group.parameters;
    TORCH_CHECK(!parameters.empty(), "group ", m_group.name, " has no parameters");
    const auto matrices =
        std::stable_partition(parameters.begin(), parameters.end(),
                              [](const NamedTensor& p) { return p.tensor.dim() >= 2; });
    const auto& hiddenNames = m_group.hiddenMatrices;
    const bool asMatrices = m_group.options.matrixRate > 0;
    const auto hidden =
        std::stable_partition(parameters.begin(), matrices, [&](const NamedTensor& p) {
            return asMatrices && p.tensor.dim() == 2 && hiddenNames.contains(p.name);
        });
    std::vector<Tensor> pieces;
    for (auto it = parameters.begin(); it != parameters.end(); ++it) {
        pieces.push_back(it->tensor.detach().reshape({-1}));
        if (it < matrices) {
            m_decayed += it->tensor.numel();
        }
        if (it < hidden) {
            m_hidden += it->tensor.numel();
        }
    }
    m_flat = torch::cat(pieces);
    m_gradient = torch::zeros_like(m_flat);
    m_first = torch::zeros_like(m_flat);
    m_second = torch::zeros_like(m_flat);
    if (m_group.options.averaging > 0) {
        m_average = m_flat.clone();
    }
    std::int64_t begin = 0;
    for (auto& parameter : parameters) {
        const auto length = parameter.tensor.numel();
        const auto sizes = parameter.tensor.sizes().vec();
        parameter.tensor.set_data(m_flat.narrow(0, begin, length).view(sizes));
        parameter.tensor.mutable_grad() = m_gradient.narrow(0, begin, length).view(sizes);
        begin += length;
    }
}

void Optimiser::zeroGradients() { m_gradient.zero_(); }

Tensor Optimiser::gradientNorm() const {
    torch::NoGradGuard off;
    return m_gradient.norm();
}

void Optimiser::clip(double norm) {
    torch::NoGradGuard off;
    if (norm > m_group.options.clip) {
        m_gradient.mul_(m_group.options.clip / norm);
    }
}

void Optimiser::step(double rate) {
    torch::NoGradGuard off;
    const auto& options = m_group.options;
    m_count += 1;
    const auto count = static_cast<double>(m_count);
    if (options.weightDecay > 0 && m_decayed > 0) {
        m_flat.narrow(0, 0, m_decayed).mul_(1.0 - rate * options.weightDecay);
    }
    if (m_hidden > 0) {
        moveHiddenMatrices(rate / options.rate);
    }
    const auto rest = m_flat.numel() - m_hidden;
    if (rest > 0) {
        const auto gradient = m_gradient.narrow(0, m_hidden, rest);
        auto first = m_first.narrow(0, m_hidden, rest);
        auto second = m_second.narrow(0, m_hidden, rest);
        first.lerp_(gradient, 1.0 - options.beta1);
        second.mul_(options.beta2).addcmul_(gradient, gradient, 1.0 - options.beta2);
        const double correction1 = 1.0 - std::pow(options.beta1, count);
        const double correction2 = 1.0 - std::pow(options.beta2, count);
        const auto scale = second.sqrt().div_(std::sqrt(correction2)).add_(1e-8);
        m_flat.narrow(0, m_hidden, rest).addcdiv_(first, scale, -rate / correction1);
    }
    if (m_average.defined()) {
        // At first with a short memory, so that the initial weights do not linger in the mean.
        const double decay = std::min(options.averaging, (1.0 + count) / (10.0 + count));
        m_average.lerp_(m_flat, 1.0 - decay);
    }
}

void Optimiser::moveHiddenMatrices(double schedule) {
    const auto& options = m_group.options;
    std::int64_t begin = 0;
    for (const auto& parameter : m_group.parameters) {
        if (begin == m_hidden) {
            break;
        }
        const auto sizes = parameter.tensor.sizes();
        const auto length = parameter.tensor.numel();
        const auto part = [&](const Tensor& flat) {
            return flat.narrow(0, begin, length).view(sizes);
        };
        const auto gradient = part(m_gradient);
        auto momentum = part(m_first);
        momentum.mul_(options.matrixMomentum).add_(gradient);
        // Nesterov's look-ahead. The length makes the outputs of all layers change at the same
        // rate.
        const auto ahead = gradient.add(momentum, options.matrixMomentum);
        const double shape = static_cast<double>(sizes[0]) / static_cast<double>(sizes[1]);
        part(m_flat).add_(orthogonalised(ahead), -options.matrixRate * schedule * std::sqrt(shape));
        begin += length;
    }
}

void Optimiser::setTrained(bool trained) {
    if (trained == m_trained) {
        return;
    }
    m_trained = trained;
    for (auto& parameter : m_group.parameters) {
        parameter.tensor.set_requires_grad(trained);
    }
}

void Optimiser::swapAverage() {
    if (!m_average.defined()) {
        return;
    }
    torch::NoGradGuard off;
    const auto kept = m_flat.clone();
    m_flat.copy_(m_average);
    m_average.copy_(kept);
}

bool Optimiser::finite() const { return torch::isfinite(m_flat).all().item<bool>(); }

std::vector<NamedTensor> Optimiser::state() const {
    const std::string prefix = "optimiser." + m_group.name + ".";
    std::vector<NamedTensor> tensors = {
        {prefix + "parameters", m_flat},
        {prefix + "first", m_first},
        {prefix + "second", m_second},
        {prefix + "count", torch::full({1}, m_count, torch::kInt64)}};
    if (m_average.defined()) {
        tensors.push_back({prefix + "average", m_average});
    }
    return tensors;
}

Result<void> Optimiser::restore(const std::map<std::string, Tensor>& tensors) {
    torch::NoGradGuard off;
    const std::string count = "optimiser." + m_group.name + ".count";
    for (auto& [name, mine] : state()) {
        const auto found = tensors.find(name);
        if (found == tensors.end()) {
            return fail(Error::Code::NotFound, "The checkpoint lacks the tensor " + name);
        }
        if (found->second.sizes() != mine.sizes() ||
            found->second.scalar_type() != mine.scalar_type()) {
            return fail(Error::Code::BadShape, "The checkpoint is of another network", name);
        }
        if (name == count) {
            m_count = found->second.item<std::int64_t>();
        } else {
            mine.copy_(found->second);
        }
    }
    return {};
}

double Optimiser::rateAt(const OptimiserOptions& options, std::int64_t step, double progress) {
    const double cosine = 0.5 * (1.0 + std::cos(std::numbers::pi * std::clamp(progress, 0.0, 1.0)));
    const double rate = options.lastRate + (options.rate - options.lastRate) * cosine;
    if (step < options.warmupSteps) {
        return rate * static_cast<double>(step + 1) / options.warmupSteps;
    }
    return rate;
}

} // namespace canto::models::train
