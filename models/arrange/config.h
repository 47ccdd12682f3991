// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/arrange/piano_tree.h"
#include "core/base/result.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace canto::models::arrange {

// Letters used in shapes: B units, T steps of a unit (32), N places for notes of a step, K tokens
// of notes in all, E width of a note, H hidden units, Z latent.

using canto::arrange::kUnitBeats;
using canto::arrange::kUnitCells;
using canto::arrange::kUnitSteps;

/// What is learned from what.
enum class Variant {
    Full,         ///< chords, sound and score, the score taken away step by step
    NoChord,      ///< the same without chords; the latent of the sound is longer
    ChordOnly,    ///< chords alone
    Supervised,   ///< chords and sound, no score, no sampling
    SupervisedKl, ///< the same with sampling and divergence
};
std::string nameOf(Variant variant); ///< as a setting: "full", "no-chord" ...

/// Sizes and meaning: what must be known to use weights.
struct NetConfig {
    Variant variant = Variant::Full;
    /// Trained to be told what it wrote for the unit one bar earlier (stage 3).
    bool unitsBefore = false;
    int chordLatent = 64;
    int audioLatent = 192; ///< as published; with `byBeat` an eighth for each beat, as chordLatent
    /// The latents of chords and sound have a part for each beat. A small transcriber comes first,
    /// as the published one does, trained with the rest: which keys start at which step. The latent
    /// of the sound holds them counted from the root of the beat's chord, so that a texture can be
    /// laid over other chords; the decoder tells the keys again beside the published features, and
    /// they weigh on the notes. Without: the published part behind the transcriber, on the features
    /// themselves, and one latent of the whole unit.
    bool byBeat = true;
    int textureLatent = 64;
    int chordHidden = 64; ///< per direction; of the decoder, twice
    int audioChannels = 24;
    int audioHidden = 128;
    int textureWide = 128; ///< what a beat of the score is brought to before its recurrence
    int textureHidden = 128;
    int featureHidden = 256;
    int noteWidth = 64; ///< of a note's embedding, and of the summary of a step per direction
    int timeHidden = 256;
    int noteHidden = 128;
    int slots = 10; ///< notes of a step, their end among them

    bool hasChord() const { return variant != Variant::NoChord; }
    bool hasAudio() const { return variant != Variant::ChordOnly; }
    bool hasTexture() const { return variant == Variant::Full || variant == Variant::NoChord; }
    bool samples() const { return variant != Variant::Supervised; }
    /// Lengths of the parts of the latent that this variant has; 0 for one it has not.
    int chordSize() const { return hasChord() ? chordLatent : 0; }
    int audioSize() const;
    int textureSize() const { return hasTexture() ? textureLatent : 0; }
    int latent() const { return chordSize() + audioSize() + textureSize(); }
    /// Numbers told again of each step: bass, intensity, bridge, and the keys where it tells them.
    int features() const;

    static const std::vector<std::string>& presets(); ///< the first is the default
    /// BadInput for other names.
    static Result<NetConfig> preset(const std::string& name);
    nlohmann::json toJson() const;
    /// BadInput names the key that is missing, of a wrong kind or out of range.
    static Result<NetConfig> fromJson(const nlohmann::json& json);
};

/// How it is trained. "variant" and the sizes of NetConfig are set beside these.
struct TrainConfig {
    int batch = 32;
    double learningRate = 1e-3;
    double lastRate = 5e-5; ///< reached along a half cosine
    double weightDecay = 0;
    double clip = 3;
    /// The stages of the run, in order, as digits: 0 clean score, 1 corrupted score, 2 sound alone,
    /// 3 the score of the unit before. Variants without a score are always in stage 2.
    std::string stages = "012";
    /// How long each stage is beside the others.
    double share0 = 3000;
    double share1 = 3000;
    double share2 = 2500;
    double share3 = 2500;
    double chordKl = 0.01; ///< of the means over units and dimensions
    double audioKl = 0.01;
    double textureKl = 0.5;    ///< at the end of stage 1, from 0.01 on
    double textureNoise = 0.1; ///< deviation of what stands for the score in stage 2
    /// Share of the notes shown to the decoder that are other ones: in place of scheduled sampling.
    double replace = 0.25;
    double durationWeight = 0.5;
    double keysWeight = 10; ///< of keys heard and told again: means over keys and steps
    int transpose = 1;      ///< 0: units are not moved to other keys

    nlohmann::json toJson() const;
    static Result<TrainConfig> fromJson(const nlohmann::json& json);
};

/// Where a run is.
struct Schedule {
    int stage = 0;
    double within = 0;  ///< of the stage, 0 to 1
    double chordKl = 0; ///< weights now
    double audioKl = 0;
    double textureKl = 0;
};

/// As in github ZZWaang/audio2midi, scaled down: stage 0 brings all three weights from 0 to 0.01 in
/// its first third, stage 1 that of the score from 0.01 to its end in its first two thirds.
Schedule scheduleAt(const TrainConfig& config, const NetConfig& net, double progress);

} // namespace canto::models::arrange
