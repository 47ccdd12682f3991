// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How similar phrases are, one element at a time. Thread: any.

#include "app/features/transfer/transfer_worker.h"

namespace canto::app {

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
