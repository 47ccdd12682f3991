// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/runs/compare_models.h"

#include "app/runs/epoch_maps.h"
#include "core/base/random.h"
#include "models/datasets/prepared_dataset.h"

namespace canto {

Result<HeldOutFigures> heldOutFigures(const models::LatentModel& model,
                                      const std::filesystem::path& dataset,
                                      const CompareOptions& options, const CancelToken& cancel,
                                      const Progress& progress) {
    CANTO_TRY(data, tensors::PreparedDataset::open(dataset));
    HeldOutFigures figures;
    std::vector<std::uint32_t> rows;
    for (const char* split : {"test", "valid"}) {
        if (rows.empty()) {
            rows = data->phrases(split);
            figures.split = split;
        }
    }
    if (rows.empty()) {
        return fail(Error::Code::NotFound, "No phrase is held out: there is nothing to measure",
                    dataset.string());
    }
    Random random(options.seed);
    random.shuffle(rows);
    rows.resize(std::min(rows.size(), options.phrases));
    codec::TokenMetrics metrics;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto target = codec::canonical(data->phrase(rows[i]));
        CANTO_TRY(phrase,
                  codec::phraseToSong(target, {.expressions = data->expressionsOf(rows[i])}));
        const auto back = throughModel(model, *phrase, cancel);
        if (!back) {
            if (back.error().code == Error::Code::NotFound) {
                continue; // silence is no evidence
            }
            return fail(back.error());
        }
        metrics.add(codec::MusaeSong(*back).encode(0), target);
        if (progress) {
            progress(i + 1, rows.size());
        }
    }
    const auto mean = metrics.scores().mean;
    figures.phrases = metrics.phrases();
    figures.accuracy = mean.accuracy;
    figures.accuracyWithoutHolds = mean.accuracyWithoutHolds;
    figures.onsetF1 = mean.onsetF1;
    return figures;
}

} // namespace canto
