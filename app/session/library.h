#pragma once

#include "core/atlas/atlas.h"
#include "core/base/cancel.h"
#include "core/project/map_projection.h"
#include "widgets/map/map_snapshot.h"

#include <memory>
#include <string>
#include <vector>

namespace canto::app {

using ProjectionPtr = std::shared_ptr<const project::MapProjection>;

/// One map of a library: where its points are drawn, and how it was made.
struct LibraryMap {
    std::string name; ///< "UMAP", "PCA", "Prior plane"
    project::ProjectionOptions options;
    std::string state;                        ///< for MapProjection::restore; may be empty
    std::vector<project::MapPoint> positions; ///< by row; empty: has to be fitted first
    widgets::MapSnapshotPtr snapshot;         ///< null until there are positions
};

/// An atlas as the window shows it, read whole. Immutable: shared between threads.
struct Library {
    std::filesystem::path path;
    atlas::AtlasPoints points;
    std::vector<std::string> columns; ///< labels the points can be coloured by, genre first
    std::vector<LibraryMap> maps;     ///< the one to show first in front; never empty
};
using LibraryPtr = std::shared_ptr<const Library>;

/// Reads an atlas, up to what a first drawing needs.
/// @param modelVersion  the latents of this model are preferred where there are several.
/// Errors: those of Atlas; NotFound for an atlas without points; Cancelled. Thread: any.
Result<LibraryPtr> readLibrary(const std::filesystem::path& path, const std::string& modelVersion,
                               const CancelToken& cancel);

/// The map with its way back to the latent; fits it where the atlas has no positions for it.
/// Errors: those of MapProjection. Thread: any; takes up to a second for 100,000 points.
Result<ProjectionPtr> restoreProjection(const Library& library, std::size_t map,
                                        std::shared_ptr<const project::Points> points,
                                        const CancelToken& cancel);

std::shared_ptr<const project::Points> pointsOf(const Library& library);

/// Drawing order and index of positions, coloured by a column.
widgets::MapSnapshotPtr makeSnapshot(const Library& library,
                                     const std::vector<project::MapPoint>& positions,
                                     const std::string& column);

/// A column of labels as colours of the points.
widgets::MapColouring colouringOf(const Library& library, const std::string& column);

} // namespace canto::app
