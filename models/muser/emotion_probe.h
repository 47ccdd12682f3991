// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Classifiers of emotion. No LibTorch here.

#include "core/base/result.h"
#include "core/tensors/safetensors.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace canto::models::muser {

/// Options of the fit.
struct ProbeOptions {
    double penalty = 100; ///< of the squared weights of the regression, relative to the sum of
                          ///< losses
    double ridge = 10;    ///< of the kernel's part; <= 0: no kernel, the regression alone
    /// Only the first N rows are in the kernel, which keeps it small; 0: all.
    std::size_t kernelRows = 0;
};

/// A tensor that owns its bytes.
struct PackedTensor {
    std::string name;
    tensors::Dtype dtype = tensors::Dtype::F32;
    std::vector<std::int64_t> shape;
    std::vector<std::byte> bytes;
    tensors::TensorView view() const { return {name, dtype, shape, bytes}; }
};
/// The numbers of an F32 or F16 tensor of a file; empty if there is none of that name. BadShape
/// for another type, BadFile for NaN or infinity.
Result<std::vector<double>> numbersIn(const tensors::SafeTensors& file, const std::string& name);

/// A classifier: the mean of two. One is softmax regression on standardised features with a penalty
/// on its squared weights; the other is kernel ridge regression on the classes with the kernel
/// exp(-|x - y|^2 / features), its scores clipped to [0, 1] and normalised to sum to one.
/// Deterministic. Thread: const use from any.
class EmotionProbe {
  public:
    /// @param rows   features of each example, all of one length.
    /// @param labels 0 ... classes - 1, one for each row.
    static EmotionProbe learn(const std::vector<std::vector<double>>& rows,
                              const std::vector<int>& labels, int classes,
                              const ProbeOptions& options);

    std::size_t numbers() const { return m_mean.size(); }
    int classes() const { return m_classes; }
    /// Probability of each class.
    std::vector<double> probabilities(const std::vector<double>& row) const;
    int classOf(const std::vector<double>& row) const;

    /// The tensors of it, each name with the prefix; rows of the kernel in 16 bits.
    std::vector<PackedTensor> packed(const std::string& prefix) const;
    /// BadFile and BadShape.
    static Result<EmotionProbe> unpacked(const tensors::SafeTensors& file,
                                         const std::string& prefix);

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

/// Shares of right predictions of four quadrants (Q1 first), of arousal (Q1 and Q2 against the
/// others) and of valence (Q1 and Q4).
struct QuadrantScores {
    double quadrant = 0;
    double arousal = 0;
    double valence = 0;
    std::vector<double> ofClass; ///< share of each class's examples that are predicted right
    nlohmann::json toJson() const;
};
QuadrantScores quadrantScores(const std::vector<int>& classified, const std::vector<int>& labels);

/// Assigns each group (a song) as a whole to one of `folds` folds, by an order that only depends on
/// its name: (rows) number of the fold.
std::vector<int> foldsByGroup(const std::vector<std::string>& groups, int folds);

/// Predicts every row by a probe that was fitted on the other folds.
std::vector<int> classifiedAcross(const std::vector<std::vector<double>>& rows,
                                  const std::vector<int>& labels, const std::vector<int>& folds,
                                  int classes, const ProbeOptions& options);

/// Examples for fitting and for testing.
struct ProbeData {
    std::vector<std::vector<double>> rows;
    std::vector<int> labels; ///< 0-3 for Q1-Q4
    std::vector<std::string> groups;
    std::vector<std::string> splits;
    void add(std::vector<double> row, int label, std::string group, std::string split);
};
struct ProbeStudy {
    EmotionProbe probe; ///< fitted on everything except the test split
    /// "options"; "crossValidated": scores outside the test split, in five folds by group, by which
    /// the options were chosen; "test": scores on the test split, used once.
    nlohmann::json figures;
};
ProbeStudy studyProbe(const ProbeData& data, const std::string& testSplit);

/// Mean silhouette of two groups of points (Rousseeuw 1987): -1 to 1. 0 for an empty group.
double silhouette(const std::vector<std::vector<double>>& a,
                  const std::vector<std::vector<double>>& b);

} // namespace canto::models::muser
