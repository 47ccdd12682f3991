#include "models/muser/quantiser.h"

#include <cmath>

namespace canto::models::muser {

using torch::Tensor;

QuantiserImpl::QuantiserImpl(const NetConfig& config)
    : m_groups(config.groups()), m_size(config.groupSize()) {
    // Xavier's uniform start.
    const double bound = std::sqrt(6.0 / (config.codes + m_size));
    m_books =
        register_buffer("books", (torch::rand({m_groups, config.codes, m_size}) * 2 - 1) * bound);
    m_counts = register_buffer("counts", torch::ones({m_groups, config.codes}));
    m_sums = register_buffer("sums", m_books.clone());
    m_came = register_buffer("came", torch::zeros({m_groups, config.codes}));
}

Tensor QuantiserImpl::grouped(const Tensor& z) const {
    return z.reshape({-1, m_groups, m_size}).transpose(0, 1);
}

Quantised QuantiserImpl::forward(const Tensor& z) {
    const auto flat = grouped(z.detach()); // (G, N, D)
    // |x - b|^2 without the part that is the same for all codes.
    const auto distance =
        m_books.square().sum(2).unsqueeze(1) - 2 * torch::bmm(flat, m_books.transpose(1, 2));
    Quantised result;
    result.codes = distance.argmin(2).transpose(0, 1).reshape({z.size(0), z.size(1), m_groups});
    const auto vectors = vectorsOf(result.codes);
    result.squared = (z - vectors).square().mean(2);
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
    const auto weights = live.reshape({-1}).to(z.dtype());                     // (N)
    const auto flat = grouped(z.detach()) * weights.unsqueeze(0).unsqueeze(2); // (G, N, D)
    const auto index = codes.reshape({-1, m_groups}).transpose(0, 1);          // (G, N)
    auto came = torch::zeros_like(m_counts);
    came.scatter_add_(1, index, weights.unsqueeze(0).expand({m_groups, -1}));
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
}

Tensor QuantiserImpl::restart(const Tensor& z, const Tensor& live, const Tensor& uniform,
                              const OverAll& fromFirst) {
    torch::NoGradGuard off;
    const auto rows = live.reshape({-1}).nonzero().select(1, 0); // (L)
    const auto flat = grouped(z.detach()).index_select(1, rows); // (G, L, D)
    const auto chosen =
        (uniform * static_cast<double>(rows.size(0))).to(torch::kInt64).view({m_groups, -1, 1});
    const auto candidates = fromFirst(flat.gather(1, chosen.expand({-1, -1, m_size})));
    const auto dead = m_came == 0; // (G, K)
    m_books.copy_(torch::where(dead.unsqueeze(2), candidates, m_books));
    m_sums.copy_(torch::where(dead.unsqueeze(2), candidates, m_sums));
    m_counts.masked_fill_(dead, 1.0);
    m_came.zero_();
    return dead.sum();
}

} // namespace canto::models::muser
