// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/muser/config.h"

#include <functional>
#include <torch/torch.h>

namespace canto::models::muser {

struct Quantised {
    torch::Tensor vectors; ///< (B, T, Z), of the books; gradients go to the encoder unchanged
    torch::Tensor codes;   ///< (B, T, G) int64
    torch::Tensor squared; ///< (B, T) squared distance to the books' vectors, mean over Z
};

/// Quantises vectors to the nearest codes of one or several books. The books are running means of
/// the assigned vectors (van den Oord et al. 2017, appendix A.1), not parameters. Each code is
/// initialised as if one vector equal to it had been assigned.
class QuantiserImpl : public torch::nn::Module {
  public:
    explicit QuantiserImpl(const NetConfig& config);

    /// @param z (B, T, Z). @param said (B, T, G) bool: elsewhere the code is 0. If undefined, or if
    /// the network is not frugal: the nearest code everywhere.
    Quantised forward(const torch::Tensor& z, const torch::Tensor& said = {});
    /// (B, T, G) int64 -> (B, T, Z).
    torch::Tensor vectorsOf(const torch::Tensor& codes) const;

    /// Mean over all processes; identity for one.
    using OverAll = std::function<torch::Tensor(const torch::Tensor&)>;
    /// Updates the books: with n_k the number of vectors assigned to code k and s_k their sum, N =
    /// decay N + (1 - decay) n, S likewise, book = S / N with N smoothed by (N + e) / (sum N + K e)
    /// sum N, e = 1e-5.
    /// @param live (B, T) or (B, T, G) bool: which vectors count.
    void learn(const torch::Tensor& z, const torch::Tensor& codes, const torch::Tensor& live,
               double decay, const OverAll& overAll);
    /// Moves codes without assigned vectors since the last call to the positions of vectors.
    /// @param uniform  (G * K) in [0, 1): which vector each would take.
    /// @return how many were moved.
    torch::Tensor restart(const torch::Tensor& z, const torch::Tensor& live,
                          const torch::Tensor& uniform, const OverAll& fromFirst);
    /// (G, K) bool: codes to which vectors may be assigned.
    torch::Tensor open() const;

    /// (G, K, D).
    const torch::Tensor& books() const { return m_books; }
    /// (G, K) number of assigned vectors, running mean.
    const torch::Tensor& counts() const { return m_counts; }

  private:
    torch::Tensor grouped(const torch::Tensor& z) const; ///< (G, B * T, D)

    NetConfig m_config;
    int m_groups;
    int m_size;
    torch::Tensor m_books;
    torch::Tensor m_counts;
    torch::Tensor m_sums;
    torch::Tensor m_came; ///< (G, K) assigned vectors since the last restart
};
TORCH_MODULE(Quantiser);

} // namespace canto::models::muser
