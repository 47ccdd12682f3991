// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/polyphonic/scores.h"

#include <algorithm>
#include <cmath>

namespace canto::models::polyphonic {

using torch::Tensor;

namespace {

double share(std::int64_t part, std::int64_t whole) {
    return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0.0;
}

/// @param logits  of some rows, flat. @param real  places in `logits` that are notes.
CellCounts countCells(const Tensor& logits, const Tensor& real) {
    CellCounts counts;
    counts.real = real.size(0);
    const auto flat = logits.reshape({-1});
    const auto hits = flat.index_select(0, real);
    for (std::size_t i = 0; i < CellCounts::kTried.size(); ++i) {
        const double p = CellCounts::kTried[i];
        const double limit = std::log(p / (1 - p));
        counts.said[i] = (flat > limit).sum().item<std::int64_t>();
        counts.right[i] = (hits > limit).sum().item<std::int64_t>();
    }
    return counts;
}

struct Sums {
    std::int64_t real = 0;
    std::int64_t said = 0;
    std::int64_t right = 0;
};

/// Over all tracks, each at its threshold.
Sums summed(const std::array<CellCounts, kVoices>& onsets, const Tensor& thresholds) {
    Sums sums;
    for (std::size_t track = 0; track < kVoices; ++track) {
        const auto at =
            onsets[track].nearest(thresholds[static_cast<std::int64_t>(track)].item<float>());
        sums.real += onsets[track].real;
        sums.said += onsets[track].said[at];
        sums.right += onsets[track].right[at];
    }
    return sums;
}

} // namespace

CellCounts& CellCounts::operator+=(const CellCounts& more) {
    real += more.real;
    for (std::size_t i = 0; i < kTried.size(); ++i) {
        said[i] += more.said[i];
        right[i] += more.right[i];
    }
    return *this;
}

double CellCounts::f1(std::size_t tried) const {
    return share(2 * right[tried], real + said[tried]);
}
double CellCounts::recall(std::size_t tried) const { return share(right[tried], real); }
double CellCounts::precision(std::size_t tried) const { return share(right[tried], said[tried]); }

std::size_t CellCounts::best() const {
    std::size_t best = nearest(0.6F);
    for (std::size_t i = 0; i < kTried.size(); ++i) {
        best = f1(i) > f1(best) ? i : best;
    }
    return best;
}

std::size_t CellCounts::nearest(float threshold) const {
    std::size_t nearest = 0;
    for (std::size_t i = 1; i < kTried.size(); ++i) {
        nearest =
            std::abs(kTried[i] - threshold) < std::abs(kTried[nearest] - threshold) ? i : nearest;
    }
    return nearest;
}

double PhraseScores::f1(const Tensor& thresholds) const {
    const auto sums = summed(onsets, thresholds);
    return share(2 * sums.right, sums.real + sums.said);
}
double PhraseScores::recall(const Tensor& thresholds) const {
    const auto sums = summed(onsets, thresholds);
    return share(sums.right, sums.real);
}
double PhraseScores::precision(const Tensor& thresholds) const {
    const auto sums = summed(onsets, thresholds);
    return share(sums.right, sums.said);
}

double PhraseScores::correlation(std::size_t which) const {
    const auto& [x, y, xx, yy, xy] = control[which];
    const auto n = static_cast<double>(std::max<std::int64_t>(phrases, 1));
    const double spread = std::sqrt(std::max(xx / n - x * x / n / n, 0.0)) *
                          std::sqrt(std::max(yy / n - y * y / n / n, 0.0));
    return spread > 1e-9 ? (xy / n - x * y / n / n) / spread : 0.0;
}

Tensor PhraseScores::bestThresholds() const {
    auto best = torch::empty({kVoices + 1});
    for (int track = 0; track < kVoices; ++track) {
        const auto& counts = onsets[static_cast<std::size_t>(track)];
        best[track] = CellCounts::kTried[counts.best()];
    }
    best[kVoices] = CellCounts::kTried[sustains.best()];
    return best;
}

Result<PhraseScores> scorePhrases(NetImpl& net, const Dataset& dataset,
                                  std::span<const std::int64_t> rows, const train::Stop& stop) {
    torch::NoGradGuard off;
    constexpr std::size_t kBatch = 48;
    PhraseScores scores;
    const auto device = net.scale.device();
    for (std::size_t begin = 0; begin < rows.size(); begin += kBatch) {
        if (stop && stop()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        const auto part = rows.subspan(begin, std::min(kBatch, rows.size() - begin));
        auto batch = batchOf(dataset.phrases(part));
        if (batch.sounding() == 0) {
            continue;
        }
        batch.to(device);
        const auto encoded = net.encoder(batch);
        const auto u = net.latentOf(batch, encoded);
        const auto logits = net.decoder(u, batch.place, batch.rows[0]);
        constexpr std::int64_t kTable = codec::kPhraseGrid * kPitches;
        std::int64_t first = 0;
        for (std::size_t track = 0; track < kVoices; ++track) {
            const auto count = batch.rows[track];
            const auto mine = batch.onsets.masked_select(
                (batch.onsets >= first * kTable)
                    .logical_and(batch.onsets < (first + count) * kTable));
            if (count > 0) {
                scores.onsets[track] +=
                    countCells(logits.onset.narrow(0, first, count), mine - first * kTable);
            }
            first += count;
        }
        scores.sustains += countCells(logits.sustain, batch.sustains - batch.rows[0] * kTable);
        const auto said = logits.velocity.reshape({-1}).index_select(0, batch.onsets);
        scores.velocityError += (32 * (said - batch.velocity)).abs().sum().item<double>();
        scores.notes += batch.onsets.size(0);
        const auto offset =
            logits.offset.reshape({-1, kOffsets}).index_select(0, batch.steps).argmax(1);
        scores.offsetsRight += (offset == batch.offset).sum().item<std::int64_t>();
        scores.offsets += batch.steps.size(0);
        const auto known = batch.program < kPrograms;
        const auto program = logits.program.argmax(1);
        scores.programsRight += (program.div(8, "floor") == batch.program.div(8, "floor"))
                                    .logical_and(known)
                                    .sum()
                                    .item<std::int64_t>();
        scores.programs += known.sum().item<std::int64_t>();
        const auto nearest = net.prior.nearest(net.toZ(u)).cpu();
        const auto controls = encoded.head.narrow(1, kPlane, kControls).cpu();
        const auto counts = batch.counts.cpu();
        for (std::size_t i = 0; i < part.size(); ++i) {
            const auto at = static_cast<std::int64_t>(i);
            const auto label = dataset.labelOf(part[i]);
            scores.labels += label >= 0;
            scores.labelsRight += label >= 0 && nearest[at].item<std::int64_t>() == label;
            ++scores.phrases;
            for (std::size_t c = 0; c < kControls; ++c) {
                const auto column = static_cast<std::int64_t>(c);
                const double x = controls[at][column].item<double>();
                const double y = counts[at][column].item<double>();
                auto& sums = scores.control[c];
                sums = {sums[0] + x, sums[1] + y, sums[2] + x * x, sums[3] + y * y,
                        sums[4] + x * y};
            }
        }
    }
    return scores;
}

} // namespace canto::models::polyphonic
