// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/arrange/library.h"

#include "models/arrange/arrange.h"
#include "models/arrange/batch.h"
#include "models/arrange/net.h"
#include "models/common/device.h"
#include "models/nn/open_net.h"

#include <algorithm>

namespace canto::models::arrange {

namespace {

constexpr std::size_t kUnitsAtOnce = 64;
constexpr int kOwnScore = 1; ///< the stage whose input is the unit's own piano part

} // namespace

Result<EncodedUnits> encodeUnits(const std::filesystem::path& weights,
                                 const tensors::PreparedArrangements& prepared,
                                 const CancelToken& cancel, const Progress& progress) {
    CANTO_TRY(file, openWeightsOf(weights, "arrange"));
    const auto model = openModel(*file);
    auto net = openNet(*file);
    if (!model || !net) {
        return fail(model ? net.error() : model.error());
    }
    prepareInferenceThread();
    return torchEdge([&]() -> Result<EncodedUnits> {
        c10::InferenceMode inference;
        const Dataset dataset(prepared);
        EncodedUnits encoded;
        encoded.info = (*model)->info();
        std::vector<std::int64_t> rows;
        for (const char* split : {"train", "valid", "test", ""}) {
            const auto some = dataset.rows(split);
            rows.insert(rows.end(), some.begin(), some.end());
        }
        std::sort(rows.begin(), rows.end());
        for (std::size_t first = 0; first < rows.size(); first += kUnitsAtOnce) {
            if (cancel.cancelled()) {
                return fail(Error::Code::Cancelled, "Cancelled");
            }
            const auto part =
                std::span(rows).subspan(first, std::min(kUnitsAtOnce, rows.size() - first));
            const auto batch = dataset.batch(part, kOwnScore, (*net)->config.slots);
            const auto z =
                (*net)->meansOf(batch.chords, batch.audio, batch.roll).joined().contiguous();
            const auto* numbers = z.data_ptr<float>();
            for (std::size_t i = 0; i < part.size(); ++i, numbers += z.size(1)) {
                encoded.units.push_back(static_cast<std::size_t>(part[i]));
                encoded.latents.emplace_back(numbers, numbers + z.size(1));
            }
            if (progress) {
                progress(encoded.units.size(), rows.size());
            }
        }
        return encoded;
    });
}

} // namespace canto::models::arrange
