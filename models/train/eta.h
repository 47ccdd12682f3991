// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/train/observer.h"

#include <cstddef>
#include <deque>

namespace canto::models::train {

/// Time left as a range, from how long the last steps took. The last kSteps steps are cut into
/// blocks; the slowest and the fastest block give the range, so that a machine that was busy for a
/// while widens it.
class Eta {
  public:
    static constexpr std::size_t kFirst = 3; ///< steps before a range is given
    static constexpr std::size_t kSteps = 160;
    static constexpr std::size_t kBlocks = 8; ///< at most; fewer steps are a block each

    void addStep(double seconds);
    void addValidation(double seconds);

    /// @param steps        left.  @param validations  left, each as long as the last one.
    /// @return nothing before kFirst steps.
    std::optional<TimeLeft> left(double steps, double validations) const;
    /// Mean of the steps that are remembered; 0 without any.
    double secondsPerStep() const;

  private:
    std::deque<double> m_steps;
    double m_validation = 0;
};

} // namespace canto::models::train
