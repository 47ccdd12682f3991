// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Scores of classes as probabilities: a temperature fitted on held-out music, and the figures that
// say whether they are.

#include <array>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

namespace canto::models::polyphonic {

/// Key of the weights' card: scores are the softmax of the prior's log densities, divided by this
/// number. Without it: 1.
inline constexpr const char* kTemperatureKey = "scoreTemperature";

/// From a card's text: 1 if it is not a number from 0.01 to 1000.
double temperatureFrom(const std::string& text);

/// The temperature at which these logarithms of scores have the greatest likelihood; 1 for none.
/// Source: Guo et al. 2017, "On Calibration of Modern Neural Networks", section 4.2.
/// @param logits  for each case one number a class. @param labels  as many, indices of classes.
double fitTemperature(const std::vector<std::vector<double>>& logits,
                      const std::vector<int>& labels);

std::vector<double> atTemperature(std::vector<double> logits, double temperature);

/// Predictions of the most probable class, case by case.
class Reliability {
  public:
    /// @param group  cases of one group (artist) are not independent: intervals draw groups.
    void add(const std::vector<double>& probabilities, int label, const std::string& group);

    double right() const;
    /// Expected calibration error: over ten bins of the best probability, the difference of its
    /// mean and the share that is right, weighted by the cases of the bin.
    double calibrationError() const;
    /// 95 % of the shares right over 1,000 samples of the groups with replacement.
    std::array<double, 2> interval() const;
    nlohmann::json figures() const;

  private:
    struct Case {
        double probability;
        bool right;
        std::string group;
    };
    std::vector<Case> m_cases;
};

} // namespace canto::models::polyphonic
