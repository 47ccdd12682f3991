// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/atlas/latent_library.h"

#include "core/base/atomic_file.h"
#include "core/base/file_checksum.h"
#include "core/base/json_text.h"
#include "core/projection/pca.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <unordered_map>

namespace canto::atlas {

namespace fs = std::filesystem;
using Kind = projection::ProjectionOptions::Kind;

namespace {

constexpr std::size_t kFewestForUmap = 8;
constexpr std::size_t kMostWholeUmap = 200'000;
constexpr std::size_t kUmapSample = 20'000;
/// Distances within the corpus are measured among at most N rows.
constexpr std::size_t kDistanceSample = 50'000;
constexpr double kMicroseconds = 1e6;

class Stopwatch {
  public:
    double seconds() {
        const auto now = std::chrono::steady_clock::now();
        return std::chrono::duration<double>(now - std::exchange(m_start, now)).count();
    }

  private:
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

// ---- the map ----

struct MadeMap {
    std::string name;
    std::string state; ///< MapProjection::state()
    std::vector<projection::MapPoint> places;
    std::size_t fitted = 0;
};

/// Evenly picked rows.
std::vector<std::size_t> evenRows(std::size_t count, std::size_t wanted) {
    const std::size_t picked = std::min(count, wanted);
    std::vector<std::size_t> rows(picked);
    for (std::size_t i = 0; i < picked; ++i) {
        rows[i] = i * count / picked;
    }
    return rows;
}

std::shared_ptr<projection::Points> pickedPoints(const projection::Points& points,
                                                 const std::vector<std::size_t>& rows) {
    auto picked = std::make_shared<projection::Points>();
    picked->count = rows.size();
    picked->dimensions = points.dimensions;
    picked->values.reserve(rows.size() * points.dimensions);
    for (const std::size_t row : rows) {
        const auto latent = points.view().row(row);
        picked->values.insert(picked->values.end(), latent.begin(), latent.end());
    }
    return picked;
}

/// What a map keeps besides positions, for positions that are known.
Result<std::string> stateFor(const projection::Points& points,
                             const std::vector<projection::MapPoint>& places,
                             const projection::ProjectionOptions& options,
                             const std::string& known) {
    const auto rows = evenRows(points.count, kDistanceSample);
    std::vector<projection::MapPoint> picked;
    for (const std::size_t row : rows) {
        picked.push_back(places[row]);
    }
    CANTO_TRY(map, projection::MapProjection::restore(pickedPoints(points, rows), std::move(picked),
                                                      options, known));
    return map->state();
}

Result<MadeMap> pcaMap(const projection::Points& points, projection::ProjectionOptions options) {
    CANTO_TRY(pca, projection::Pca::fit(points, 2, options.threads));
    CANTO_TRY(coordinates, pca->project(points, options.threads));
    MadeMap made{"PCA", {}, {}, points.count};
    made.places.reserve(points.count);
    for (std::size_t row = 0; row < points.count; ++row) {
        const auto at = coordinates->view().row(row);
        made.places.push_back({at[0], at.size() > 1 ? at[1] : 0.0F});
    }
    options.kind = Kind::Pca;
    const auto mean = pca->mean(), axes = pca->axes();
    const nlohmann::json known{{"kind", projection::kindName(Kind::Pca)},
                               {"mean", std::vector<float>(mean.begin(), mean.end())},
                               {"axes", std::vector<float>(axes.begin(), axes.end())}};
    CANTO_TRY(state, stateFor(points, made.places, options, jsonText(known)));
    made.state = std::move(*state);
    return made;
}

/// Fits a UMAP to some rows and transforms the others to it, piece by piece.
Result<MadeMap> umapMap(const projection::Points& points, std::size_t sample,
                        projection::ProjectionOptions options, const CancelToken& cancel,
                        const Progress& progress) {
    constexpr std::size_t kPlacedAtOnce = 4096;
    options.kind = Kind::Umap;
    const auto rows = evenRows(points.count, sample);
    CANTO_TRY(map, projection::MapProjection::fit(pickedPoints(points, rows), options, cancel,
                                                  [&](int epoch, int last, const auto&) {
                                                      if (progress) {
                                                          progress(static_cast<std::size_t>(epoch),
                                                                   static_cast<std::size_t>(last));
                                                      }
                                                  }));
    MadeMap made{"UMAP", map->state(), {}, rows.size()};
    if (rows.size() == points.count) {
        made.places = map->positions();
        return made;
    }
    made.places.reserve(points.count);
    for (std::size_t begin = 0; begin < points.count; begin += kPlacedAtOnce) {
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        const std::size_t size = std::min(kPlacedAtOnce, points.count - begin);
        CANTO_TRY(places, map->place(projection::PointsView{points.view().row(begin).data(), size,
                                                            points.dimensions}));
        made.places.insert(made.places.end(), places->begin(), places->end());
        if (progress) {
            progress(begin + size, points.count);
        }
    }
    return made;
}

Result<MadeMap> mapOf(latents::LatentTable& table, const LatentMapOptions& options,
                      const CancelToken& cancel, const Progress& progress) {
    const projection::Points& points = table.points;
    if (!table.places.empty()) {
        auto how = options.projection;
        how.kind = Kind::Umap; // others are transformed to it by their neighbours
        CANTO_TRY(state, stateFor(points, table.places, how, {}));
        return MadeMap{"As given", std::move(*state), table.places, 0};
    }
    if (options.projection.kind != Kind::Umap) {
        return pcaMap(points, options.projection);
    }
    if (points.count < kFewestForUmap) {
        table.findings.notes.push_back(std::to_string(points.count) +
                                       " rows are too few for UMAP: the map is a PCA");
        return pcaMap(points, options.projection);
    }
    if (options.umapUpTo > 0 && points.count > options.umapUpTo) {
        table.findings.notes.push_back("More than " + std::to_string(options.umapUpTo) +
                                       " rows: the map is a PCA");
        return pcaMap(points, options.projection);
    }
    auto how = options.projection;
    how.umap.neighbours =
        std::min(how.umap.neighbours, static_cast<int>(std::min(points.count, std::size_t(1000))));
    std::size_t sample = options.sample;
    if (sample == 0) {
        sample = points.count <= kMostWholeUmap ? points.count : kUmapSample;
    }
    sample = std::clamp(sample, kFewestForUmap, points.count);
    if (sample < points.count) {
        table.findings.notes.push_back("The map was fitted to " + std::to_string(sample) + " of " +
                                       std::to_string(points.count) +
                                       " rows, evenly picked; the others were transformed to it");
    }
    return umapMap(points, sample, how, cancel, progress);
}

// ---- songs and segments ----

/// Rows of equal sound file and labels, numbered in the order in which they come first.
std::vector<std::uint32_t> groupsOf(const latents::LatentTable& table) {
    std::vector<std::uint32_t> group(table.points.count, 0);
    const auto refine = [&](const latents::LabelColumn& column) {
        if (column.codes.empty()) {
            return;
        }
        std::unordered_map<std::uint64_t, std::uint32_t> known;
        for (std::size_t row = 0; row < group.size(); ++row) {
            const std::uint64_t key = std::uint64_t(group[row]) << 32 | column.codes[row];
            group[row] = known.emplace(key, static_cast<std::uint32_t>(known.size())).first->second;
        }
    };
    refine(table.sound);
    for (const auto& column : table.labels) {
        refine(column);
    }
    return group;
}

std::string* memberNamed(SongRow& song, const std::string& column) {
    const std::pair<const char*, std::string*> members[] = {
        {"title", &song.title},  {"artist", &song.artist},   {"composer", &song.composer},
        {"genre", &song.genre},  {"emotion", &song.emotion}, {"split", &song.split},
        {"source", &song.source}};
    for (const auto& [name, member] : members) {
        if (column == name) {
            return member;
        }
    }
    return nullptr;
}

/// The song of a row; its path is that of the sound, "#" and a number of its own.
SongRow songOfRow(const latents::LatentTable& table, std::size_t row, std::size_t number,
                  const std::string& name) {
    SongRow song;
    song.split.clear();
    const std::string sound = table.sound.codes.empty() ? std::string() : table.sound.of(row);
    song.path = sound + "#" + std::to_string(number);
    for (const auto& column : table.labels) {
        const std::string& value = column.of(row);
        if (std::string* member = memberNamed(song, column.name)) {
            *member = value;
        } else if (!value.empty()) {
            song.labels[column.name] = value;
        }
    }
    if (song.title.empty()) {
        song.title = sound.empty() ? name : fs::path(sound).stem().string();
    }
    return song;
}

/// Microseconds of a row's sound; see RowSound. Ticks of one song are never the same twice.
SegmentRow segmentOfRow(const latents::LatentTable& table, std::size_t row) {
    SegmentRow segment;
    segment.bar = static_cast<std::int32_t>(table.rows[row]);
    const auto at = [&](const std::vector<double>& seconds) {
        return seconds.empty() || std::isnan(seconds[row]) || seconds[row] < 0 ? -1.0
                                                                               : seconds[row];
    };
    const double from = at(table.start), length = at(table.length);
    if (from < 0 && length < 0) {
        segment.start = segment.end = -1 - std::int64_t(segment.bar);
        return segment;
    }
    segment.start = std::llround(std::max(from, 0.0) * kMicroseconds);
    segment.end = length > 0 ? segment.start + std::llround(length * kMicroseconds)
                             : -1 - std::int64_t(segment.bar);
    return segment;
}

/// Songs with their segments side by side.
struct SongsAndSegments {
    std::vector<SongRow> songs;
    std::vector<SegmentRow> segments;
    std::vector<std::uint32_t> rows; ///< of each segment's point
};

SongsAndSegments songsOf(const latents::LatentTable& table, const std::string& name) {
    const auto group = groupsOf(table);
    SongsAndSegments made;
    made.rows.resize(group.size());
    std::iota(made.rows.begin(), made.rows.end(), 0U);
    std::stable_sort(made.rows.begin(), made.rows.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return group[a] < group[b]; });
    std::int64_t lastStart = 0, lastEnd = 0;
    for (std::size_t i = 0; i < made.rows.size(); ++i) {
        const std::uint32_t row = made.rows[i];
        if (i == 0 || group[row] != group[made.rows[i - 1]]) {
            made.songs.push_back(songOfRow(table, row, made.songs.size() + 1, name));
        }
        SegmentRow segment = segmentOfRow(table, row);
        segment.song = static_cast<std::int32_t>(made.songs.size() - 1);
        made.segments.push_back(segment);
    }
    // The same part of the same sound twice: one microsecond keeps the segments apart.
    std::vector<std::size_t> order(made.segments.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    const auto key = [&](std::size_t i) {
        const auto& segment = made.segments[i];
        return std::tuple(segment.song, segment.start, segment.end, i);
    };
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    std::int32_t lastSong = -1;
    for (const std::size_t i : order) {
        SegmentRow& segment = made.segments[i];
        if (segment.end >= 0 && segment.song == lastSong && segment.start == lastStart &&
            segment.end <= lastEnd) {
            segment.end = lastEnd + 1;
        }
        lastSong = segment.song;
        lastStart = segment.start;
        lastEnd = segment.end;
    }
    return made;
}

// ---- the file ----

void removeLibrary(const fs::path& path) {
    std::error_code none;
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
        fs::path file = path;
        file += suffix;
        fs::remove(file, none);
    }
}

Result<void> writeLibrary(const fs::path& file, const fs::path& path,
                          const latents::LatentTable& table, const MadeMap& map,
                          const LatentMapOptions& options, LatentMapReport& report,
                          const CancelToken& cancel, const Progress& progress) {
    CANTO_TRY(version, checksumOfFile(file));
    CANTO_TRY(atlas, Atlas::open(path, Access::Create));
    atlas->setDurability(Durability::Derived);
    CANTO_TRY(model, atlas->putModel({0, std::string(kLatentsModel), *version,
                                      static_cast<int>(table.points.dimensions)}));
    const SongsAndSegments made = songsOf(table, file.stem().string());
    report.songs = made.songs.size();
    CANTO_TRY(ids, atlas->putPoints(made.songs, *model, made.segments, table.points.values,
                                    made.rows, options.precision, cancel, progress));
    Projection projection;
    projection.name = map.name;
    projection.model = *model;
    projection.parameters = map.state;
    projection.segments = std::move(*ids);
    projection.xy.reserve(2 * made.rows.size());
    for (const std::uint32_t row : made.rows) {
        projection.xy.push_back(map.places[row].x);
        projection.xy.push_back(map.places[row].y);
    }
    return atlas->writeProjection(projection);
}

} // namespace

RowSound soundOfRow(const SongRow& song, const SegmentRow& segment) {
    RowSound sound;
    sound.path = song.path.substr(0, song.path.rfind('#'));
    if (segment.start >= 0) {
        sound.from = static_cast<double>(segment.start) / kMicroseconds;
        if (segment.end > segment.start) {
            sound.length = static_cast<double>(segment.end - segment.start) / kMicroseconds;
        }
    }
    return sound;
}

Result<LatentMapReport> makeLatentLibrary(const fs::path& file, const fs::path& library,
                                          const LatentMapOptions& options,
                                          const CancelToken& cancel,
                                          const StageProgress& progress) {
    std::error_code none;
    if (!options.replace && fs::exists(library, none)) {
        return fail(Error::Code::BadInput, "There is such a library already", library.string(),
                    "Choose another name, or --replace it.");
    }
    if (fs::equivalent(file, library, none)) {
        return fail(Error::Code::BadInput, "The library would replace the latents", file.string());
    }
    const auto stage = [&](const char* name) -> Progress {
        return [&progress, name](std::size_t done, std::size_t total) {
            if (progress) {
                progress(name, done, total);
            }
        };
    };
    LatentMapReport report;
    Stopwatch watch;
    CANTO_TRY(table, latents::readLatentTable(file, options.table, cancel, stage("Reading")));
    report.loadSeconds = watch.seconds();
    CANTO_TRY(map, mapOf(*table, options, cancel, stage("Projecting")));
    report.projectSeconds = watch.seconds();
    if (cancel.cancelled()) {
        return fail(Error::Code::Cancelled, "Cancelled");
    }
    fs::path temporary = library;
    temporary += ".making";
    removeLibrary(temporary);
    auto written =
        writeLibrary(file, temporary, *table, *map, options, report, cancel, stage("Writing"));
    if (written) {
        removeLibrary(library);
        written = moveIntoPlace(temporary, library);
    }
    if (!written) {
        removeLibrary(temporary);
        return fail(std::move(written).error());
    }
    report.writeSeconds = watch.seconds();
    report.findings = table->findings;
    report.points = table->points.count;
    report.dimensions = table->points.dimensions;
    report.fitted = map->fitted;
    report.projection = map->name;
    return report;
}

} // namespace canto::atlas
