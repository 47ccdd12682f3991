// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/common/latent_model.h"

#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace canto {

/// The latent of a clip and where the clip comes from.
struct LabelledClip {
    models::Latent latent;
    std::string recording; ///< the movement or file that contains the clip
    std::string composer;
    std::string split; ///< "train", "valid" or "test", by work
    std::string font;  ///< the SoundFont that rendered it; empty: a real recording
    std::string work;  ///< that the recording is a part of
    /// How foreign the clip is to the classes (OrchestraModel::energy); NaN: not known.
    double energy = std::numeric_limits<double>::quiet_NaN();
};

/// Clips to measure the rejection with, and their name in the report.
struct NamedClips {
    std::string name;
    std::vector<LabelledClip> clips;
};

/// How often a classifier of composers is right on real recordings.
struct RecordingsAccuracy {
    int recordings = 0;
    int right = 0;           ///< of the recordings, by the mean over their clips
    double clipAccuracy = 0; ///< share of their clips, each alone
    std::string source;      ///< who measured it
    std::string date;        ///< when, YYYY-MM-DD
};
nlohmann::json toJson(const RecordingsAccuracy& accuracy);

/// How often the model's composers are right for held-out works in the sound of SoundFonts that its
/// training did not use: for each SoundFont {"font", "clips", "recordings", "works", "clipsRight",
/// "recordingsRight", "worksRight", "largest"}. A recording and a work get the composer of the mean
/// over their clips (predictionOn); "largest" is the greatest number of works by one composer.
/// @param clips  counted are those of the split "test" by the model's composers.
nlohmann::json unseenSounds(const models::LatentModel& model, std::span<const LabelledClip> clips);

/// Nothing for JSON that toJson() did not write.
std::optional<RecordingsAccuracy> recordingsAccuracyFrom(const nlohmann::json& figures);

/// The test for "none of these": a classifier with a closed list of composers predicts one of them
/// for any music, so no composer is named for music that is far from the clips it was trained on.
///
/// The distance of a clip is the mean Euclidean distance in latent space to its nearest training
/// clips (k-nearest-neighbour novelty detection; Sun, Ming, Zhu, Li, ICML 2022). A clip is rejected
/// beyond a quantile of the distances of held-out clips by the known composers; a recording by the
/// median of its clips' distances, beyond the same quantile of held-out recordings. How well that
/// works is measured by measure() and stored with the thresholds. Thread: const use from any.
class KnownClips {
  public:
    struct Options {
        int neighbours = 5;
        double refused = 0.05; ///< share of the held-out clips of the split "valid" to refuse
    };

    /// @param clips  of one font; those of the split "train" are the known clips, those of "valid"
    ///               set the thresholds, those of "test" only count in the rates.
    /// @param modelVersion  models::ModelInfo::version of the weights that encoded the latents.
    /// Errors: BadInput if there are too few clips in "train" or none in "valid"; BadShape for
    /// latents of different sizes.
    static Result<KnownClips> calibrate(std::span<const LabelledClip> clips,
                                        const std::string& modelVersion, const Options& options);
    /// Adds the rates: of the "test" clips of calibrate() and of these. Clips by a known composer
    /// are held-out music if their split is "test" and are left out otherwise; all others should be
    /// rejected. The area under the ROC curve (AUC) is for separating the others from the known
    /// composers' clips of the same font by distance: .5 is chance.
    void measure(std::span<const NamedClips> sets);
    void setRecordingsAccuracy(const RecordingsAccuracy& accuracy);
    /// @param figures  of unseenSounds().
    void setUnseenSounds(nlohmann::json figures) { m_rates["unseenSounds"] = std::move(figures); }

    /// Errors: those of writeSafeTensors.
    Result<void> write(const std::filesystem::path& path) const;
    /// Errors: those of SafeTensors::open; BadFile if it is not such a file.
    static Result<KnownClips> open(const std::filesystem::path& path);
    /// The shipped one, if it was calibrated with this model: classifiers/<id>-known.safetensors of
    /// the assets. Looks for a file.
    static std::optional<KnownClips> forModel(const models::LatentModel& model);

    /// Of a clip. @param latent  as long as those of calibrate().
    double distance(std::span<const float> latent) const;
    bool refusesClip(std::span<const float> latent) const { return distance(latent) > m_clip; }
    /// @param clips  of one recording, at least one.
    double distanceOfRecording(std::span<const models::Latent> clips) const;
    bool refusesRecording(std::span<const models::Latent> clips) const {
        return distanceOfRecording(clips) > m_recording;
    }
    double clipThreshold() const { return m_clip; }
    double recordingThreshold() const { return m_recording; }

    /// {"neighbours", "quantile", "clipThreshold", "recordingThreshold", "known": {"font", "clips",
    /// "recordings", "composers"}, "heldOut": [{"font", "clips", "recordings", "clipsRefused",
    /// "recordingsRefused"}], "others": [the same with "name", "composers", "clipAuc",
    /// "recordingAuc", and "energyClipAuc", "energyRecordingAuc" for separating by energy in the
    /// place of distance], "unseenSounds"}; shares are of 1.
    const nlohmann::json& rates() const { return m_rates; }
    const std::optional<RecordingsAccuracy>& recordingsAccuracy() const { return m_accuracy; }
    /// The SoundFont of the known clips; empty for real recordings.
    std::string font() const;

  private:
    std::string m_model;
    std::size_t m_size = 0;     ///< of a latent
    std::vector<float> m_known; ///< (N, m_size)
    int m_neighbours = 5;
    double m_clip = 0;
    double m_recording = 0;
    std::vector<LabelledClip> m_heldOut; ///< of the split "test"; only after calibrate()
    nlohmann::json m_rates;
    std::optional<RecordingsAccuracy> m_accuracy;
};

/// Probability that a value of `positives` is greater than one of `negatives`, ties count half;
/// nothing if either is empty.
std::optional<double> areaUnderRoc(std::span<const double> negatives,
                                   std::span<const double> positives);

} // namespace canto
