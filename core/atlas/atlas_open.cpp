// SPDX-License-Identifier: GPL-3.0-or-later
// Opening an atlas: nothing is written before the file has been verified as a complete atlas.

#include "core/atlas/connection.h"
#include "core/atlas/schema.h"
#include "core/base/atomic_file.h"

#include <SQLiteCpp/Backup.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sqlite3.h>
#include <system_error>

namespace canto::atlas {
namespace fs = std::filesystem;

namespace {
constexpr int kBusyMs = 5000;
constexpr std::size_t kHeaderBytes = 100;
constexpr std::size_t kLongestPath = 480; // leaving room for SQLite's own suffixes

fs::path beside(const fs::path& path, const char* suffix) {
    fs::path result = path;
    result += suffix;
    return result;
}

bool holdsBytes(const fs::path& path) {
    std::error_code none;
    const auto size = fs::file_size(path, none);
    return !none && size > 0;
}

/// SQLite's file header, https://sqlite.org/fileformat2.html section 1.3.
struct Header {
    std::array<unsigned char, kHeaderBytes> bytes = {};

    std::uint32_t word(std::size_t at) const {
        return std::uint32_t(bytes[at]) << 24 | std::uint32_t(bytes[at + 1]) << 16 |
               std::uint32_t(bytes[at + 2]) << 8 | std::uint32_t(bytes[at + 3]);
    }
    bool isSqlite() const { return std::memcmp(bytes.data(), "SQLite format 3", 16) == 0; }
    std::uint64_t pageSize() const {
        const std::uint64_t size = std::uint64_t(bytes[16]) << 8 | bytes[17];
        return size == 1 ? 65536 : size;
    }
    /// 0 if the header does not state it.
    std::uint64_t fileSize() const { return word(24) == word(92) ? word(28) * pageSize() : 0; }
    std::uint32_t schema() const { return word(60); }
    std::uint32_t application() const { return word(68); }
};

/// Checks the first bytes without SQLite, which takes an empty file for a new database and may
/// write to what it opens.
Result<Header> checkHeader(const fs::path& path) {
    const std::string where = path.string();
    std::error_code error;
    const auto status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found) {
        return fail(
            withBackup({Error::Code::NotFound, "There is no atlas of this name", where, {}}, path));
    }
    if (status.type() != fs::file_type::regular) {
        return fail(Error::Code::BadFile, "Not a file", where);
    }
    const auto size = fs::file_size(path, error);
    std::ifstream file(path, std::ios::binary);
    Header header;
    file.read(reinterpret_cast<char*>(header.bytes.data()), kHeaderBytes);
    if (error || (!file && !file.eof())) {
        return fail(Error::Code::Io, "Cannot read the atlas", where);
    }
    const auto damaged = [&](Error::Code code, std::string what) {
        return fail(withBackup({code, std::move(what), where, {}}, path));
    };
    if (size == 0) {
        return damaged(Error::Code::BadFile, "The atlas is empty: 0 bytes");
    }
    if (std::all_of(header.bytes.begin(), header.bytes.end(), [](auto b) { return b == 0; })) {
        return damaged(Error::Code::BadFile, "The atlas begins with zeros: its content was lost");
    }
    if (!header.isSqlite()) {
        return damaged(Error::Code::BadFile, "Not an atlas");
    }
    if (size < kHeaderBytes) {
        return damaged(Error::Code::Truncated, "The atlas is cut off inside its header");
    }
    // After a crash the remaining pages may still be in the -wal file.
    if (size < header.fileSize() && !holdsBytes(beside(path, "-wal"))) {
        return damaged(Error::Code::Truncated, "The atlas is cut off: " + std::to_string(size) +
                                                   " of " + std::to_string(header.fileSize()) +
                                                   " bytes are there");
    }
    if (header.application() != kApplicationId) {
        return fail(Error::Code::BadFile, "An SQLite database, but not an atlas", where);
    }
    return header;
}

Result<void> checkSchema(std::uint32_t schema, const fs::path& path) {
    if (schema > kSchema) {
        return fail(withBackup({Error::Code::BadFile,
                                "The atlas was made by a newer Cantograph: its schema is " +
                                    std::to_string(schema) + ", this program reads up to " +
                                    std::to_string(kSchema),
                                path.string(), "Update Cantograph to open it"},
                               path));
    }
    return {};
}

std::string uriOf(const fs::path& path, const char* query) {
    std::error_code none;
    const std::string absolute = fs::absolute(path, none).string();
    std::string uri = "file:";
    for (const char c : absolute) {
        if (c == '%' || c == '?' || c == '#') {
            constexpr const char* kDigits = "0123456789ABCDEF";
            uri += '%';
            uri += kDigits[static_cast<unsigned char>(c) >> 4];
            uri += kDigits[static_cast<unsigned char>(c) & 15];
        } else {
            uri += c;
        }
    }
    return uri + query;
}

/// immutable: no lock and no file beside it, for a read-only folder; only valid while nobody
/// writes.
SQLite::Database openReading(const fs::path& path, bool immutable) {
    SQLite::Database database(uriOf(path, immutable ? "?immutable=1" : ""),
                              SQLite::OPEN_READONLY | SQLite::OPEN_URI, kBusyMs);
    database.execAndGet("SELECT count(*) FROM sqlite_master"); // the first real reading
    return database;
}

bool nobodyWrites(const fs::path& path) {
    return !holdsBytes(beside(path, "-wal")) && !holdsBytes(beside(path, "-journal"));
}

std::string quickCheck(SQLite::Database& database) {
    try {
        return database.execAndGet("PRAGMA quick_check(1)").getString();
    } catch (const SQLite::Exception& exception) {
        return exception.what();
    }
}

Result<SQLite::Database> openChecked(const fs::path& path) {
    const auto attempt = [&](bool immutable) -> Result<SQLite::Database> {
        return sqlEdge(path, [&]() -> Result<SQLite::Database> {
            SQLite::Database database = openReading(path, immutable);
            const std::string check = quickCheck(database);
            if (check != "ok") {
                return fail(withBackup(
                    {Error::Code::BadFile, "The atlas is damaged: " + check, path.string(), {}},
                    path));
            }
            CANTO_CHECK(checkSchema(
                static_cast<std::uint32_t>(database.execAndGet("PRAGMA user_version").getInt()),
                path));
            return database;
        });
    };
    auto database = attempt(false);
    if (!database && database.error().code == Error::Code::Io && nobodyWrites(path)) {
        return attempt(true); // a WAL atlas in a read-only folder
    }
    return database;
}

void configure(SQLite::Database& database) {
    database.exec("PRAGMA foreign_keys=ON");
    database.exec("PRAGMA synchronous=FULL");
    database.exec("PRAGMA cache_size=-65536"); // 64 MiB
}

void migrate(SQLite::Database& database, std::uint32_t from) {
    SQLite::Transaction transaction(database);
    for (std::uint32_t step = from; step < kSchema; ++step) {
        database.exec(kMigrations[step]);
    }
    database.exec("PRAGMA user_version=" + std::to_string(kSchema));
    transaction.commit();
}

/// A new atlas appears complete under its name, or not at all.
Result<void> createFile(const fs::path& path) {
    const fs::path temporary = beside(path, ".creating");
    std::error_code none;
    fs::remove(temporary, none);
    auto made = sqlEdge(path, [&]() -> Result<void> {
        SQLite::Database database(temporary.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE,
                                  kBusyMs);
        database.exec("PRAGMA application_id=" + std::to_string(kApplicationId));
        migrate(database, 0);
        database.exec("PRAGMA journal_mode=WAL");
        return {};
    });
    if (!made) {
        fs::remove(temporary, none);
        return made;
    }
    return moveIntoPlace(temporary, path);
}

Result<void> copyDatabase(SQLite::Database& from, const fs::path& to) {
    const fs::path temporary = beside(to, ".saving");
    std::error_code none;
    fs::remove(temporary, none);
    auto copied = sqlEdge(to, [&]() -> Result<void> {
        SQLite::Database target(temporary.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE,
                                kBusyMs);
        SQLite::Backup backup(target, from);
        backup.executeStep(-1);
        return {};
    });
    if (!copied) {
        fs::remove(temporary, none);
        return copied;
    }
    return moveIntoPlace(temporary, to);
}
} // namespace

Error errorOf(const SQLite::Exception& exception, const fs::path& path) {
    const std::string where = path.string();
    switch (exception.getErrorCode()) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return withBackup({Error::Code::BadFile,
                           std::string("The atlas is damaged: ") + exception.what(),
                           where,
                           {}},
                          path);
    case SQLITE_FULL: {
        std::error_code none;
        const auto space = fs::space(path.has_parent_path() ? path.parent_path() : ".", none);
        return {Error::Code::Io, "The disk is full: the atlas keeps its last state", where,
                "Make room (" + std::to_string(none ? 0 : space.available) +
                    " bytes are free) and try again"};
    }
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {Error::Code::Io, "The atlas is in use by another program", where,
                "Close it there and try again"};
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return {Error::Code::Io, "The atlas may not be written", where,
                "Copy it to a folder that you may write to"};
    case SQLITE_CANTOPEN:
        return {Error::Code::Io, "The atlas cannot be opened or created", where,
                where.size() > kLongestPath ? "SQLite takes paths of at most 512 bytes: shorten it"
                                            : "Is the folder there, and may you write to it?"};
    case SQLITE_NOMEM:
        return {Error::Code::NoMemory, "Not enough memory for the atlas", where, {}};
    default:
        return {Error::Code::Io, std::string("The atlas refused: ") + exception.what(), where, {}};
    }
}

fs::path backupPath(const fs::path& atlas) { return beside(atlas, ".bak"); }

Error withBackup(Error error, const fs::path& path) {
    const fs::path backup = backupPath(path);
    if (holdsBytes(backup)) {
        error.hint +=
            (error.hint.empty() ? "" : ", or restore ") +
            std::string(error.hint.empty() ? "A backup can be restored: " : "the backup ") +
            backup.string();
    }
    return error;
}

Atlas::Atlas(std::unique_ptr<Connection> connection) : m_connection(std::move(connection)) {}
Atlas::~Atlas() = default;
Atlas::Atlas(Atlas&&) noexcept = default;
Atlas& Atlas::operator=(Atlas&&) noexcept = default;

const fs::path& Atlas::path() const { return m_connection->path; }

Result<Atlas> Atlas::open(const fs::path& path, Access access) {
    std::error_code none;
    if (access == Access::Create && !fs::exists(fs::symlink_status(path, none))) {
        CANTO_CHECK(createFile(path));
    }
    CANTO_TRY(header, checkHeader(path));
    CANTO_CHECK(checkSchema(header->schema(), path));
    CANTO_TRY(checked, openChecked(path));
    return sqlEdge(path, [&]() -> Result<Atlas> {
        const auto schema =
            static_cast<std::uint32_t>(checked->execAndGet("PRAGMA user_version").getInt());
        if (access == Access::ReadOnly) {
            if (schema < kOldestReadable) {
                return fail(Error::Code::BadFile,
                            "The atlas was made by an older Cantograph and must be upgraded first",
                            path.string(), "Open it once where it may be written");
            }
            auto connection = std::make_unique<Connection>(Connection{path, std::move(*checked)});
            return Atlas(std::move(connection));
        }
        SQLite::Database writing(path.string(), SQLite::OPEN_READWRITE, kBusyMs);
        checked = fail(Error{}); // closes the reading connection
        if (sqlite3_db_readonly(writing.getHandle(), "main") != 0) {
            return fail(Error::Code::Io, "The atlas may not be written", path.string(),
                        "Copy it to a folder that you may write to");
        }
        if (schema < kSchema) {
            CANTO_CHECK(copyDatabase(writing, backupPath(path)));
            migrate(writing, schema);
        }
        writing.exec("PRAGMA journal_mode=WAL");
        configure(writing);
        return Atlas(std::make_unique<Connection>(Connection{path, std::move(writing)}));
    });
}

void Atlas::setDurability(Durability durability) {
    m_connection->database.tryExec(durability == Durability::Edits ? "PRAGMA synchronous=FULL"
                                                                   : "PRAGMA synchronous=NORMAL");
}

Result<void> Atlas::backupTo(const fs::path& path) {
    return copyDatabase(m_connection->database, path);
}

Result<void> Atlas::finalise() {
    return sqlEdge(path(), [&]() -> Result<void> {
        SQLite::Database& database = m_connection->database;
        const std::string mode = database.execAndGet("PRAGMA journal_mode=DELETE").getString();
        if (mode != "delete") {
            return fail(Error::Code::Io, "The atlas is in use by another program", path().string(),
                        "Close it there and try again");
        }
        database.exec("VACUUM");
        return {};
    });
}

Result<void> restoreBackup(const fs::path& atlas) {
    const fs::path backup = backupPath(atlas);
    CANTO_CHECK(checkHeader(backup));
    CANTO_TRY(checked, openChecked(backup));
    std::error_code error;
    if (fs::exists(atlas, error)) {
        fs::rename(atlas, beside(atlas, ".damaged"), error);
        if (error) {
            return fail(Error::Code::Io, "Cannot put the damaged atlas aside: " + error.message(),
                        atlas.string());
        }
    }
    // These belong to the damaged file and must not be replayed into the restored one.
    for (const char* suffix : {"-wal", "-shm"}) {
        fs::rename(beside(atlas, suffix), beside(beside(atlas, ".damaged"), suffix), error);
    }
    return copyDatabase(*checked, atlas);
}

} // namespace canto::atlas
