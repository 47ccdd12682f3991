// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Judges of emotion. No LibTorch here.

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace canto::models::muser {

/// How a judge learns.
struct ProbeOptions {
    double penalty = 100; ///< of the squared weights of the regression, against the sum of losses
    double ridge = 10;    ///< of the kernel's part; <= 0: no kernel, the regression alone
};

/// A judge of classes: the mean of two. One is softmax regression on standardised numbers with a
/// penalty on the squares of its weights; the other is kernel ridge regression on the classes with
/// the kernel exp(-|x - y|^2 / numbers), its scores clipped to [0, 1] and made to sum to one.
/// Deterministic. Thread: const use from any.
class EmotionProbe {
  public:
    /// @param rows   numbers of each example, all of one length.
    /// @param labels 0 ... classes - 1, one a row.
    static EmotionProbe learn(const std::vector<std::vector<double>>& rows,
                              const std::vector<int>& labels, int classes,
                              const ProbeOptions& options);

    std::size_t numbers() const { return m_mean.size(); }
    /// Probability of each class.
    std::vector<double> classifier(const std::vector<double>& row) const;
    int classOf(const std::vector<double>& row) const;

    /// @param card  whatever is to be known of it: "accuracy", "data" ...
    Result<void> write(const std::filesystem::path& path,
                       std::map<std::string, std::string> card) const;
    /// @param card  where the card goes; may be null. BadFile and BadShape.
    static Result<EmotionProbe> open(const std::filesystem::path& path,
                                     std::map<std::string, std::string>* card = nullptr);

  private:
    std::vector<double> standardised(const std::vector<double>& row) const;

    int m_classes = 0;
    std::vector<double> m_mean;
    std::vector<double> m_scale;
    std::vector<double> m_weights; ///< (classes, numbers + 1)
    std::vector<double> m_seen;    ///< (examples, numbers), standardised; empty for no kernel
    std::vector<double> m_pull;    ///< (examples, classes)
    std::vector<double> m_base;    ///< (classes) share of each
};

/// NeighbourWeights of right judgements of four quadrants (Q1 first), of arousal (Q1 and Q2 against
/// the others) and of valence (Q1 and Q4).
struct QuadrantScores {
    double quadrant = 0;
    double arousal = 0;
    double valence = 0;
    std::vector<double> ofClass; ///< share of each class's examples that were judged so
    nlohmann::json toJson() const;
};
QuadrantScores quadrantScores(const std::vector<int>& classified, const std::vector<int>& labels);

/// Each group (a song) whole to one of `folds` parts, by an order that only depends on its name:
/// (rows) number of the part.
std::vector<int> foldsByGroup(const std::vector<std::string>& groups, int folds);

/// Judges every row by a probe that learned from the other parts.
std::vector<int> classifiedAcross(const std::vector<std::vector<double>>& rows,
                                  const std::vector<int>& labels, const std::vector<int>& folds,
                                  int classes, const ProbeOptions& options);

/// Examples to learn from and to be tested on.
struct ProbeData {
    std::vector<std::vector<double>> rows;
    std::vector<int> labels; ///< 0-3 for Q1-Q4
    std::vector<std::string> groups;
    std::vector<std::string> splits;
    void add(std::vector<double> row, int label, std::string group, std::string split);
};
struct ProbeStudy {
    EmotionProbe probe; ///< learned from all but the test split
    /// "options"; "crossValidated": scores on what is not the test split, in five parts by group,
    /// by which the options were chosen; "test": scores on the test split, looked at once.
    nlohmann::json figures;
};
ProbeStudy studyProbe(const ProbeData& data, const std::string& testSplit);

/// Mean silhouette of two groups of points (Rousseeuw 1987): -1 to 1. 0 for an empty group.
double silhouette(const std::vector<std::vector<double>>& a,
                  const std::vector<std::vector<double>>& b);

} // namespace canto::models::muser
