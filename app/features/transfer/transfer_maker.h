// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/transfer/transfer_measure.h"
#include "app/library/model_store.h"
#include "app/spaces/emotion/emotion_classifier.h"
#include "app/workspace/inference_worker.h"

#include <deque>

namespace canto::app {

/// A transfer spec carried out.
struct Transferred {
    TransferSpec spec;
    models::Latent latent;
    SongPtr song;   ///< of the result
    SongPtr before; ///< the target, through the decoder as well
    int bars = 0;
    std::vector<ElementChange> changes; ///< one a block; empty where the music cannot be encoded
    std::vector<double> scoresBefore, scoresAfter; ///< of the model's classes; may be empty
    std::string classifier;                        ///< how good who gave them is; empty: the model
    std::optional<projection::MapPoint> place;     ///< of the result
};

struct TransferRequest {
    TransferSpec spec;
    LibraryPtr library;       ///< what similarities are measured by; may be null: no changes then
    ProjectionPtr projection; ///< for the place on the map; may be null
    bool measure = true;      ///< false: only its music is wanted
};

/// Carries out transfer specs: first the music, bar by bar, then the measures of what moved. Keeps
/// the songs it made last, so that they are not made again. Thread: any, one call at a time.
class TransferMaker {
  public:
    /// @param open  of the model; empty: there is none.
    explicit TransferMaker(OpenModel open) : m_open(std::move(open)) {}

    using OnBars = std::function<void(const music::Song& song, int bars, bool whole)>;
    /// @param onBars  gets the result so far after each bar; `whole` once, also when it needed no
    ///                making.
    /// Errors: Model (there is none, or it makes no music); those of decode; Cancelled.
    Result<Transferred> make(const TransferRequest& request, const TaskRun& run,
                             const OnBars& onBars);
    /// A draw from the prior without a class.
    Result<models::Latent> draw(std::uint64_t seed);

  private:
    struct Made {
        models::Latent latent;
        double bpm;
        SongPtr song;
    };
    Result<void> openModel();
    Result<SongPtr> songOf(const models::Latent& z, double bpm, const TaskRun& run,
                           const OnBars& onBars);
    Result<models::Latent> encodedAgain(const music::Song& song, const TaskRun& run);
    std::vector<ElementChange> measure(const Transferred& result, const LibraryPtr& of,
                                       const TaskRun& run);
    void score(Transferred& result, const models::Latent& target, const TaskRun& run);

    OpenModel m_open;
    std::shared_ptr<models::LatentModel> m_model;
    std::optional<EmotionClassifier> m_classifier;
    std::deque<Made> m_songs; ///< made last, whole
    LibraryPtr m_library;     ///< that m_scale was measured on
    std::optional<ElementScale> m_scale;
};

} // namespace canto::app
