// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/spaces/style/space.h"

#include "app/spaces/space_report.h"
#include "models/evaluation/reports.h"

namespace canto {

namespace {

/// The space has two architectures.
bool isPolyphonic(const nlohmann::json& report) {
    return report.value("architecture", "") == "polyphonic";
}

Result<void> drawStyle(const nlohmann::json& report, const SpaceReportRequest& request,
                       const CancelToken&) {
    return isPolyphonic(report) ? Result<void>() : drawStyleReport(report, request.folder);
}

std::string describeStyle(const nlohmann::json& report) {
    return isPolyphonic(report) ? polyphonicMarkdown(report) : styleMarkdown(report);
}

const SpaceReport kStyleReport{&describeStyle, &drawStyle};

} // namespace

Space styleSpace() {
    Space space = spaceOfAssets("style", "Style", "Songs of a band, by genre",
                                {.weights = "polyphonic", .library = "start.atlas"});
    space.report = &kStyleReport;
    return space;
}

} // namespace canto
