// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How a run's latent space changes: the same phrases as encoded by each epoch's model.

#include "app/runs/phrase_set.h"
#include "core/base/cancel.h"
#include "core/codec/musae_codec.h"
#include "core/projection/points.h"
#include "models/common/latent_model.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace canto {

struct EpochMapOptions {
    std::size_t points = 2000; ///< maximum number of phrases of the sample
    std::uint64_t seed = 1;    ///< which ones
    int threads = 1;
};

/// One of the phrases that can be played as each epoch reconstructs it.
struct EpochSeed {
    std::string title; ///< "Title (jazz), bar 5"
    music::Song song;  ///< the phrase itself
};

/// The sample, and the layouts of the epochs so far. Thread: one at a time.
class EpochMaps {
  public:
    static constexpr std::size_t kSeeds = 4;
    static constexpr int kBars = codec::kPhraseBars; ///< of each phrase of the sample

    /// Draws the sample from a prepared dataset; the seeds are phrases of held-out songs, of
    /// different songs and, if possible, classes. Errors: those of PhraseSet::open.
    static Result<EpochMaps> open(const std::filesystem::path& dataset,
                                  const EpochMapOptions& options);

    /// Encodes the sample, lays it out starting from the last layout (from the principal components
    /// the first time) and rotates, scales and shifts the layout onto the last one. Errors: those
    /// of the model; BadShape if the model does not fit these phrases; Cancelled.
    Result<std::vector<projection::MapPoint>> add(const models::LatentModel& model,
                                                  const CancelToken& cancel);

    /// The latents of the sample by one model, row by row.
    Result<projection::Points> encode(const models::LatentModel& model,
                                      const CancelToken& cancel) const;

    std::size_t size() const { return m_rows.size(); }
    std::string classColumn() const { return m_set->classColumn(); }
    const std::vector<std::string>& labels() const { return m_labels; } ///< one for each phrase
    const std::vector<EpochSeed>& seeds() const { return m_seeds; }     ///< at most kSeeds
    /// Phrase of a row, as music.
    Result<music::Song> song(std::size_t row) const;
    std::string title(std::size_t row) const { return m_set->titleOf(m_rows[row]); }

  private:
    EpochMapOptions m_options;
    std::shared_ptr<const PhraseSet> m_set;
    std::vector<std::uint32_t> m_rows; ///< the sample
    std::vector<std::string> m_labels;
    std::vector<EpochSeed> m_seeds;
    std::vector<projection::MapPoint> m_last;
};

/// A model's reconstruction of a phrase of its own length: encoded and decoded. Errors: those of
/// the model; NotFound if the phrase has no note.
Result<music::Song> throughModel(const models::LatentModel& model, const music::Song& phrase,
                                 const CancelToken& cancel);

} // namespace canto
