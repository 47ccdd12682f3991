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

/// Sound of a clip or a walk, with its picture.
struct ClipAnalysis {
    sound::SoundPtr sound;
    std::vector<SpectrogramTile> tiles; ///< one; of a walk one each step
    double convergence = 0;             ///< of the sound to the picture, 0 is perfect
};

/// A clip of an atlas and its share in a mixture.
struct WeightedClip {
    atlas::RowId segment = 0;
    double weight = 1;
};

/// Where the steps of a walk lie: so far on the way from an anchor to the next.
struct WalkStep {
    std::size_t anchor = 0;
    double share = 0; ///< 0..1
};

/// Makes clips audible whose sound is not at hand: a decoder is told the latents of their parts
/// that the atlas keeps. Opens decoder and atlas when they are first needed.
/// Thread: any; calls wait for each other.
class ClipSounds {
  public:
    /// @param rate  frames a second of the sounds made.
    ClipSounds(OpenModel decoder, double rate);

    /// The clip as the decoder tells it again. Errors: those of the decoder and the atlas; NotFound
    /// when the atlas has no parts of this decoder; Cancelled.
    Result<ClipAnalysis> reconstruction(const std::filesystem::path& atlas, atlas::RowId segment,
                                        const CancelToken& cancel);
    /// A clip between others: part by part the weighted mean of their latents, as long as these are
    /// on average (a plain mean lies nearer to the origin, where the decoder is quieter).
    Result<ClipAnalysis> mixture(const std::filesystem::path& atlas,
                                 std::span<const WeightedClip> clips, const CancelToken& cancel);
    /// Steps on a straight way from anchor to anchor, evenly spaced by its length, of one part in
    /// time each (the middle of the clip, both halves of the range), one after another.
    /// @param anchors  each a mixture; at least one. @param steps  2..1,000. @param places  filled.
    Result<ClipAnalysis> walk(const std::filesystem::path& atlas,
                              std::span<const std::vector<WeightedClip>> anchors, int steps,
                              std::vector<WalkStep>& places, const CancelToken& cancel);
    /// The picture alone, in some milliseconds.
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
    std::filesystem::path m_path; ///< of what was read last
    atlas::AtlasPoints m_parts;   ///< of the decoder: 13 KB a clip
    std::unordered_map<atlas::RowId, std::size_t> m_rows;
};

/// The clip itself, out of its recording. Errors: NotFound when the file is none that holds sound;
/// those of readSound. Thread: any.
Result<ClipAnalysis> recordedClip(const atlas::SongRow& song, double from, double seconds,
                                  std::span<const OriginalFolder> folders, double rate);
Result<ClipAnalysis> recordedClip(const std::filesystem::path& file, double from, double seconds,
                                  double rate);

/// The clips nearest to a place of a map, at most `count`, with weights that fall with the square
/// of the distance and add up to 1; a clip that lies there is the only one. Index into x and y.
std::vector<std::pair<std::size_t, double>> nearestOf(std::span<const float> x,
                                                      std::span<const float> y, float atX,
                                                      float atY, std::size_t count);

/// Why a recording or a clip gets no composer.
enum class NoComposer {
    Named,        ///< it gets one
    TooShort,     ///< shorter than a clip, which is all that the model was trained and tested on
    FarFromKnown, ///< farther from the known clips than held-out music by the known composers
};

/// A recording among the clips of a space.
struct PlacedRecording {
    std::vector<models::Latent> latents; ///< of each clip
    double seconds = 0;                  ///< listened to
    bool whole = true;                   ///< false: it is longer than that
    /// The most likely of the known composers, whether it is named or not; nothing for a model
    /// without classes and for a recording that is too short.
    std::optional<ComposerPrediction> prediction;
    NoComposer named = NoComposer::Named;
    std::vector<ComposerPrediction>
        predictions;                   ///< of each clip; empty where there is no prediction
    std::vector<NoComposer> clipNamed; ///< as long as predictions
    std::optional<HeldOutAccuracy> heldOut;
    /// What refused it; nothing where these weights were not calibrated: every recording then gets
    /// a composer.
    std::optional<KnownClips> known;
};

inline constexpr double kMostAnalysed = 600; ///< s

/// Encodes (the first `most` seconds of) a recording. Errors with what to do: those of readMono;
/// BadInput for silence, for less than three seconds and for a model that knows no sound.
Result<PlacedRecording> placeRecording(const models::LatentModel& model,
                                       const std::filesystem::path& file, const CancelToken& cancel,
                                       double most = kMostAnalysed);

} // namespace canto

#endif
