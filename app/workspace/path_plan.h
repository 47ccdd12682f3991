// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/inference_worker.h"

namespace canto::app {

/// The latent of an anchor: its own, or found from its place. BadInput without a projection.
Result<projection::PlaceLatent> locate(const Anchor& anchor, const ProjectionPtr& projection);

/// Steps evenly spaced by latent distance along the anchors, and where on the drawn line each lies.
/// Errors: BadInput (no anchors), those of locate and evenPath, Cancelled. Thread: any.
Result<PathPlan> planPath(const PathRequest& request, const ProjectionPtr& projection,
                          const CancelToken& cancel);

} // namespace canto::app
