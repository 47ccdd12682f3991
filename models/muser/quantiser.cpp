// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/muser/quantiser.h"

#include <cmath>
#include <limits>

namespace canto::models::muser {

using torch::Tensor;

QuantiserImpl::QuantiserImpl(const NetConfig& config)
    : m_config(config), m_groups(config.groups()), m_size(config.groupSize()) {
    // Xavier's uniform initialisation.
    const double bound = std::sqrt(6.0 / (config.codes + m_size));
    m_books =
        register_buffer("books", (torch::rand({m_groups, config.codes, m_size}) * 2 - 1) * bound);
    if (config.quiet()) {
        m_books.select(1, 0).zero_();
    }
    m_counts = register_buffer("counts", torch::ones({m_groups, config.codes}));
    m_sums = register_buffer("sums", m_books.clone());
    m_came = register_buffer("came", torch::zeros({m_groups, config.codes}));
}

Tensor QuantiserImpl::grouped(const Tensor& z) const {
    return z.reshape({-1, m_groups, m_size}).transpose(0, 1);
}

Tensor QuantiserImpl::open() const {
    auto open = torch::ones({m_groups, m_counts.size(1)}, torch::kBool);
    if (m_config.quiet()) {
        open.select(1, 0).fill_(false);
        for (int element = 0; element < kElements; ++element) {
            const auto most = 2 * codec::kVocabulary[static_cast<std::size_t>(element)];
            if (most < open.size(1)) {
                open[element].slice(0, most).fill_(false);
            }
        }
    }
    return open.to(m_counts.device());
}

Quantised QuantiserImpl::forward(const Tensor& z, const Tensor& said) {
    const auto flat = grouped(z.detach()); // (G, N, D)
    // |x - b|^2 without the part that is the same for all codes.
    auto distance =
        m_books.square().sum(2).unsqueeze(1) - 2 * torch::bmm(flat, m_books.transpose(1, 2));
    if (m_config.quiet()) {
        distance = distance.masked_fill(open().logical_not().unsqueeze(1),
                                        std::numeric_limits<float>::infinity());
    }
    Quantised result;
    result.codes = distance.argmin(2).transpose(0, 1).reshape({z.size(0), z.size(1), m_groups});
    const bool quiet = m_config.quiet() && said.defined();
    if (quiet) {
        result.codes = result.codes.masked_fill(said.logical_not(), 0);
    }
    const auto vectors = vectorsOf(result.codes);
    auto squared = (z - vectors).square();
    if (quiet) {
        squared = squared * said.to(z.dtype()).repeat_interleave(m_size, 2);
    }
    result.squared = squared.mean(2);
    result.vectors = z + (vectors - z).detach();
    return result;
}

Tensor QuantiserImpl::vectorsOf(const Tensor& codes) const {
    std::vector<Tensor> parts;
    for (int group = 0; group < m_groups; ++group) {
        parts.push_back(m_books[group].index_select(0, codes.select(2, group).reshape({-1})));
    }
    return torch::cat(parts, 1).view({codes.size(0), codes.size(1), -1});
}

void QuantiserImpl::learn(const Tensor& z, const Tensor& codes, const Tensor& live, double decay,
                          const OverAll& overAll) {
    torch::NoGradGuard off;
    const auto each = live.dim() == 3 ? live : live.unsqueeze(2).expand({-1, -1, m_groups});
    const auto weights = each.reshape({-1, m_groups}).transpose(0, 1).to(z.dtype()); // (G, N)
    const auto flat = grouped(z.detach()) * weights.unsqueeze(2);                    // (G, N, D)
    const auto index = codes.reshape({-1, m_groups}).transpose(0, 1);                // (G, N)
    auto came = torch::zeros_like(m_counts);
    came.scatter_add_(1, index, weights);
    auto sums = torch::zeros_like(m_sums);
    sums.scatter_add_(1, index.unsqueeze(2).expand({-1, -1, m_size}), flat);
    came = overAll(came);
    sums = overAll(sums);
    m_came.add_(came);
    m_counts.mul_(decay).add_(came, 1 - decay);
    m_sums.mul_(decay).add_(sums, 1 - decay);
    constexpr double kEpsilon = 1e-5;
    const auto total = m_counts.sum(1, true);
    const auto smoothed =
        (m_counts + kEpsilon) / (total + kEpsilon * static_cast<double>(m_counts.size(1))) * total;
    m_books.copy_(m_sums / smoothed.unsqueeze(2));
    if (m_config.quiet()) {
        m_books.select(1, 0).zero_();
    }
}

Tensor QuantiserImpl::restart(const Tensor& z, const Tensor& live, const Tensor& uniform,
                              const OverAll& fromFirst) {
    torch::NoGradGuard off;
    const auto each = live.dim() == 3 ? live : live.unsqueeze(2).expand({-1, -1, m_groups});
    const auto flat = grouped(z.detach()); // (G, N, D)
    const auto draws = uniform.view({m_groups, -1});
    auto candidates = torch::zeros_like(m_books);
    auto dead = (m_came == 0).logical_and(open()); // (G, K)
    for (int group = 0; group < m_groups; ++group) {
        const auto rows = each.select(2, group).reshape({-1}).nonzero().select(1, 0); // (L)
        if (rows.size(0) == 0) {
            dead[group].fill_(false);
            continue;
        }
        const auto chosen = (draws[group] * static_cast<double>(rows.size(0))).to(torch::kInt64);
        candidates[group].copy_(flat[group].index_select(0, rows.index_select(0, chosen)));
    }
    candidates = fromFirst(candidates);
    m_books.copy_(torch::where(dead.unsqueeze(2), candidates, m_books));
    m_sums.copy_(torch::where(dead.unsqueeze(2), candidates, m_sums));
    m_counts.masked_fill_(dead, 1.0);
    m_came.zero_();
    return dead.sum();
}

} // namespace canto::models::muser
