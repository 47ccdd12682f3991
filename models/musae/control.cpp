// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/musae/control.h"

#include <numbers>

namespace canto::models::musae {

using torch::Tensor;

namespace {

/// Number of steps of a phrase at which a track is silent, holds resolved, over all tracks: (B)
/// float32.
Tensor silentSteps(const Tensor& tokens) {
    const auto steps = tokens.size(1);
    const auto place = torch::arange(steps, tokens.options()).view({1, -1, 1}).expand_as(tokens);
    const auto spoken = torch::where(tokens == kHold, torch::zeros_like(place), place);
    const auto last = std::get<0>(spoken.cummax(1)); // the step whose token is still valid
    return (tokens.gather(1, last) >= kSilence).sum({1, 2}).to(torch::kFloat32);
}

/// Mean pitch of the notes that begin, drums left out; the batch's own mean if there are none: (B)
/// float32.
Tensor meanPitch(const Tensor& tokens) {
    const auto pitched = tokens.narrow(2, 1, kTracks - 1);
    const auto begins = pitched < codec::kPitches;
    const auto count = begins.sum({1, 2}).to(torch::kFloat32);
    const auto sum = (pitched * begins).sum({1, 2}).to(torch::kFloat32);
    const auto overall = sum.sum() / count.sum().clamp_min(1);
    return torch::where(count > 0, sum / count.clamp_min(1), overall);
}

Tensor without(const Tensor& x, const Tensor& direction) {
    return x - direction * (x.dot(direction) / direction.dot(direction).clamp_min(1e-6));
}

} // namespace

Tensor normalScores(const Tensor& values) {
    const auto order = std::get<1>(values.sort(/*stable=*/true, 0, /*descending=*/false));
    const auto rank =
        torch::empty_like(order).scatter_(0, order, torch::arange(order.size(0), order.options()));
    const auto quantile = (rank.to(torch::kFloat32) + 0.5) / static_cast<double>(values.size(0));
    return torch::erfinv(2 * quantile - 1) * std::numbers::sqrt2;
}

Tensor controlScores(const Tensor& tokens) {
    const auto notes = normalScores((tokens < codec::kPitches).sum({1, 2}).to(torch::kFloat32));
    const auto pitch = normalScores(without(normalScores(meanPitch(tokens)), notes));
    const auto silence =
        normalScores(without(without(normalScores(silentSteps(tokens)), notes), pitch));
    return torch::stack({notes, pitch, silence}, 1);
}

} // namespace canto::models::musae
