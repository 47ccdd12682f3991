// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/registry/registry.h"

namespace canto::models::muser {

Architecture architecture();

/// The model of the Emotion space. Latents as in sequence.h; the blocks are the seven elements and
/// the emotion. Errors as openNet.
Result<std::shared_ptr<LatentModel>> openMuser(const tensors::SafeTensors& weights);

/// All figures of the Emotion space that the documentation claims, as JSON: "reconstruction" beside
/// unigram and bigram; "probe" on pieces of the split, by features, latents and both, beside
/// published figures; "separation" (silhouettes of the pieces' mean latents, for each element);
/// "transfer" over pairs of phrases; "generation" beside the data; "speed". The probe is fitted on
/// labelled pieces of the train split; its penalty is chosen on the valid split. The parts that
/// need the four quadrants as labels are left out otherwise. Cancelled and errors as evaluate.
Result<nlohmann::json> emotionReport(const ReportRequest& request, const CancelToken& cancel);

} // namespace canto::models::muser
