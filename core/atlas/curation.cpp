// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/atlas/curation.h"

#include "core/atlas/connection.h"
#include "core/base/json_text.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <sqlite3.h>
#include <utility>

namespace canto::atlas {
namespace {

/// Labels with a column of their own in the table of songs; all others are in one JSON object.
constexpr std::array<std::pair<const char*, std::string SongRow::*>, 7> kFields = {{
    {"genre", &SongRow::genre},
    {"composer", &SongRow::composer},
    {"artist", &SongRow::artist},
    {"emotion", &SongRow::emotion},
    {"source", &SongRow::source},
    {"split", &SongRow::split},
    {"title", &SongRow::title},
}};

std::string SongRow::*fieldOf(const std::string& column) {
    const auto found = std::find_if(kFields.begin(), kFields.end(),
                                    [&](const auto& field) { return column == field.first; });
    return found == kFields.end() ? nullptr : found->second;
}

/// Runs work in a transaction on a file that Atlas has checked and brought up to date.
template <class Work>
auto change(const std::filesystem::path& path, Work work)
    -> decltype(work(std::declval<SQLite::Database&>())) {
    CANTO_TRY(checked, Atlas::open(path, Access::ReadWrite));
    return sqlEdge(path, [&]() -> decltype(work(std::declval<SQLite::Database&>())) {
        constexpr int kWaitMs = 5000;
        SQLite::Database database(path.string(), SQLite::OPEN_READWRITE, kWaitMs);
        database.exec("PRAGMA foreign_keys=ON");
        database.exec("PRAGMA synchronous=FULL");
        SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
        auto done = work(database);
        if (done) {
            transaction.commit();
        }
        return done;
    });
}

std::string textAt(const SQLite::Statement& row, int column) {
    return row.getColumn(column).getString();
}

/// Labels that have no column of their own.
class FurtherLabels {
  public:
    explicit FurtherLabels(SQLite::Database& database)
        : m_read(database, "SELECT labels FROM songs WHERE id=?"),
          m_write(database, "UPDATE songs SET labels=? WHERE id=?") {}

    /// @return the value before.
    std::string set(const LabelChange& change) {
        m_read.bind(1, change.song);
        auto labels = m_read.executeStep()
                          ? nlohmann::json::parse(textAt(m_read, 0), nullptr, false)
                          : nlohmann::json();
        m_read.reset();
        if (!labels.is_object()) {
            labels = nlohmann::json::object();
        }
        const auto found = labels.find(change.column);
        const std::string before =
            found != labels.end() && found->is_string() ? found->get<std::string>() : std::string();
        if (change.after.empty()) {
            labels.erase(change.column);
        } else {
            labels[change.column] = change.after;
        }
        m_write.bind(1, jsonText(labels));
        m_write.bind(2, change.song);
        m_write.exec();
        m_write.reset();
        return before;
    }

  private:
    SQLite::Statement m_read, m_write;
};

/// Sets a label that has a column of its own. @return the value before.
std::string setField(SQLite::Database& database, const LabelChange& change) {
    SQLite::Statement read(database, "SELECT " + change.column + " FROM songs WHERE id=?");
    read.bind(1, change.song);
    read.executeStep();
    std::string before = textAt(read, 0);
    read.reset();
    SQLite::Statement write(database, "UPDATE songs SET " + change.column + "=? WHERE id=?");
    write.bind(1, change.after);
    write.bind(2, change.song);
    write.exec();
    return before;
}

/// Keeps the first value, and only while the label has another one.
class FirstValues {
  public:
    explicit FirstValues(SQLite::Database& database)
        : m_keep(database, "INSERT OR IGNORE INTO original_labels(song,label,value) VALUES(?,?,?)"),
          m_drop(database, "DELETE FROM original_labels WHERE song=? AND label=? AND value=?") {}

    void note(const LabelChange& change, const std::string& before) {
        for (SQLite::Statement* statement : {&m_keep, &m_drop}) {
            statement->bind(1, change.song);
            statement->bind(2, change.column);
            statement->bind(3, statement == &m_keep ? before : change.after);
            statement->exec();
            statement->reset();
        }
    }

  private:
    SQLite::Statement m_keep, m_drop;
};

bool hasSong(SQLite::Database& database, RowId song) {
    SQLite::Statement found(database, "SELECT 1 FROM songs WHERE id=?");
    found.bind(1, song);
    return found.executeStep();
}

tl::unexpected<Error> noSong(const std::filesystem::path& path, RowId song) {
    return fail(Error::Code::NotFound,
                "The library does not have the song with number " + std::to_string(song) +
                    " any more",
                path.string(), "Open the library again");
}

StoredRows::Value valueOf(const SQLite::Column& column) {
    if (column.isInteger()) {
        return column.getInt64();
    }
    if (column.isFloat()) {
        return column.getDouble();
    }
    if (column.isText()) {
        return column.getString();
    }
    if (column.isBlob()) {
        const auto* bytes = static_cast<const std::byte*>(column.getBlob());
        return std::vector<std::byte>(bytes, bytes + column.getBytes());
    }
    return std::monostate();
}

void bindValue(SQLite::Statement& statement, int at, const StoredRows::Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
        statement.bind(at, *number);
    } else if (const auto* real = std::get_if<double>(&value)) {
        statement.bind(at, *real);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
        statement.bind(at, *text);
    } else if (const auto* bytes = std::get_if<std::vector<std::byte>>(&value)) {
        statement.bind(at, bytes->data(), int(bytes->size()));
    } else {
        statement.bind(at);
    }
}

StoredRows rowsOf(SQLite::Database& database, const char* table, const std::string& which) {
    StoredRows stored;
    stored.table = table;
    SQLite::Statement row(database, std::string("SELECT * FROM ") + table + " WHERE " + which);
    while (row.executeStep()) {
        std::vector<StoredRows::Value> values;
        for (int column = 0; column < row.getColumnCount(); ++column) {
            values.push_back(valueOf(row.getColumn(column)));
        }
        stored.rows.push_back(std::move(values));
    }
    return stored;
}

void insertRows(SQLite::Database& database, const StoredRows& stored) {
    if (stored.rows.empty()) {
        return;
    }
    std::string places = "?";
    for (std::size_t i = 1; i < stored.rows.front().size(); ++i) {
        places += ",?";
    }
    SQLite::Statement row(database, "INSERT INTO " + stored.table + " VALUES(" + places + ")");
    for (const auto& values : stored.rows) {
        for (std::size_t i = 0; i < values.size(); ++i) {
            bindValue(row, int(i) + 1, values[i]);
        }
        row.exec();
        row.reset();
    }
}

} // namespace

void setLabel(SongRow& song, const std::string& column, const std::string& value) {
    if (const auto field = fieldOf(column)) {
        song.*field = value;
    } else if (value.empty()) {
        song.labels.erase(column);
    } else {
        song.labels[column] = value;
    }
}

Result<void> changeLabels(const std::filesystem::path& path, std::span<const LabelChange> changes) {
    return change(path, [&](SQLite::Database& database) -> Result<void> {
        FurtherLabels further(database);
        FirstValues first(database);
        for (const LabelChange& one : changes) {
            if (!hasSong(database, one.song)) {
                return noSong(path, one.song);
            }
            // The names of fields are ours: nothing from outside becomes part of a statement.
            first.note(one, fieldOf(one.column) ? setField(database, one) : further.set(one));
        }
        return {};
    });
}

Result<std::vector<OriginalLabel>> originalLabels(const std::filesystem::path& path) {
    CANTO_TRY(checked, Atlas::open(path, Access::ReadOnly));
    return sqlEdge(path, [&]() -> Result<std::vector<OriginalLabel>> {
        std::vector<OriginalLabel> labels;
        SQLite::Database database(path.string(), SQLite::OPEN_READONLY);
        if (!database.tableExists("original_labels")) {
            return labels;
        }
        SQLite::Statement row(database,
                              "SELECT song,label,value FROM original_labels ORDER BY song,label");
        while (row.executeStep()) {
            labels.push_back({row.getColumn(0).getInt64(), textAt(row, 1), textAt(row, 2)});
        }
        return labels;
    });
}

Result<TakenSongs> takeOutSongs(const std::filesystem::path& path, std::span<const RowId> songs) {
    return change(path, [&](SQLite::Database& database) -> Result<TakenSongs> {
        TakenSongs taken;
        taken.songs.assign(songs.begin(), songs.end());
        database.exec("CREATE TEMP TABLE taken(id INTEGER PRIMARY KEY)");
        SQLite::Statement add(database, "INSERT OR IGNORE INTO taken VALUES(?)");
        for (const RowId song : songs) {
            if (!hasSong(database, song)) {
                return noSong(path, song);
            }
            add.bind(1, song);
            add.exec();
            add.reset();
        }
        const std::string songsTaken = "song IN (SELECT id FROM taken)";
        const std::string segmentsTaken =
            "segment IN (SELECT id FROM segments WHERE " + songsTaken + ")";
        taken.tables.push_back(rowsOf(database, "songs", "id IN (SELECT id FROM taken)"));
        taken.tables.push_back(rowsOf(database, "segments", songsTaken));
        taken.tables.push_back(rowsOf(database, "latents", segmentsTaken));
        taken.tables.push_back(rowsOf(database, "projection_points", segmentsTaken));
        taken.tables.push_back(rowsOf(database, "lineage", songsTaken + " OR " + segmentsTaken));
        taken.tables.push_back(rowsOf(database, "original_labels", songsTaken));
        database.exec("DELETE FROM songs WHERE id IN (SELECT id FROM taken)");
        database.exec("DROP TABLE taken");
        return taken;
    });
}

Result<void> putBackSongs(const std::filesystem::path& path, const TakenSongs& taken) {
    return change(path, [&](SQLite::Database& database) -> Result<void> {
        try {
            for (const StoredRows& stored : taken.tables) {
                insertRows(database, stored);
            }
        } catch (const SQLite::Exception& exception) {
            if (exception.getErrorCode() != SQLITE_CONSTRAINT) {
                throw;
            }
            return fail(Error::Code::BadInput,
                        "The songs cannot be put back: others were imported in their place",
                        path.string(), "Import their files again");
        }
        return {};
    });
}

} // namespace canto::atlas
