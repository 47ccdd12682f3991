// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>

namespace canto::atlas {

/// Marks the file as ours ("CNTO"), in SQLite's application_id.
inline constexpr std::uint32_t kApplicationId = 0x434E544F;

/// Step i migrates a file from schema i to i + 1; a new file runs all steps. A released step never
/// changes.
inline constexpr std::array kMigrations = {
    R"sql(
CREATE TABLE models(id INTEGER PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL,
    latent_size INTEGER NOT NULL CHECK(latent_size > 0), UNIQUE(name, version));
CREATE TABLE songs(id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, hash TEXT NOT NULL,
    title TEXT NOT NULL, artist TEXT NOT NULL, composer TEXT NOT NULL, genre TEXT NOT NULL,
    emotion TEXT NOT NULL, split TEXT NOT NULL, source TEXT NOT NULL, seconds REAL NOT NULL,
    notes INTEGER NOT NULL, labels TEXT NOT NULL); -- labels: JSON object of text
CREATE TABLE segments(id INTEGER PRIMARY KEY,
    song INTEGER NOT NULL REFERENCES songs(id) ON DELETE CASCADE, bar INTEGER NOT NULL,
    start_tick INTEGER NOT NULL, end_tick INTEGER NOT NULL, strict INTEGER NOT NULL,
    UNIQUE(song, start_tick, end_tick));
-- The segment comes first in the keys: removing a song then finds its rows, and a model's rows
-- come in the order of the segments.
CREATE TABLE latents(segment INTEGER NOT NULL REFERENCES segments(id) ON DELETE CASCADE,
    model INTEGER NOT NULL REFERENCES models(id) ON DELETE CASCADE,
    latent BLOB NOT NULL, -- little-endian binary32 or binary16, told apart by the length
    PRIMARY KEY(segment, model)) WITHOUT ROWID;
CREATE TABLE projections(id INTEGER PRIMARY KEY, name TEXT NOT NULL,
    model INTEGER NOT NULL REFERENCES models(id) ON DELETE CASCADE,
    parameters TEXT NOT NULL, quality TEXT NOT NULL, UNIQUE(model, name)); -- JSON both
CREATE TABLE projection_points(segment INTEGER NOT NULL REFERENCES segments(id) ON DELETE CASCADE,
    projection INTEGER NOT NULL REFERENCES projections(id) ON DELETE CASCADE,
    x REAL NOT NULL, y REAL NOT NULL, PRIMARY KEY(segment, projection)) WITHOUT ROWID;
CREATE TABLE files_failed(path TEXT PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID;
)sql",
    R"sql(
CREATE TABLE lineage(song INTEGER NOT NULL REFERENCES songs(id) ON DELETE CASCADE,
    segment INTEGER NOT NULL REFERENCES segments(id) ON DELETE CASCADE,
    weight REAL NOT NULL, how TEXT NOT NULL, PRIMARY KEY(song, segment, how)) WITHOUT ROWID;
CREATE INDEX lineage_by_parent ON lineage(segment);
)sql",
    R"sql(
-- The first value of labels that were changed by hand; a label that has it again has no row here.
CREATE TABLE original_labels(song INTEGER NOT NULL REFERENCES songs(id) ON DELETE CASCADE,
    label TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY(song, label)) WITHOUT ROWID;
-- The key comes first: quick_check of SQLite 3.40 finds a NULL in a column that stands between those
-- of the key of a table without row numbers, and a library with lineage could not be opened again.
CREATE TABLE lineage_ordered(song INTEGER NOT NULL REFERENCES songs(id) ON DELETE CASCADE,
    segment INTEGER NOT NULL REFERENCES segments(id) ON DELETE CASCADE,
    how TEXT NOT NULL, weight REAL NOT NULL, PRIMARY KEY(song, segment, how)) WITHOUT ROWID;
INSERT INTO lineage_ordered(song,segment,how,weight) SELECT song,segment,how,weight FROM lineage;
DROP TABLE lineage;
ALTER TABLE lineage_ordered RENAME TO lineage;
CREATE INDEX lineage_by_parent ON lineage(segment);
)sql"};

/// In SQLite's user_version.
inline constexpr std::uint32_t kSchema = static_cast<std::uint32_t>(kMigrations.size());

/// The oldest schema that can be read as it is: later ones have further tables only.
inline constexpr std::uint32_t kOldestReadable = 2;

} // namespace canto::atlas
