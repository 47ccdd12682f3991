// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "models/muser/net.h"

#include <functional>
#include <optional>

namespace canto::models::muser {

/// Called after each word; false stops.
using OnWord = std::function<bool(const codec::Word&)>;

struct WriteOptions {
    /// 0: the most probable value always, else drawn from the nucleus.
    double temperature = 0;
    double nucleus = 0.9;
    int bars = 4; ///< no more bar lines than this
};

/// Words for vectors, place by place, each only one that makes sense where it stands: places of a
/// bar go forward, a note has all its values and no pitch twice at a place.
/// @param vectors (1, T, Z). @param label 0 for none, else 1 + class.
/// @return without the end; as far as it came when onWord stopped it.
std::vector<codec::Word> writeWords(NetImpl& net, const torch::Tensor& vectors, int label,
                                    const WriteOptions& options, Random& random,
                                    const OnWord& onWord);

struct DrawOptions {
    double temperature = 1.0;
    double nucleus = 0.9;
    /// How much farther from the unlabelled prior than the labelled one is: 1 is the labelled prior
    /// itself (Ho and Salimans 2022, "Classifier-free diffusion guidance", here on logits).
    double guidance = 2.0;
};

/// Codes of one phrase from the prior. @param begun (T', G) codes it goes on from, or undefined.
/// @return (T, G) int64, `begun` included. Cancelled when stop says so.
Result<torch::Tensor> drawCodes(NetImpl& net, int label, const DrawOptions& options, Random& random,
                                const torch::Tensor& begun, const std::function<bool()>& stop);

/// One of the values of largest probability that together have `nucleus` of it (Holtzman et al.
/// 2020). @param logits (V) float32. temperature 0: the largest.
int drawNucleus(const torch::Tensor& logits, double temperature, double nucleus, Random& random);

} // namespace canto::models::muser
