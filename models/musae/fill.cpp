// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/musae/fill.h"

#include "core/codec/musae_codec.h"
#include "models/musae/reconstruction.h"

#include <cmath>

namespace canto::models::musae {

using torch::Tensor;

namespace {

/// Of the mean squared distance to the place, beside the mean cross-entropy of a locked cell.
constexpr double kPlaceWeight = 0.02;
constexpr double kLearningRate = 0.12;
constexpr double kPi = 3.14159265358979323846;

/// (B, T, R) tokens of the phrases.
Tensor tokensOf(const Fill& fill) { return fill.codes.narrow(2, 0, codec::kTracks); }

/// Holds at the first cell of a locked part become the token that they hold, so that the cell does
/// not depend on what is written before it. In place, on (B, T, X) int64 of the CPU.
void strikeHeldNotes(Tensor codes, const Tensor& locked) {
    auto code = codes.accessor<std::int64_t, 3>();
    const auto lock = locked.accessor<bool, 3>();
    const bool expression = codes.size(2) > codec::kTracks;
    for (std::int64_t b = 0; b < codes.size(0); ++b) {
        for (std::int64_t r = 0; r < codec::kTracks; ++r) {
            std::int64_t sounding = codec::kSilence;
            std::int64_t played = 0;
            for (std::int64_t t = 0; t < codes.size(1); ++t) {
                if (code[b][t][r] != codec::kHold) {
                    sounding = code[b][t][r];
                    played = expression ? code[b][t][codec::kTracks + r] : 0;
                } else if (lock[b][t][r] && (t == 0 || !lock[b][t - 1][r])) {
                    code[b][t][r] = sounding;
                    if (expression) {
                        code[b][t][codec::kTracks + r] = played;
                    }
                }
            }
        }
    }
}

} // namespace

Result<Tensor> fillLatents(NetImpl& net, const Fill& fill, const CancelToken& cancel) {
    torch::AutoGradMode on(true);
    const auto tokens = tokensOf(fill);
    const auto locked = fill.locked.to(torch::kFloat32);
    const auto count = locked.sum({1, 2}).clamp_min(1);
    auto u = fill.start.clone();
    auto mean = torch::zeros_like(u);
    auto square = torch::zeros_like(u);
    constexpr double kFirst = 0.9, kSecond = 0.99;
    for (int step = 1; step <= fill.steps; ++step) {
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        const auto here = u.detach().requires_grad_(true);
        const auto classes = net.decoder(here).narrow(3, 0, codec::kClasses).log_softmax(3);
        const auto missing =
            -(classes.gather(3, tokens.unsqueeze(3)).squeeze(3) * locked).sum({1, 2}) / count;
        const auto distance = (here - fill.place).square().mean(1);
        const auto loss = (missing + kPlaceWeight * distance).sum();
        const auto gradient = torch::autograd::grad({loss}, {here})[0];
        torch::NoGradGuard off;
        mean = kFirst * mean + (1 - kFirst) * gradient;
        square = kSecond * square + (1 - kSecond) * gradient.square();
        const double rate = kLearningRate * 0.5 *
                            (1 + std::cos(kPi * (step - 1) / static_cast<double>(fill.steps)));
        u = u - rate * (mean / (1 - std::pow(kFirst, step))) /
                    ((square / (1 - std::pow(kSecond, step))).sqrt() + 1e-8);
    }
    return u;
}

Tensor fillCodes(NetImpl& net, const Fill& fill, const Tensor& u) {
    torch::NoGradGuard off;
    auto kept = fill.codes.clone();
    strikeHeldNotes(kept, fill.locked);
    auto logits = net.decoder(u).clone();
    // After a locked part, a note that ended there is not held on.
    const auto steps = fill.locked.size(1);
    if (steps > 1) {
        const auto ends = fill.locked.narrow(1, 0, steps - 1) &
                          fill.locked.narrow(1, 1, steps - 1).logical_not() &
                          (tokensOf(fill).narrow(1, 1, steps - 1) != std::int64_t(codec::kHold));
        logits.select(3, codec::kHold).narrow(1, 1, steps - 1).masked_fill_(ends, -1e9);
    }
    const auto written = mostProbable(logits).to(torch::kInt64).transpose(1, 2);
    const auto columns = fill.codes.size(2) / codec::kTracks;
    const auto lock = fill.locked.repeat({1, 1, columns});
    return torch::where(lock, kept, written).to(torch::kUInt8).transpose(1, 2).contiguous();
}

Tensor understood(NetImpl& net, const Fill& fill, const Tensor& u) {
    torch::NoGradGuard off;
    const auto tokens = net.decoder(u).narrow(3, 0, codec::kClasses).argmax(3);
    const auto right = ((tokens == tokensOf(fill)) & fill.locked).to(torch::kFloat32);
    return right.sum({1, 2}) / fill.locked.to(torch::kFloat32).sum({1, 2}).clamp_min(1);
}

} // namespace canto::models::musae
