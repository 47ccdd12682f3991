// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The only interface through which the program uses a model. No LibTorch here, so that the window
// and the tests can include it.

#include "core/base/cancel.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/music/song.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace canto::models {

/// A point of the latent space; its size is ModelInfo::latentSize.
using Latent = std::vector<float>;

/// A named range of the latent with a meaning of its own that can be transferred between songs.
struct LatentBlock {
    std::string id;         ///< stable: "genre", "velocity"
    std::string title;      ///< shown
    int begin = 0;          ///< first dimension
    int end = 0;            ///< one past the last
    bool continuous = true; ///< whether an amount between 0 and 1 is meaningful
    bool advanced = false;  ///< shown under "Advanced"
};

/// The geometry that suits the prior: how to interpolate between latents.
enum class Geometry { Linear, Slerp, Discrete };

struct Capabilities {
    bool encode = false;
    bool decode = false;
    bool samplePrior = false;
    bool conditional = false; ///< samplePrior accepts a class
    bool train = false;
};

struct ModelInfo {
    std::string id;      ///< folder and registry name: "musae"
    std::string space;   ///< "Style", "Emotion" ...
    std::string title;   ///< shown
    std::string version; ///< checksum of the weights: identifies the model of an atlas
    int latentSize = 0;
    int phraseBars = 0; ///< bars of one point
    Geometry geometry = Geometry::Linear;
    Capabilities can;
    std::vector<LatentBlock> blocks;
    std::string labelColumn;                 ///< the label of the prior: "genre"; empty for none
    std::vector<std::string> classes;        ///< values of that label, in the order of the prior
    std::map<std::string, std::string> card; ///< data, split, metrics, licence, as in the weights
};

/// One Gaussian of the prior: covariance = diag(deviation^2) + axis axis^T.
struct PriorComponent {
    std::string label;            ///< as in ModelInfo::classes; empty for "no label"
    std::optional<int> classOf;   ///< index into ModelInfo::classes; nothing for "no label"
    Latent mean;                  ///< (Z)
    std::vector<float> deviation; ///< (Z), > 0
    /// (Z) the long axis of a component, its length the standard deviation along it; empty for
    /// none.
    std::vector<float> axis;
};

/// A part of a song that becomes one point.
struct Segment {
    int bar = 0; ///< first bar
    music::Tick start = 0;
    music::Tick end = 0;
    /// Satisfies the published rule for training windows (for MusAE: no silent bar on any track).
    bool strict = false;
};

struct DecodeOptions {
    std::uint64_t seed = 1;
    double bpm = 120;
    CancelToken cancel = {}; ///< polled as often as the model can, at least once a bar
};

/// Called on the decoding thread after each bar with the song so far and the number of whole bars
/// in it; returning false stops the decoding.
using OnBar = std::function<bool(const music::Song& soFar, int bars)>;

/// An encoder, a decoder and a prior. Thread: any, several calls at once: nothing in a model
/// changes after it is opened, and random numbers come from what is passed in. One object serves
/// all threads.
class LatentModel {
  public:
    virtual ~LatentModel() = default;
    virtual const ModelInfo& info() const = 0;

    /// The phrases of a song: one for every bar at which a whole phrase with a note in it starts
    /// (shorter songs are padded with silence); empty only for a song without notes.
    virtual std::vector<Segment> segments(const music::Song& song) const = 0;

    /// One latent for each segment. Error::Cancelled, or BadInput for a segment outside the song.
    virtual Result<std::vector<Latent>> encode(const music::Song& song,
                                               std::span<const Segment> segments,
                                               const CancelToken& cancel) const = 0;

    /// Decodes a latent to music from tick 0, info().phraseBars bars long.
    /// @param onBar  may be empty.
    /// @return the whole song, Error::Cancelled (onBar returned false), or BadShape.
    virtual Result<music::Song> decode(const Latent& z, const DecodeOptions& options,
                                       const OnBar& onBar) const = 0;

    /// A sample of the prior.
    /// @param label  index into info().classes, or nothing for the unlabelled prior.
    virtual Result<Latent> samplePrior(std::optional<int> label, Random& random) const = 0;

    /// Scores in [0, 1] for each class by their parts of the prior; empty for a model without
    /// classes.
    virtual std::vector<double> classScores(const Latent& z) const = 0;

    /// The target latent with blocks of the source in place of its own; the default copies their
    /// ranges. Models whose latents are sequences apply the source's values to the target's own
    /// events.
    /// @param blocks  indices into info().blocks. BadShape, BadInput (no such block).
    virtual Result<Latent> transfer(const Latent& target, const Latent& source,
                                    std::span<const int> blocks) const;

    /// Coordinates of a latent for maps and distances, always of the same number; the default is
    /// the latent itself.
    /// @param block  index into info().blocks for that part alone, or nothing.
    virtual Latent coordinates(const Latent& z, std::optional<int> block) const;

    /// The components of the prior, all of equal weight, those with a label first and in the order
    /// of ModelInfo::classes; empty if the prior is not a mixture of Gaussians.
    virtual std::vector<PriorComponent> priorComponents() const { return {}; }
};

/// BadShape for a latent of another size than `size`.
Result<void> checkLatentSize(const Latent& z, int size);
/// The same, and BadInput for NaN or infinity.
Result<void> checkLatent(const Latent& z, int size);

/// Logarithms of likelihoods, at least one, as shares that add to 1.
std::vector<double> softmax(std::vector<double> scores);

/// Opens weights: reads the architecture named in their metadata and asks the registry for it.
/// Errors: BadFile and BadShape name the tensor; NotFound for an unknown architecture.
Result<std::shared_ptr<LatentModel>> openModel(const std::string& path);

} // namespace canto::models
