// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/registry/registry.h"

namespace canto::models::musae {

/// All figures of the Style space that the documentation claims, measured on a split of a prepared
/// dataset:
///   "reconstruction"  the result of evaluateMusae
///   "others"          the same means for other weights, by name (the baseline at equal budget)
///   "musegan"         EB, UPC, QN, DP of sampled bars beside those of the data
///   "interpolation"   Hamming distance to the end along straight lines between pairs
///   "sweeps"          correlation of each dimension with properties of the decoded phrase
///   "genres"          nearest component, logistic probe, distances between genres
///   "move"            what moving a phrase to another genre changes and keeps
///   "plane"           positions of some phrases in the first two dimensions, for the drawing
/// Errors: those of evaluateMusae.
Result<nlohmann::json> styleReport(const ReportRequest& request, const CancelToken& cancel);

} // namespace canto::models::musae
