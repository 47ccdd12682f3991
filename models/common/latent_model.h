// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The one interface through which the program knows a model. No LibTorch here: the window and the
// tests include it freely.

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

/// A named range of the latent that means something by itself and can be carried between songs.
struct LatentBlock {
    std::string id;         ///< stable: "genre", "velocity"
    std::string title;      ///< shown
    int begin = 0;          ///< first dimension
    int end = 0;            ///< one past the last
    bool continuous = true; ///< an amount between 0 and 1 makes sense
    bool advanced = false;  ///< shown under "Advanced"
};

/// The geometry that fits the prior: how to walk from one latent to another.
enum class Geometry { Linear, Slerp, Discrete };

struct Capabilities {
    bool encode = false;
    bool decode = false;
    bool samplePrior = false;
    bool conditional = false; ///< samplePrior takes a class
    bool train = false;
};

struct ModelInfo {
    std::string id;      ///< folder and registry name: "musae"
    std::string space;   ///< "Style", "Emotion" ...
    std::string title;   ///< shown
    std::string version; ///< checksum of the weights: tells atlases of different weights apart
    int latentSize = 0;
    int phraseBars = 0; ///< bars of one point
    Geometry geometry = Geometry::Linear;
    Capabilities can;
    std::vector<LatentBlock> blocks;
    std::string labelColumn;                 ///< the label the prior knows: "genre"; empty for none
    std::vector<std::string> classes;        ///< values of that label, in the order of the prior
    std::map<std::string, std::string> card; ///< data, split, metrics, licence, as in the weights
};

/// One Gaussian of the prior: covariance = diag(deviation^2) + axis axis^T.
struct PriorComponent {
    std::string label;            ///< as in ModelInfo::classes; empty for "no label"
    std::optional<int> classOf;   ///< index into ModelInfo::classes; nothing for "no label"
    Latent mean;                  ///< (Z)
    std::vector<float> deviation; ///< (Z), > 0
    /// (Z) the long way of a petal, as long as its own standard deviation; empty for none.
    std::vector<float> axis;
};

/// A part of a song that becomes one point.
struct Segment {
    int bar = 0; ///< first bar
    music::Tick start = 0;
    music::Tick end = 0;
    /// Meets the published rule for training windows (for MusAE: no silent bar on any track).
    bool strict = false;
};

struct DecodeOptions {
    std::uint64_t seed = 1;
    double bpm = 120;
    CancelToken cancel = {}; ///< asked as often as the model can, at least once a bar
};

/// Called on the decoding thread after each bar with the song so far and the number of whole bars
/// in it; returning false stops the decoding.
using OnBar = std::function<bool(const music::Song& soFar, int bars)>;

/// An encoder, a decoder and a prior. Thread: any, one call at a time; use one object a thread.
class LatentModel {
  public:
    virtual ~LatentModel() = default;
    virtual const ModelInfo& info() const = 0;

    /// Where points lie in a song: every bar at which a whole phrase with a note in it starts
    /// (shorter songs are padded with silence), empty only for a song without notes.
    virtual std::vector<Segment> segments(const music::Song& song) const = 0;

    /// One latent a segment. Error::Cancelled, or BadInput for a segment outside the song.
    virtual Result<std::vector<Latent>> encode(const music::Song& song,
                                               std::span<const Segment> segments,
                                               const CancelToken& cancel) const = 0;

    /// Music for a latent, from tick 0, info().phraseBars bars long.
    /// @param onBar  may be empty.
    /// @return the whole song, Error::Cancelled (onBar said no), or BadShape.
    virtual Result<music::Song> decode(const Latent& z, const DecodeOptions& options,
                                       const OnBar& onBar) const = 0;

    /// A draw from the prior.
    /// @param label  index into info().classes, or nothing for the unlabelled prior.
    virtual Result<Latent> samplePrior(std::optional<int> label, Random& random) const = 0;

    /// The class whose part of the prior is nearest, with a score in [0, 1] for each class; empty
    /// for a model without classes.
    virtual std::vector<double> classScores(const Latent& z) const = 0;

    /// A latent with blocks of another in place of its own; the default copies their ranges. Models
    /// whose latents are sequences lay the source's values on the target's own events.
    /// @param blocks  indices into info().blocks. BadShape, BadInput (no such block).
    virtual Result<Latent> transfer(const Latent& target, const Latent& source,
                                    std::span<const int> blocks) const;

    /// Coordinates of a latent for maps and distances, the same number for all; the default is the
    /// latent itself. @param block  index into info().blocks for that part alone, or nothing.
    virtual Latent coordinates(const Latent& z, std::optional<int> block) const;

    /// What the prior is a mixture of, all of the same weight, those with a label first and in the
    /// order of ModelInfo::classes; empty for a prior that is no such mixture.
    virtual std::vector<PriorComponent> priorComponents() const { return {}; }
};

/// Opens weights: reads the architecture named in their metadata and asks the registry for it.
/// Errors: BadFile and BadShape name the tensor; NotFound for an unknown architecture.
Result<std::shared_ptr<LatentModel>> openModel(const std::string& path);

} // namespace canto::models
