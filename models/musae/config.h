// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/codec/expression.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace canto::models::musae {

// Letters used in shapes: B batch, T steps of a phrase (bars x 16), R tracks (4: drums, bass,
// guitar, strings), V classes (130: 128 pitches, silence, hold), W width, Z latent, C labels,
// K components of the prior (C + 1, the last one for "no label"), X columns of a step: R tokens
// and, for networks with expression, R expressions behind them.

inline constexpr int kTracks = codec::kTracks;
inline constexpr int kClasses = codec::kClasses;
inline constexpr int kSilence = codec::kSilence;
inline constexpr int kHold = codec::kHold;
/// What a network with expression says of a step and track beside the classes: whether what sounds
/// is repeated (a logit), its velocity level and its offset (logits of each).
inline constexpr int kExpressionLogits = 1 + codec::kVelocityLevels + codec::kOffsets;
inline constexpr int kStepsPerBar = codec::kStepsPerBar;

/// Dimensions of the latent that a person can turn (control.h).
inline constexpr int kControls = 3;

enum class Body {
    Transformer, ///< pre-norm blocks, every step decoded at once: the default
    TwoLevel,    ///< blocks within each bar, then blocks over the bars: for long phrases
    Recurrent,   ///< bi-LSTM encoder and one LSTM a track: the published network
};

enum class PriorKind {
    CircularMixture, ///< a Gaussian a label (prior.h), one critic on latent and label
    Styles,          ///< "sz": variables of 0 or 1 and N(0, I), a critic on each
    Kl,              ///< N(0, I) held by the KL divergence, without a critic: the baseline
};

/// Sizes: what must be known to build the network that weights belong to.
struct NetConfig {
    Body body = Body::Transformer;
    PriorKind prior = PriorKind::CircularMixture;
    int bars = 2;
    int latent = 128;      ///< all dimensions together, see headSize()
    int styles = 0;        ///< Styles only: how many of them; else 0
    int width = 128;       ///< of blocks, or LSTM units per direction
    int layers = 3;        ///< each way
    int heads = 4;         ///< not for Recurrent; divides width
    int feedForward = 256; ///< not for Recurrent
    /// Steps that share one place in a sequence of blocks: 2 halves the work and costs
    /// little, since most steps only hold. Divides 16; 1 for Recurrent.
    int patch = 2;
    int criticWidth = 256;
    /// Dimensions that follow a property of the phrase (control.h): 0 or kControls.
    int controls = 0;
    /// Whether it hears and tells how notes are struck (core/codec/expression.h). Not for
    /// Recurrent.
    bool expression = false;
    std::vector<std::string> labels; ///< in the order of the prior's components

    int steps() const { return bars * kStepsPerBar; }
    int places() const { return steps() / patch; } ///< length of the sequence
    int placesPerBar() const { return kStepsPerBar / patch; }
    int columns() const { return expression ? 2 * kTracks : kTracks; } ///< X
    int components() const { return static_cast<int>(labels.size()) + 1; }

    // A latent begins with what the prior names (the plane of the labels, or the styles), then come
    // the controls, then everything else ("content").
    int headSize() const { return prior == PriorKind::CircularMixture ? 2 : styles; }
    int contentBegin() const { return headSize() + controls; }

    /// What networks can be asked for by name; the first is the default.
    static const std::vector<std::string>& presets();
    /// "transformer": 2 bars; "expressive": the same with expression; "styles", "kl": the same with
    /// another prior; "sixteen": 16 bars on two levels; "recurrent": the published kind, 192 wide,
    /// one layer; "paper": 16 bars, three layers of 512, as published. BadInput for other names.
    static Result<NetConfig> preset(const std::string& name);
    nlohmann::json toJson() const;
    /// BadInput names the key that is missing, of a wrong kind or out of range.
    static Result<NetConfig> fromJson(const nlohmann::json& json);
};

/// How it is trained. Rates and weights have the meaning and scale of MusAE's loss: the
/// reconstruction is summed over tracks, averaged over batch and steps.
struct TrainConfig {
    int batch = 96;
    double learningRate = 2e-3; ///< falls to a tenth along a half cosine
    /// Rate of the hidden matrices, moved along their orthogonalised momentum; 0: Adam for all.
    double matrixRate = 0.03;
    double criticRate = 3e-4;
    double weightDecay = 0.01;
    int warmupSteps = 200;
    double clip = 1.0;        ///< norm of the gradient
    double averaging = 0.998; ///< decay of the running mean of the weights, which is what is kept

    /// Weight of a step where something starts against one that holds, in the reconstruction: nine
    /// steps of ten hold, and a network that learns nothing else scores .58.
    double onsetWeight = 2.0;
    /// Standard deviation of the noise on the latent, in the decoder's units (the prior's standard
    /// deviation is 1 there), so that places between phrases decode too.
    double latentNoise = 0.1;
    /// Share of phrases that hide their label: their place in the plane of the flower is drawn from
    /// the unlabelled component, so that the decoder knows that component.
    double unlabelled = 0.1;
    /// Weight of how notes are struck, for networks with expression, on the scale of the
    /// reconstruction.
    double expressionWeight = 0.5;
    double strictShare = 0.5; ///< of a batch: windows by the published rule; the rest: any window
    int transpose = 5; ///< -transpose .. transpose + 1 semitones, drums left alone; 0 for none

    // Kl: beta grows from 0 to this along criticFull, on the part of the divergence (per phrase, in
    // bits) above freeBits, divided by the phrase's steps as the reconstruction is.
    double beta = 0.2;
    double freeBits = 0;

    // The critic: w is 0 until criticStart, criticWeight / 2 until criticFull, then criticWeight;
    // both in parts of the run.
    double criticWeight = 0.2;
    double criticStart = 0.2;
    double criticFull = 0.4;
    int criticSteps = 3;
    double gradientPenalty = 10;
    /// Weight of the squared distance of the batch's mean and covariance from the prior's, in the
    /// dimensions without labels. The critic shapes; this keeps the scale from the first step on.
    double momentWeight = 0.02;

    /// Weight of the cross-entropy of the label by the direction in the plane.
    double labelWeight = 0.2;
    /// Share of what label and critic ask of the plane that reaches the features, 0 to 1.
    double labelGradientScale = 1.0;
    /// Weight of the distance of the control dimensions from the normal scores of their properties;
    /// 0: none are set apart.
    double controlWeight = 0.1;
    /// Weight of what turning them does: for a part of the batch, label plane and controls are
    /// replaced by others, and what is decoded must be read back as it was meant.
    double controlConsistencyWeight = 0.1;
    double turnShare = 0.25; ///< of the batch

    /// What suits a preset of the network: the recurrent kinds are trained as published, without
    /// what was added here. BadInput for other names.
    static Result<TrainConfig> preset(const std::string& name);
    nlohmann::json toJson() const;
    static Result<TrainConfig> fromJson(const nlohmann::json& json);
};

} // namespace canto::models::musae
