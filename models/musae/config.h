#pragma once

#include "core/base/result.h"
#include "core/codec/musae_codec.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace canto::models::musae {

// Letters used in shapes: B batch, T steps of a phrase (bars x 16), R tracks (4: drums, bass,
// guitar, strings), V classes (130: 128 pitches, silence, hold), W width, Z latent, C labels,
// K components of the prior (C + 1, the last one for "no label").

inline constexpr int kTracks = codec::kTracks;
inline constexpr int kClasses = codec::kClasses;
inline constexpr int kSilence = codec::kSilence;
inline constexpr int kHold = codec::kHold;
inline constexpr int kStepsPerBar = codec::kStepsPerBar;

enum class Body {
    Transformer, ///< pre-norm blocks, every step decoded at once: the default
    Recurrent,   ///< bi-LSTM encoder and one LSTM a track: the published network, smaller
};

/// Sizes: what must be known to build the network that weights belong to.
struct NetConfig {
    Body body = Body::Transformer;
    int bars = 2;
    int latent = 128;      ///< >= 3
    int width = 128;       ///< of blocks, or LSTM units per direction
    int layers = 3;        ///< each way
    int heads = 4;         ///< Transformer only; divides width
    int feedForward = 256; ///< Transformer only
    /// Steps that share one place in the transformer's sequence: 2 halves the work and costs
    /// little, since most steps only hold. Divides 16; 1 for Recurrent.
    int patch = 2;
    int criticWidth = 256;
    std::vector<std::string> labels; ///< in the order of the prior's components

    int steps() const { return bars * kStepsPerBar; }
    int places() const { return steps() / patch; } ///< length of the transformer's sequence
    int components() const { return static_cast<int>(labels.size()) + 1; }

    /// "transformer" or "recurrent" (192 wide, one layer). BadInput for other names.
    static Result<NetConfig> preset(const std::string& name);
    nlohmann::json toJson() const;
    /// BadInput names the key that is missing, of a wrong kind or out of range.
    static Result<NetConfig> fromJson(const nlohmann::json& json);
};

/// How it is trained. Rates and weights have the meaning and scale of MusAE's loss: the
/// reconstruction is summed over tracks, averaged over batch and steps.
struct TrainConfig {
    int batch = 192;
    double learningRate = 1e-3; ///< falls to a tenth along a half cosine
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
    double latentNoise = 0.2;
    /// Share of phrases that hide their label: their place in the plane of the flower is drawn from
    /// the unlabelled component, so that the decoder knows that component.
    double unlabelled = 0.1;
    double strictShare = 0.5; ///< of a batch: windows by the published rule; the rest: any window
    int transpose = 5; ///< -transpose .. transpose + 1 semitones, drums left alone; 0 for none

    // The critic: w is 0 until criticStart, criticWeight / 2 until criticFull, then criticWeight;
    // both in parts of the run.
    double criticWeight = 0.2;
    double criticStart = 0.2;
    double criticFull = 0.4;
    int criticSteps = 3;
    double gradientPenalty = 10;
    /// Weight of the squared distance of the batch's mean and covariance from the prior's, in the
    /// dimensions without labels. The critic shapes; this keeps the scale from the first step on.
    double momentWeight = 0.0;

    nlohmann::json toJson() const;
    static Result<TrainConfig> fromJson(const nlohmann::json& json);
};

} // namespace canto::models::musae
