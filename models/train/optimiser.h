// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/train/trainable.h"

namespace canto::models::train {

/// AdamW (Loshchilov and Hutter 2019) with all of a group's parameters in one block of memory: a
/// step is a dozen vector operations however many tensors there are, and the state is easy to save.
/// The parameters become views of that block; they keep their names and shapes. Hidden matrices can
/// be updated along their orthogonalised momentum instead (matrixRate); `first` holds that momentum
/// then.
class Optimiser {
  public:
    explicit Optimiser(ParameterGroup group);

    const std::string& name() const { return m_group.name; }
    const OptimiserOptions& options() const { return m_group.options; }

    void zeroGradients();
    /// All gradients in one piece.
    torch::Tensor& gradient() { return m_gradient; }
    /// Norm of the whole gradient, a scalar on the device of the parameters.
    torch::Tensor gradientNorm() const;
    /// Scales a gradient of this norm down to options().clip, if it is longer.
    void clip(double norm);
    void step(double rate);
    /// Whether gradients are computed for these parameters.
    void setTrained(bool trained);

    /// Exchanges the parameters and their running mean; no effect without averaging.
    void swapAverage();
    bool finite() const;

    /// first, second, average (if kept), flat parameters and the count of steps.
    std::vector<NamedTensor> state() const;
    /// Copies tensors of the same names and sizes; BadShape or NotFound names what does not match.
    Result<void> restore(const std::map<std::string, torch::Tensor>& tensors);

    static double rateAt(const OptimiserOptions& options, std::int64_t step, double progress);

  private:
    void moveHiddenMatrices(double schedule);

    ParameterGroup m_group;
    torch::Tensor m_flat;
    torch::Tensor m_gradient;
    torch::Tensor m_first;
    torch::Tensor m_second;
    torch::Tensor m_average;  ///< undefined without averaging
    std::int64_t m_count = 0; ///< steps made
    bool m_trained = true;
    std::int64_t m_hidden = 0;  ///< number of leading elements that are updated as matrices
    std::int64_t m_decayed = 0; ///< number of leading elements with weight decay
};

} // namespace canto::models::train
