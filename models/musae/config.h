// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codec/expression.h"
#include "models/common/config_fields.h"

#include <string>
#include <vector>

namespace canto::models::musae {

// Letters used in shapes: B batch, T steps of a phrase (bars x 16), R tracks (4: drums, bass,
// guitar, strings), V classes (130: 128 pitches, silence, hold), W width, Z latent, C labels, K
// components of the prior (C + 1, the last one for "no label"), X columns of a step: R tokens and,
// for networks with expression, R expression values after them.

inline constexpr int kTracks = codec::kTracks;
inline constexpr int kClasses = codec::kClasses;
inline constexpr int kSilence = codec::kSilence;
inline constexpr int kHold = codec::kHold;
/// Outputs of a network with expression for a step and track in addition to the classes: whether
/// the sounding note is repeated (a logit), its velocity level and its offset (logits of each).
inline constexpr int kExpressionLogits = 1 + codec::kVelocityLevels + codec::kOffsets;
inline constexpr int kStepsPerBar = codec::kStepsPerBar;

/// Dimensions of the latent that the user can control (control.h).
inline constexpr int kControls = 3;

enum class Body {
    Transformer, ///< pre-norm blocks, every step decoded at once: the default
    TwoLevel,    ///< blocks within each bar, then blocks over the bars: for long phrases
    Recurrent,   ///< bi-LSTM encoder and one LSTM a track: the published network
};

enum class PriorKind {
    CircularMixture, ///< one Gaussian for each label (prior.h), one critic on latent and label
    Styles,          ///< "sz": variables of 0 or 1 and N(0, I), a critic on each
    Kl,              ///< N(0, I) enforced by the KL divergence, without a critic: the baseline
};

/// Sizes: what is needed to build the network of the weights.
struct NetConfig {
    Body body = Body::Transformer;
    PriorKind prior = PriorKind::CircularMixture;
    int bars = 2;
    int latent = 128;      ///< all dimensions together, see headSize()
    int styles = 0;        ///< Styles only: their number; else 0
    int width = 128;       ///< of blocks, or LSTM units per direction
    int layers = 3;        ///< each way
    int heads = 4;         ///< not for Recurrent; divides width
    int feedForward = 256; ///< not for Recurrent
    /// Number of steps that share one position in a sequence of blocks: 2 halves the work and costs
    /// little, since most steps are hold. Divides 16; 1 for Recurrent.
    int patch = 2;
    int criticWidth = 256;
    /// Dimensions that follow a property of the phrase (control.h): 0 or kControls.
    int controls = 0;
    /// Whether it encodes and decodes how notes are played (core/codec/expression.h). Not for
    /// Recurrent.
    bool expression = false;
    std::vector<std::string> labels; ///< in the order of the prior's components

    int steps() const { return bars * kStepsPerBar; }
    int places() const { return steps() / patch; } ///< length of the sequence
    int placesPerBar() const { return kStepsPerBar / patch; }
    int columns() const { return expression ? 2 * kTracks : kTracks; } ///< X
    int components() const { return static_cast<int>(labels.size()) + 1; }

    // A latent begins with what the prior defines (the label plane, or the styles), then come the
    // controls, then everything else ("content").
    int headSize() const { return prior == PriorKind::CircularMixture ? 2 : styles; }
    int contentBegin() const { return headSize() + controls; }

    /// Names of the presets; the first is the default.
    static const std::vector<std::string>& presets();
    /// "transformer": 2 bars; "expressive": the same with expression; "styles", "kl": the same with
    /// another prior; "sixteen": 16 bars on two levels; "recurrent": the published kind, 192 wide,
    /// one layer; "paper": 16 bars, three layers of 512, as published. BadInput for other names;
    /// empty: the default.
    static Result<NetConfig> preset(const std::string& name);
    void visit(ConfigFields& fields);
    nlohmann::json toJson() const { return configToJson(*this); }
    /// BadInput names the key that is missing, of a wrong type or out of range.
    static Result<NetConfig> fromJson(const nlohmann::json& json) {
        return configFromJson<NetConfig>(json);
    }
};

/// Settings of the training. Rates and weights have the meaning and scale of MusAE's loss: the
/// reconstruction is summed over tracks, averaged over batch and steps.
struct TrainConfig {
    int batch = 96;
    double learningRate = 2e-3; ///< falls to a tenth along a half cosine
    /// Learning rate of the hidden matrices, updated along their orthogonalised momentum; 0: Adam
    /// for all.
    double matrixRate = 0.03;
    double criticRate = 3e-4;
    double weightDecay = 0.01;
    int warmupSteps = 200;
    double clip = 1.0;        ///< norm of the gradient
    double averaging = 0.998; ///< decay of the running mean of the weights, which is the result

    /// Weight of a step where a note starts relative to one that holds, in the reconstruction: nine
    /// of ten steps are hold, and a network that learns only that scores .58.
    double onsetWeight = 2.0;
    /// Standard deviation of the noise on the latent, in the decoder's units (the prior's standard
    /// deviation is 1 there), so that latents between phrases decode too.
    double latentNoise = 0.1;
    /// Share of phrases whose label is hidden: their position in the label plane is drawn from the
    /// unlabelled component, so that the decoder learns that component.
    double unlabelled = 0.1;
    /// Weight of the expression loss, for networks with expression, on the scale of the
    /// reconstruction.
    double expressionWeight = 0.5;
    double strictShare = 0.5; ///< of a batch: windows by the published rule; the rest: any window
    int transpose = 5; ///< -transpose .. transpose + 1 semitones, drums unchanged; 0 for none

    // Kl: beta grows from 0 to this over criticFull, on the part of the divergence (per phrase, in
    // bits) above freeBits, divided by the phrase's steps as the reconstruction is.
    double beta = 0.2;
    double freeBits = 0;

    // The critic's weight is 0 until criticStart, criticWeight / 2 until criticFull, then
    // criticWeight; both as shares of the run.
    double criticWeight = 0.2;
    double criticStart = 0.2;
    double criticFull = 0.4;
    int criticSteps = 3;
    double gradientPenalty = 10;
    /// Weight of the squared distance of the batch's mean and covariance from the prior's, in the
    /// dimensions without labels. The critic shapes the distribution; this term fixes its scale
    /// from the first step on.
    double momentWeight = 0.02;

    /// Weight of the cross-entropy of the label by the direction in the label plane.
    double labelWeight = 0.2;
    /// Scale, 0 to 1, of the gradient of label loss and critic that flows from the label plane into
    /// the features.
    double labelGradientScale = 1.0;
    /// Weight of the distance of the control dimensions from the normal scores of their properties;
    /// 0: there are no control dimensions.
    double controlWeight = 0.1;
    /// Weight of the control consistency loss: for a part of the batch, label plane and controls
    /// are replaced by others, and encoding the decoded phrase must give these again.
    double controlConsistencyWeight = 0.1;
    double controlConsistencyShare = 0.25; ///< of the batch

    /// Suitable settings for a preset of the network: the recurrent kinds are trained as published,
    /// without our additions. BadInput for other names.
    static Result<TrainConfig> preset(const std::string& name);
    void visit(ConfigFields& fields);
    nlohmann::json toJson() const { return configToJson(*this); }
    static Result<TrainConfig> fromJson(const nlohmann::json& json) {
        return configFromJson<TrainConfig>(json);
    }
};

} // namespace canto::models::musae
