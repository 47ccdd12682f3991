// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/spaces/arrangement/arranger_factory.h"

#include "app/library/model_store.h"
#include "app/spaces/arrangement/space.h"
#include "core/arrange/baseline_arranger.h"
#include "models/arrange/arrange.h"
#include "models/common/device.h"
#include "models/common/loading.h"

namespace canto {

OpenArranger shippedArranger() {
    if (const auto weights = arrangementWeights()) {
        return [path = *weights] { return networkArranger(path); };
    }
    return []() -> Result<std::unique_ptr<arrange::Arranger>> {
        return std::make_unique<arrange::BaselineArranger>();
    };
}

Result<std::unique_ptr<arrange::Arranger>> openArranger(const std::filesystem::path& weights) {
    CANTO_CHECK(models::load());
    return models::arrange::openArranger(weights);
}

Result<std::unique_ptr<arrange::Arranger>> networkArranger(const std::filesystem::path& weights) {
    CANTO_CHECK(models::load());
    models::prepareInferenceThread();
    CANTO_TRY(model, sharedModel(weights)());
    return models::arrange::arrangerOf(std::move(*model));
}

} // namespace canto
