// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#ifdef CANTO_SOUND

#include "app/library/model_store.h"
#include "app/library/originals.h"
#include "app/spaces/orchestra/composer_prediction.h"
#include "app/spaces/orchestra/known_clips.h"
#include "core/atlas/atlas.h"
#include "core/base/cancel.h"
#include "core/sound/sound.h"
#include "models/common/sound_model.h"
#include "models/evaluation/spectrogram_row.h"

#include <filesystem>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace canto {

/// Sound of a clip or an interpolation, with its spectrogram.
struct ClipAnalysis {
    sound::SoundPtr sound;
    std::vector<SpectrogramTile> tiles; ///< one; for an interpolation one for each step
    double convergence = 0;             ///< of the sound to the spectrogram, 0 is perfect
};

/// A clip of an atlas and its weight in a mixture.
struct WeightedClip {
    atlas::RowId segment = 0;
    double weight = 1;
};

/// The position of a step of an interpolation: the share of the way from one anchor to the next.
struct WalkStep {
    std::size_t anchor = 0;
    double share = 0; ///< 0..1
};

/// Makes clips audible without their recordings: a decoder uses the latents of their parts that the
/// atlas stores. Opens decoder and atlas when they are first needed. Thread: any; calls wait for
/// each other.
class ClipSounds {
  public:
    /// @param rate  frames a second of the returned sounds.
    ClipSounds(OpenModel decoder, double rate);

    /// The decoder's reconstruction of the clip. Errors: those of the decoder and the atlas;
    /// NotFound if the atlas has no parts of this decoder; Cancelled.
    Result<ClipAnalysis> reconstruction(const std::filesystem::path& atlas, atlas::RowId segment,
                                        const CancelToken& cancel);
    /// A mixture of clips: for each part the weighted mean of their latents, scaled to their
    /// average length (a plain mean is nearer to the origin, where the decoder is quieter).
    Result<ClipAnalysis> mixture(const std::filesystem::path& atlas,
                                 std::span<const WeightedClip> clips, const CancelToken& cancel);
    /// Steps on a straight path from anchor to anchor, evenly spaced by path length, of one window
    /// each (the middle of the clip, both halves of the range), one after another.
    /// @param anchors  each a mixture; at least one. @param steps  2..1,000. @param places  filled.
    Result<ClipAnalysis> walk(const std::filesystem::path& atlas,
                              std::span<const std::vector<WeightedClip>> anchors, int steps,
                              std::vector<WalkStep>& places, const CancelToken& cancel);
    /// The spectrogram alone, in some milliseconds.
    Result<SpectrogramTile> picture(const std::filesystem::path& atlas, atlas::RowId segment);
    /// Of the decoder, once it is open; 0 before.
    double windowSeconds() const;

  private:
    Result<const models::SoundDecoder*> decoder();
    Result<void> readParts(const std::filesystem::path& atlas);
    Result<std::vector<float>> partsOf(const std::filesystem::path& atlas,
                                       std::span<const WeightedClip> clips);

    OpenModel m_open;
    double m_rate;
    mutable std::mutex m_mutex;
    std::shared_ptr<models::LatentModel> m_model;
    std::filesystem::path m_path; ///< of the latest atlas
    atlas::AtlasPoints m_parts;   ///< of the decoder: 13 KB a clip
    std::unordered_map<atlas::RowId, std::size_t> m_rows;
};

/// The clip itself, from its recording. Errors: NotFound if the file is not a sound file; those of
/// readSound. Thread: any.
Result<ClipAnalysis> recordedClip(const atlas::SongRow& song, double from, double seconds,
                                  std::span<const OriginalFolder> folders, double rate);
Result<ClipAnalysis> recordedClip(const std::filesystem::path& file, double from, double seconds,
                                  double rate);

/// The clips nearest to a map position, at most `count`, with weights that fall with the square of
/// the distance and sum to 1; a clip at the position is the only one. Index into x and y.
std::vector<std::pair<std::size_t, double>> nearestOf(std::span<const float> x,
                                                      std::span<const float> y, float atX,
                                                      float atY, std::size_t count);

/// Why no composer is named for a recording or a clip.
enum class NoComposer {
    Named,        ///< one is named
    TooShort,     ///< shorter than a clip, the length on which the model was trained and tested
    FarFromKnown, ///< farther from the known clips than held-out music by the known composers
};

/// A recording located among the clips of a space.
struct PlacedRecording {
    std::vector<models::Latent> latents; ///< of each clip
    double seconds = 0;                  ///< listened to
    bool whole = true;                   ///< false: the recording is longer than that
    /// The most likely of the known composers, whether or not it is named; nothing for a model
    /// without classes and for a recording that is too short.
    std::optional<ComposerPrediction> prediction;
    NoComposer named = NoComposer::Named;
    std::vector<ComposerPrediction> predictions; ///< of each clip; empty if there is no prediction
    std::vector<NoComposer> clipNamed;           ///< as long as predictions
    /// The test that rejected it; nothing if these weights were not calibrated: then every
    /// recording gets a composer.
    std::optional<KnownClips> known;
};

inline constexpr double kMostAnalysed = 600; ///< s

/// Encodes (the first `most` seconds of) a recording. Errors with what to do: those of readMono;
/// BadInput for silence, for less than three seconds and for a model that cannot encode sound.
Result<PlacedRecording> placeRecording(const models::LatentModel& model,
                                       const std::filesystem::path& file, const CancelToken& cancel,
                                       double most = kMostAnalysed);

} // namespace canto

#endif
