// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/atlas/connection.h"
#include "core/base/json_text.h"
#include "core/tensors/safetensors.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace canto::atlas {

namespace {
std::string jsonOf(const std::map<std::string, std::string>& labels) {
    return jsonText(nlohmann::json(labels));
}

void run(SQLite::Database& database, const char* sql, RowId first) {
    SQLite::Statement statement(database, sql);
    statement.bind(1, first);
    statement.exec();
}

void removeFailed(SQLite::Database& database, const std::string& path) {
    SQLite::Statement statement(database, "DELETE FROM files_failed WHERE path=?");
    statement.bind(1, path);
    statement.exec();
}

/// Deletes what the new version of the song replaces. @return its id, 0 if the song is new.
RowId clearOld(SQLite::Database& database, const SongRow& song, RowId model) {
    SQLite::Statement old(database, "SELECT id,hash FROM songs WHERE path=?");
    old.bind(1, song.path);
    if (!old.executeStep()) {
        return 0;
    }
    const RowId id = old.getColumn(0).getInt64();
    if (old.getColumn(1).getString() != song.hash) {
        run(database, "DELETE FROM segments WHERE song=?", id);
        return id;
    }
    SQLite::Statement latents(database, "DELETE FROM latents WHERE model=? AND segment IN "
                                        "(SELECT id FROM segments WHERE song=?)");
    latents.bind(1, model);
    latents.bind(2, id);
    latents.exec();
    run(database, "DELETE FROM segments WHERE song=? AND id NOT IN (SELECT segment FROM latents)",
        id);
    return id;
}

/// Writes songs, one after another.
class SongInsert {
  public:
    explicit SongInsert(SQLite::Database& database)
        : m_database(database),
          m_row(database,
                "INSERT INTO songs(id,path,hash,title,artist,composer,genre,emotion,split,source,"
                "seconds,notes,labels) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13) "
                "ON CONFLICT(id) DO UPDATE SET hash=?3,title=?4,artist=?5,composer=?6,genre=?7,"
                "emotion=?8,split=?9,source=?10,seconds=?11,notes=?12,labels=?13") {}

    /// @param id  of the song that it replaces, 0 for a new one. @return its id.
    RowId run(const SongRow& song, RowId id) {
        if (id != 0) {
            m_row.bind(1, id);
        }
        int column = 2;
        for (const std::string* text :
             {&song.path, &song.hash, &song.title, &song.artist, &song.composer, &song.genre,
              &song.emotion, &song.split, &song.source}) {
            m_row.bind(column++, *text);
        }
        m_row.bind(11, song.seconds);
        m_row.bind(12, song.notes);
        m_row.bind(13, jsonOf(song.labels));
        m_row.exec();
        m_row.reset();
        m_row.clearBindings();
        return id != 0 ? id : m_database.getLastInsertRowid();
    }

  private:
    SQLite::Database& m_database;
    SQLite::Statement m_row;
};

void bindLatent(SQLite::Statement& row, int column, std::span<const float> latent,
                Precision precision) {
    if (precision == Precision::Float) {
        row.bind(column, latent.data(), static_cast<int>(latent.size_bytes()));
        return;
    }
    std::vector<std::uint16_t> halves(latent.size());
    std::transform(latent.begin(), latent.end(), halves.begin(), tensors::toHalf);
    row.bind(column, halves.data(), static_cast<int>(halves.size() * sizeof halves[0]));
}

void writeSegments(SQLite::Database& database, RowId song, RowId model,
                   std::span<const SegmentRow> segments, std::span<const float> latents,
                   std::size_t latentSize, Precision precision) {
    SQLite::Statement segment(database, "INSERT INTO segments(song,bar,start_tick,end_tick,strict) "
                                        "VALUES(?,?,?,?,?) ON CONFLICT(song,start_tick,end_tick) "
                                        "DO UPDATE SET bar=excluded.bar,strict=excluded.strict "
                                        "RETURNING id");
    SQLite::Statement latent(database, "INSERT OR REPLACE INTO latents(segment,model,latent) "
                                       "VALUES(?,?,?)");
    for (std::size_t i = 0; i < segments.size(); ++i) {
        segment.bind(1, song);
        segment.bind(2, segments[i].bar);
        segment.bind(3, segments[i].start);
        segment.bind(4, segments[i].end);
        segment.bind(5, segments[i].strict ? 1 : 0);
        segment.executeStep();
        latent.bind(1, segment.getColumn(0).getInt64());
        segment.reset();
        latent.bind(2, model);
        bindLatent(latent, 3, latents.subspan(i * latentSize, latentSize), precision);
        latent.exec();
        latent.reset();
    }
}

bool allStorable(std::span<const float> latents, Precision precision) {
    const float most = precision == Precision::Half ? 65504.0f : 3.4e38f;
    return std::all_of(latents.begin(), latents.end(),
                       [most](float number) { return std::abs(number) <= most; });
}
} // namespace

Result<RowId> Atlas::putModel(const ModelRow& model) {
    return sqlEdge(path(), [&]() -> Result<RowId> {
        if (model.latentSize < 1) {
            return fail(Error::Code::BadInput, "A model without latents", model.name);
        }
        SQLite::Database& database = m_connection->database;
        SQLite::Statement found(database,
                                "SELECT id,latent_size FROM models WHERE name=? AND version=?");
        found.bind(1, model.name);
        found.bind(2, model.version);
        if (found.executeStep()) {
            if (found.getColumn(1).getInt() != model.latentSize) {
                return fail(Error::Code::BadInput,
                            "The atlas has latents of another size for this model", model.name);
            }
            return found.getColumn(0).getInt64();
        }
        SQLite::Statement row(database,
                              "INSERT INTO models(name,version,latent_size) VALUES(?,?,?)");
        row.bind(1, model.name);
        row.bind(2, model.version);
        row.bind(3, model.latentSize);
        row.exec();
        return database.getLastInsertRowid();
    });
}

namespace {

Result<std::size_t> latentSizeOf(SQLite::Database& database, RowId model,
                                 const std::filesystem::path& path) {
    SQLite::Statement known(database, "SELECT latent_size FROM models WHERE id=?");
    known.bind(1, model);
    if (!known.executeStep()) {
        return fail(Error::Code::NotFound, "The atlas has no such model", path.string());
    }
    return static_cast<std::size_t>(known.getColumn(0).getInt());
}

} // namespace

Result<RowId> Atlas::putSong(const SongRow& song, RowId model, std::span<const SegmentRow> segments,
                             std::span<const float> latents, Precision precision) {
    return sqlEdge(path(), [&]() -> Result<RowId> {
        SQLite::Database& database = m_connection->database;
        SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
        CANTO_TRY(latentSize, latentSizeOf(database, model, path()));
        if (latents.size() != segments.size() * *latentSize) {
            return fail(Error::Code::BadShape, "Latents and segments differ in number", song.path);
        }
        if (!allStorable(latents, precision)) {
            return fail(Error::Code::BadInput, "A latent holds a number that cannot be kept",
                        song.path);
        }
        const RowId id = SongInsert(database).run(song, clearOld(database, song, model));
        writeSegments(database, id, model, segments, latents, *latentSize, precision);
        removeFailed(database, song.path);
        transaction.commit();
        return id;
    });
}

Result<std::vector<RowId>>
Atlas::putPoints(std::span<const SongRow> songs, RowId model, std::span<const SegmentRow> segments,
                 std::span<const float> latents, std::span<const std::uint32_t> rows,
                 Precision precision, const CancelToken& cancel, const Progress& progress) {
    return sqlEdge(path(), [&]() -> Result<std::vector<RowId>> {
        constexpr std::size_t kBetweenLooks = 4096;
        SQLite::Database& database = m_connection->database;
        database.execAndGet("PRAGMA journal_mode=DELETE");
        SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
        CANTO_TRY(latentSize, latentSizeOf(database, model, path()));
        const bool fits = rows.size() == segments.size() && latents.size() % *latentSize == 0 &&
                          std::all_of(rows.begin(), rows.end(), [&](std::uint32_t row) {
                              return row < latents.size() / *latentSize;
                          });
        if (!fits) {
            return fail(Error::Code::BadShape, "Latents and segments differ in number",
                        path().string());
        }
        if (!allStorable(latents, precision)) {
            return fail(Error::Code::BadInput, "A latent holds a number that cannot be kept",
                        path().string());
        }
        std::vector<RowId> songIds, ids;
        SongInsert insert(database);
        for (const SongRow& song : songs) {
            songIds.push_back(insert.run(song, 0));
            if (songIds.size() % kBetweenLooks == 0 && cancel.cancelled()) {
                return fail(Error::Code::Cancelled, "Cancelled");
            }
        }
        SQLite::Statement segment(database, "INSERT INTO segments(song,bar,start_tick,end_tick,"
                                            "strict) VALUES(?,?,?,?,?)");
        SQLite::Statement latent(database, "INSERT INTO latents(segment,model,latent) "
                                           "VALUES(?,?,?)");
        ids.reserve(segments.size());
        for (std::size_t i = 0; i < segments.size(); ++i) {
            segment.bind(1, songIds.at(static_cast<std::size_t>(segments[i].song)));
            segment.bind(2, segments[i].bar);
            segment.bind(3, segments[i].start);
            segment.bind(4, segments[i].end);
            segment.bind(5, segments[i].strict ? 1 : 0);
            segment.exec();
            segment.reset();
            ids.push_back(database.getLastInsertRowid());
            latent.bind(1, ids.back());
            latent.bind(2, model);
            bindLatent(latent, 3, latents.subspan(rows[i] * *latentSize, *latentSize), precision);
            latent.exec();
            latent.reset();
            if (ids.size() % kBetweenLooks == 0) {
                if (cancel.cancelled()) {
                    return fail(Error::Code::Cancelled, "Cancelled");
                }
                if (progress) {
                    progress(ids.size(), segments.size());
                }
            }
        }
        transaction.commit();
        return ids;
    });
}

Result<void> Atlas::updateLabels(const SongRow& song) {
    return sqlEdge(path(), [&]() -> Result<void> {
        SQLite::Statement row(m_connection->database,
                              "UPDATE songs SET title=?2,artist=?3,composer=?4,genre=?5,emotion=?6,"
                              "split=?7,source=?8,labels=?9 WHERE id=?1");
        row.bind(1, song.id);
        int column = 2;
        for (const std::string* text : {&song.title, &song.artist, &song.composer, &song.genre,
                                        &song.emotion, &song.split, &song.source}) {
            row.bind(column++, *text);
        }
        row.bind(9, jsonOf(song.labels));
        if (row.exec() == 0) {
            return fail(Error::Code::NotFound, "The song is no longer in the atlas", song.path);
        }
        return {};
    });
}

Result<void> Atlas::removeSong(RowId song) {
    return sqlEdge(path(), [&]() -> Result<void> {
        run(m_connection->database, "DELETE FROM songs WHERE id=?", song);
        return {};
    });
}

Result<void> Atlas::putFailed(const FailedFile& file) {
    return sqlEdge(path(), [&]() -> Result<void> {
        SQLite::Statement row(m_connection->database,
                              "INSERT OR REPLACE INTO files_failed(path,reason) VALUES(?,?)");
        row.bind(1, file.path);
        row.bind(2, file.reason);
        row.exec();
        return {};
    });
}

Result<void> Atlas::writeProjection(const Projection& projection) {
    return sqlEdge(path(), [&]() -> Result<void> {
        if (projection.xy.size() != 2 * projection.segments.size()) {
            return fail(Error::Code::BadShape, "Points and segments differ in number",
                        projection.name);
        }
        SQLite::Database& database = m_connection->database;
        SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
        SQLite::Statement head(database,
                               "INSERT INTO projections(name,model,parameters,quality) "
                               "VALUES(?1,?2,?3,?4) ON CONFLICT(model,name) DO UPDATE SET "
                               "parameters=?3,quality=?4 RETURNING id");
        head.bind(1, projection.name);
        head.bind(2, projection.model);
        head.bind(3, projection.parameters);
        head.bind(4, projection.quality);
        head.executeStep();
        const RowId id = head.getColumn(0).getInt64();
        head.reset();
        run(database, "DELETE FROM projection_points WHERE projection=?", id);
        SQLite::Statement point(database, "INSERT INTO projection_points(segment,projection,x,y) "
                                          "VALUES(?,?,?,?)");
        for (std::size_t i = 0; i < projection.segments.size(); ++i) {
            point.bind(1, projection.segments[i]);
            point.bind(2, id);
            point.bind(3, static_cast<double>(projection.xy[2 * i]));
            point.bind(4, static_cast<double>(projection.xy[2 * i + 1]));
            point.exec();
            point.reset();
        }
        transaction.commit();
        return {};
    });
}

Result<void> Atlas::putLineage(RowId song, std::span<const LineageRow> parents) {
    return sqlEdge(path(), [&]() -> Result<void> {
        SQLite::Database& database = m_connection->database;
        SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
        run(database, "DELETE FROM lineage WHERE song=?", song);
        SQLite::Statement row(database,
                              "INSERT INTO lineage(song,segment,weight,how) VALUES(?,?,?,?)");
        for (const LineageRow& parent : parents) {
            row.bind(1, song);
            row.bind(2, parent.segment);
            row.bind(3, parent.weight);
            row.bind(4, parent.how);
            row.exec();
            row.reset();
        }
        transaction.commit();
        return {};
    });
}

} // namespace canto::atlas
