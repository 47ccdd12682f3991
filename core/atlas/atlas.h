// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/music/time.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// A library with its maps in one SQLite file. Tables and their meaning: core/atlas/schema.h.

namespace canto::atlas {

using RowId = std::int64_t; ///< from 1; 0 is "not in the atlas yet"

/// Whose latents are kept: several models may share an atlas.
struct ModelRow {
    RowId id = 0;
    std::string name;    ///< models::ModelInfo::id
    std::string version; ///< models::ModelInfo::version
    int latentSize = 0;
};

struct SongRow {
    RowId id = 0;
    /// What the song is known by, unique. For imported files their path: bytes of the file system,
    /// mostly but not surely UTF-8.
    std::string path;
    std::string hash; ///< core/base/checksum.h of the file, 16 digits; empty for made music
    std::string title;
    std::string artist;
    std::string composer;
    std::string genre;
    std::string emotion;
    std::string split = "mine"; ///< train, valid, test, library (comes with the program), mine
    std::string source;         ///< a name for where it came from: a collection, a folder
    double seconds = 0;
    std::int64_t notes = 0;
    std::map<std::string, std::string> labels; ///< any further column of the labels

    /// The value of a column by its name: "genre", or any key of labels; empty for none.
    const std::string& label(const std::string& column) const;
};

/// A part of a song that is one point on the maps.
struct SegmentRow {
    RowId id = 0;
    std::int32_t song = 0; ///< index into AtlasPoints::songs (reading); unused in writing
    std::int32_t bar = 0;  ///< first bar
    music::Tick start = 0;
    music::Tick end = 0;
    bool strict = false; ///< meets the model's published rule
};

/// All that a map of one model shows, in flat arrays; row i of each belongs to segment i.
struct AtlasPoints {
    ModelRow model;
    std::vector<SegmentRow> segments; ///< by id
    std::vector<float> latents;       ///< (N, Z) row-major, Z = model.latentSize
    std::vector<SongRow> songs;       ///< that have a segment here, by id

    std::size_t count() const { return segments.size(); }
    std::span<const float> latent(std::size_t row) const {
        const auto z = static_cast<std::size_t>(model.latentSize);
        return std::span(latents).subspan(row * z, z);
    }
    const SongRow& songOf(std::size_t row) const {
        return songs[static_cast<std::size_t>(segments[row].song)];
    }
};

/// A 2-D layout of (some of) a model's segments.
struct Projection {
    std::string name; ///< "PCA", "UMAP"; unique with the model
    RowId model = 0;
    std::string parameters = "{}"; ///< JSON, as the projection needs it to place new points
    std::string quality = "{}";    ///< JSON: trustworthiness and the like
    std::vector<RowId> segments;   ///< by id, as in AtlasPoints
    std::vector<float> xy;         ///< (N, 2)
};

struct FailedFile {
    std::string path;
    std::string reason;
};

/// Made music and what it was made from.
struct LineageRow {
    RowId song = 0;    ///< the made one
    RowId segment = 0; ///< a parent
    double weight = 1; ///< its share
    std::string how;   ///< "interpolate", "carry rhythm" ...
};

enum class Access {
    ReadOnly,  ///< works in a read-only folder too
    ReadWrite, ///< the file must be there; migrates an older schema after a backup
    Create,    ///< as ReadWrite, and makes the file when there is none
};

/// Derived: what can be computed again may lose its last moments in a power cut (never its
/// consistency). Edits: what a person did is on the disk when the call returns.
enum class Durability { Derived, Edits };

enum class Precision { Float, Half };

/// An open atlas: one connection. Thread: one at a time; open it twice for two threads.
///
/// Errors of every call: Io (disk full, read-only, in use elsewhere), BadFile (damaged; the hint
/// names the backup where one lies beside the file), NoMemory.
class Atlas {
  public:
    /// Refuses, leaving the file untouched: what is empty, zero-filled, cut off, no atlas, damaged
    /// (quick_check), or of a newer schema than ours.
    /// A ReadWrite opening of an older schema writes PATH.bak by SQLite's backup interface, then
    /// migrates; a ReadOnly one asks for ReadWrite.
    static Result<Atlas> open(const std::filesystem::path& path, Access access);
    ~Atlas();
    Atlas(Atlas&&) noexcept;
    Atlas& operator=(Atlas&&) noexcept;

    const std::filesystem::path& path() const;
    void setDurability(Durability durability);

    // ---- reading ----
    Result<std::vector<ModelRow>> models();
    /// Everything of one model at once.
    Result<AtlasPoints> points(RowId model);
    Result<std::vector<SongRow>> songs();
    Result<std::optional<SongRow>> findSong(const std::string& path);
    /// Label columns with at least one value: genre, composer, ... then the further ones by name.
    Result<std::vector<std::string>> labelColumns();
    /// Distinct values of a column that are not empty, sorted.
    Result<std::vector<std::string>> labelValues(const std::string& column);
    /// Without points; readProjection has them.
    Result<std::vector<Projection>> projections(RowId model);
    /// NotFound for a name that is not there.
    Result<Projection> readProjection(RowId model, const std::string& name);
    Result<std::vector<FailedFile>> failedFiles();
    Result<std::vector<LineageRow>> lineage(RowId song);

    // ---- writing; each call is one transaction, whole or not at all ----
    /// The row of (name, version), made when there is none. BadInput: another latent size.
    Result<RowId> putModel(const ModelRow& model);
    /// Puts the song in the place of one with the same path, with its segments and latents, and
    /// takes the path off the failed files. Where the file's hash is the same, what other models
    /// made of the song stays.
    /// @param latents  (segments.size(), latentSize) row-major, finite.
    /// @return the song's id. BadShape: sizes differ; BadInput: numbers that are not finite.
    Result<RowId> putSong(const SongRow& song, RowId model, std::span<const SegmentRow> segments,
                          std::span<const float> latents, Precision precision = Precision::Float);
    /// Title, labels, split and source of the song with this id; the rest stays.
    Result<void> updateLabels(const SongRow& song);
    Result<void> removeSong(RowId song);
    /// Whether the song (by id) has been encoded by the model.
    Result<bool> hasLatents(RowId song, RowId model);
    Result<void> putFailed(const FailedFile& file);
    /// Replaces one of the same name and model.
    Result<void> writeProjection(const Projection& projection);
    Result<void> putLineage(RowId song, std::span<const LineageRow> parents);

    // ---- the file ----
    /// A digest of models, songs, labels, segments, latents and failed files that does not depend
    /// on the order in which they came: equal content, equal digest. 16 digits.
    Result<std::string> contentDigest();
    /// A copy by SQLite's backup interface, written aside and renamed.
    Result<void> backupTo(const std::filesystem::path& path);
    /// Makes the file fit to be shipped and opened from a read-only folder: no WAL, vacuumed.
    Result<void> finalise();

  private:
    struct Connection;
    explicit Atlas(std::unique_ptr<Connection> connection);
    std::unique_ptr<Connection> m_connection;
};

/// Where the backup of an atlas lies: its path and ".bak".
std::filesystem::path backupPath(const std::filesystem::path& atlas);

/// Puts the backup in the place of the atlas; the damaged file is kept as PATH.damaged.
/// Errors: NotFound without a backup, BadFile when the backup is damaged too, Io.
Result<void> restoreBackup(const std::filesystem::path& atlas);

} // namespace canto::atlas
