// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/common/config_fields.h"

#include <string>
#include <vector>

namespace canto::models::orchestra {

// Letters used in shapes: B batch, F rows of a feature (64 mels, 13 coefficients, 12 classes),
// T frames of a clip (431), Z latent, C composers.

inline constexpr int kFrames = 431;
inline constexpr int kCrop = 32; ///< mels and frames of ALI's input: 0.74 s of half the range

enum class Kind {
    Clip,        ///< our own: convolutions over 10 s, pooled; trained on composers and similarity
    Ali,         ///< adversarially learned inference on crops (Dumoulin et al. 2017)
    Autoencoder, ///< five layers each way
    Contractive, ///< the same, with a code insensitive to its input (Rifai et al. 2011)
    Variational, ///< the same, with a sampled code
    FeedForward, ///< classifier of the slides
    Convolutional,
    Recurrent
};
std::string nameOf(Kind kind); ///< as a preset: "clip", "ali", "ae", "contractive" ...

enum class FeatureKind { Mel, Mfcc, Chroma };
std::string nameOf(FeatureKind feature);
int rowsOf(FeatureKind feature);

/// Scale of a network's input.
enum class Scale {
    Unit,    ///< 0 .. 1
    Signed,  ///< -1 .. 1
    Standard ///< mean 0, deviation 1 over the training clips
};

enum class Split {
    Clip, ///< drawn clip by clip: the same movement on both sides, as in the slides ("leaky")
    Work  ///< all movements of a work on one side
};
std::string nameOf(Split split);

/// Sizes and meaning: what is needed to use the weights.
struct NetConfig {
    Kind kind = Kind::Clip;
    FeatureKind feature = FeatureKind::Mel;
    Split split = Split::Work; ///< that it was trained on
    int latent = 64;
    /// Relative to the published widths; 0.5 halves every layer.
    double width = 1;
    /// Of the feature over the training clips.
    double mean = 0;
    double deviation = 1;
    std::vector<std::string> composers;

    Scale scale() const;
    /// A published number of channels or units scaled to this width, at least 2.
    int wide(int published) const;

    static const std::vector<std::string>& presets(); ///< the first is the default
    /// BadInput for other names; empty: the default.
    static Result<NetConfig> preset(const std::string& name);
    void visit(ConfigFields& fields);
    nlohmann::json toJson() const { return configToJson(*this); }
    /// BadInput names the key that is missing, of a wrong type or out of range.
    static Result<NetConfig> fromJson(const nlohmann::json& json) {
        return configFromJson<NetConfig>(json);
    }
};

/// Settings of the training. "feature", "split", "latent" and "width" of NetConfig are set in the
/// same way.
struct TrainConfig {
    int batch = 32;
    double learningRate = 1e-3;
    double lastRate = 1e-3; ///< reached along a half cosine
    double weightDecay = 1e-4;
    double beta1 = 0.9;
    double averaging = 0;

    // ALI
    double instanceNoise = 0.1; ///< standard deviation on real and generated crops; falls to 0
    double ceiling = 3.5;       ///< the critic is not trained while the generator's loss is above
                                ///< this
    /// Weight of the mean distance between a crop and its reconstruction by encoder and generator
    /// (Li et al. 2017, "ALICE"); 0: as published, which needs many times the steps.
    double cycle = 0;

    double contractive = 1e-4; ///< weight of the squared Jacobian of the code

    // Our own encoder
    int frames = 144;         ///< of a clip in a step, at a random position
    double contrast = 0.5;    ///< weight of the supervised contrastive term
    double temperature = 0.2; ///< of it
    double smoothing = 0.1;   ///< of the labels
    double mixing = 0.3;      ///< Beta parameter of mixup; 0: none
    double dropout = 0.3;
    double statistics = 0; ///< share of the clips that take on another's mean and deviation of
                           ///< each band (augment.h)
    double statisticsBeta = 0.4; ///< parameter of the Beta distribution of the share of their own
    double equaliser = 0;        ///< deviation of a smooth random gain over the mels, dB
    double room = 0;             ///< share of the clips that are made to reverberate
    /// Partners of the contrastive term are clips with another SoundFont or from another archive,
    /// where the batch has any.
    bool acrossSounds = false;

    static TrainConfig of(const NetConfig& net); ///< as published, or ours
    void visit(ConfigFields& fields);
    nlohmann::json toJson() const { return configToJson(*this); }
    static Result<TrainConfig> fromJson(const nlohmann::json& json) {
        return configFromJson<TrainConfig>(json);
    }
};

} // namespace canto::models::orchestra
