// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/musae/musae.h"

#include "core/base/verify.h"
#include "core/codec/musae_codec.h"
#include "core/music/pedal.h"
#include "models/common/filler.h"
#include "models/common/reducer.h"
#include "models/musae/fill.h"
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

class MusaeModel final : public LatentModel, public Reducer, public Filler {
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
    std::vector<std::string> fillTracks() const override;
    Result<Filled> fill(const music::Song& song, const Segment& segment,
                        const FillOptions& options) const override;

    Result<void> warmUp() const;

  private:
    codec::CodecOptions codecOptions() const { return {.bars = m_net->config.bars}; }
    /// The codes of a phrase, (X, T).
    std::vector<std::uint8_t> codesOf(const codec::MusaeSong& reader, music::Tick start) const;
    /// @param codes  (X, T).
    Result<music::Song> songOf(std::span<const std::uint8_t> codes, double bpm,
                               const OnBar& onBar) const;
    torch::Tensor toU(const Latent& z) const; ///< (1, Z)

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
                const auto phrase = codesOf(reader, segment.start);
                to = std::copy(phrase.begin(), phrase.end(), to);
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

std::vector<std::uint8_t> MusaeModel::codesOf(const codec::MusaeSong& reader,
                                              music::Tick start) const {
    auto codes = reader.encode(start);
    if (m_net->config.expression) {
        const auto expressions = reader.expressions(start);
        codes.insert(codes.end(), expressions.begin(), expressions.end());
    }
    return codes;
}

Tensor MusaeModel::toU(const Latent& z) const {
    auto input = torch::empty({1, m_info.latentSize});
    std::memcpy(input.data_ptr<float>(), z.data(), z.size() * sizeof(float));
    return m_net->toU(input);
}

Result<music::Song> MusaeModel::decode(const Latent& z, const DecodeOptions& options,
                                       const OnBar& onBar) const {
    CANTO_CHECK(checkLatent(z, m_info.latentSize));
    CANTO_TRY(codes, torchEdge([&] {
                  c10::InferenceMode inference;
                  const auto probable = mostProbable(m_net->decoder(toU(z))); // (1, X, T)
                  const auto* first = probable.data_ptr<std::uint8_t>();
                  return std::vector<std::uint8_t>(first, first + probable.numel());
              }));
    return songOf(*codes, options.bpm, onBar);
}

Result<music::Song> MusaeModel::songOf(std::span<const std::uint8_t> codes, double bpm,
                                       const OnBar& onBar) const {
    const auto size = static_cast<std::size_t>(m_net->config.steps()) * kTracks;
    const auto tokens = codec::canonical(codes.first(size));
    std::vector<codec::Expression> expressions;
    if (m_net->config.expression) {
        expressions = codec::canonicalExpressions(tokens, codes.subspan(size));
    }
    codec::PhraseToSongOptions songOptions{.bpm = bpm, .expressions = expressions};
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

std::vector<std::string> MusaeModel::fillTracks() const {
    return {"Drums", "Bass", "Guitar", "Strings"};
}

Result<Filled> MusaeModel::fill(const music::Song& song, const Segment& segment,
                                const FillOptions& options) const {
    CANTO_CHECK(checkLatent(options.toward, m_info.latentSize));
    const auto bars = static_cast<std::size_t>(m_info.phraseBars);
    if (options.locked.size() != bars * kTracks) {
        return fail(Error::Code::BadShape,
                    "Locks are needed for " + std::to_string(kTracks) + " tracks of " +
                        std::to_string(bars) + " bars",
                    std::to_string(options.locked.size()));
    }
    const codec::MusaeSong reader(song, codecOptions());
    if (!reader.holds(segment.start)) {
        return fail(Error::Code::BadInput, "The phrase lies outside the song",
                    "tick " + std::to_string(segment.start));
    }
    CANTO_TRY(made, torchEdge([&]() -> Result<std::pair<Filled, std::vector<std::uint8_t>>> {
                  auto phrase = codesOf(reader, segment.start);
                  const auto steps = m_net->config.steps();
                  Fill fill{.steps = std::max(1, options.steps)};
                  fill.codes = torch::from_blob(phrase.data(), {1, m_net->config.columns(), steps},
                                                torch::kUInt8)
                                   .to(torch::kInt64)
                                   .transpose(1, 2)
                                   .contiguous();
                  fill.locked = torch::zeros({1, steps, kTracks}, torch::kBool);
                  for (std::size_t i = 0; i < options.locked.size(); ++i) {
                      if (options.locked[i]) {
                          const auto bar = static_cast<std::int64_t>(i % bars);
                          fill.locked.narrow(1, bar * codec::kStepsPerBar, codec::kStepsPerBar)
                              .select(2, static_cast<std::int64_t>(i / bars))
                              .fill_(true);
                      }
                  }
                  fill.place = toU(options.toward);
                  Random random(options.seed);
                  for (int i = 0; i < m_info.latentSize && options.spread > 0; ++i) {
                      fill.place[0][i] += options.spread * random.normal();
                  }
                  fill.start = fill.place;
                  CANTO_TRY(u, fillLatents(*m_net, fill, options.cancel));
                  const auto codes = fillCodes(*m_net, fill, *u);
                  const auto z = m_net->toZ(*u).contiguous();
                  const float* first = z.data_ptr<float>();
                  Filled filled;
                  filled.latent.assign(first, first + m_info.latentSize);
                  filled.understood = understood(*m_net, fill, *u).item<double>();
                  const auto* code = codes.data_ptr<std::uint8_t>();
                  return std::pair{std::move(filled),
                                   std::vector<std::uint8_t>(code, code + codes.numel())};
              }));
    CANTO_TRY(written, songOf(made->second, options.bpm, {}));
    made->first.song = std::move(*written);
    return std::move(made->first);
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
