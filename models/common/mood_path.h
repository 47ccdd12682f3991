// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Moods as points of the plane of valence and arousal, and paths through it. No LibTorch here.

#include "core/base/result.h"

#include <string>
#include <vector>

namespace canto::models {

/// From -1 (sad or tense; sad or calm) to 1 (happy or calm; happy or tense).
struct MoodPoint {
    double valence = 0;
    double arousal = 0;
    bool operator==(const MoodPoint&) const = default;
};

/// Weights of Q1 to Q4 (happy, tense, sad, calm): bilinear between the corners of the plane, which
/// are the quadrants themselves. Points outside are moved to the edge.
std::vector<double> moodWeights(MoodPoint point);

/// The point of quadrant 0 to 3.
MoodPoint cornerOf(int quadrant);

/// Weights for each bar along straight lines between points, which are evenly spaced in time: the
/// first bar has the first point, the last bar the last.
/// @param points at least one. @param bars at least one.
std::vector<std::vector<double>> moodsAlong(const std::vector<MoodPoint>& points, int bars);

/// Points from text: moods by name (happy, tense, sad, calm, or Q1 to Q4) or VALENCE:AROUSAL,
/// separated by commas: "calm,tense" or "0.5:-0.8,-0.5:0.9". BadInput names the part that is
/// neither.
Result<std::vector<MoodPoint>> moodPath(const std::string& text);

} // namespace canto::models
