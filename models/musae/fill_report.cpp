// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/musae_codec.h"
#include "models/musae/fill.h"
#include "models/musae/report_parts.h"

namespace canto::models::musae {

using nlohmann::json;
using torch::Tensor;

namespace {

/// Sums over the cells of phrases, for their mean.
struct Mean {
    double sum = 0, count = 0;
    void add(const Tensor& value, const Tensor& where) {
        const auto mask = where.to(torch::kFloat32);
        sum += (value.to(torch::kFloat32) * mask).sum().item<double>();
        count += mask.sum().item<double>();
    }
    double mean() const { return count > 0 ? sum / count : 0; }
};

/// Codes (B, X, T) uint8 as the network's input, canonical, (B, T, X) int64.
Tensor canonicalCodes(const NetConfig& config, const Tensor& codes) {
    const auto size = static_cast<std::size_t>(config.steps()) * kTracks;
    std::vector<Codes> phrases;
    for (std::int64_t row = 0; row < codes.size(0); ++row) {
        const auto one = codes[row].contiguous();
        const std::span all(one.data_ptr<std::uint8_t>(), static_cast<std::size_t>(one.numel()));
        auto tokens = codec::canonical(all.first(size));
        if (config.expression) {
            const auto expressions = codec::canonicalExpressions(tokens, all.subspan(size));
            tokens.insert(tokens.end(), expressions.begin(), expressions.end());
        }
        phrases.push_back(std::move(tokens));
    }
    return codeTensor(config, phrases);
}

/// Logarithm of the probability of each token when the network reads a phrase and writes it again,
/// (B, T, R).
Tensor likelihood(NetImpl& net, const Tensor& codes) {
    const auto classes =
        net.decoder(net.encoder(codes)).narrow(3, 0, codec::kClasses).log_softmax(3);
    return classes.gather(3, codes.narrow(2, 0, kTracks).unsqueeze(3)).squeeze(3);
}

/// Where a note begins, (B, T, R).
Tensor onsets(const Tensor& codes) {
    return codes.narrow(2, 0, kTracks) < std::int64_t(codec::kPitches);
}

struct Way {
    Mean rest, notes, kept;
};

} // namespace

json fillPart(NetImpl& net, const Dataset& dataset, const std::string& split, int phrases,
              const CancelToken& cancel) {
    constexpr std::int64_t kBatch = 50;
    const auto rows =
        someRows(dataset, split, Dataset::Which::Strict, static_cast<std::size_t>(2 * phrases));
    const auto half = static_cast<std::int64_t>(rows.size()) / 2;
    const auto& config = net.config;
    json result = {{"phrases", half}};
    const auto all = dataset.batch(rowTensor(rows), config.expression);
    const auto places = encodeRows(net, dataset, rows);
    for (const std::string locks : {"drums and bass", "first bar"}) {
        Way song, pasted, filled;
        Mean understood_;
        for (std::int64_t begin = 0; begin < half; begin += kBatch) {
            const auto count = std::min(kBatch, half - begin);
            Fill fill;
            fill.codes = all.narrow(0, begin, count);
            fill.place = places.narrow(0, half + begin, count); // another song's
            fill.start = fill.place;
            fill.locked = torch::zeros({count, config.steps(), kTracks}, torch::kBool);
            if (locks == "first bar") {
                fill.locked.narrow(1, 0, codec::kStepsPerBar).fill_(true);
            } else {
                fill.locked.narrow(2, 0, 2).fill_(true);
            }
            const auto u = fillLatents(net, fill, cancel);
            if (!u) {
                return result;
            }
            const auto rest = fill.locked.logical_not();
            const auto note = onsets(fill.codes) & fill.locked;
            const auto measure = [&](Way& way, const Tensor& codes) {
                way.rest.add(likelihood(net, codes), rest);
                way.notes.add(onsets(codes), rest);
                way.kept.add(codes.narrow(2, 0, kTracks) == fill.codes.narrow(2, 0, kTracks), note);
            };
            measure(song, fill.codes);
            measure(pasted, canonicalCodes(config, fillCodes(net, fill, fill.place)));
            measure(filled, canonicalCodes(config, fillCodes(net, fill, *u)));
            understood_.add(understood(net, fill, *u), torch::ones({count}));
        }
        const auto figures = [](const Way& way) {
            return json{{"restLogLikelihood", way.rest.mean()},
                        {"restNotesPerStep", way.notes.mean()},
                        {"lockedNotesKept", way.kept.mean()}};
        };
        result[locks] = {{"song", figures(song)},
                         {"pasted", figures(pasted)},
                         {"filled", figures(filled)},
                         {"understood", understood_.mean()}};
    }
    return result;
}

} // namespace canto::models::musae
