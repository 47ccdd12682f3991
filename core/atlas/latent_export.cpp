// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/atlas/latent_export.h"

#include "core/base/atomic_file.h"
#include "core/latents/npy.h"
#include "core/latents/npz_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <set>
#include <unordered_map>

namespace canto::atlas {

namespace {

/// Positions by row, NaN where a map has none.
struct ExportedMap {
    std::string name;
    std::vector<float> xy;
};

std::string columnOfMap(const std::string& name) {
    std::string column;
    for (const char c : name) {
        column += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c == ' ' || c == ',' ? '_' : c;
    }
    return column;
}

Result<std::vector<ExportedMap>> mapsToExport(Atlas& atlas, const AtlasPoints& points) {
    CANTO_TRY(projections, atlas.projections(points.model.id));
    std::unordered_map<RowId, std::size_t> rows;
    for (std::size_t row = 0; row < points.count(); ++row) {
        rows.emplace(points.segments[row].id, row);
    }
    std::vector<ExportedMap> maps;
    for (const Projection& projection : *projections) {
        CANTO_TRY(whole, atlas.readProjection(points.model.id, projection.name));
        ExportedMap map{columnOfMap(projection.name), {}};
        map.xy.assign(2 * points.count(), std::numeric_limits<float>::quiet_NaN());
        for (std::size_t i = 0; i < whole->segments.size(); ++i) {
            if (const auto row = rows.find(whole->segments[i]); row != rows.end()) {
                map.xy[2 * row->second] = whole->xy[2 * i];
                map.xy[2 * row->second + 1] = whole->xy[2 * i + 1];
            }
        }
        if (!whole->segments.empty()) {
            maps.push_back(std::move(map));
        }
    }
    return maps;
}

/// A column of text by song.
struct ExportedLabels {
    std::string name;
    std::vector<std::string> values;
};

std::vector<ExportedLabels> labelsToExport(const AtlasPoints& points) {
    std::set<std::string> names{"title"};
    for (const SongRow& song : points.songs) {
        for (const char* name : {"genre", "composer", "artist", "emotion", "source", "split"}) {
            if (!song.label(name).empty()) {
                names.insert(name);
            }
        }
        for (const auto& [name, value] : song.labels) {
            if (!value.empty() && name != "path" && name != "part") {
                names.insert(name);
            }
        }
    }
    std::vector<ExportedLabels> columns;
    ExportedLabels& paths = columns.emplace_back();
    paths.name = "path";
    for (const SongRow& song : points.songs) {
        paths.values.push_back(song.path);
    }
    for (const std::string& name : names) {
        ExportedLabels& column = columns.emplace_back();
        column.name = name;
        for (const SongRow& song : points.songs) {
            column.values.push_back(song.label(name));
        }
    }
    return columns;
}

/// UTF-8 as code points; a byte that is not UTF-8 becomes U+FFFD.
std::u32string codePoints(const std::string& text) {
    std::u32string points;
    for (std::size_t at = 0; at < text.size();) {
        const auto first = static_cast<unsigned char>(text[at]);
        const std::size_t more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
        char32_t code = more == 0 ? first : first & (0x3FU >> more);
        bool good = first < 0x80 || (first >= 0xC2 && first < 0xF5);
        std::size_t read = 1;
        for (; good && read <= more; ++read) {
            const auto byte =
                at + read < text.size() ? static_cast<unsigned char>(text[at + read]) : 0;
            good = (byte & 0xC0) == 0x80;
            code = code << 6 | (byte & 0x3FU);
        }
        points += good ? code : U'\uFFFD';
        at += good ? more + 1 : 1;
    }
    return points;
}

template <class T>
std::string_view viewOf(const std::vector<T>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

Result<void> addArray(latents::ZipWriter& zip, const std::string& name, const std::string& kind,
                      std::initializer_list<std::size_t> shape, std::string_view numbers) {
    const std::string header =
        latents::npyHeader(kind, std::span<const std::size_t>(shape.begin(), shape.size()));
    const std::array<std::string_view, 2> parts{header, numbers};
    return zip.add(name + ".npy", parts);
}

Result<void> writeNpz(const std::filesystem::path& path, const AtlasPoints& points,
                      const std::vector<ExportedMap>& maps,
                      const std::vector<ExportedLabels>& labels, const CancelToken& cancel) {
    const std::size_t count = points.count();
    latents::ZipWriter zip(path);
    CANTO_CHECK(addArray(zip, "latents", "<f4",
                         {count, static_cast<std::size_t>(points.model.latentSize)},
                         viewOf(points.latents)));
    for (const ExportedMap& map : maps) {
        CANTO_CHECK(addArray(zip, "map_" + map.name, "<f4", {count, 2}, viewOf(map.xy)));
    }
    std::vector<std::int32_t> parts;
    for (const SegmentRow& segment : points.segments) {
        parts.push_back(segment.bar);
    }
    CANTO_CHECK(addArray(zip, "part", "<i4", {count}, viewOf(parts)));
    for (const ExportedLabels& column : labels) {
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        std::vector<std::u32string> texts;
        std::size_t longest = 1;
        for (const std::string& value : column.values) {
            texts.push_back(codePoints(value));
            longest = std::max(longest, texts.back().size());
        }
        std::vector<char32_t> numbers(count * longest, U'\0');
        for (std::size_t row = 0; row < count; ++row) {
            const auto& text = texts[static_cast<std::size_t>(points.segments[row].song)];
            std::copy(text.begin(), text.end(),
                      numbers.begin() + static_cast<std::ptrdiff_t>(row * longest));
        }
        CANTO_CHECK(
            addArray(zip, column.name, "<U" + std::to_string(longest), {count}, viewOf(numbers)));
    }
    return zip.commit();
}

/// A field of separated values, in quotes where it needs them.
std::string csvField(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) {
        return text;
    }
    std::string quoted = "\"";
    for (const char c : text) {
        quoted += c;
        if (c == '"') {
            quoted += '"';
        }
    }
    return quoted + '"';
}

void appendNumber(std::string& text, float number) {
    std::array<char, 32> buffer{};
    const auto done = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    text += ',';
    text.append(buffer.data(), done.ptr);
}

Result<void> writeCsv(const std::filesystem::path& path, const AtlasPoints& points,
                      const std::vector<ExportedMap>& maps,
                      const std::vector<ExportedLabels>& labels, const CancelToken& cancel,
                      const Progress& progress) {
    constexpr std::size_t kBetweenWrites = 1024;
    AtomicFile file(path);
    std::string text = "part";
    for (const ExportedLabels& column : labels) {
        text += "," + csvField(column.name);
    }
    for (const ExportedMap& map : maps) {
        text += "," + csvField("x_" + map.name) + "," + csvField("y_" + map.name);
    }
    for (int i = 0; i < points.model.latentSize; ++i) {
        text += ",z" + std::to_string(i);
    }
    text += '\n';
    for (std::size_t row = 0; row < points.count(); ++row) {
        text += std::to_string(points.segments[row].bar);
        for (const ExportedLabels& column : labels) {
            text += ',';
            text += csvField(column.values[static_cast<std::size_t>(points.segments[row].song)]);
        }
        for (const ExportedMap& map : maps) {
            appendNumber(text, map.xy[2 * row]);
            appendNumber(text, map.xy[2 * row + 1]);
        }
        for (const float number : points.latent(row)) {
            appendNumber(text, number);
        }
        text += '\n';
        if (row % kBetweenWrites == 0) {
            if (cancel.cancelled()) {
                return fail(Error::Code::Cancelled, "Cancelled");
            }
            CANTO_CHECK(file.write(text));
            text.clear();
            if (progress) {
                progress(row, points.count());
            }
        }
    }
    CANTO_CHECK(file.write(text));
    return file.commit();
}

} // namespace

Result<LatentExportReport> exportLatents(Atlas& atlas, RowId model,
                                         const std::filesystem::path& path,
                                         const CancelToken& cancel, const Progress& progress) try {
    const std::string kind = path.extension().string();
    if (kind != ".npz" && kind != ".csv") {
        return fail(Error::Code::BadInput, "Latents are written as .npz or .csv", path.string());
    }
    CANTO_TRY(points, atlas.points(model));
    CANTO_TRY(maps, mapsToExport(atlas, *points));
    const auto labels = labelsToExport(*points);
    CANTO_CHECK(kind == ".npz" ? writeNpz(path, *points, *maps, labels, cancel)
                               : writeCsv(path, *points, *maps, labels, cancel, progress));
    LatentExportReport report{
        points->count(), static_cast<std::size_t>(points->model.latentSize), {}, {}};
    for (const ExportedMap& map : *maps) {
        report.maps.push_back(map.name);
    }
    for (const ExportedLabels& column : labels) {
        report.labels.push_back(column.name);
    }
    return report;
} catch (const std::bad_alloc&) {
    return fail(Error::Code::NoMemory, "There is not enough memory for the export", path.string());
}

} // namespace canto::atlas
