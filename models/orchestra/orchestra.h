#pragma once

#include "core/tensorfile/prepared_clips.h"
#include "models/common/registry.h"
#include "models/orchestra/net.h"

namespace canto::models::orchestra {

/// The Orchestra space: clips of orchestral sound. Source: the slides "Symphony2vec".
Architecture architecture();

/// The network of weights, in eval mode. Errors: those of the configuration and of loadWeights.
Result<Net> openNet(const tensorfile::SafeTensors& weights);

/// What a latent sounds like, and the picture that the sound was made from.
struct SoundClip {
    std::vector<float> samples;  ///< one channel, within [-1, 1]
    double rate = 22050;         ///< samples a second
    int mels = 0;                ///< rows of the picture, the lowest first
    int frames = 0;              ///< 23 ms each
    std::vector<float> decibels; ///< (mels, frames), 0 is the loudest there can be
    /// How far the sound's spectrum is from the picture's: 0 is perfect.
    double convergence = 0;
};

/// Weights of this space. Its points are clips of sound: what LatentModel asks of notes ends in
/// BadInput, segments() is empty. Thread: any, one call at a time.
class OrchestraModel final : public LatentModel {
  public:
    /// BadShape, BadInput, those of loadWeights.
    static Result<std::shared_ptr<OrchestraModel>> open(const tensorfile::SafeTensors& weights);

    const ModelInfo& info() const override { return m_info; }
    std::vector<Segment> segments(const music::Song&) const override { return {}; }
    Result<std::vector<Latent>> encode(const music::Song&, std::span<const Segment>,
                                       const CancelToken&) const override;
    Result<music::Song> decode(const Latent&, const DecodeOptions&, const OnBar&) const override;

    /// One latent for each whole clip of 10 s (a shorter sound is one clip, ended with silence).
    /// @param samples  one channel, 22,050 a second. Errors: BadInput (no sound), Cancelled.
    Result<std::vector<Latent>> encodeSound(std::span<const float> samples,
                                            const CancelToken& cancel) const;
    /// One latent for each prepared clip, as encodeSound() of its sound. Error: Cancelled.
    Result<std::vector<Latent>> encodeClips(const tensorfile::PreparedClips& clips,
                                            const CancelToken& cancel,
                                            const Progress& progress = {}) const;
    /// ALI only: 0.74 s of the lower half of the range, through Griffin-Lim.
    /// Errors: BadShape; BadInput (not finite; a network that makes no sound); Cancelled.
    Result<SoundClip> decodeSound(const Latent& z, const DecodeOptions& options,
                                  const CancelToken& cancel) const;

    /// The same of several latents one after another: frames are 32 each, phases and levels are
    /// found for all together. BadInput too for no step, and for more than 1,000.
    Result<SoundClip> decodeWalk(std::span<const Latent> path, const DecodeOptions& options,
                                 const CancelToken& cancel) const;

    /// N(0, I) of ALI; BadInput for the others, and for a label.
    Result<Latent> samplePrior(std::optional<int> label, Random& random) const override;
    /// Shares of the composers by our own encoder; empty for the others.
    std::vector<double> classScores(const Latent& z) const override;
    std::vector<PriorComponent> priorComponents() const override;

  private:
    OrchestraModel(Net net, ModelInfo info) : m_net(std::move(net)), m_info(std::move(info)) {}
    AliNet* ali() const { return dynamic_cast<AliNet*>(m_net.get()); }

    Net m_net;
    ModelInfo m_info;
};

} // namespace canto::models::orchestra
