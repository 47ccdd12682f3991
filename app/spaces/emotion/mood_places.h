// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/spaces/emotion/emotion_classifier.h"
#include "core/base/cancel.h"
#include "core/projection/points.h"

#include <vector>

namespace canto {

/// Where predicted moods lie on the plane of valence (x) and arousal (y), both from -1 to 1: the
/// difference of the probabilities of the quadrants on either side.
/// @param probabilities of Q1 to Q4.
projection::MapPoint moodPlace(const std::vector<double>& probabilities);

/// The moods of latents, which are decoded and classified; latents that share a number in `groups`
/// (the phrases of one clip) are drawn half way to their common mean, since a longer excerpt is
/// predicted better. Silence lies in the middle.
/// @param latents row after row, each of the model's size. @param groups one for each row.
/// @return Cancelled; those of LatentModel::decode. Decodes some 15 phrases a second.
Result<std::vector<projection::MapPoint>>
moodPlaces(const models::LatentModel& model, const EmotionClassifier& classifier,
           const projection::Points& latents, const std::vector<std::int64_t>& groups,
           const CancelToken& cancel, const Progress& progress = {});

} // namespace canto
