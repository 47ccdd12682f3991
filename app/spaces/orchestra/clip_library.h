// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/atlas/atlas.h"
#include "core/base/cancel.h"
#include "models/datasets/prepared_clips.h"

#include <filesystem>
#include <string>
#include <vector>

namespace canto::models::orchestra {
class OrchestraModel;
}

namespace canto {

struct ClipImportOptions {
    /// Folder below which the music of the clips is; empty: not available.
    std::filesystem::path music;
    atlas::Precision precision = atlas::Precision::Float;
    bool again = false; ///< replace what the atlas has of this model already
    /// ALI, whose latents of each clip's parts are stored with it (16 bits), so that the clip can
    /// be played without its recording; null: none.
    const models::orchestra::OrchestraModel* parts = nullptr;
};

struct ClipImportReport {
    std::size_t movements = 0; ///< all of the dataset
    std::size_t kept = 0;      ///< of these, were in the atlas and stayed unchanged
    std::size_t clips = 0;
    std::size_t found = 0; ///< movements whose MIDI file was found
};

/// Adds prepared clips to an atlas: a movement becomes a song (labels "work", "movement",
/// "archive", "font"; source: the archive), a clip a segment whose `bar` is the number of the clip.
/// For a MIDI file below `music` the segment's start and end are its ticks, and the song has its
/// checksum; for all others they are milliseconds, and the checksum is empty. Each clip's loudness
/// is stored with it as a measure. Sound is not stored in the atlas. A movement with latents of the
/// model stays unchanged. Errors: those of the atlas and the model; Cancelled.
Result<ClipImportReport> importClips(atlas::Atlas& atlas,
                                     const models::orchestra::OrchestraModel& model,
                                     const tensors::PreparedClips& clips,
                                     const ClipImportOptions& options, const Progress& progress,
                                     const CancelToken& cancel);

/// A clip of an atlas and its similarity to the query.
struct SimilarClip {
    std::size_t row = 0; ///< of AtlasPoints
    double similarity = 0;
};

/// The clips most similar to a latent (cosine, after subtracting the mean of all), the most similar
/// first, at most one of each movement. @param notBy  a composer to leave out; empty: none.
std::vector<SimilarClip> similarClips(const atlas::AtlasPoints& points,
                                      std::span<const float> latent, const std::string& notBy,
                                      std::size_t count);

} // namespace canto
