// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/spaces/orchestra/clip_library.h"

#include "core/atlas/segment_attributes.h"
#include "core/base/checksum.h"
#include "core/midi/smf_reader.h"
#include "models/orchestra/orchestra.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <optional>
#include <set>

namespace canto {

namespace fs = std::filesystem;

namespace {

constexpr double kClipSeconds = 10;
constexpr double kMillisecond = 1e-3;

/// The positions of clips in a movement.
struct Placing {
    std::optional<music::TempoMap> tempo; ///< without one: milliseconds
    std::string hash;
    double seconds = 0;
    std::int64_t notes = 0;

    music::Tick at(double second) const {
        return tempo ? tempo->tickAt(second)
                     : static_cast<music::Tick>(std::llround(second / kMillisecond));
    }
};

Placing placingOf(const fs::path& file) {
    Placing placing;
    std::error_code ignored;
    if (file.empty() || !fs::is_regular_file(file, ignored)) {
        return placing;
    }
    std::ifstream in(file, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(in), {}};
    const auto read =
        midi::readSmf({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    if (!read) {
        return placing; // a recording, or changed since it was rendered
    }
    Checksum sum;
    sum.update(std::as_bytes(std::span(bytes)));
    placing.hash = sum.hex();
    placing.tempo = read->song.tempo;
    placing.seconds = read->song.endSeconds();
    placing.notes = static_cast<std::int64_t>(read->song.notes.size());
    return placing;
}

atlas::SongRow rowOf(const tensors::PreparedMovement& movement, const Placing& placing) {
    atlas::SongRow row;
    row.path = movement.path;
    row.hash = placing.hash;
    row.title = movement.work + (movement.movement.empty() ? "" : ", " + movement.movement);
    row.composer = movement.composer;
    row.split = movement.split.empty() ? "mine" : movement.split;
    row.source = movement.archive;
    row.seconds = placing.seconds;
    row.notes = placing.notes;
    const auto label = [&row](const char* column, const std::string& value) {
        if (!value.empty()) {
            row.labels[column] = value;
        }
    };
    label("work", movement.composer + ", " + movement.work);
    label("movement", movement.movement);
    label("archive", movement.archive);
    label("font", movement.font.empty() ? "recording" : movement.font);
    return row;
}

/// The latents from which a decoder makes the clips' sound.
struct ClipParts {
    atlas::RowId model = 0; ///< 0: none
    std::vector<models::Latent> latents;
};

Result<ClipParts> partsOf(atlas::Atlas& atlas, const tensors::PreparedClips& clips,
                          const models::orchestra::OrchestraModel* decoder,
                          const CancelToken& cancel) {
    ClipParts parts;
    if (decoder == nullptr) {
        return parts;
    }
    CANTO_TRY(latents, decoder->encodeParts(clips, cancel));
    parts.latents = std::move(*latents);
    const auto& info = decoder->info();
    CANTO_TRY(id, atlas.putModel({0, std::string(atlas::kPartsKind) + info.id, info.version,
                                  decoder->partRows() * decoder->clipWindows() * info.latentSize}));
    parts.model = *id;
    return parts;
}

} // namespace

Result<ClipImportReport> importClips(atlas::Atlas& atlas,
                                     const models::orchestra::OrchestraModel& model,
                                     const tensors::PreparedClips& clips,
                                     const ClipImportOptions& options, const Progress& progress,
                                     const CancelToken& cancel) {
    CANTO_TRY(latents, model.encodeClips(clips, cancel, progress));
    const auto& info = model.info();
    CANTO_TRY(id, atlas.putModel({0, info.id, info.version, info.latentSize}));
    CANTO_TRY(loudness,
              atlas.putModel({0, std::string(atlas::kMeasureKind) + "loudness", "dBFS", 1}));
    CANTO_TRY(parts, partsOf(atlas, clips, options.parts, cancel));
    std::vector<std::vector<std::size_t>> clipsOf(clips.movements().size());
    for (std::size_t i = 0; i < clips.size(); ++i) {
        clipsOf[clips.movement(i)].push_back(i);
    }
    ClipImportReport report;
    for (std::size_t m = 0; m < clipsOf.size(); ++m) {
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        const auto& movement = clips.movements()[m];
        const auto placing =
            placingOf(options.music.empty() ? fs::path() : options.music / movement.path);
        auto row = rowOf(movement, placing);
        CANTO_TRY(known, atlas.findSong(row.path));
        if (*known && (*known)->hash == row.hash && !options.again) {
            // Complete, or it is written again.
            bool all = true;
            for (const atlas::RowId kept : {*id, *loudness, parts->model}) {
                CANTO_TRY(has,
                          kept == 0 ? Result<bool>(true) : atlas.hasLatents((*known)->id, kept));
                all = all && *has;
            }
            if (all) {
                ++report.movements;
                ++report.kept;
                report.clips += clipsOf[m].size();
                report.found += placing.tempo ? 1 : 0;
                continue;
            }
        }
        std::vector<atlas::SegmentRow> segments;
        std::vector<float> values, levels, partValues;
        for (const std::size_t clip : clipsOf[m]) {
            const double begin = kClipSeconds * clips.number(clip);
            segments.push_back({0, 0, clips.number(clip), placing.at(begin),
                                placing.at(begin + kClipSeconds), false});
            values.insert(values.end(), (*latents)[clip].begin(), (*latents)[clip].end());
            levels.push_back(clips.loudness(clip));
            if (options.parts != nullptr) {
                const auto& part = parts->latents[clip];
                partValues.insert(partValues.end(), part.begin(), part.end());
            }
            row.seconds = std::max(row.seconds, begin + kClipSeconds);
        }
        CANTO_TRY(put, atlas.putSong(row, *id, segments, values, options.precision));
        CANTO_CHECK(atlas.putSong(row, *loudness, segments, levels, options.precision));
        if (options.parts != nullptr) {
            CANTO_TRY(also, atlas.putSong(row, parts->model, segments, partValues,
                                          atlas::Precision::Half));
        }
        ++report.movements;
        report.clips += segments.size();
        report.found += placing.tempo ? 1 : 0;
    }
    return report;
}

std::vector<SimilarClip> similarClips(const atlas::AtlasPoints& points,
                                      std::span<const float> latent, const std::string& notBy,
                                      std::size_t count) {
    const std::size_t size = latent.size();
    std::vector<double> mean(size, 0.0);
    for (std::size_t row = 0; row < points.count(); ++row) {
        const auto z = points.latent(row);
        for (std::size_t i = 0; i < size; ++i) {
            mean[i] += z[i] / static_cast<double>(points.count());
        }
    }
    const auto similarity = [&](std::span<const float> z) {
        double both = 0;
        double one = 1e-12;
        double other = 1e-12;
        for (std::size_t i = 0; i < size; ++i) {
            const double a = latent[i] - mean[i];
            const double b = z[i] - mean[i];
            both += a * b;
            one += a * a;
            other += b * b;
        }
        return both / std::sqrt(one * other);
    };
    std::vector<SimilarClip> all;
    for (std::size_t row = 0; row < points.count(); ++row) {
        if (notBy.empty() || points.songOf(row).composer != notBy) {
            all.push_back({row, similarity(points.latent(row))});
        }
    }
    std::stable_sort(all.begin(), all.end(), [](const SimilarClip& a, const SimilarClip& b) {
        return a.similarity > b.similarity;
    });
    std::set<std::int32_t> songs;
    std::vector<SimilarClip> nearest;
    for (const auto& clip : all) {
        if (nearest.size() == count) {
            break;
        }
        if (songs.insert(points.segments[clip.row].song).second) {
            nearest.push_back(clip);
        }
    }
    return nearest;
}

} // namespace canto
