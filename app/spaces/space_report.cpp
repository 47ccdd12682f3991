// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/spaces/space_report.h"

#include "core/base/atomic_file.h"
#include "core/base/json_text.h"
#include "models/registry/registry.h"

#include <deque>

namespace canto {

namespace {

Result<tensors::SafeTensors> openReported(const std::filesystem::path& path) {
    return tensors::SafeTensors::open(path, tensors::OpenOptions::weights());
}

/// The model's part of the report.
Result<nlohmann::json> figuresOf(const Space& space, const SpaceReportRequest& request,
                                 const CancelToken& cancel) {
    CANTO_TRY(weights, openReported(request.weights));
    CANTO_TRY(found, models::findArchitecture(weights->metadata("architecture")));
    const models::Architecture& architecture = **found;
    if (architecture.space != space.id) {
        return fail(Error::Code::BadInput, "These weights are of the space " + architecture.space,
                    request.weights.string());
    }
    models::ReportRequest asked{&*weights, request.dataset, request.split, {}};
    asked.secondDataset = request.secondDataset;
    asked.part = request.part;
    asked.draws = request.draws;
    std::deque<tensors::SafeTensors> opened; // addresses stay
    for (const auto& [name, path] : request.others) {
        CANTO_TRY(other, openReported(path));
        if (other->metadata("architecture") != architecture.id) {
            return fail(Error::Code::BadInput, "These weights are of another model",
                        name + "=" + path.string());
        }
        opened.push_back(std::move(*other));
        asked.others.emplace_back(name, &opened.back());
    }
    return architecture.report(asked, cancel);
}

} // namespace

Result<void> writeSpaceReport(const Space& space, const SpaceReportRequest& request,
                              const CancelToken& cancel, const Progress& progress) {
    if (space.report == nullptr) {
        return fail(Error::Code::BadInput, "The " + space.title + " space has no report");
    }
    if (!request.recordings.empty() && space.report->recordings == nullptr) {
        return fail(Error::Code::BadInput, "The " + space.title + " space takes no recordings",
                    request.recordings.string());
    }
    CANTO_TRY(report, figuresOf(space, request, cancel));
    if (!request.recordings.empty()) {
        CANTO_TRY(songs, space.report->recordings(request, cancel, progress));
        (*report)["songs"] = std::move(*songs);
    }
    std::error_code problem;
    std::filesystem::create_directories(request.folder, problem);
    if (problem) {
        return fail(Error::Code::Io, "The folder cannot be made: " + problem.message(),
                    request.folder.string());
    }
    if (auto ok = writeFileAtomically(request.folder / "report.json", jsonText(*report, 1) + "\n");
        !ok) {
        return ok;
    }
    if (space.report->draw != nullptr) {
        if (auto ok = space.report->draw(*report, request, cancel); !ok) {
            return ok;
        }
    }
    return writeFileAtomically(request.folder / "report.md", space.report->markdown(*report));
}

} // namespace canto
