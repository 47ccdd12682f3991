// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/arrange/piano_tree.h"
#include "models/common/config_fields.h"

#include <string>
#include <vector>

namespace canto::models::arrange {

// Letters used in shapes: B units, T steps of a unit (32), N slots for notes of a step, K tokens of
// notes in all, E width of a note, H hidden units, Z latent.

using canto::arrange::kUnitBeats;
using canto::arrange::kUnitCells;
using canto::arrange::kUnitSteps;

/// Inputs and losses of the training.
enum class Variant {
    Full,         ///< chords, sound and score; the score is removed in stages
    NoChord,      ///< the same without chords; the latent of the sound is longer
    ChordOnly,    ///< chords alone
    Supervised,   ///< chords and sound, no score, no sampling
    SupervisedKl, ///< the same with sampling and divergence
};
std::string nameOf(Variant variant); ///< as a setting: "full", "no-chord" ...

/// Sizes and meaning: what is needed to use the weights.
struct NetConfig {
    Variant variant = Variant::Full;
    /// Trained with its own notes for the unit one bar earlier as an input (stage 3).
    bool unitsBefore = false;
    int chordLatent = 64;
    int audioLatent = 192; ///< as published; with `byBeat` an eighth for each beat, as chordLatent
    /// The latents of chords and sound have a part for each beat. A small transcriber, trained
    /// jointly, comes first, as in the published model: it predicts which keys start at which step.
    /// The latent of the sound holds keys relative to the root of the beat's chord, so that a
    /// texture can be combined with other chords; the decoder reconstructs the keys in addition to
    /// the published features, and the notes depend on them. If false: the published encoder behind
    /// the transcriber, applied to the features themselves, with one latent for the whole unit.
    bool byBeat = true;
    int textureLatent = 64;
    int chordHidden = 64; ///< per direction; of the decoder, twice
    int audioChannels = 24;
    int audioHidden = 128;
    int textureWide = 128; ///< width to which a beat of the score is projected before its
                           ///< recurrence
    int textureHidden = 128;
    int featureHidden = 256;
    int noteWidth = 64; ///< of a note's embedding, and of the summary of a step per direction
    int timeHidden = 256;
    int noteHidden = 128;
    int slots = 10; ///< notes of a step, including the end token

    bool hasChord() const { return variant != Variant::NoChord; }
    bool hasAudio() const { return variant != Variant::ChordOnly; }
    bool hasTexture() const { return variant == Variant::Full || variant == Variant::NoChord; }
    bool samples() const { return variant != Variant::Supervised; }
    /// Sizes of the parts of the latent of this variant; 0 for a missing part.
    int chordSize() const { return hasChord() ? chordLatent : 0; }
    int audioSize() const;
    int textureSize() const { return hasTexture() ? textureLatent : 0; }
    int latent() const { return chordSize() + audioSize() + textureSize(); }
    /// Number of features reconstructed for each step: bass, intensity, bridge, and the keys if
    /// they are decoded.
    int features() const;

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

/// Settings of the training. "variant" and the sizes of NetConfig are set in the same way.
struct TrainConfig {
    int batch = 32;
    double learningRate = 1e-3;
    double lastRate = 5e-5; ///< reached along a half cosine
    double weightDecay = 0;
    double clip = 3;
    /// The stages of the run, in order, as digits: 0 clean score, 1 corrupted score, 2 sound alone,
    /// 3 the score of the unit before. Variants without a score are always in stage 2.
    std::string stages = "012";
    /// Relative lengths of the stages.
    double share0 = 3000;
    double share1 = 3000;
    double share2 = 2500;
    double share3 = 2500;
    double chordKl = 0.01; ///< of the means over units and dimensions
    double audioKl = 0.01;
    double textureKl = 0.5;    ///< at the end of stage 1, from 0.01 on
    double textureNoise = 0.1; ///< standard deviation of the noise that replaces the score in stage
                               ///< 2
    /// Share of the decoder's input notes that are replaced by other ones: instead of scheduled
    /// sampling.
    double replace = 0.25;
    double durationWeight = 0.5;
    double keysWeight = 10; ///< of transcribed and reconstructed keys: means over keys and steps
    int transpose = 1;      ///< 0: units are not transposed

    void visit(ConfigFields& fields);
    nlohmann::json toJson() const { return configToJson(*this); }
    static Result<TrainConfig> fromJson(const nlohmann::json& json) {
        return configFromJson<TrainConfig>(json);
    }
};

/// The position of a run in its schedule.
struct Schedule {
    int stage = 0;
    double within = 0;  ///< of the stage, 0 to 1
    double chordKl = 0; ///< weights now
    double audioKl = 0;
    double textureKl = 0;
};

/// As in github ZZWaang/audio2midi, scaled down: stage 0 raises all three weights from 0 to 0.01 in
/// its first third, stage 1 that of the score from 0.01 to its final value in its first two thirds.
Schedule scheduleAt(const TrainConfig& config, const NetConfig& net, double progress);

} // namespace canto::models::arrange
