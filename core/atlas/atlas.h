// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
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

/// The model whose latents are stored: several models may share an atlas.
struct ModelRow {
    RowId id = 0;
    std::string name;    ///< models::ModelInfo::id
    std::string version; ///< models::ModelInfo::version
    int latentSize = 0;
};

struct SongRow {
    RowId id = 0;
    /// Identifies the song, unique. For imported files their path: bytes of the file system,
    /// usually but not always UTF-8.
    std::string path;
    std::string hash; ///< core/base/checksum.h of the file, 16 digits; empty for made music
    std::string title;
    std::string artist;
    std::string composer;
    std::string genre;
    std::string emotion;
    std::string split = "mine"; ///< train, valid, test, library (ships with the program), mine
    std::string source;         ///< where it came from: name of a collection or folder
    double seconds = 0;
    std::int64_t notes = 0;
    std::map<std::string, std::string> labels; ///< any further column of the labels

    /// The value of a column by its name: "genre", or any key of labels; empty if there is none.
    const std::string& label(const std::string& column) const;
};

/// A part of a song that is one point on the maps.
struct SegmentRow {
    RowId id = 0;
    std::int32_t song = 0; ///< index into AtlasPoints::songs when reading; unused when writing
    std::int32_t bar = 0;  ///< first bar
    music::Tick start = 0;
    music::Tick end = 0;
    bool strict = false; ///< satisfies the model's published rule
};

/// Everything that a map of one model shows, in flat arrays; row i of each belongs to segment i.
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
    std::string parameters = "{}"; ///< JSON, needed to transform new points
    std::string quality = "{}";    ///< JSON: trustworthiness and the like
    std::vector<RowId> segments;   ///< by id, as in AtlasPoints
    std::vector<float> xy;         ///< (N, 2)
};

struct FailedFile {
    std::string path;
    std::string reason;
};

/// A generated song and one of its sources.
struct LineageRow {
    RowId song = 0;    ///< the generated song
    RowId segment = 0; ///< a parent
    double weight = 1; ///< its share
    std::string how;   ///< "interpolate", "carry rhythm" ...
};

enum class Access {
    ReadOnly,  ///< works in a read-only folder too
    ReadWrite, ///< the file must be there; migrates an older schema after a backup
    Create,    ///< as ReadWrite, and creates the file if there is none
};

/// Derived: data that can be computed again; a power cut may lose the latest (never consistency).
/// Edits: what the user did is on disk when the call returns.
enum class Durability { Derived, Edits };

enum class Precision { Float, Half };

/// An open atlas: one connection. Thread: one at a time; open it twice for two threads.
///
/// Errors of every call: Io (disk full, read-only, in use elsewhere), BadFile (damaged; the hint
/// names the backup if one lies beside the file), NoMemory.
class Atlas {
  public:
    /// Opens a file. Refuses, without changing the file, one that is empty, zero-filled, truncated,
    /// not an atlas, damaged (quick_check), or of a newer schema than ours. Opening an older schema
    /// with ReadWrite writes PATH.bak by SQLite's backup interface, then migrates; ReadOnly asks
    /// for ReadWrite.
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
    /// Label columns with at least one value: genre, composer, ... then the others by name.
    Result<std::vector<std::string>> labelColumns();
    /// Distinct non-empty values of a column, sorted.
    Result<std::vector<std::string>> labelValues(const std::string& column);
    /// Without points, which readProjection adds.
    Result<std::vector<Projection>> projections(RowId model);
    /// NotFound if there is none of that name.
    Result<Projection> readProjection(RowId model, const std::string& name);
    Result<std::vector<FailedFile>> failedFiles();
    Result<std::vector<LineageRow>> lineage(RowId song);

    // ---- writing; each call is one transaction, whole or not at all ----
    // The id of (name, version), which is added if it is new. BadInput: another latent size.
    Result<RowId> putModel(const ModelRow& model);
    /// Stores a song, replacing one with the same path, its segments and latents, and removes the
    /// path from the failed files. If the file's hash is the same, the latents of other models
    /// stay.
    /// @param latents  (segments.size(), latentSize) row-major, finite.
    /// @return the song's id. BadShape: sizes differ; BadInput: numbers that are not finite.
    Result<RowId> putSong(const SongRow& song, RowId model, std::span<const SegmentRow> segments,
                          std::span<const float> latents, Precision precision = Precision::Float);
    /// Stores many new songs at once, faster than one by one, and leaves the file without a WAL, as
    /// finalise() does: for a file that is being made.
    /// @param segments  their `song` is an index into `songs`.
    /// @param latents   (R, latentSize) row-major, finite; segment i has row rows[i].
    /// @return the ids of the segments. BadShape: sizes differ; BadInput: numbers that are not
    /// finite; Io: a song that the atlas has; Cancelled.
    Result<std::vector<RowId>>
    putPoints(std::span<const SongRow> songs, RowId model, std::span<const SegmentRow> segments,
              std::span<const float> latents, std::span<const std::uint32_t> rows,
              Precision precision = Precision::Float, const CancelToken& cancel = {},
              const Progress& progress = {});
    /// Updates title, labels, split and source of the song with this id, and nothing else.
    Result<void> updateLabels(const SongRow& song);
    Result<void> removeSong(RowId song);
    /// Whether the song (by id) has been encoded by the model.
    Result<bool> hasLatents(RowId song, RowId model);
    Result<void> putFailed(const FailedFile& file);
    /// Replaces a projection of the same name and model.
    Result<void> writeProjection(const Projection& projection);
    Result<void> putLineage(RowId song, std::span<const LineageRow> parents);

    // ---- the file ----
    // A digest of models, songs, labels, segments, latents and failed files that does not depend on
    // their order: equal content gives an equal digest. 16 digits.
    Result<std::string> contentDigest();
    /// A copy by SQLite's backup interface, written to a temporary file and renamed.
    Result<void> backupTo(const std::filesystem::path& path);
    /// Prepares the file for shipping and for read-only folders: no WAL, vacuumed.
    Result<void> finalise();

  private:
    struct Connection;
    explicit Atlas(std::unique_ptr<Connection> connection);
    std::unique_ptr<Connection> m_connection;
};

/// Path of the backup of an atlas: its path and ".bak".
std::filesystem::path backupPath(const std::filesystem::path& atlas);

/// Replaces the atlas by its backup; the damaged file is kept as PATH.damaged. Errors: NotFound
/// without a backup, BadFile if the backup is damaged too, Io.
Result<void> restoreBackup(const std::filesystem::path& atlas);

} // namespace canto::atlas
