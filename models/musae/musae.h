// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/registry/registry.h"

namespace canto::models::musae {

/// Entry of the registry.
Architecture architecture();

/// Opens weights whose architecture is "musae" and runs them once, so that the first decoding is as
/// fast as the second. Errors as openModel.
Result<std::shared_ptr<LatentModel>> openMusae(const tensors::SafeTensors& weights);

/// Reconstruction per track, baselines (always hold, most frequent class of the training split) and
/// nearest component of the prior, on the strict windows and on all windows of a split, separately;
/// and statistics of samples from each component of the prior. "table" holds the same as text.
/// Errors: those of opening; BadInput for a split without phrases or with labels that the weights
/// do not have; Cancelled.
Result<nlohmann::json> evaluateMusae(const tensors::SafeTensors& weights,
                                     const std::filesystem::path& dataset, const std::string& split,
                                     const CancelToken& cancel);

/// All figures of the Style space that the documentation claims, measured on a split of a prepared
/// dataset:
///   "reconstruction"  the result of evaluateMusae
///   "others"          the same means for other weights, by name (the baseline at equal budget)
///   "musegan"         EB, UPC, QN, DP of sampled bars beside those of the data
///   "interpolation"   Hamming distance to the end along straight lines between pairs
///   "fill"            locked parts of phrases and the rest that is written to them
///   "sweeps"          correlation of each dimension with properties of the decoded phrase
///   "genres"          nearest component, logistic probe, distances between genres
///   "move"            what moving a phrase to another genre changes and keeps
///   "plane"           positions of some phrases in the first two dimensions, for the drawing
/// Errors: those of evaluateMusae.
Result<nlohmann::json> styleReport(const ReportRequest& request, const CancelToken& cancel);

} // namespace canto::models::musae
