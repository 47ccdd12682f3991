// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/spaces/arrangement/space.h"

#include "app/spaces/arrangement/arranger_factory.h"
#include "app/spaces/arrangement/example_book.h"
#include "app/spaces/arrangement/measure_arrangements.h"
#include "app/spaces/space_report.h"
#include "core/arrange/baseline_arranger.h"
#include "models/evaluation/reports.h"

namespace canto {

namespace {

constexpr auto kArrangementWeights = "arrange";

/// Whole recordings arranged by the model, the other models and the rules.
Result<nlohmann::json> measureRecordings(const SpaceReportRequest& request,
                                         [[maybe_unused]] const CancelToken& cancel,
                                         [[maybe_unused]] const Progress& progress) {
#ifdef CANTO_SOUND
    std::vector<NamedArranger> arrangers;
    const auto add = [&](const std::string& name,
                         const std::filesystem::path& file) -> Result<void> {
        CANTO_TRY(opened, openArranger(file));
        arrangers.push_back({name.empty() ? (*opened)->name() : name, std::move(*opened)});
        return {};
    };
    CANTO_CHECK(add({}, request.weights));
    for (const auto& [name, file] : request.others) {
        CANTO_CHECK(add(name, file));
    }
    arrange::BaselineOptions plain;
    plain.melody = false;
    arrangers.push_back({"rules", std::make_unique<arrange::BaselineArranger>()});
    arrangers.push_back({"rules, no lead", std::make_unique<arrange::BaselineArranger>(plain)});
#ifdef CANTO_ATLAS
    if (auto examples = shippedExamples(cancel, {})) {
        arrangers.push_back(
            {"examples", std::make_unique<arrange::ExampleArranger>(std::move(*examples))});
    }
#endif
    return measureArrangements(request.recordings, request.scores, arrangers, cancel, progress);
#else
    return fail(Error::Code::BadInput, "This build reads no recordings",
                request.recordings.string());
#endif
}

const SpaceReport kArrangementReport{&arrangementMarkdown, nullptr, &measureRecordings};

} // namespace

Space arrangementSpace() {
    Space space =
        spaceOfAssets("arrangement", "Arrangement", "Two bars for piano: chords, sound and texture",
                      {.weights = kArrangementWeights, .library = "arrangement.atlas"});
    space.report = &kArrangementReport;
    return space;
}

Result<std::filesystem::path> arrangementWeights() { return shippedWeights(kArrangementWeights); }

} // namespace canto
