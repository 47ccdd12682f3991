// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/registry/registry.h"

namespace canto::models::orchestra {

/// Figures of one set of weights on clips of its own split: accuracy on training and held-out clips
/// of the network's predictions (classifiers) or of a logistic probe on its embedding of a clip,
/// beside the share of the largest class. A key "table" holds it as text.
Result<nlohmann::json> evaluateOrchestra(const tensors::SafeTensors& weights,
                                         const std::filesystem::path& dataset,
                                         const std::string& split, const CancelToken& cancel);

/// Tables 3, 4 and 7 of the Symphony2vec slides from all given weights (each evaluated on the split
/// it was trained on), PCA beside them:
///   "splits"         for "clip" (leaky) and "work": counts, share of the largest class
///   "rows"           one for each embedding: name, kind, feature, split, train, test and, with a
///                    second dataset, "second": accuracies; intervals by resampling works
///   "archive"        whether the archive is learned: within composers that come from two
///   "sounds"         of networks trained by work: accuracy by clip, recording and work with each
///                    SoundFont, and how well the SoundFont is predicted (report_sounds.h)
///   "interpolation"  of each ALI: 16 steps from the origin to (1, ..., 1), and loudness by radius
///   "published"      the slides' figures
/// Errors: those of the files; Cancelled.
Result<nlohmann::json> orchestraReport(const ReportRequest& request, const CancelToken& cancel);

} // namespace canto::models::orchestra
