#pragma once

#include "core/tensorfile/safetensors.h"
#include "models/common/latent_model.h"

namespace canto::models::musae {

/// Opens weights whose architecture is "musae" and warms them up: the first decoding is as fast as
/// the second. Errors as openModel.
Result<std::shared_ptr<LatentModel>> openMusae(const tensorfile::SafeTensors& weights);

} // namespace canto::models::musae
