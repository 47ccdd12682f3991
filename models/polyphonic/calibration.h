// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Scores of classes as probabilities, and the figures that say whether they are.

#include <array>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

namespace canto::models::polyphonic {

/// Probabilities of classes from the place in the plane: a multinomial logistic regression on the
/// place and its direction, fitted on held-out music. The prior's own densities are no
/// probabilities: its components are far thinner than the places of phrases.
class ScoreCalibration {
  public:
    /// Key of the weights' card.
    static constexpr const char* kKey = "scoreCalibration";
    static constexpr std::size_t kFeatures = 5; ///< 1, x, y, and x and y of the direction
    using Features = std::array<double, kFeatures>;
    static Features features(double x, double y);

    ScoreCalibration() = default;
    /// @param weights  one row a class.
    explicit ScoreCalibration(std::vector<Features> weights) : m_weights(std::move(weights)) {}
    /// Empty for a text that is not of this many classes. "[[w, w, w, w, w], ...]".
    static ScoreCalibration fromCard(const std::string& text, std::size_t classes);
    std::string toCard() const;

    bool any() const { return !m_weights.empty(); }
    /// For each class the logarithm of its probability, up to a constant. Only if any().
    std::vector<double> logits(double x, double y) const;

  private:
    std::vector<Features> m_weights;
};

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
