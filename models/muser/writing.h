// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "models/muser/net.h"

#include <functional>
#include <optional>
#include <vector>

namespace canto::models::muser {

/// Called after each word; false stops.
using OnWord = std::function<bool(const codec::Word&)>;

struct WriteOptions {
    /// 0: always the most probable value, else sampled from the nucleus.
    double temperature = 0;
    double nucleus = 0.9;
    int bars = 4; ///< at most this many bar lines
};

/// Writes words for vectors, position by position, each of which is valid in its context: positions
/// of a bar only advance, a note has all its values and no pitch occurs twice at a position.
/// @param vectors (1, T, Z). @param label 0 for none, else 1 + class.
/// @return without the end; if onWord returned false, the words so far.
std::vector<codec::Word> writeWords(NetImpl& net, const torch::Tensor& vectors, int label,
                                    const WriteOptions& options, Random& random,
                                    const OnWord& onWord);

struct DrawOptions {
    static constexpr double kGuidance = 3.0;

    double temperature = 1.0;
    double nucleus = 0.9;
    /// Guidance scale of each element (codec::Field), extrapolating from the unlabelled to the
    /// labelled prior: 1 is the labelled prior itself (Ho and Salimans 2022, "Classifier-free
    /// diffusion guidance", here on logits). Guidance exaggerates what goes with a mood; only
    /// chords and pitches, which carry valence, gain by it. A network with one book for all uses
    /// the first.
    std::array<double, kElements> guidance = {1.0, kGuidance, 1.0, 1.0, kGuidance, 1.0, 1.0};
    /// Draws among which one is chosen (choosing.h); 1: none is.
    int candidates = 12;
};

/// Weights of the classes, which add to 1: what the prior is conditioned on. Between classes the
/// logits are averaged by weight. Empty: the unlabelled prior.
using Mixture = std::vector<double>;
/// @param label 0 for none, else 1 + class.
Mixture mixtureOf(int label, std::size_t classes);
/// The class of the largest weight as a label: 0 for none, else 1 + class.
int labelOf(const Mixture& mixture);

struct DrawRequest {
    Mixture mixture;
    torch::Tensor begun; ///< (T', G) codes to continue, or undefined
    /// (T", G) codes of the positions after these, -1: to be drawn. The phrase ends with them. Or
    /// undefined.
    torch::Tensor kept;
    int count = 1; ///< independent draws, computed side by side
    int most = 0;  ///< positions, `begun` included, after which a draw is cut; 0: of a phrase
};

/// Codes of phrases from the prior.
/// @return `count` tensors (T, G) int64, `begun` included. Cancelled if stop returns true.
Result<std::vector<torch::Tensor>> drawCodes(NetImpl& net, const DrawRequest& request,
                                             const DrawOptions& options, Random& random,
                                             const std::function<bool()>& stop);

/// Samples one of the values of largest probability that together have `nucleus` of it (Holtzman et
/// al. 2020). @param logits (V) float32. temperature 0: the largest.
int drawNucleus(const torch::Tensor& logits, double temperature, double nucleus, Random& random);

} // namespace canto::models::muser
