// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/inference_worker.h"
#include "app/workspace/library_loader.h"
#include "app/workspace/property_model.h"

#include <QObject>

namespace canto::app {

/// A decoded and measured phrase.
struct MeasuredPhrase {
    models::Latent latent;
    SongPtr song;
    codec::PhraseProperties properties;
};

struct ShapeRequest {
    Shape shape;
    LearnedPtr learned; ///< needed for wanted properties
    std::shared_ptr<const GenrePlaces> genres;
    ProjectionPtr projection; ///< for the place on the map; may be null
};

/// A shape carried out.
struct ShapedPhrase {
    std::uint64_t generation = 0;
    Shape shape;
    MeasuredPhrase before; ///< the origin, through the decoder as well
    MeasuredPhrase after;
    std::vector<double> scoresBefore, scoresAfter; ///< of the model's classes; may be empty
    int source = -1;                               ///< predicted class of the phrase
    std::optional<projection::MapPoint> place;     ///< of the result
    int tries = 0;                                 ///< decodings until the wanted values were near
};

/// One dimension of a sweep: ten values and what was measured at each.
struct SweptValues {
    std::uint64_t generation = 0;
    int dimension = 0;
    std::vector<double> values;
    std::vector<codec::PhraseProperties> properties; ///< as many
    int done = 0, all = 0;                           ///< dimensions of this sweep
};

/// A part of the prior on one map: mean and two half axes at two standard deviations, map units.
struct PlacedComponent {
    int label = 0;
    projection::MapPoint centre, firstAxis, secondAxis;
};

/// Does the work of the gestures: decodes and measures phrases, learns directions, sweeps, draws
/// from the prior. Of each kind the newest request wins. What may take long runs at low priority.
/// Thread: GUI; signals come later, never from inside a call.
class ExploreWorker : public QObject {
    Q_OBJECT

  public:
    /// Values of a sweep: this many standard deviations to either side of the corpus' mean, nine
    /// evenly, and the phrase's own. (The paper swept -10 to 10 on a prior of deviation 1; here
    /// deviations differ between dimensions.)
    static constexpr double kSweepReach = 4;

    /// @param open  called for each request: it must return the same model every time (shareModel).
    explicit ExploreWorker(OpenModel open, QObject* parent = nullptr);
    ~ExploreWorker() override; ///< cancels all

    /// Another model from now on; what was asked of the old one is cancelled.
    void setModel(OpenModel open);

    /// @param tempi  quarters a minute of each, where the model states no tempo.
    std::uint64_t interpolate(std::vector<models::Latent> latents, std::vector<double> tempi);
    std::uint64_t shape(ShapeRequest request);
    /// A draw from the prior; answered by sampled.
    std::uint64_t sample(int label, std::uint64_t seed);
    std::uint64_t sweep(models::Latent latent, LearnedPtr learned);
    void learn(LibraryPtr library, std::filesystem::path cache);
    /// Means of the prior's parts, then where the parts lie on the map.
    void placePrior(ProjectionPtr projection);

    void cancelSweep() { m_sweep.cancel(); }
    bool learning() const { return m_learn.busy(); }
    bool sweeping() const { return m_sweep.busy(); }
    bool shaping() const { return m_shape.busy(); }

  Q_SIGNALS:
    void phraseDecoded(std::uint64_t generation, int index,
                       const canto::app::MeasuredPhrase& phrase);
    void shaped(const canto::app::ShapedPhrase& phrase);
    void sampled(std::uint64_t generation, int label, const canto::models::Latent& latent);
    void swept(const canto::app::SweptValues& values);
    void learnProgressed(std::size_t done, std::size_t total);
    void learned(const canto::app::LearnedPtr& learned);
    void learnFailed(const canto::Error& error);
    void priorPlaced(const canto::app::ProjectionPtr& projection,
                     const std::vector<canto::app::PlacedComponent>& components);
    /// Of interpolate, shape, sample and sweep.
    void failed(const canto::Error& error);

  private:
    void cancelAll();

    OpenModel m_open;
    LatestTask<ExploreWorker> m_interpolate{this, "interpolate"};
    LatestTask<ExploreWorker> m_shape{this, "shape"};
    LatestTask<ExploreWorker> m_sweep{this, "sweep", Priority::Low};
    LatestTask<ExploreWorker> m_learn{this, "learn", Priority::Low};
    LatestTask<ExploreWorker> m_prior{this, "prior", Priority::Low};
};

} // namespace canto::app
