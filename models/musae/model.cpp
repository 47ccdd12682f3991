// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/musae/musae.h"

#include "core/base/verify.h"
#include "core/codec/musae_codec.h"
#include "core/music/pedal.h"
#include "models/common/reducer.h"
#include "models/musae/net.h"
#include "models/musae/reconstruction.h"
#include "models/nn/torch_edge.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace canto::models::musae {

using torch::Tensor;

namespace {

class MusaeModel final : public LatentModel, public Reducer {
  public:
    MusaeModel(Net net, ModelInfo info) : m_net(std::move(net)), m_info(std::move(info)) {}

    const ModelInfo& info() const override { return m_info; }
    std::vector<Segment> segments(const music::Song& song) const override;
    Result<std::vector<Latent>> encode(const music::Song& song, std::span<const Segment> segments,
                                       const CancelToken& cancel) const override;
    Result<music::Song> decode(const Latent& z, const DecodeOptions& options,
                               const OnBar& onBar) const override;
    Result<Latent> samplePrior(std::optional<int> label, Random& random) const override;
    std::vector<double> classScores(const Latent& z) const override;
    std::vector<PriorComponent> priorComponents() const override;
    std::string reductionOf(const music::Song& song) const override;

    Result<void> warmUp() const;

  private:
    codec::CodecOptions codecOptions() const { return {.bars = m_net->config.bars}; }

    mutable Net m_net;
    ModelInfo m_info;
};

std::vector<Segment> MusaeModel::segments(const music::Song& song) const {
    std::vector<Segment> segments;
    for (const auto& window : codec::MusaeSong(song, codecOptions()).windows()) {
        segments.push_back({window.bar, window.start, window.end, window.strict});
    }
    return segments;
}

/// Each family has one voice: with note lengths that include the pedal, a piano's bass would hide
/// its melody.
std::string MusaeModel::reductionOf(const music::Song& song) const {
    const auto held = music::notesHeldByPedal(song);
    return held == 0 ? std::string()
                     : "The pedal is left out: " + std::to_string(held) + " of " +
                           std::to_string(song.notes.size()) + " notes end with their keys";
}

Result<std::vector<Latent>> MusaeModel::encode(const music::Song& song,
                                               std::span<const Segment> segments,
                                               const CancelToken& cancel) const {
    const codec::MusaeSong reader(song, codecOptions());
    for (const auto& segment : segments) {
        if (!reader.holds(segment.start)) {
            return fail(Error::Code::BadInput, "The phrase lies outside the song",
                        "tick " + std::to_string(segment.start));
        }
    }
    return torchEdge([&]() -> Result<std::vector<Latent>> {
        c10::InferenceMode inference;
        constexpr std::size_t kBatch = 64;
        const auto steps = m_net->config.steps();
        std::vector<Latent> latents;
        latents.reserve(segments.size());
        for (std::size_t begin = 0; begin < segments.size(); begin += kBatch) {
            if (cancel.cancelled()) {
                return fail(Error::Code::Cancelled, "Cancelled");
            }
            const auto part = segments.subspan(begin, std::min(kBatch, segments.size() - begin));
            auto codes = torch::empty(
                {static_cast<std::int64_t>(part.size()), m_net->config.columns(), steps},
                torch::kUInt8);
            auto* to = codes.data_ptr<std::uint8_t>();
            for (const auto& segment : part) {
                const auto phrase = reader.encode(segment.start);
                to = std::copy(phrase.begin(), phrase.end(), to);
                if (m_net->config.expression) {
                    const auto expressions = reader.expressions(segment.start);
                    to = std::copy(expressions.begin(), expressions.end(), to);
                }
            }
            const auto u = m_net->encoder(codes.to(torch::kInt64).transpose(1, 2).contiguous());
            const auto z = m_net->toZ(u).contiguous();
            const float* from = z.data_ptr<float>();
            for (std::size_t i = 0; i < part.size(); ++i, from += m_info.latentSize) {
                latents.emplace_back(from, from + m_info.latentSize);
            }
        }
        return latents;
    });
}

Result<music::Song> MusaeModel::decode(const Latent& z, const DecodeOptions& options,
                                       const OnBar& onBar) const {
    CANTO_CHECK(checkLatent(z, m_info.latentSize));
    const auto codes = torchEdge([&] {
        c10::InferenceMode inference;
        auto input = torch::empty({1, m_info.latentSize});
        std::memcpy(input.data_ptr<float>(), z.data(), z.size() * sizeof(float));
        const auto probable = mostProbable(m_net->decoder(m_net->toU(input))); // (1, X, T)
        const auto* first = probable.data_ptr<std::uint8_t>();
        return std::vector<std::uint8_t>(first, first + probable.numel());
    });
    if (!codes) {
        return fail(codes.error());
    }
    const auto size = static_cast<std::size_t>(m_net->config.steps()) * kTracks;
    const auto tokens = codec::canonical(std::span(*codes).first(size));
    std::vector<codec::Expression> expressions;
    if (m_net->config.expression) {
        expressions = codec::canonicalExpressions(tokens, std::span(*codes).subspan(size));
    }
    codec::PhraseToSongOptions songOptions{.bpm = options.bpm, .expressions = expressions};
    Result<music::Song> song;
    // The network decodes all bars at once, in a few milliseconds; they are passed on bar by bar so
    // that callers can treat it like a slower model.
    for (int bar = 1; bar <= m_info.phraseBars; ++bar) {
        songOptions.bars = bar;
        song = codec::phraseToSong(tokens, songOptions);
        if (!song) {
            return song;
        }
        if (onBar && !onBar(*song, bar)) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
    }
    return song;
}

Result<Latent> MusaeModel::samplePrior(std::optional<int> label, Random& random) const {
    const int labels = static_cast<int>(m_info.classes.size());
    if (label && (*label < 0 || *label >= labels)) {
        return fail(Error::Code::BadInput, "The prior has no class " + std::to_string(*label));
    }
    const auto& config = m_net->config;
    Latent z(static_cast<std::size_t>(m_info.latentSize));
    if (config.prior != PriorKind::CircularMixture) {
        for (std::size_t i = 0; i < z.size(); ++i) {
            const bool style = i < static_cast<std::size_t>(config.styles);
            z[i] =
                style ? static_cast<float>(random.below(2)) : static_cast<float>(random.normal());
        }
        return z;
    }
    const double angle = m_net->prior.angle(label.value_or(labels));
    const double radial = 1.0 + std::sqrt(CircularMixturePrior::kRadialVariance) * random.normal();
    const double tangent = std::sqrt(CircularMixturePrior::kOtherVariance) * random.normal();
    z[0] = static_cast<float>(radial * std::cos(angle) - tangent * std::sin(angle));
    z[1] = static_cast<float>(radial * std::sin(angle) + tangent * std::cos(angle));
    for (std::size_t i = 2; i < z.size(); ++i) {
        z[i] =
            static_cast<float>(std::sqrt(CircularMixturePrior::kOtherVariance) * random.normal());
    }
    return z;
}

std::vector<double> MusaeModel::classScores(const Latent& z) const {
    CANTO_VERIFY(z.size() == static_cast<std::size_t>(m_info.latentSize)) { return {}; }
    if (m_net->config.prior != PriorKind::CircularMixture) {
        return {};
    }
    auto scores = m_net->prior.logDensities(z[0], z[1]);
    scores.resize(m_info.classes.size()); // without "no label"
    return scores.empty() ? scores : softmax(std::move(scores));
}

std::vector<PriorComponent> MusaeModel::priorComponents() const {
    const auto size = static_cast<std::size_t>(m_info.latentSize);
    const int labels = static_cast<int>(m_info.classes.size());
    std::vector<PriorComponent> components;
    if (m_net->config.prior == PriorKind::Kl) {
        PriorComponent one;
        one.mean.assign(size, 0.0F);
        one.deviation.assign(size, 1.0F);
        return {one};
    }
    if (m_net->config.prior == PriorKind::Styles) {
        return components; // Bernoulli styles are not Gaussians
    }
    for (int k = 0; k <= labels; ++k) {
        PriorComponent component;
        if (k < labels) {
            component.label = m_info.classes[static_cast<std::size_t>(k)];
            component.classOf = k;
        }
        const double angle = m_net->prior.angle(k);
        // Along the radius the axis adds the variance that the thin directions do not have.
        const double along =
            std::sqrt(CircularMixturePrior::kRadialVariance - CircularMixturePrior::kOtherVariance);
        component.mean.assign(size, 0.0F);
        component.mean[0] = static_cast<float>(std::cos(angle));
        component.mean[1] = static_cast<float>(std::sin(angle));
        component.deviation.assign(
            size, static_cast<float>(std::sqrt(CircularMixturePrior::kOtherVariance)));
        component.axis.assign(size, 0.0F);
        component.axis[0] = static_cast<float>(along * std::cos(angle));
        component.axis[1] = static_cast<float>(along * std::sin(angle));
        components.push_back(std::move(component));
    }
    return components;
}

Result<void> MusaeModel::warmUp() const {
    for (int i = 0; i < 3; ++i) {
        CANTO_CHECK(decode(Latent(static_cast<std::size_t>(m_info.latentSize)), {}, {}));
    }
    return {};
}

ModelInfo infoOf(const NetConfig& config, const tensors::SafeTensors& weights) {
    ModelInfo info;
    info.id = "musae";
    info.space = "Style";
    info.title = "MusAE";
    info.version = weights.checksum();
    info.latentSize = config.latent;
    info.phraseBars = config.bars;
    info.geometry = Geometry::Linear;
    const bool circularMixture = config.prior == PriorKind::CircularMixture;
    info.can = {.encode = true,
                .decode = true,
                .samplePrior = true,
                .conditional = circularMixture,
                .train = true};
    info.labelColumn = circularMixture ? weights.metadata("labelColumn") : "";
    if (circularMixture) {
        info.classes = config.labels;
    }
    info.card = weights.metadata();
    if (circularMixture) {
        info.blocks.push_back({.id = info.labelColumn.empty() ? "label" : info.labelColumn,
                               .title = "Genre",
                               .begin = 0,
                               .end = 2});
    } else if (config.styles > 0) {
        info.blocks.push_back(
            {.id = "styles", .title = "Styles", .begin = 0, .end = config.styles});
    }
    constexpr std::array<std::array<const char*, 2>, kControls> kControlNames{
        {{"notes", "Notes"}, {"register", "Register"}, {"silence", "Silence"}}};
    for (int i = 0; i < config.controls; ++i) {
        const auto& [id, title] = kControlNames[static_cast<std::size_t>(i)];
        info.blocks.push_back({.id = id,
                               .title = title,
                               .begin = config.headSize() + i,
                               .end = config.headSize() + i + 1});
    }
    info.blocks.push_back({.id = "content",
                           .title = "Content",
                           .begin = config.contentBegin(),
                           .end = config.latent});
    return info;
}

} // namespace

Result<std::shared_ptr<LatentModel>> openMusae(const tensors::SafeTensors& weights) {
    CANTO_TRY(net, openNet(weights));
    auto model = std::make_shared<MusaeModel>(*net, infoOf((*net)->config, weights));
    CANTO_CHECK(model->warmUp());
    return model;
}

} // namespace canto::models::musae
