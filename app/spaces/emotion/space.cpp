// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/spaces/emotion/space.h"

#include "app/spaces/space_report.h"
#include "models/evaluation/reports.h"

namespace canto {

namespace {

constexpr auto kEmotionWeights = "muser";

Result<void> drawEmotion(const nlohmann::json& report, const SpaceReportRequest& request,
                         const CancelToken&) {
    return drawEmotionReport(report, request.folder);
}

const SpaceReport kEmotionReport{&emotionMarkdown, &drawEmotion};

} // namespace

Space emotionSpace() {
    Space space = spaceOfAssets(
        "emotion", "Emotion", "Piano music, by emotion; elements are carried between songs",
        {.weights = kEmotionWeights, .library = "emotion.atlas", .package = "cantograph-emotion"});
    space.report = &kEmotionReport;
    return space;
}

} // namespace canto
