// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Predicts the quadrant of emotion of any piano music from features of its notes in seconds
// (core/codec/performance_features.h). Two classifiers, one with and one without velocity, are
// mixed by how far the music uses velocity as the training data do: in a file of one loudness, or
// of the few levels of notation, velocity says nothing about the emotion. No LibTorch here.

#include "core/base/cancel.h"
#include "core/base/random.h"
#include "core/music/song.h"
#include "models/muser/emotion_probe.h"

#include <span>

namespace canto::models::muser {

/// What is counted of one piece of music.
struct PerformanceRow {
    std::vector<double> sound;    ///< codec::soundFeatures
    std::vector<double> velocity; ///< codec::velocityFeatures
    std::vector<double> use;      ///< codec::velocityUse
    bool empty() const { return sound.empty(); }
};
PerformanceRow performanceRow(std::span<const music::Note> notes);

/// Whether velocity speaks: 1 while each number of velocityUse lies within the range of the
/// training data (1st to 99th percentile), and falling the further it is outside: exp(-2 d^2), d
/// being the distance in quarters of that range, summed over the numbers.
class VelocityGate {
  public:
    /// @param uses one row for each clip, all of one length.
    static VelocityGate learn(const std::vector<std::vector<double>>& uses);
    double weight(const std::vector<double>& use) const;

    std::vector<double> low;
    std::vector<double> high;
};

struct MoodPrediction {
    std::vector<double> probabilities; ///< of Q1 to Q4
    double velocityWeight = 0;         ///< of the classifier that uses velocity, 0 to 0.7
};

/// A clip to learn from; its notes need their seconds.
struct MoodClip {
    std::vector<music::Note> notes;
    int label = 0;     ///< 0-3 for Q1-Q4
    std::string group; ///< the song of which it is a clip
    std::string split;
};

/// Changes all velocities, so that they say nothing of the emotion, or only in another range: a
/// constant, one level for each eight seconds, or another mean and spread.
enum class VelocityChange { Constant, Levels, Range };
std::vector<music::Note> withVelocity(std::span<const music::Note> notes, VelocityChange change,
                                      Random& random);

/// Thread: const use from any.
class PerformanceClassifier {
  public:
    /// Each half of a clip with at least eight notes is a training row of its own; where velocity
    /// is used, each row is there once more with other velocities (VelocityChange), so that half
    /// of the rows say nothing by it. Deterministic. BadInput if no clip has notes; Cancelled.
    static Result<PerformanceClassifier> learn(std::span<const MoodClip> clips,
                                               const CancelToken& cancel);

    /// BadInput for music without notes (drums do not count).
    Result<MoodPrediction> predict(std::span<const music::Note> notes) const;
    MoodPrediction predict(const PerformanceRow& row) const;
    /// As if the gate were shut.
    std::vector<double> withoutVelocity(const PerformanceRow& row) const;

    /// @param card further facts. Numbers of the kernel are written in 16 bits.
    Result<void> write(const std::filesystem::path& path,
                       std::map<std::string, std::string> card) const;
    /// @param card is set to the card; may be null. BadFile and BadShape.
    static Result<PerformanceClassifier> open(const std::filesystem::path& path,
                                              std::map<std::string, std::string>* card = nullptr);

  private:
    EmotionProbe m_sound;
    EmotionProbe m_both;
    VelocityGate m_gate;
};

/// Bootstrap over groups (songs): 95 % of the means of resampled groups lie in it.
struct Interval {
    double low = 0;
    double high = 0;
};
Interval bootstrapOverGroups(const std::vector<bool>& right, const std::vector<std::string>& groups,
                             int draws = 2000, std::uint64_t seed = 1);

struct PerformanceStudy {
    PerformanceClassifier classifier; ///< fitted on everything except the test split
    /// "crossValidated": five folds by song outside the test split, with "interval"; beside it
    /// "withoutVelocity" and what remains of it where the held-out clips are changed ("changed":
    /// velocity constant, of another range or in levels; everything at twice the speed); "test": on
    /// the test split, used once.
    nlohmann::json figures;
};
Result<PerformanceStudy> studyPerformance(std::span<const MoodClip> clips,
                                          const std::string& testSplit, const CancelToken& cancel);

} // namespace canto::models::muser
