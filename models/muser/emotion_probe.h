#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace canto::models::muser {

/// A judge of classes: softmax regression on standardised numbers, with a penalty on the squares of
/// its weights. Deterministic. Thread: const use from any.
class EmotionProbe {
  public:
    /// @param rows   numbers of each example, all of one length.
    /// @param labels 0 ... classes - 1, one a row.
    /// @param penalty  of the squared weights, against the mean loss times the number of rows.
    static EmotionProbe learn(const std::vector<std::vector<double>>& rows,
                              const std::vector<int>& labels, int classes, double penalty);

    /// Probability of each class.
    std::vector<double> judge(const std::vector<double>& row) const;
    int classOf(const std::vector<double>& row) const;

  private:
    int m_classes = 0;
    std::vector<double> m_mean;
    std::vector<double> m_scale;
    std::vector<double> m_weights; ///< (classes, numbers + 1)
};

/// Shares of right judgements of four quadrants (Q1 first), of arousal (Q1 and Q2 against the
/// others) and of valence (Q1 and Q4).
struct QuadrantScores {
    double quadrant = 0;
    double arousal = 0;
    double valence = 0;
    std::vector<double> ofClass; ///< share of each class's examples that were judged so
    nlohmann::json toJson() const;
};
QuadrantScores quadrantScores(const std::vector<int>& judged, const std::vector<int>& labels);

/// Mean silhouette of two groups of points (Rousseeuw 1987): -1 to 1. 0 for an empty group.
double silhouette(const std::vector<std::vector<double>>& a,
                  const std::vector<std::vector<double>>& b);

} // namespace canto::models::muser
