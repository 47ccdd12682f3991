// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How similar phrases are, one element at a time. Thread: any.

#include "app/workspace/library.h"
#include "app/workspace/transfer_spec.h"

namespace canto::app {

/// What happened to one element. Similarities are shares of random pairs of the library's phrases
/// that are less similar in this element: 1 is the same, .5 as any two. They are measured on the
/// music that was made, encoded again, and not on the latent that was asked for.
struct ElementChange {
    int block = 0;
    int source = 0; ///< parent it was asked of; 0: it was to stay
    double toSourceBefore = 0,
           toSourceAfter = 0; ///< of the target's, of the result's music;
                              ///< without a source: to the nearest of the sources
    double toTarget = 0;      ///< of the result's to the target
    /// Nearer to the source than to the target where it was carried, else the other way round.
    bool asMeant = false;
    bool similar = false; ///< source and target are the same in it: nothing could move
};

/// What distance is usual between two phrases of a library, for each block of the model.
class ElementScale {
  public:
    /// By `pairs` random pairs (seeded) of the library's phrases. Errors: Cancelled; BadShape for a
    /// library of another model.
    static Result<ElementScale> of(const Library& library, const models::LatentModel& model,
                                   std::size_t pairs, const CancelToken& cancel);
    /// Share of the pairs that are farther apart, equal ones counted half; 1 for no distance.
    double similarity(int block, double distance) const;

  private:
    std::vector<std::vector<double>> m_distances; ///< by block, ascending
};

/// Euclidean, by the model's coordinates of the block.
double elementDistance(const models::LatentModel& model, int block, const models::Latent& a,
                       const models::Latent& b);

/// @param before, after  latents of the target's and of the result's music, encoded again.
std::vector<ElementChange> changesOf(const TransferSpec& spec, const models::LatentModel& model,
                                     const ElementScale& scale, const models::Latent& before,
                                     const models::Latent& after);

} // namespace canto::app
