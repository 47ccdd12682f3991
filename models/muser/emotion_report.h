// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/registry/registry.h"

namespace canto::models::muser {

/// Everything that is claimed of the Emotion space, as JSON: "reconstruction" beside unigram and
/// bigram; "probe" on pieces of the split, by features, latents and both, beside published figures;
/// "separation" (silhouettes of the pieces' mean latents, an element at a time); "transfer" over
/// pairs of phrases; "generation" beside the data; "speed". The probe learns from labelled pieces
/// of the train split; its penalty is chosen on the valid split. Labels must be the four quadrants
/// for the parts that need them, which are left out otherwise. Cancelled and errors as evaluate.
Result<nlohmann::json> emotionReport(const ReportRequest& request, const CancelToken& cancel);

} // namespace canto::models::muser
