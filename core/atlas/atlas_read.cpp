// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/atlas/connection.h"
#include "core/tensors/safetensors.h"

#include <array>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>
#include <unordered_map>

namespace canto::atlas {

namespace {
using Json = nlohmann::json;

constexpr const char* kSongColumns = "id,path,hash,title,artist,composer,genre,emotion,split,"
                                     "source,seconds,notes,labels";
/// Columns of songs that can colour a map, before the additional labels.
constexpr std::array kLabelColumns = {"genre",  "composer", "artist", "emotion",
                                      "source", "split",    "title"};

/// Not getString(): a file name may contain bytes that are not UTF-8.
std::string textOf(SQLite::Column column) {
    return {column.getText(), static_cast<std::size_t>(column.getBytes())};
}

std::map<std::string, std::string> labelsOf(const std::string& json) {
    std::map<std::string, std::string> labels;
    const Json document = Json::parse(json, nullptr, false);
    if (document.is_object()) {
        for (const auto& [key, value] : document.items()) {
            if (value.is_string()) {
                labels[key] = value.get<std::string>();
            }
        }
    }
    return labels;
}

SongRow songOf(SQLite::Statement& row) {
    SongRow song;
    song.id = row.getColumn(0).getInt64();
    song.path = textOf(row.getColumn(1));
    song.hash = textOf(row.getColumn(2));
    song.title = textOf(row.getColumn(3));
    song.artist = textOf(row.getColumn(4));
    song.composer = textOf(row.getColumn(5));
    song.genre = textOf(row.getColumn(6));
    song.emotion = textOf(row.getColumn(7));
    song.split = textOf(row.getColumn(8));
    song.source = textOf(row.getColumn(9));
    song.seconds = row.getColumn(10).getDouble();
    song.notes = row.getColumn(11).getInt64();
    song.labels = labelsOf(textOf(row.getColumn(12)));
    return song;
}

std::vector<SongRow> allSongs(SQLite::Database& database) {
    SQLite::Statement row(database,
                          std::string("SELECT ") + kSongColumns + " FROM songs ORDER BY id");
    std::vector<SongRow> songs;
    while (row.executeStep()) {
        songs.push_back(songOf(row));
    }
    return songs;
}

std::optional<ModelRow> modelOf(SQLite::Database& database, RowId id) {
    SQLite::Statement row(database, "SELECT name,version,latent_size FROM models WHERE id=?");
    row.bind(1, id);
    if (!row.executeStep()) {
        return std::nullopt;
    }
    return ModelRow{id, textOf(row.getColumn(0)), textOf(row.getColumn(1)),
                    row.getColumn(2).getInt()};
}

/// @return false for a blob whose length does not match `into` in either precision.
bool readLatent(const void* blob, std::size_t bytes, std::span<float> into) {
    if (bytes == into.size_bytes()) {
        std::memcpy(into.data(), blob, bytes);
        return true;
    }
    if (bytes * 2 != into.size_bytes()) {
        return false;
    }
    for (std::size_t i = 0; i < into.size(); ++i) {
        std::uint16_t half = 0;
        std::memcpy(&half, static_cast<const char*>(blob) + 2 * i, sizeof half);
        into[i] = tensors::fromHalf(half);
    }
    return true;
}

/// Keeps only the songs that a segment refers to, and makes segments refer to them by index.
void collectSongs(AtlasPoints& points, std::vector<SongRow> all, std::span<const RowId> songIds) {
    std::unordered_map<RowId, std::int32_t> used;
    for (const RowId id : songIds) {
        used.emplace(id, 0);
    }
    for (SongRow& song : all) {
        if (const auto found = used.find(song.id); found != used.end()) {
            found->second = static_cast<std::int32_t>(points.songs.size());
            points.songs.push_back(std::move(song));
        }
    }
    for (std::size_t i = 0; i < songIds.size(); ++i) {
        points.segments[i].song = used[songIds[i]];
    }
}
} // namespace

const std::string& SongRow::label(const std::string& column) const {
    static const std::string kNone;
    const std::array<const std::string*, kLabelColumns.size()> fields = {
        &genre, &composer, &artist, &emotion, &source, &split, &title};
    for (std::size_t i = 0; i < kLabelColumns.size(); ++i) {
        if (column == kLabelColumns[i]) {
            return *fields[i];
        }
    }
    const auto found = labels.find(column);
    return found == labels.end() ? kNone : found->second;
}

Result<std::vector<ModelRow>> Atlas::models() {
    return sqlEdge(path(), [&]() -> Result<std::vector<ModelRow>> {
        SQLite::Statement row(m_connection->database,
                              "SELECT id,name,version,latent_size FROM models ORDER BY id");
        std::vector<ModelRow> models;
        while (row.executeStep()) {
            models.push_back({row.getColumn(0).getInt64(), textOf(row.getColumn(1)),
                              textOf(row.getColumn(2)), row.getColumn(3).getInt()});
        }
        return models;
    });
}

Result<AtlasPoints> Atlas::points(RowId model) {
    return sqlEdge(path(), [&]() -> Result<AtlasPoints> {
        SQLite::Database& database = m_connection->database;
        SQLite::Transaction snapshot(database); // so that songs and segments are consistent
        const auto found = modelOf(database, model);
        if (!found) {
            return fail(Error::Code::NotFound, "The atlas has no such model", path().string());
        }
        AtlasPoints points;
        points.model = *found;
        const auto z = static_cast<std::size_t>(points.model.latentSize);

        SQLite::Statement count(database, "SELECT count(*) FROM latents WHERE model=?");
        count.bind(1, model);
        count.executeStep();
        const auto rows = static_cast<std::size_t>(count.getColumn(0).getInt64());
        points.segments.reserve(rows);
        points.latents.resize(rows * z);
        std::vector<RowId> songIds;
        songIds.reserve(rows);

        SQLite::Statement row(database,
                              "SELECT s.id,s.song,s.bar,s.start_tick,s.end_tick,s.strict,l.latent "
                              "FROM latents l CROSS JOIN segments s ON s.id=l.segment "
                              "WHERE l.model=? ORDER BY l.segment");
        row.bind(1, model);
        while (points.segments.size() < rows && row.executeStep()) {
            const std::size_t at = points.segments.size();
            const auto blob = row.getColumn(6);
            if (!readLatent(blob.getBlob(), static_cast<std::size_t>(blob.getBytes()),
                            std::span(points.latents).subspan(at * z, z))) {
                return fail(withBackup({Error::Code::BadFile,
                                        "A latent of the atlas has the wrong size",
                                        path().string(),
                                        {}},
                                       path()));
            }
            songIds.push_back(row.getColumn(1).getInt64());
            points.segments.push_back({row.getColumn(0).getInt64(), 0, row.getColumn(2).getInt(),
                                       row.getColumn(3).getInt64(), row.getColumn(4).getInt64(),
                                       row.getColumn(5).getInt() != 0});
        }
        points.latents.resize(points.segments.size() * z);
        collectSongs(points, allSongs(database), songIds);
        return points;
    });
}

Result<std::vector<SongRow>> Atlas::songs() {
    return sqlEdge(
        path(), [&]() -> Result<std::vector<SongRow>> { return allSongs(m_connection->database); });
}

Result<std::optional<SongRow>> Atlas::findSong(const std::string& songPath) {
    return sqlEdge(path(), [&]() -> Result<std::optional<SongRow>> {
        SQLite::Statement row(m_connection->database,
                              std::string("SELECT ") + kSongColumns + " FROM songs WHERE path=?");
        row.bind(1, songPath);
        return row.executeStep() ? std::optional(songOf(row)) : std::nullopt;
    });
}

Result<bool> Atlas::hasLatents(RowId song, RowId model) {
    return sqlEdge(path(), [&]() -> Result<bool> {
        SQLite::Statement row(m_connection->database,
                              "SELECT 1 FROM segments s JOIN latents l ON l.segment=s.id "
                              "WHERE s.song=? AND l.model=? LIMIT 1");
        row.bind(1, song);
        row.bind(2, model);
        return row.executeStep();
    });
}

Result<std::vector<std::string>> Atlas::labelColumns() {
    CANTO_TRY(all, songs());
    std::vector<std::string> columns;
    for (const char* column : kLabelColumns) {
        for (const SongRow& song : *all) {
            if (!song.label(column).empty()) {
                columns.emplace_back(column);
                break;
            }
        }
    }
    std::set<std::string> further;
    for (const SongRow& song : *all) {
        for (const auto& [key, value] : song.labels) {
            if (!value.empty()) {
                further.insert(key);
            }
        }
    }
    columns.insert(columns.end(), further.begin(), further.end());
    return columns;
}

Result<std::vector<std::string>> Atlas::labelValues(const std::string& column) {
    CANTO_TRY(all, songs());
    std::set<std::string> values;
    for (const SongRow& song : *all) {
        values.insert(song.label(column));
    }
    values.erase(std::string());
    return std::vector<std::string>(values.begin(), values.end());
}

Result<std::vector<Projection>> Atlas::projections(RowId model) {
    return sqlEdge(path(), [&]() -> Result<std::vector<Projection>> {
        SQLite::Statement row(m_connection->database,
                              "SELECT name,parameters,quality FROM projections WHERE model=? "
                              "ORDER BY id");
        row.bind(1, model);
        std::vector<Projection> projections;
        while (row.executeStep()) {
            Projection& projection = projections.emplace_back();
            projection.name = textOf(row.getColumn(0));
            projection.model = model;
            projection.parameters = textOf(row.getColumn(1));
            projection.quality = textOf(row.getColumn(2));
        }
        return projections;
    });
}

Result<Projection> Atlas::readProjection(RowId model, const std::string& name) {
    return sqlEdge(path(), [&]() -> Result<Projection> {
        SQLite::Database& database = m_connection->database;
        SQLite::Transaction snapshot(database);
        SQLite::Statement head(database, "SELECT id,parameters,quality FROM projections "
                                         "WHERE model=? AND name=?");
        head.bind(1, model);
        head.bind(2, name);
        if (!head.executeStep()) {
            return fail(Error::Code::NotFound, "The atlas has no projection of the name " + name,
                        path().string());
        }
        Projection projection{.name = name,
                              .model = model,
                              .parameters = textOf(head.getColumn(1)),
                              .quality = textOf(head.getColumn(2))};
        SQLite::Statement row(database, "SELECT segment,x,y FROM projection_points "
                                        "WHERE projection=? ORDER BY segment");
        row.bind(1, head.getColumn(0).getInt64());
        while (row.executeStep()) {
            projection.segments.push_back(row.getColumn(0).getInt64());
            projection.xy.push_back(static_cast<float>(row.getColumn(1).getDouble()));
            projection.xy.push_back(static_cast<float>(row.getColumn(2).getDouble()));
        }
        return projection;
    });
}

Result<std::vector<FailedFile>> Atlas::failedFiles() {
    return sqlEdge(path(), [&]() -> Result<std::vector<FailedFile>> {
        SQLite::Statement row(m_connection->database,
                              "SELECT path,reason FROM files_failed ORDER BY path");
        std::vector<FailedFile> files;
        while (row.executeStep()) {
            files.push_back({textOf(row.getColumn(0)), textOf(row.getColumn(1))});
        }
        return files;
    });
}

Result<std::vector<LineageRow>> Atlas::lineage(RowId song) {
    return sqlEdge(path(), [&]() -> Result<std::vector<LineageRow>> {
        SQLite::Statement row(m_connection->database,
                              "SELECT segment,weight,how FROM lineage WHERE song=? "
                              "ORDER BY segment,how");
        row.bind(1, song);
        std::vector<LineageRow> rows;
        while (row.executeStep()) {
            rows.push_back({song, row.getColumn(0).getInt64(), row.getColumn(1).getDouble(),
                            textOf(row.getColumn(2))});
        }
        return rows;
    });
}

} // namespace canto::atlas
