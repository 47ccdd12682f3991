// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The report on a whole space: the implementation of `canto evaluate --space`.

#include "app/spaces/spaces.h"
#include "core/base/cancel.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace canto {

struct SpaceReportRequest {
    std::filesystem::path weights; ///< of a model of the space
    std::filesystem::path dataset; ///< prepared
    std::string split = "test";
    /// For comparison: name and weights of the same model.
    std::vector<std::pair<std::string, std::filesystem::path>> others;
    std::filesystem::path secondDataset; ///< models::ReportRequest::secondDataset; may be empty
    std::string part;                    ///< models::ReportRequest::part
    int draws = 100;                     ///< models::ReportRequest::draws
    /// Whole recordings to be arranged, and their scores (measureArrangements); empty: none.
    std::filesystem::path recordings;
    std::filesystem::path scores;
    std::filesystem::path folder; ///< the report is written into it; created if needed
};

/// How a space completes and writes the report of its model (models::Architecture::report).
struct SpaceReport {
    std::string (*markdown)(const nlohmann::json& report);
    /// Writes pictures, and sound where the space has any, into request.folder; null: none.
    Result<void> (*draw)(const nlohmann::json& report, const SpaceReportRequest& request,
                         const CancelToken& cancel) = nullptr;
    /// Figures of the request's recordings, which the report gets as "songs"; null: the space takes
    /// no recordings.
    Result<nlohmann::json> (*recordings)(const SpaceReportRequest& request,
                                         const CancelToken& cancel,
                                         const Progress& progress) = nullptr;
};

/// Evaluates the weights and writes report.json, report.md and the drawings. Progress counts
/// recordings. Errors: those of the weights and the data; BadInput for weights of another space or
/// model, and for a space without a report or without recordings; Io; Cancelled.
Result<void> writeSpaceReport(const Space& space, const SpaceReportRequest& request,
                              const CancelToken& cancel, const Progress& progress = {});

} // namespace canto
