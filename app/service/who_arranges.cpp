#include "app/service/who_arranges.h"

#include "app/service/model_store.h"
#include "core/arrange/baseline_arranger.h"
#include "models/arrange/arrange.h"
#include "models/common/device.h"

namespace canto::service {

OpenArranger shippedArranger() {
    if (const auto weights = shippedWeights("arrange")) {
        return [path = *weights] { return networkArranger(path); };
    }
    return []() -> Result<std::unique_ptr<arrange::Arranger>> {
        return std::make_unique<arrange::BaselineArranger>();
    };
}

Result<std::unique_ptr<arrange::Arranger>> networkArranger(const std::filesystem::path& weights) {
    models::prepareInferenceThread();
    return models::arrange::openArranger(weights);
}

} // namespace canto::service
