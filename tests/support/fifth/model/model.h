// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/common/latent_model.h"
#include "tests/support/fifth/model/net.h"

namespace canto::models::fifth {

/// Errors: those of openNet.
Result<std::shared_ptr<LatentModel>> openModel(const tensors::SafeTensors& weights);

} // namespace canto::models::fifth
