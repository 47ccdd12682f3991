// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/spaces/style/space.h"

#include "app/spaces/space_report.h"
#include "models/evaluation/reports.h"

namespace canto {

namespace {

Result<void> drawStyle(const nlohmann::json& report, const SpaceReportRequest& request,
                       const CancelToken&) {
    return drawStyleReport(report, request.folder);
}

const SpaceReport kStyleReport{&styleMarkdown, &drawStyle};

} // namespace

Space styleSpace() {
    Space space = spaceOfAssets("style", "Style", "Songs of a band, by genre",
                                {.weights = "musae", .library = "start.atlas"});
    space.report = &kStyleReport;
    return space;
}

} // namespace canto
