// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/change_library.h"

#include "core/atlas/segment_attributes.h"

namespace canto {
namespace {

/// Points of another model alone: what is added now would be all that the map shows afterwards.
Result<void> checkModel(atlas::Atlas& atlas, const models::ModelInfo& info) {
    const auto rows = atlas.models();
    if (!rows) {
        return fail(rows.error());
    }
    std::string other;
    for (const atlas::ModelRow& row : *rows) {
        if (!atlas::makesMaps(row)) {
            continue;
        }
        const auto points = atlas.points(row.id);
        if (!points) {
            return fail(points.error());
        }
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
            auto first = atlas::Atlas::open(request.startFrom, atlas::Access::ReadOnly);
            if (!first) {
                return fail(first.error());
            }
            if (auto ok = checkModel(*first, info); !ok) {
                return fail(ok.error()); // before a copy is made of it
            }
            if (auto copied = first->backupTo(request.atlas); !copied) {
                return fail(copied.error());
            }
        }
    }
    auto target = atlas::Atlas::open(request.atlas, atlas::Access::Create);
    if (target) {
        if (auto ok = checkModel(*target, info); !ok) {
            return fail(ok.error());
        }
    }
    return target;
}

/// Genres from the folders that were chosen.
Result<void> labelFiles(std::vector<ImportFile>& files, const ImportRequest& request,
                        atlas::Atlas& atlas, const models::ModelInfo& info) {
    if (info.labelColumn != "genre") {
        return {};
    }
    auto known = atlas.labelValues("genre");
    if (!known) {
        return fail(known.error());
    }
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
    auto files = findMidiFiles(request.paths, Naming::Absolute, &macMetadata);
    if (!files) {
        return fail(files.error());
    }
    if (files->empty()) {
        return fail(Error::Code::NotFound, "There are no MIDI files in what was chosen", {},
                    "Choose a folder with .mid files in it");
    }
    const auto model = request.openModel();
    if (!model) {
        return fail(model.error());
    }
    const models::ModelInfo& info = (*model)->info();
    auto target = openTarget(request, info);
    if (!target) {
        return fail(target.error());
    }
    if (auto ok = labelFiles(*files, request, *target, info); !ok) {
        return fail(ok.error());
    }
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
    auto atlas = atlas::Atlas::open(path, atlas::Access::ReadWrite);
    if (!atlas) {
        return fail(atlas.error());
    }
    for (const atlas::RowId song : songs) {
        if (auto ok = atlas->removeSong(song); !ok) {
            return fail(ok.error());
        }
    }
    return {};
}

} // namespace canto
