// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the space can do with these weights: the architecture's report.

#include "core/codec/polyphonic.h"
#include "models/registry/registry.h"

namespace canto::models::polyphonic {

/// 1 - F1 of the notes of two phrases, equal in step, track and pitch: 0 for the same notes (and
/// for none in both), 1 for none in common.
/// @param track  only its notes; -1: those of all.
double noteDistance(const codec::GridPhrase& a, const codec::GridPhrase& b, int track = -1);

/// Reconstruction, classes with their calibration, interpolation at five points, a track carried to
/// another phrase, draws of each class, time to decode a phrase. Errors: those of evaluate.
Result<nlohmann::json> polyphonicReport(const ReportRequest& request, const CancelToken& cancel);

} // namespace canto::models::polyphonic
