// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/common/sound_model.h"
#include "models/datasets/prepared_clips.h"
#include "models/orchestra/config.h"
#include "models/registry/registry.h"

#include <memory>

namespace canto::models::orchestra {

class NetImpl; // models/orchestra/net.h
class AliNet;
using Net = std::shared_ptr<NetImpl>;

/// The Orchestra space: clips of orchestral sound. Source: the slides "Symphony2vec".
Architecture architecture();

/// The network of weights, in eval mode. Errors: those of the configuration and of loadWeights.
Result<Net> openNet(const tensors::SafeTensors& weights);

/// Weights of this space. Its points are clips of sound: the functions of LatentModel for notes
/// return BadInput, segments() is empty. Thread: as LatentModel.
class OrchestraModel final : public LatentModel,
                             public SoundModel,
                             public SoundEncoder,
                             public SoundDecoder {
  public:
    /// BadShape, BadInput, those of loadWeights.
    static Result<std::shared_ptr<OrchestraModel>> open(const tensors::SafeTensors& weights);

    const ModelInfo& info() const override { return m_info; }
    std::vector<Segment> segments(const music::Song&) const override { return {}; }
    Result<std::vector<Latent>> encode(const music::Song&, std::span<const Segment>,
                                       const CancelToken&) const override;
    Result<music::Song> decode(const Latent&, const DecodeOptions&, const OnBar&) const override;

    /// Clips of 10 s at 22,050 samples a second.
    Result<std::vector<Latent>> encodeSound(std::span<const float> samples,
                                            const CancelToken& cancel) const override;
    double clipSeconds() const override;
    double soundRate() const override;
    const SoundEncoder* soundEncoder() const override { return this; }
    /// One latent for each prepared clip, as encodeSound() of its sound. Error: Cancelled.
    Result<std::vector<Latent>> encodeClips(const tensors::PreparedClips& clips,
                                            const CancelToken& cancel,
                                            const Progress& progress = {}) const;
    /// ALI only: decodes 0.74 s of the lower half of the range, with Griffin-Lim. Errors: BadShape;
    /// BadInput (not finite; a network without a decoder of sound); Cancelled.
    Result<SoundClip> decodeSound(const Latent& z, const DecodeOptions& options,
                                  const CancelToken& cancel) const;

    /// The same for several latents one after another, 32 frames each; phases and levels are
    /// computed for all together. BadInput also for no step, and for more than 1,000.
    Result<SoundClip> decodeWalk(std::span<const Latent> path, const DecodeOptions& options,
                                 const CancelToken& cancel) const;

    /// ALI's latents of the parts of each clip, (2, 13, Z) row-major: both halves of the range, 13
    /// windows. Errors: BadInput for another network; Cancelled.
    Result<std::vector<Latent>> encodeParts(const tensors::PreparedClips& clips,
                                            const CancelToken& cancel,
                                            const Progress& progress = {}) const;
    const SoundDecoder* soundDecoder() const override { return ali() != nullptr ? this : nullptr; }
    int partSize() const override { return m_info.latentSize; }
    int partRows() const override;
    int clipWindows() const override;
    double windowSeconds() const override;
    Result<SoundClip> drawParts(std::span<const float> parts, int rows) const override;
    Result<SoundClip> decodeParts(std::span<const float> parts, int rows, std::uint64_t seed,
                                  const CancelToken& cancel) const override;

    /// N(0, I) of ALI; BadInput for the others, and for a label.
    Result<Latent> samplePrior(std::optional<int> label, Random& random) const override;
    /// Probabilities of the composers by our own encoder; empty for the others.
    std::vector<double> classScores(const Latent& z) const override;
    /// How foreign a latent is to the composers of our own encoder: the negative logarithm of the
    /// sum of its exponentiated logits, greater for music unlike the training's (Liu et al. 2020);
    /// NaN for the other networks.
    double energy(const Latent& z) const;
    std::vector<PriorComponent> priorComponents() const override;

  private:
    OrchestraModel(Net net, ModelInfo info) : m_net(std::move(net)), m_info(std::move(info)) {}
    AliNet* ali() const; ///< null for another network
    /// Logits of the composers by our own encoder, float64; empty for the others and for a latent
    /// of another size.
    std::vector<double> logitsOf(const Latent& z) const;

    Net m_net;
    ModelInfo m_info;
};

} // namespace canto::models::orchestra
