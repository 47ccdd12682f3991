// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/importer.h"

#include "core/base/checksum.h"
#include "core/midi/smf_limits.h"
#include "core/midi/smf_reader.h"
#include "models/common/reducer.h"

#include <algorithm>
#include <fstream>
#include <unordered_map>

namespace canto {
namespace fs = std::filesystem;

namespace {

Result<std::vector<std::uint8_t>> readBytes(const fs::path& path) {
    std::error_code error;
    const auto status = fs::status(path, error);
    if (status.type() != fs::file_type::regular) {
        return fail(Error::Code::NotFound, status.type() == fs::file_type::not_found
                                               ? "The file is not there"
                                               : "Not a file");
    }
    const auto size = fs::file_size(path, error);
    if (error || size > midi::kMaxFileBytes) {
        return fail(Error::Code::TooLarge,
                    "The file is larger than " + std::to_string(midi::kMaxFileBytes) + " bytes");
    }
    std::ifstream in(path, std::ios::binary);
    std::vector<std::uint8_t> bytes(size);
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
    if (!in) {
        return fail(Error::Code::Io, "The file cannot be read");
    }
    return bytes;
}

/// Every hop-th, and of these at most `most`, evenly spread, the first among them.
std::vector<models::Segment> thinned(std::vector<models::Segment> all,
                                     const ImportOptions& options) {
    const auto hop = static_cast<std::size_t>(std::max(options.hop, 1));
    std::vector<models::Segment> hopped;
    for (std::size_t i = 0; i < all.size(); i += hop) {
        hopped.push_back(all[i]);
    }
    const auto most = static_cast<std::size_t>(std::max(options.maxSegments, 0));
    if (most == 0 || hopped.size() <= most) {
        return hopped;
    }
    std::vector<models::Segment> some;
    for (std::size_t i = 0; i < most; ++i) {
        some.push_back(hopped[i * hopped.size() / most]);
    }
    return some;
}

atlas::SongRow rowOf(const ImportFile& file, const std::string& hash,
                     const ImportOptions& options) {
    atlas::SongRow row;
    row.path = file.name;
    row.hash = hash;
    row.title = file.labels.title.empty() ? file.file.stem().string() : file.labels.title;
    row.artist = file.labels.artist;
    row.composer = file.labels.composer;
    row.genre = file.labels.genre;
    row.emotion = file.labels.emotion;
    row.split = file.labels.split.empty() ? options.split : file.labels.split;
    row.source = options.source;
    row.labels = file.labels.labels;
    return row;
}

bool sameLabels(const atlas::SongRow& a, const atlas::SongRow& b) {
    return a.title == b.title && a.artist == b.artist && a.composer == b.composer &&
           a.genre == b.genre && a.emotion == b.emotion && a.split == b.split &&
           a.source == b.source && a.labels == b.labels;
}

struct Encoded {
    atlas::SongRow song;
    std::vector<atlas::SegmentRow> segments;
    std::vector<float> latents;
};

class Import {
  public:
    Import(atlas::Atlas& atlas, const models::LatentModel& model, const ImportOptions& options,
           const CancelToken& cancel)
        : m_atlas(atlas), m_model(model), m_options(options), m_cancel(cancel) {}

    ImportReport report;

    Result<void> begin() {
        const models::ModelInfo& info = m_model.info();
        CANTO_TRY(id, m_atlas.putModel({0, info.id, info.version, info.latentSize}));
        m_modelRow = *id;
        return m_options.knowByContent ? listContents() : Result<void>();
    }

    /// Returns only errors that end the import.
    Result<void> one(const ImportFile& file) {
        const std::string split = file.labels.split.empty() ? m_options.split : file.labels.split;
        if (!m_options.splits.empty() && std::find(m_options.splits.begin(), m_options.splits.end(),
                                                   split) == m_options.splits.end()) {
            ++report.leftOut;
            return {};
        }
        const auto bytes = readBytes(file.file);
        if (!bytes) {
            return skip(file, bytes.error());
        }
        Checksum sum;
        sum.update(std::as_bytes(std::span(*bytes)));
        const atlas::SongRow row = rowOf(file, sum.hex(), m_options);
        const auto known = keep(row, file.file);
        if (!known || *known) {
            return known ? Result<void>() : fail(known.error());
        }
        auto encoded = encode(row, *bytes);
        if (!encoded) {
            return encoded.error().code == Error::Code::Cancelled ? fail(encoded.error())
                                                                  : skip(file, encoded.error());
        }
        const auto put = m_atlas.putSong(encoded->song, m_modelRow, encoded->segments,
                                         encoded->latents, m_options.precision);
        if (!put && put.error().code == Error::Code::BadInput) {
            return skip(file, put.error()); // a latent with NaN or infinity
        }
        if (!put) {
            return fail(put.error());
        }
        ++report.imported;
        report.importedSongs.push_back(*put);
        report.segments += encoded->segments.size();
        return {};
    }

  private:
    /// The songs that the model has encoded, by their content.
    Result<void> listContents() {
        CANTO_TRY(songs, m_atlas.songs());
        for (const atlas::SongRow& song : *songs) {
            CANTO_TRY(encoded, m_atlas.hasLatents(song.id, m_modelRow));
            if (*encoded && !song.hash.empty()) {
                m_contents.emplace(song.hash, Content{song.id, song.path});
            }
        }
        return {};
    }

    /// A song that was in the atlas before.
    struct Content {
        atlas::RowId id = 0;
        fs::path path;
    };

    /// Whether the song may be considered moved to `file`: its old path must not exist any more.
    bool isPlaceOf(const Content& song, const fs::path& file) const {
        std::error_code ignored;
        const fs::path before =
            song.path.is_absolute() ? song.path : m_atlas.path().parent_path() / song.path;
        return !fs::exists(before, ignored) || fs::equivalent(before, file, ignored);
    }

    void kept(atlas::RowId song) {
        ++report.kept;
        report.keptSongs.push_back(song);
    }

    /// Whether the atlas contains the song already; updates its labels.
    Result<bool> keep(atlas::SongRow row, const fs::path& file) {
        const auto known = m_atlas.findSong(row.path);
        if (known && !*known && !m_options.again) {
            const auto [first, last] = m_contents.equal_range(row.hash);
            const auto moved = std::find_if(
                first, last, [&](const auto& song) { return isPlaceOf(song.second, file); });
            if (moved != last) {
                kept(moved->second.id);
                return true;
            }
        }
        if (!known || !*known || (*known)->hash != row.hash || m_options.again) {
            return known ? Result<bool>(false) : fail(known.error());
        }
        if (m_options.labelsAreGuesses) {
            const std::string guess = row.genre;
            row = **known;
            row.genre = row.genre.empty() ? guess : row.genre;
        }
        const auto encoded = m_atlas.hasLatents((*known)->id, m_modelRow);
        if (!encoded || !*encoded) {
            return encoded;
        }
        if (!sameLabels(**known, row)) {
            row.id = (*known)->id;
            CANTO_CHECK(m_atlas.updateLabels(row));
            ++report.relabelled;
        }
        kept((*known)->id);
        return true;
    }

    Result<Encoded> encode(atlas::SongRow row, std::span<const std::uint8_t> bytes) {
        CANTO_TRY(file, midi::readSmf(bytes));
        const auto segments = thinned(m_model.segments(file->song), m_options);
        if (segments.empty()) {
            return fail(Error::Code::BadInput, "The file holds no notes");
        }
        CANTO_TRY(latents, m_model.encode(file->song, segments, m_cancel));
        if (m_reducer != nullptr) {
            const auto reduction = m_reducer->reductionOf(file->song);
            if (!reduction.empty() && report.reduced++ == 0) {
                report.reduction = row.path + ": " + reduction;
            }
        }
        Encoded encoded;
        encoded.song = std::move(row);
        encoded.song.seconds = file->song.endSeconds();
        encoded.song.notes = static_cast<std::int64_t>(file->song.notes.size());
        for (const models::Segment& segment : segments) {
            encoded.segments.push_back(
                {0, 0, segment.bar, segment.start, segment.end, segment.strict});
        }
        for (const models::Latent& latent : *latents) {
            encoded.latents.insert(encoded.latents.end(), latent.begin(), latent.end());
        }
        return encoded;
    }

    Result<void> skip(const ImportFile& file, Error error) {
        error.where.clear(); // the path is listed beside the reason
        report.failed.push_back({file.name, error.message()});
        return m_atlas.putFailed(report.failed.back());
    }

    atlas::Atlas& m_atlas;
    const models::LatentModel& m_model;
    const models::Reducer* m_reducer = dynamic_cast<const models::Reducer*>(&m_model);
    const ImportOptions& m_options;
    const CancelToken& m_cancel;
    atlas::RowId m_modelRow = 0;
    std::unordered_multimap<std::string, Content> m_contents; ///< by checksum
};
} // namespace

Result<ImportReport> importFiles(atlas::Atlas& atlas, const models::LatentModel& model,
                                 std::span<const ImportFile> files, const ImportOptions& options,
                                 const Progress& progress, const CancelToken& cancel) {
    atlas.setDurability(atlas::Durability::Derived);
    Import import(atlas, model, options, cancel);
    auto ok = import.begin();
    for (std::size_t i = 0; ok && i < files.size() && !cancel.cancelled(); ++i) {
        if (progress) {
            progress(i, files.size());
        }
        ok = import.one(files[i]);
    }
    atlas.setDurability(atlas::Durability::Edits);
    import.report.cancelled = cancel.cancelled();
    if (!ok && ok.error().code != Error::Code::Cancelled) {
        return fail(ok.error());
    }
    if (progress && !import.report.cancelled) {
        progress(files.size(), files.size());
    }
    return std::move(import.report);
}

} // namespace canto
