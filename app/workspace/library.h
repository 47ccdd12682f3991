// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/library/model_store.h"
#include "app/workspace/columns.h"
#include "app/workspace/projection.h"
#include "app/workspace/song_names.h"
#include "core/atlas/curation.h"
#include "core/base/cancel.h"
#include "widgets/map/map_snapshot.h"

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace canto::app {

/// One map of a library: where its points are drawn, and how it was made.
struct LibraryMap {
    std::string name; ///< "UMAP", "PCA", "Prior plane"
    projection::ProjectionOptions options;
    std::string state;                           ///< for MapProjection::restore; may be empty
    std::vector<projection::MapPoint> positions; ///< by row; empty: has to be fitted first
    widgets::MapSnapshotPtr snapshot;            ///< null until there are positions
};

/// A figure of each point, kept in the atlas beside the latents.
struct LibraryMeasure {
    std::string name;          ///< a column: "loudness"
    std::string unit;          ///< "dBFS"
    std::vector<float> values; ///< by row; not a number where it is not known
};

/// An atlas as the window shows it, read whole. Immutable: shared between threads.
struct Library {
    std::filesystem::path path;
    atlas::AtlasPoints points;
    std::vector<SongName> names; ///< of points.songs
    /// What the points can be coloured by, the column to show first in front; never empty and
    /// without hidden columns (describeColumn). It is "genre" where the songs have no labels.
    std::vector<std::string> columns;
    /// Columns that follow from another and are not in the file: "arousal" from the emotion.
    std::vector<std::string> derived;
    std::vector<LibraryMeasure> measures; ///< columns too, named after the labels
    std::vector<LibraryMap> maps;         ///< the one to show first in front; never empty

    std::string digest; ///< libraryDigest() of all points; readLibrary() fills it

    /// First row of each song, by its id; readLibrary() fills it.
    std::unordered_map<atlas::RowId, std::size_t> firstRows;

    /// What the song of a row is called.
    const SongName& nameOf(std::size_t row) const {
        return names[std::size_t(points.segments[row].song)];
    }
};
using LibraryPtr = std::shared_ptr<const Library>;

/// Reads an atlas, up to what a first drawing needs.
/// @param modelVersion  the latents of this model are preferred where there are several.
/// @param open  of the library's model, for an atlas without maps: the first is then made of the
///              model's coordinates. May be empty.
/// Errors: those of Atlas; NotFound for an atlas without points; Cancelled. Thread: any.
Result<LibraryPtr> readLibrary(const std::filesystem::path& path, const std::string& modelVersion,
                               const CancelToken& cancel, const OpenModel& open = {});

/// The same points with other labels. Columns that had no labels so far come last; the drawing of
/// the maps keeps its colours, which MapController::setLabels() makes. Thread: any.
LibraryPtr withLabels(const Library& library, std::span<const atlas::LabelChange> changes);

/// Whether both have the same points of the same file; their labels may differ.
bool samePoints(const LibraryPtr& a, const LibraryPtr& b);

/// What the model has instead of the library's latents on maps; null where latents are their own
/// coordinates, and without a model of these latents.
CoordinatesPtr coordinatesFor(const Library& library, const OpenModel& open);

/// What the maps of a library are made of: its latents, or the coordinates that the model has for
/// them instead.
struct MapPoints {
    std::shared_ptr<const projection::Points> points; ///< by row
    CoordinatesPtr coordinates;                       ///< null: the points are the latents
    std::optional<int> block;                         ///< of the model, whose coordinates these are
};

/// @param coordinates  of the library's model, where its latents have no distances; else null.
/// @return Cancelled.
Result<MapPoints> mapPointsOf(const Library& library, CoordinatesPtr coordinates,
                              std::optional<int> block, const CancelToken& cancel);

/// The map with its inverse projection to the latent; fits it where the atlas has no positions for
/// it. Errors: those of MapProjection. Thread: any; takes up to a second for 100,000 points.
Result<ProjectionPtr> restoreProjection(const LibraryPtr& library, std::size_t map,
                                        const MapPoints& points, const CancelToken& cancel);

/// A map of one part of the latents alone: the plane itself for two dimensions, else UMAP, and the
/// principal components where that would take long. Errors and thread as above.
Result<ProjectionPtr> projectBlock(const LibraryPtr& library, const MapPoints& points,
                                   const CancelToken& cancel);

std::shared_ptr<const projection::Points> pointsOf(const Library& library);

/// Drawing order and index of positions, coloured by a column.
widgets::MapSnapshotPtr makeSnapshot(const Library& library,
                                     const std::vector<projection::MapPoint>& positions,
                                     const std::string& column);

/// A column as colours of the points: a scale where its values are numbers (see
/// ColumnDescription::numeric; without a description every label has to be a number and three of
/// them different), else a colour for each value.
widgets::MapColouring colouringOf(const Library& library, const std::string& column);

} // namespace canto::app
