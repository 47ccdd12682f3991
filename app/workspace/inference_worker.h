// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/projection.h"
#include "app/workspace/task_queue.h"
#include "core/projection/path.h"
#include "models/common/latent_model.h"

#include <QObject>
#include <QTimer>

namespace canto::app {

using SongPtr = std::shared_ptr<const music::Song>;

/// Where something is to be decoded: a place on the map, or a latent that is known already.
struct Anchor {
    projection::MapPoint place;
    std::optional<models::Latent> latent; ///< empty: found from the place
    /// Reads the phrase that lies here from its file, on the worker's thread; null when it is not
    /// to be had. Empty: nothing lies here, or it is not wanted.
    std::function<SongPtr()> original;
    double bpm = 120; ///< of the music decoded here, where the model states no tempo
    /// Reads a phrase whose tempo goes before `bpm`, on the worker's thread; null when it is not to
    /// be had. Empty: `bpm` is known to be right, or the best there is.
    std::function<SongPtr()> tempoFrom;
};

struct PathRequest {
    std::vector<Anchor> anchors; ///< at least one
    int steps = 8;
    projection::PathGeometry geometry = projection::PathGeometry::Slerp;
    /// Steps lie evenly on the drawn line and are what the map has there, for latents that cannot
    /// be mixed; `geometry` says nothing then.
    bool alongMap = false;
};

/// The latent of a clicked position, reported before it is decoded.
struct Located {
    std::uint64_t generation = 0;
    projection::MapPoint place;
    projection::PlaceLatent latent;
};

/// The steps of a path, reported before the first is decoded.
struct PathPlan {
    std::uint64_t generation = 0;
    std::vector<models::Latent> latents;
    /// On the drawn line, where the way in the latent space has come as far.
    std::vector<projection::MapPoint> places;
    std::vector<double> tempi;  ///< of the steps, from anchor to anchor in equal ratios
    double worstPercentile = 0; ///< of all steps, as PlaceLatent::percentile
    double worstRoundTrip = 0;  ///< of the anchors that were found from their places, map units
};

/// Music so far of one step; the last one of a step has `whole` set.
struct Decoded {
    std::uint64_t generation = 0;
    int step = 0; ///< of a path; 0 for a point
    SongPtr song;
    int bars = 0; ///< whole bars in it
    bool whole = false;
    double milliseconds = 0; ///< of work since the step was begun
    SongPtr original;        ///< at an end of a path that lies on a song; may be null
};

/// Turns positions into music in the background. The newest request wins: it cancels the one before
/// at its next bar, and no signal answers that one any more.
///
/// Thread: GUI. Signals come on it too, later, never from inside a call.
class InferenceWorker : public QObject {
    Q_OBJECT

  public:
    explicit InferenceWorker(QObject* parent = nullptr);

    /// Null: no model; requests fail with a text that says so.
    void setModel(std::shared_ptr<const models::LatentModel> model);
    const std::shared_ptr<const models::LatentModel>& model() const { return m_model; }

    /// @param projection  needed when the anchor has no latent.
    std::uint64_t decode(Anchor anchor, ProjectionPtr projection);
    /// Decodes the steps in order, each as soon as the one before is whole.
    std::uint64_t decodePath(PathRequest request, ProjectionPtr projection);
    /// Other work in place of what is decoded; it delivers its results itself.
    std::uint64_t run(LatestTask<InferenceWorker>::Job job) { return m_task.start(std::move(job)); }
    void cancel() { m_task.cancel(); }
    std::uint64_t generation() const { return m_task.generation(); }
    bool busy() const { return m_task.busy(); }

  Q_SIGNALS:
    void located(const canto::app::Located& located);
    void planned(const canto::app::PathPlan& plan);
    void decoded(const canto::app::Decoded& decoded);
    void failed(std::uint64_t generation, const canto::Error& error);
    /// No sign of life for three seconds; emitted once for each job.
    void stuck(std::uint64_t generation);

  private:
    void watch();

    std::shared_ptr<const models::LatentModel> m_model;
    QTimer m_watchdog;
    std::uint64_t m_stuckReported = 0;
    LatestTask<InferenceWorker> m_task{this, "inference"};
};

} // namespace canto::app
