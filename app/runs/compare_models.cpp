// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/runs/compare_models.h"

#include "app/runs/epoch_maps.h"
#include "app/runs/phrase_set.h"
#include "core/base/random.h"
#include "core/codec/file_notes.h"

namespace canto {

Result<HeldOutFigures> heldOutFigures(const models::LatentModel& model,
                                      const std::filesystem::path& dataset,
                                      const CompareOptions& options, const CancelToken& cancel,
                                      const Progress& progress) {
    CANTO_TRY(data, PhraseSet::open(dataset));
    const auto& set = **data;
    HeldOutFigures figures;
    std::vector<std::uint32_t> rows;
    for (const char* split : {"test", "valid"}) {
        if (rows.empty()) {
            rows = set.rows(split, false);
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
    codec::FileNotes notes;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        CANTO_TRY(phrase, set.song(rows[i]));
        const auto back = throughModel(model, *phrase, cancel);
        if (!back) {
            if (back.error().code == Error::Code::NotFound) {
                continue; // silence is no evidence
            }
            return fail(back.error());
        }
        ++figures.phrases;
        if (set.allNotes()) {
            notes += codec::compareNotes(*phrase, *back);
        } else {
            metrics.add(codec::MusaeSong(*back).encode(0), codec::MusaeSong(*phrase).encode(0));
        }
        if (progress) {
            progress(i + 1, rows.size());
        }
    }
    if (set.allNotes()) {
        figures.notes = NoteFigures{notes.recall(), notes.precision(), notes.f1()};
        return figures;
    }
    const auto mean = metrics.scores().mean;
    figures.accuracy = mean.accuracy;
    figures.accuracyWithoutHolds = mean.accuracyWithoutHolds;
    figures.onsetF1 = mean.onsetF1;
    return figures;
}

} // namespace canto
