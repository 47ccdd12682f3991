// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/train/observer.h"

#include <cstddef>
#include <deque>

namespace canto::models::train {

/// Remaining time as a range, from the durations of the last steps. The last kSteps steps are
/// divided into blocks; the slowest and the fastest block give the range, so that a temporarily
/// busy machine widens it.
class Eta {
  public:
    static constexpr std::size_t kFirst = 3; ///< steps before a range is given
    static constexpr std::size_t kSteps = 160;
    static constexpr std::size_t kBlocks = 8; ///< maximum; fewer steps are one block each

    void addStep(double seconds);
    void addValidation(double seconds);

    /// @param steps        left.
    /// @param validations  left, each as long as the last one.
    /// @return nothing before kFirst steps.
    std::optional<TimeLeft> left(double steps, double validations) const;
    /// Mean of the steps that are remembered; 0 without any.
    double secondsPerStep() const;

  private:
    std::deque<double> m_steps;
    double m_validation = 0;
};

} // namespace canto::models::train
