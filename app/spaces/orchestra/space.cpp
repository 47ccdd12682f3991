// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/spaces/orchestra/space.h"

#include "app/library/phrase_chain.h"
#include "app/spaces/orchestra/orchestra_sound.h"
#include "app/spaces/space_report.h"
#include "models/evaluation/reports.h"

namespace canto {

namespace {

constexpr auto kOrchestraWeights = "orchestra";
constexpr auto kOrchestraDecoder = "orchestra-ali";
constexpr auto kOrchestraLibrary = "orchestra.atlas";

#ifdef CANTO_SOUND
/// The interpolation of each ALI of the report, as sound.
Result<void> writeInterpolations(const nlohmann::json& report, const SpaceReportRequest& request,
                                 const CancelToken& cancel) {
    constexpr int kInterpolationSteps = 16;
    for (const auto& [name, part] : report["interpolation"].items()) {
        auto file = request.weights;
        for (const auto& [other, path] : request.others) {
            if (other == name) {
                file = path;
            }
        }
        CANTO_TRY(model, openOrchestra(file));
        const auto size = static_cast<std::size_t>((*model)->info().latentSize);
        const auto path = straightPath(models::Latent(size, 0.0F), models::Latent(size, 1.0F),
                                       kInterpolationSteps);
        CANTO_TRY(walk, writeWalk(**model, path,
                                  request.folder / ("interpolation-" + name + ".wav"), cancel));
    }
    return {};
}
#endif

Result<void> drawOrchestra(const nlohmann::json& report, const SpaceReportRequest& request,
                           [[maybe_unused]] const CancelToken& cancel) {
#ifdef CANTO_SOUND
    if (auto ok = writeInterpolations(report, request, cancel); !ok) {
        return ok;
    }
#endif
    return drawOrchestraReport(report, request.folder);
}

const SpaceReport kOrchestraReport{&orchestraMarkdown, &drawOrchestra};

} // namespace

Space orchestraSpace() {
    Space space = spaceOfAssets(
        "orchestra", "Orchestra", "Orchestral sound, by composer",
        {.weights = kOrchestraWeights, .library = kOrchestraLibrary, .sound = kOrchestraDecoder});
    space.report = &kOrchestraReport;
    return space;
}

} // namespace canto
