// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fifth/model/model.h"

#include "models/nn/torch_edge.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numeric>

namespace canto::models::fifth {

namespace {

constexpr int kVoices = 3;          ///< pitch classes of a decoded phrase
constexpr float kLeastOnset = 0.4F; ///< of a step at which a note begins

/// A melody of the strongest pitch classes, at the steps where notes are expected.
std::vector<codec::Token> melodyOf(std::span<const float> features) {
    std::array<int, kPitchClasses> order{};
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
        return features[static_cast<std::size_t>(a)] > features[static_cast<std::size_t>(b)];
    });
    const auto onsets = features.subspan(kPitchClasses);
    std::vector<codec::Token> tokens(codec::kPhraseTokens, codec::kSilence);
    auto* strings = tokens.data() + 3 * codec::kPhraseSteps;
    int notes = 0;
    for (int step = 0; step < codec::kPhraseSteps; ++step) {
        const bool barLine = step % codec::kStepsPerBar == 0; // no bar is empty
        if (barLine || onsets[static_cast<std::size_t>(step)] > kLeastOnset) {
            strings[step] =
                static_cast<codec::Token>(60 + order[static_cast<std::size_t>(notes++ % kVoices)]);
        } else {
            strings[step] = codec::kHold;
        }
    }
    return codec::canonical(tokens);
}

class FifthModel final : public LatentModel {
  public:
    FifthModel(Net net, ModelInfo info) : m_net(std::move(net)), m_info(std::move(info)) {
        for (std::size_t label = 0; label < m_info.classes.size(); ++label) {
            const auto row = m_net->means[static_cast<std::int64_t>(label)].contiguous();
            const auto* first = row.data_ptr<float>();
            m_means.emplace_back(first, first + kLatent);
        }
    }

    const ModelInfo& info() const override { return m_info; }

    std::vector<Segment> segments(const music::Song& song) const override {
        std::vector<Segment> segments;
        for (const auto& window : codec::MusaeSong(song).windows()) {
            segments.push_back({window.bar, window.start, window.end, window.strict});
        }
        return segments;
    }

    Result<std::vector<Latent>> encode(const music::Song& song, std::span<const Segment> segments,
                                       const CancelToken& cancel) const override {
        const codec::MusaeSong reader(song);
        std::vector<Latent> latents;
        for (const auto& segment : segments) {
            if (cancel.cancelled()) {
                return fail(Error::Code::Cancelled, "Cancelled");
            }
            if (!reader.holds(segment.start)) {
                return fail(Error::Code::BadInput, "The phrase lies outside the song");
            }
            auto z = through(featuresOf(reader.encode(segment.start)), &NetImpl::encode);
            if (!z) {
                return fail(z.error());
            }
            latents.push_back(std::move(*z));
        }
        return latents;
    }

    Result<music::Song> decode(const Latent& z, const DecodeOptions& options,
                               const OnBar& onBar) const override {
        if (z.size() != static_cast<std::size_t>(kLatent)) {
            return fail(Error::Code::BadShape, "The latent has another size");
        }
        const auto features = through(z, &NetImpl::decode);
        if (!features) {
            return fail(features.error());
        }
        const auto tokens = melodyOf(*features);
        Result<music::Song> song;
        for (int bar = 1; bar <= codec::kPhraseBars; ++bar) {
            if (options.cancel.cancelled()) {
                return fail(Error::Code::Cancelled, "Cancelled");
            }
            song = codec::phraseToSong(tokens, {.bpm = options.bpm, .bars = bar});
            if (song && onBar && !onBar(*song, bar)) {
                return fail(Error::Code::Cancelled, "Cancelled");
            }
        }
        return song;
    }

    Result<Latent> samplePrior(std::optional<int> label, Random& random) const override {
        if (label && (*label < 0 || *label >= static_cast<int>(m_means.size()))) {
            return fail(Error::Code::BadInput, "The prior has no such class");
        }
        const auto mean = label ? static_cast<std::size_t>(*label) : random.below(m_means.size());
        Latent z = m_means[mean];
        for (float& x : z) {
            x += static_cast<float>(random.normal());
        }
        return z;
    }

    std::vector<double> classScores(const Latent& z) const override {
        std::vector<double> scores;
        double sum = 0;
        for (const Latent& mean : m_means) {
            double distance = 0;
            for (std::size_t i = 0; i < mean.size(); ++i) {
                distance += std::pow(static_cast<double>(z[i]) - static_cast<double>(mean[i]), 2);
            }
            scores.push_back(std::exp(-distance / 2) + 1e-12);
            sum += scores.back();
        }
        for (double& score : scores) {
            score /= sum;
        }
        return scores;
    }

    std::vector<PriorComponent> priorComponents() const override {
        std::vector<PriorComponent> components;
        for (std::size_t label = 0; label < m_means.size(); ++label) {
            components.push_back({m_info.classes[label],
                                  static_cast<int>(label),
                                  m_means[label],
                                  std::vector<float>(kLatent, 1.0F),
                                  {}});
        }
        return components;
    }

  private:
    /// One row of numbers through a half of the network.
    Result<std::vector<float>> through(const std::vector<float>& numbers,
                                       torch::Tensor (NetImpl::*part)(const torch::Tensor&)) const {
        return torchEdge([&] {
            c10::InferenceMode inference;
            auto input = torch::empty({1, static_cast<std::int64_t>(numbers.size())});
            std::memcpy(input.data_ptr<float>(), numbers.data(), numbers.size() * sizeof(float));
            const auto output = ((*m_net).*part)(input).contiguous();
            const auto* first = output.data_ptr<float>();
            return std::vector<float>(first, first + output.numel());
        });
    }

    mutable Net m_net; ///< forward() is not const in LibTorch, but changes nothing
    ModelInfo m_info;
    std::vector<Latent> m_means; ///< of each class
};

} // namespace

Result<std::shared_ptr<LatentModel>> openModel(const tensors::SafeTensors& weights) {
    auto net = openNet(weights);
    if (!net) {
        return fail(net.error());
    }
    ModelInfo info;
    info.id = "fifth";
    info.space = "Fifth";
    info.title = "Fifth";
    info.version = weights.checksum();
    info.latentSize = kLatent;
    info.phraseBars = codec::kPhraseBars;
    info.can = {
        .encode = true, .decode = true, .samplePrior = true, .conditional = true, .train = true};
    info.blocks = {{.id = "pitch", .title = "Pitch", .begin = 0, .end = kHalf},
                   {.id = "rhythm", .title = "Rhythm", .begin = kHalf, .end = kLatent}};
    info.labelColumn = (*net)->config.labelColumn;
    info.classes = (*net)->config.classes;
    info.card = weights.metadata();
    return torchEdge([&]() -> Result<std::shared_ptr<LatentModel>> {
        return std::make_shared<FifthModel>(std::move(*net), std::move(info));
    });
}

} // namespace canto::models::fifth
