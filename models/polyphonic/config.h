// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codec/polyphonic.h"
#include "models/common/config_fields.h"

#include <array>
#include <string>
#include <vector>

namespace canto::models::polyphonic {

// Letters used in shapes: B phrases, R tracks (6: codec::Voice), Q quarters of the longest phrase
// (8), P pitches (84), W width, Z latent, N sounding tracks of all phrases of a batch: a track
// without a note is a fact in the latent ("plays"), it is neither encoded nor decoded.

using codec::kVoices;
inline constexpr int kQuarters = codec::kPhraseGrid / 4;
inline constexpr int kPitches = codec::kGridPitches;
/// Numbers that describe a quarter of a track: of four steps onsets, sustained pitches and
/// velocities of the pitches, and one offset a step.
inline constexpr int kRoll = 4 * kPitches;
inline constexpr int kTokenSize = 3 * kRoll + 4;
inline constexpr int kPrograms = 128;
inline constexpr int kOffsets = 3;

// The latent: plane of the label, controls, form, then a block for each track.
inline constexpr int kPlane = 2;
inline constexpr int kControls = 3; ///< notes, register, loudness
inline constexpr int kForm = 2;     ///< tempo, length
inline constexpr int kHead = kPlane + kControls + kForm;

/// Sizes: what is needed to build the network of the weights.
struct NetConfig {
    int width = 128;
    int layers = 3; ///< each way
    int heads = 4;  ///< divides width
    int feedForward = 384;
    int drums = 48; ///< numbers of the block of a track, without the one that says whether it plays
    int bass = 40;
    int keys = 72;
    int guitar = 56;
    int strings = 56;
    int lead = 48;
    std::vector<std::string> labels; ///< in the order of the prior's components

    std::array<int, kVoices> blockSizes() const {
        return {drums, bass, keys, guitar, strings, lead};
    }
    /// Where the block of a track begins: its first number says whether the track plays.
    int blockBegin(int track) const;
    int latent() const { return blockBegin(kVoices); }
    int components() const { return static_cast<int>(labels.size()) + 1; }

    /// Names of the presets; the first is the default.
    static const std::vector<std::string>& presets();
    /// "polyphonic". BadInput for other names; empty: the default.
    static Result<NetConfig> preset(const std::string& name);
    void visit(ConfigFields& fields);
    nlohmann::json toJson() const { return configToJson(*this); }
    /// BadInput names the key that is missing, of a wrong type or out of range.
    static Result<NetConfig> fromJson(const nlohmann::json& json) {
        return configFromJson<NetConfig>(json);
    }
};

/// Settings of the training. Losses are sums over a phrase divided by its 32 steps, averaged over
/// the batch.
struct TrainConfig {
    int batch = 48;
    double learningRate = 2e-3; ///< falls to a twentieth along a half cosine
    /// Learning rate of the hidden matrices, updated along their orthogonalised momentum; 0: Adam
    /// for all.
    double matrixRate = 0.03;
    double weightDecay = 0.01;
    int warmupSteps = 200;
    double clip = 1.0;
    double averaging = 0.998; ///< decay of the running mean of the weights, which is the result

    double positiveWeight = 3.0; ///< of a cell with an onset or a held pitch against one without
    double sustainWeight = 0.5;
    double velocityWeight = 0.3;
    double offsetWeight = 0.2;
    double programWeight = 0.03;
    /// Standard deviation of the noise on the blocks.
    double latentNoise = 0.1;
    double strictShare = 0.5; ///< of a batch: phrases in 4/4 with drums, bass and one more track
    int transpose = 5; ///< -transpose .. transpose + 1 semitones, drums unchanged; 0 for none
    /// Share of phrases whose tracks are put together from different phrases, so that each block
    /// says everything about its own track and nothing about the others.
    double mixShare = 0.25;
    double hideProgram = 0.3; ///< share of tracks whose program is hidden from the encoder
    /// Share of phrases whose label is hidden: their place in the plane is drawn from the
    /// unlabelled component.
    double unlabelled = 0.1;
    double labelWeight = 0.2;
    double labelGradientScale = 0.2; ///< of the gradient from the plane into the features
    double controlWeight = 0.1;
    /// Weight of the squared distance of the blocks' means and covariances from 0 and I.
    double momentWeight = 0.005;

    static Result<TrainConfig> preset(const std::string& name);
    void visit(ConfigFields& fields);
    nlohmann::json toJson() const { return configToJson(*this); }
    static Result<TrainConfig> fromJson(const nlohmann::json& json) {
        return configFromJson<TrainConfig>(json);
    }
};

} // namespace canto::models::polyphonic
