// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/library.h"

#include "app/workspace/class_names.h"
#include "app/workspace/project_file.h"
#include "core/atlas/segment_attributes.h"

#include <QCoreApplication>
#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <unordered_map>

namespace canto::app {
namespace {

using Kind = projection::ProjectionOptions::Kind;

/// Two numbers are rather classes (0 and 1) than quantities.
constexpr std::size_t kFewestOnAScale = 3;

/// The latents of the wanted model, else those of the model that comes first.
Result<atlas::AtlasPoints> readPoints(atlas::Atlas& atlas, const std::string& version) {
    CANTO_TRY(models, atlas.models());
    std::erase_if(*models, [](const atlas::ModelRow& row) { return !atlas::makesMaps(row); });
    std::stable_partition(models->begin(), models->end(),
                          [&](const atlas::ModelRow& row) { return row.version == version; });
    for (const atlas::ModelRow& row : *models) {
        CANTO_TRY(points, atlas.points(row.id));
        if (points->count() > 0) {
            return points;
        }
    }
    return fail(Error::Code::NotFound, "The atlas holds no points yet", atlas.path().string(),
                "Import a folder of MIDI files into it");
}

std::unordered_map<atlas::RowId, std::size_t> rowsById(const atlas::AtlasPoints& points) {
    std::unordered_map<atlas::RowId, std::size_t> rows;
    rows.reserve(points.count());
    for (std::size_t row = 0; row < points.count(); ++row) {
        rows.emplace(points.segments[row].id, row);
    }
    return rows;
}

/// Figures that are kept beside the points.
Result<void> readBeside(atlas::Atlas& atlas, Library& library) {
    CANTO_TRY(models, atlas.models());
    const auto rows = rowsById(library.points);
    for (const atlas::ModelRow& model : *models) {
        if (!model.name.starts_with(atlas::kMeasureKind) || model.latentSize != 1) {
            continue;
        }
        CANTO_TRY(figures, atlas.points(model.id));
        LibraryMeasure measure{model.name.substr(atlas::kMeasureKind.size()), model.version, {}};
        measure.values.assign(library.points.count(), std::numeric_limits<float>::quiet_NaN());
        for (std::size_t i = 0; i < figures->count(); ++i) {
            if (const auto row = rows.find(figures->segments[i].id); row != rows.end()) {
                measure.values[row->second] = figures->latents[i];
            }
        }
        library.measures.push_back(std::move(measure));
    }
    return {};
}

Kind kindOf(const atlas::Projection& projection) {
    const auto json = nlohmann::json::parse(projection.parameters, nullptr, false);
    if (json.is_object() && json.contains("kind") && json["kind"].is_string()) {
        if (const auto kind = projection::kindNamed(json["kind"].get<std::string>())) {
            return *kind;
        }
    }
    return projection.name == "PCA" ? Kind::Pca : Kind::Umap;
}

/// Positions by row; rows that the projection does not know are not finite.
std::vector<projection::MapPoint> byRow(const atlas::AtlasPoints& points,
                                        const atlas::Projection& projection) {
    const float nowhere = std::numeric_limits<float>::quiet_NaN();
    std::vector<projection::MapPoint> positions(points.count(), {nowhere, nowhere});
    const auto rows = rowsById(points);
    for (std::size_t i = 0; i < projection.segments.size(); ++i) {
        const auto found = rows.find(projection.segments[i]);
        if (found != rows.end() && 2 * i + 1 < projection.xy.size()) {
            positions[found->second] = {projection.xy[2 * i], projection.xy[2 * i + 1]};
        }
    }
    return positions;
}

bool finite(projection::MapPoint p) { return std::isfinite(p.x) && std::isfinite(p.y); }

/// Gives the rows that came after the projection was made their places on it.
Result<void> placeMissing(const Library& library, LibraryMap& map) {
    projection::Points known, missing;
    std::vector<projection::MapPoint> places;
    std::vector<std::size_t> rows;
    known.dimensions = missing.dimensions = std::size_t(library.points.model.latentSize);
    for (std::size_t row = 0; row < map.positions.size(); ++row) {
        const bool placed = finite(map.positions[row]);
        projection::Points& into = placed ? known : missing;
        const auto latent = library.points.latent(row);
        into.values.insert(into.values.end(), latent.begin(), latent.end());
        ++into.count;
        if (placed) {
            places.push_back(map.positions[row]);
        } else {
            rows.push_back(row);
        }
    }
    if (rows.empty()) {
        return {};
    }
    CANTO_TRY(projection, projection::MapProjection::restore(
                              std::make_shared<const projection::Points>(std::move(known)),
                              std::move(places), map.options, map.state));
    CANTO_TRY(found, projection->place(missing));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        map.positions[rows[i]] = (*found)[i];
    }
    return {};
}

Result<std::vector<LibraryMap>> readMaps(atlas::Atlas& atlas, const Library& library) {
    CANTO_TRY(rows, atlas.projections(library.points.model.id));
    // UMAP first: it shows most; then as the atlas has them.
    std::stable_partition(rows->begin(), rows->end(),
                          [](const atlas::Projection& row) { return kindOf(row) == Kind::Umap; });
    std::vector<LibraryMap> maps;
    for (const atlas::Projection& row : *rows) {
        CANTO_TRY(whole, atlas.readProjection(library.points.model.id, row.name));
        LibraryMap map;
        map.name = row.name;
        map.options.kind = kindOf(row);
        map.state = row.parameters;
        map.positions = byRow(library.points, *whole);
        if (!std::any_of(map.positions.begin(), map.positions.end(), finite)) {
            continue;
        }
        CANTO_CHECK(placeMissing(library, map));
        maps.push_back(std::move(map));
    }
    const auto has = [&](Kind kind) {
        return std::any_of(maps.begin(), maps.end(),
                           [&](const LibraryMap& map) { return map.options.kind == kind; });
    };
    if (!has(Kind::Pca)) {
        maps.push_back({.name = "PCA", .options = {.kind = Kind::Pca}});
    }
    return maps;
}

/// Whether the column puts the songs into a handful of groups.
bool groups(const Library& library, const std::string& column) {
    constexpr std::size_t kMostGroups = 16;
    std::set<std::string> values;
    for (const atlas::SongRow& song : library.points.songs) {
        if (values.insert(song.label(column)).second && values.size() > kMostGroups) {
            return false;
        }
    }
    values.erase(std::string());
    return values.size() >= 2;
}

/// Arousal and valence follow from the quadrant of Russell's circle (1980): Q1 high and positive,
/// Q2 high and negative, Q3 low and negative, Q4 low and positive.
void addAffect(Library& library) {
    const auto quadrant = [](const std::string& text) {
        return text.size() == 2 && text[0] == 'Q' && text[1] >= '1' && text[1] <= '4'
                   ? text[1] - '0'
                   : 0;
    };
    std::string column;
    for (const std::string& candidate : library.columns) {
        const bool all = std::all_of(library.points.songs.begin(), library.points.songs.end(),
                                     [&](const auto& song) {
                                         const std::string& value = song.label(candidate);
                                         return value.empty() || quadrant(value) > 0;
                                     });
        if (all) {
            column = candidate;
            break;
        }
    }
    const auto has = [&](const char* name) {
        return std::find(library.columns.begin(), library.columns.end(), name) !=
               library.columns.end();
    };
    if (column.empty() || has("arousal") || has("valence")) {
        return;
    }
    library.derived = {"arousal", "valence"};
    for (atlas::SongRow& song : library.points.songs) {
        if (const int which = quadrant(song.label(column)); which > 0) {
            song.labels["arousal"] = which <= 2 ? "high" : "low";
            song.labels["valence"] = which == 1 || which == 4 ? "positive" : "negative";
        }
    }
    library.columns.insert(library.columns.end(), {"arousal", "valence"});
}

} // namespace

LibraryPtr withLabels(const Library& library, std::span<const atlas::LabelChange> changes) {
    auto changed = std::make_shared<Library>(library);
    for (const std::string& column : changed->derived) {
        std::erase(changed->columns, column);
        for (atlas::SongRow& song : changed->points.songs) {
            song.labels.erase(column);
        }
    }
    changed->derived.clear();
    std::unordered_map<atlas::RowId, atlas::SongRow*> songs;
    for (atlas::SongRow& song : changed->points.songs) {
        songs.emplace(song.id, &song);
    }
    bool named = false;
    for (const atlas::LabelChange& change : changes) {
        const auto song = songs.find(change.song);
        if (song == songs.end()) {
            continue;
        }
        atlas::setLabel(*song->second, change.column, change.after);
        named |=
            change.column == "title" || change.column == "artist" || change.column == "composer";
        auto& columns = changed->columns;
        if (std::find(columns.begin(), columns.end(), change.column) == columns.end() &&
            describeColumn(change.column).visibility != ColumnDescription::Visibility::Hidden) {
            columns.push_back(change.column);
        }
    }
    addAffect(*changed);
    if (named) {
        changed->names = songNames(changed->points.songs);
    }
    return changed;
}

bool samePoints(const LibraryPtr& a, const LibraryPtr& b) {
    return a == b || (a && b && a->path == b->path && a->points.count() == b->points.count() &&
                      a->digest == b->digest);
}

CoordinatesPtr coordinatesFor(const Library& library, const OpenModel& open) {
    if (!open) {
        return nullptr;
    }
    const auto model = open();
    const bool needed = model && *model &&
                        (*model)->info().geometry == models::Geometry::Discrete &&
                        (*model)->info().latentSize == library.points.model.latentSize;
    return needed ? std::make_shared<const Coordinates>(*model) : nullptr;
}

Result<MapPoints> mapPointsOf(const Library& library, CoordinatesPtr coordinates,
                              std::optional<int> block, const CancelToken& cancel) {
    if (!coordinates) {
        return MapPoints{pointsOf(library), nullptr, block};
    }
    auto points = std::make_shared<projection::Points>();
    for (std::size_t row = 0; row < library.points.count(); ++row) {
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        const auto latent = library.points.latent(row);
        const models::Latent at = coordinates->of({latent.begin(), latent.end()}, block);
        points->values.insert(points->values.end(), at.begin(), at.end());
        points->dimensions = at.size();
        ++points->count;
    }
    return MapPoints{std::move(points), std::move(coordinates), block};
}

std::shared_ptr<const projection::Points> pointsOf(const Library& library) {
    auto points = std::make_shared<projection::Points>();
    points->values = library.points.latents;
    points->count = library.points.count();
    points->dimensions = std::size_t(library.points.model.latentSize);
    return points;
}

Result<LibraryPtr> readLibrary(const std::filesystem::path& path, const std::string& modelVersion,
                               const CancelToken& cancel, const OpenModel& open) {
    CANTO_TRY(atlas, atlas::Atlas::open(path, atlas::Access::ReadOnly));
    auto library = std::make_shared<Library>();
    library->path = path;
    CANTO_TRY(points, readPoints(*atlas, modelVersion));
    library->points = std::move(*points);
    library->names = songNames(library->points.songs);
    library->digest = libraryDigest(library->points, library->points.count());
    for (std::size_t row = 0; row < library->points.count(); ++row) {
        library->firstRows.emplace(library->points.songOf(row).id, row); // keeps the first
    }
    CANTO_TRY(columns, atlas->labelColumns());
    library->columns = std::move(*columns);
    addAffect(*library);
    std::erase_if(library->columns, [](const std::string& column) {
        return describeColumn(column).visibility == ColumnDescription::Visibility::Hidden;
    });
    // What groups the songs comes first; a column that names nearly every song another does not.
    std::stable_partition(
        library->columns.begin(), library->columns.end(),
        [&](const std::string& column) { return column == "genre" || groups(*library, column); });
    if (!groups(*library, "title")) { // a name for each song is the last that anyone wants
        std::stable_partition(library->columns.begin(), library->columns.end(),
                              [](const std::string& column) { return column != "title"; });
        if (library->columns.empty() || library->columns.front() == "title") {
            library->columns.insert(library->columns.begin(), "genre"); // there are no labels
        }
    }
    CANTO_CHECK(readBeside(*atlas, *library));
    for (const LibraryMeasure& measure : library->measures) {
        std::erase(library->columns, measure.name);
        library->columns.push_back(measure.name);
    }
    if (cancel.cancelled()) {
        return fail(Error::Code::Cancelled, "Cancelled", path.string());
    }
    CANTO_TRY(maps, readMaps(*atlas, *library));
    library->maps = std::move(*maps);
    LibraryMap& first = library->maps.front();
    if (first.positions.empty()) {
        CANTO_TRY(places,
                  mapPointsOf(*library, coordinatesFor(*library, open), std::nullopt, cancel));
        CANTO_TRY(fitted, projection::MapProjection::fit(places->points, first.options, cancel));
        first.positions = fitted->positions();
        first.state = fitted->state();
    }
    first.snapshot = makeSnapshot(*library, first.positions, library->columns.front());
    return library;
}

namespace {

ProjectionPtr inLatents(projection::MapProjection map, const MapPoints& points,
                        const LibraryPtr& library) {
    return points.coordinates ? std::make_shared<const Projection>(
                                    std::move(map), points.coordinates, points.block, library)
                              : std::make_shared<const Projection>(std::move(map));
}

} // namespace

Result<ProjectionPtr> restoreProjection(const LibraryPtr& library, std::size_t index,
                                        const MapPoints& points, const CancelToken& cancel) {
    const LibraryMap& map = library->maps[index];
    CANTO_TRY(projection, map.positions.empty()
                              ? projection::MapProjection::fit(points.points, map.options, cancel)
                              : projection::MapProjection::restore(points.points, map.positions,
                                                                   map.options, map.state));
    return inLatents(std::move(*projection), points, library);
}

Result<ProjectionPtr> projectBlock(const LibraryPtr& library, const MapPoints& points,
                                   const CancelToken& cancel) {
    constexpr std::size_t kMostForUmap = 6000;
    projection::ProjectionOptions options;
    options.threads = 1; // behind everything that a person waits for
    options.kind = points.points->dimensions <= 2         ? Kind::Plane
                   : points.points->count <= kMostForUmap ? Kind::Umap
                                                          : Kind::Pca;
    CANTO_TRY(map, projection::MapProjection::fit(points.points, options, cancel));
    return inLatents(std::move(*map), points, library);
}

namespace {

/// The label of each song as a number, NaN without a label; empty where the column holds
/// categories.
std::vector<float> numbersBySong(const Library& library, const std::string& column) {
    const std::optional<bool> numeric = describeColumn(column).numeric;
    if (numeric == false) {
        return {};
    }
    std::vector<float> numbers;
    numbers.reserve(library.points.songs.size());
    std::set<float> distinct;
    for (const atlas::SongRow& song : library.points.songs) {
        const std::string& label = song.label(column);
        const auto number = labelNumber(label);
        if (!number && !label.empty() && !numeric) {
            return {};
        }
        numbers.push_back(number ? float(*number) : std::numeric_limits<float>::quiet_NaN());
        if (number && distinct.size() < kFewestOnAScale) {
            distinct.insert(numbers.back());
        }
    }
    return numeric || distinct.size() == kFewestOnAScale ? numbers : std::vector<float>();
}

/// What belongs to a row's song, for each row.
template <class Value>
std::vector<Value> perRow(const Library& library, const std::vector<Value>& bySong) {
    std::vector<Value> values;
    values.reserve(library.points.count());
    for (const atlas::SegmentRow& segment : library.points.segments) {
        values.push_back(bySong[std::size_t(segment.song)]);
    }
    return values;
}

} // namespace

widgets::MapColouring colouringOf(const Library& library, const std::string& column) {
    const ColumnDescription description = describeColumn(column);
    for (const LibraryMeasure& measure : library.measures) {
        if (measure.name == column) {
            return widgets::makeScale(description.title, QString::fromStdString(measure.unit),
                                      measure.values);
        }
    }
    if (const auto numbers = numbersBySong(library, column); !numbers.empty()) {
        return widgets::makeScale(description.title, description.unit, perRow(library, numbers));
    }
    std::vector<QString> labels;
    labels.reserve(library.points.songs.size());
    for (const atlas::SongRow& song : library.points.songs) {
        // Without a label of its own the user's music would vanish among "other".
        labels.push_back(song.label(column).empty() && song.split == "mine"
                             ? QCoreApplication::translate("Library", "My music")
                             : QString::fromStdString(song.label(column)));
    }
    return classColouring(column, description.title, perRow(library, labels));
}

widgets::MapSnapshotPtr makeSnapshot(const Library& library,
                                     const std::vector<projection::MapPoint>& positions,
                                     const std::string& column) {
    std::vector<float> x, y;
    std::vector<std::uint8_t> flags;
    x.reserve(positions.size());
    y.reserve(positions.size());
    flags.reserve(positions.size());
    for (std::size_t row = 0; row < positions.size(); ++row) {
        const std::string& split = library.points.songOf(row).split;
        x.push_back(positions[row].x);
        y.push_back(positions[row].y);
        flags.push_back(static_cast<std::uint8_t>(
            (split == "test" || split == "valid" ? widgets::kHeldOut : 0) |
            (split == "mine" ? widgets::kMine : 0)));
    }
    return widgets::MapSnapshot::make(std::move(x), std::move(y), colouringOf(library, column),
                                      std::move(flags));
}

} // namespace canto::app
