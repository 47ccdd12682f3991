// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/change_library.h"

#include "core/atlas/segment_attributes.h"

namespace canto {
namespace {

/// Points of another model alone: what is added now would be all that the map shows afterwards.
Result<void> checkModel(atlas::Atlas& atlas, const models::ModelInfo& info) {
    CANTO_TRY(rows, atlas.models());
    std::string other;
    for (const atlas::ModelRow& row : *rows) {
        if (!atlas::makesMaps(row)) {
            continue;
        }
        CANTO_TRY(points, atlas.points(row.id));
        if (points->count() == 0) {
            continue;
        }
        if (row.name == info.id && row.version == info.version) {
            return {};
        }
        other = row.name;
    }
    return other.empty() ? Result<void>()
                         : fail(Error::Code::BadInput,
                                "The library was encoded by another model (" + other +
                                    ") than the one that is loaded (" + info.title + ")",
                                atlas.path().string(),
                                "Load the library's own model, or open another library, and "
                                "import again");
}

Result<atlas::Atlas> openTarget(const ImportRequest& request, const models::ModelInfo& info) {
    namespace fs = std::filesystem;
    std::error_code error;
    if (!fs::exists(request.atlas, error)) {
        fs::create_directories(request.atlas.parent_path(), error);
        if (!request.startFrom.empty()) {
            CANTO_TRY(first, atlas::Atlas::open(request.startFrom, atlas::Access::ReadOnly));
            if (auto ok = checkModel(*first, info); !ok) {
                return fail(ok.error()); // before a copy is made of it
            }
            CANTO_CHECK(first->backupTo(request.atlas));
        }
    }
    auto target = atlas::Atlas::open(request.atlas, atlas::Access::Create);
    if (target) {
        CANTO_CHECK(checkModel(*target, info));
    }
    return target;
}

/// Genres from the folders that were chosen.
Result<void> labelFiles(std::vector<ImportFile>& files, const ImportRequest& request,
                        atlas::Atlas& atlas, const models::ModelInfo& info) {
    if (info.labelColumn != "genre") {
        return {};
    }
    CANTO_TRY(known, atlas.labelValues("genre"));
    known->insert(known->begin(), info.classes.begin(), info.classes.end());
    std::error_code ignored;
    for (const std::filesystem::path& path : request.paths) {
        if (std::filesystem::is_directory(path, ignored)) {
            labelByFolder(files, path, *known);
        }
    }
    return {};
}

} // namespace

Result<ImportReport> importInto(const ImportRequest& request, const Progress& progress,
                                const CancelToken& cancel) {
    std::size_t macMetadata = 0;
    CANTO_TRY(files, findMidiFiles(request.paths, Naming::Absolute, &macMetadata));
    if (files->empty()) {
        return fail(Error::Code::NotFound, "There are no MIDI files in what was chosen", {},
                    "Choose a folder with .mid files in it");
    }
    CANTO_TRY(model, request.openModel());
    const models::ModelInfo& info = (*model)->info();
    CANTO_TRY(target, openTarget(request, info));
    CANTO_CHECK(labelFiles(*files, request, *target, info));
    ImportOptions options;
    options.knowByContent = options.labelsAreGuesses = true;
    auto report = importFiles(*target, **model, *files, options, progress, cancel);
    if (report) {
        report->macMetadata = macMetadata;
    }
    return report;
}

Result<void> removeSongs(const std::filesystem::path& path,
                         const std::vector<atlas::RowId>& songs) {
    CANTO_TRY(atlas, atlas::Atlas::open(path, atlas::Access::ReadWrite));
    for (const atlas::RowId song : songs) {
        CANTO_CHECK(atlas->removeSong(song));
    }
    return {};
}

} // namespace canto
