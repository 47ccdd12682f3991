// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

namespace canto::models::orchestra {

// What varies between recordings of the same music, for training: B clips, F mels, T frames. None
// of these functions draws random numbers. Thread: any.

/// Gives each clip the mean and deviation over time of each band as a mixture of its own and those
/// of another clip of the batch: the average colour of a sound says little about the music. No
/// gradient passes through the statistics.
/// @param x      (B, F, T). @param share  (B) of its own statistics, 0 .. 1; 1 changes nothing.
/// @param other  (B) int64, rows of x.
/// Source: Freq-MixStyle, Kim et al. 2022, after Zhou et al. 2021.
torch::Tensor mixedStatistics(const torch::Tensor& x, const torch::Tensor& share,
                              const torch::Tensor& other);

/// A smooth curve over the mels through points that are evenly spread over them: linear between
/// two. (B, P), P >= 2 -> (B, mels).
torch::Tensor smoothCurves(const torch::Tensor& points, std::int64_t mels);

/// What a room adds: the power of each band dies away exponentially. The loudest value of each clip
/// stays, and nothing falls below `floor`.
/// @param decibels  (B, F, T). @param kept  (B) share of the power that is left a frame later, 0 ..
///                  1; 0 changes nothing.
torch::Tensor reverberated(const torch::Tensor& decibels, const torch::Tensor& kept, double floor);

} // namespace canto::models::orchestra
