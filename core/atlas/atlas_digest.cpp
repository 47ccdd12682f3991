// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/atlas/connection.h"
#include "core/base/checksum.h"

namespace canto::atlas {

namespace {
/// Feeds every row of a query: each value is preceded by its type and length, so that no two
/// different tables feed the same bytes.
void feed(Checksum& sum, SQLite::Database& database, const char* sql) {
    SQLite::Statement row(database, sql);
    const auto word = [&sum](std::uint64_t value) {
        sum.update(std::as_bytes(std::span(&value, 1)));
    };
    while (row.executeStep()) {
        for (int i = 0; i < row.getColumnCount(); ++i) {
            const auto column = row.getColumn(i);
            const auto* bytes = static_cast<const std::byte*>(column.getBlob());
            const auto size = static_cast<std::size_t>(column.getBytes());
            word(static_cast<std::uint64_t>(column.getType()));
            word(size);
            sum.update({bytes, size});
        }
    }
    word(~std::uint64_t(0)); // the end of a table
}
} // namespace

Result<std::string> Atlas::contentDigest() {
    return sqlEdge(path(), [&]() -> Result<std::string> {
        SQLite::Database& database = m_connection->database;
        SQLite::Transaction snapshot(database);
        Checksum sum;
        feed(sum, database, "SELECT name,version,latent_size FROM models ORDER BY name,version");
        feed(sum, database,
             "SELECT path,hash,title,artist,composer,genre,emotion,split,source,seconds,notes,"
             "labels FROM songs ORDER BY path");
        feed(sum, database,
             "SELECT songs.path,bar,start_tick,end_tick,strict,models.name,models.version,latent "
             "FROM songs JOIN segments s ON s.song=songs.id JOIN latents l ON l.segment=s.id "
             "JOIN models ON models.id=l.model "
             "ORDER BY songs.path,start_tick,end_tick,models.name,models.version");
        feed(sum, database, "SELECT path,reason FROM files_failed ORDER BY path");
        return sum.hex();
    });
}

} // namespace canto::atlas
