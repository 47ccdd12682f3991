// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Chooses among draws of the prior, so that density, loudness, texture and register of what is
// drawn are distributed as in the data: importance resampling with the data's phrases as targets.

#include "models/muser/dataset.h"
#include "models/muser/writing.h"

#include <array>
#include <optional>
#include <span>
#include <string>

namespace canto::models::muser {

/// Of a phrase: natural logarithm of notes a second, mean velocity, pitches at a time, mean pitch.
using PhraseMeasures = std::array<double, 4>;
/// Nothing for words without notes.
std::optional<PhraseMeasures> measuresOf(std::span<const codec::Word> words);

/// Measures of phrases of each class of the data. A value; const use from any thread.
class DrawTargets {
  public:
    DrawTargets() = default;
    /// @param measures by class; of each at most kMost are kept, evenly by density.
    explicit DrawTargets(std::vector<std::vector<PhraseMeasures>> measures);
    /// Of the labelled phrases of the split "train", one for each phrase length.
    static DrawTargets of(const Dataset& dataset, int bars);
    /// Of an entry of a card; empty for text that is not one.
    static DrawTargets fromCard(const std::string& text, std::size_t classes);
    std::string toCard() const;

    /// Whether every class has some.
    bool any() const { return !m_measures.empty(); }
    /// A phrase of each class at the same rank of density, averaged by weight; of all classes for
    /// an empty mixture. @param rank [0, 1)
    PhraseMeasures at(const Mixture& mixture, double rank) const;
    /// Squared, in standard deviations within the classes.
    double distance(const PhraseMeasures& a, const PhraseMeasures& b) const;

    /// What speaks against a draw: its distance from a target, and how improbable its codes are of
    /// the mood by the prior. Largest for silence.
    double cost(NetImpl& net, const torch::Tensor& codes, std::span<const codec::Word> words,
                const Mixture& mixture, const PhraseMeasures& wanted) const;

    static constexpr std::size_t kMost = 96;

  private:
    std::vector<std::vector<PhraseMeasures>> m_measures; ///< by class, ascending density
    PhraseMeasures m_deviation{};
};

/// Draws a phrase: of options.candidates draws the one that is nearest to a target at a random
/// rank.
/// @return (T, G) int64. Cancelled.
Result<torch::Tensor> drawPhrase(NetImpl& net, const DrawTargets& targets, const Mixture& mixture,
                                 const DrawOptions& options, Random& random,
                                 const std::function<bool()>& stop);

/// The words of a draw, the most probable ones. @param begun the words that it continues.
std::vector<codec::Word> wordsOfCodes(NetImpl& net, const torch::Tensor& codes, int label,
                                      std::span<const codec::Word> begun);

} // namespace canto::models::muser
