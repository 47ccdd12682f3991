// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/web_page.h"

#include "core/base/atomic_file.h"
#include "core/base/json_text.h"
#include "core/music/class_labels.h"
#include "core/music/display_title.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace canto {
namespace {

using Json = nlohmann::json;

constexpr double kStepsPerSecond = 200;
constexpr std::size_t kMostNotes = 512; ///< of a phrase
constexpr std::size_t kMostColumns = 12;
constexpr std::size_t kMostClasses = 500; ///< of a column; the rarest beyond are "others"
constexpr std::size_t kFewNumbers = 12;   ///< up to this many different numbers are classes
constexpr int kShades = 8;                ///< steps of a scale of numbers

std::string base64(std::string_view bytes) {
    static constexpr char kDigits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t three = 0;
        for (std::size_t k = 0; k < 3; ++k) {
            three = three << 8 | (i + k < bytes.size() ? std::uint8_t(bytes[i + k]) : 0U);
        }
        for (std::size_t k = 0; k < 4; ++k) {
            text += i + k <= bytes.size() ? kDigits[three >> (18 - 6 * k) & 63] : '=';
        }
    }
    return text;
}

void addNumber(std::string& bytes, std::uint64_t value) {
    for (; value >= 128; value >>= 7) {
        bytes += char(value % 128 + 128);
    }
    bytes += char(value);
}

void addShort(std::string& bytes, std::size_t value) {
    bytes += char(value & 255);
    bytes += char(value >> 8);
}

/// At most `most` of them, evenly spread, the first among them.
std::vector<std::size_t> evenShare(const std::vector<std::size_t>& all, std::size_t most) {
    if (all.size() <= most) {
        return all;
    }
    std::vector<std::size_t> some;
    for (std::size_t i = 0; i < most; ++i) {
        some.push_back(all[i * all.size() / most]);
    }
    return some;
}

std::optional<double> number(const std::string& text) {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    return !text.empty() && end == text.c_str() + text.size() && std::isfinite(value)
               ? std::optional(value)
               : std::nullopt;
}

std::string shortNumber(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", value);
    return text;
}

/// A column as the page has it: names of its classes, and a class for each song.
struct PageColumn {
    std::vector<std::string> names;
    std::vector<std::size_t> classes;
    bool scale = false;
    std::size_t values = 0; ///< different ones
};

PageColumn scaleOf(const std::vector<std::optional<double>>& values) {
    std::vector<double> sorted;
    for (const auto& value : values) {
        if (value) {
            sorted.push_back(*value);
        }
    }
    std::sort(sorted.begin(), sorted.end());
    const double low = sorted[sorted.size() / 50];
    const double high = sorted[sorted.size() - 1 - sorted.size() / 50];
    const double step = (high - low) / kShades;
    PageColumn column;
    column.scale = true;
    for (int shade = 0; shade < kShades; ++shade) {
        column.names.push_back(shortNumber(low + shade * step) + " \u2013 " +
                               shortNumber(low + (shade + 1) * step));
    }
    column.names.emplace_back("(none)");
    for (const auto& value : values) {
        const double at = value && step > 0 ? std::floor((*value - low) / step) : 0;
        column.classes.push_back(
            value ? static_cast<std::size_t>(std::clamp(at, 0.0, kShades - 1.0)) : kShades);
    }
    return column;
}

PageColumn columnOf(const std::string& name, const std::vector<const atlas::SongRow*>& songs) {
    std::vector<std::optional<double>> numbers;
    std::map<std::string, std::size_t> counts;
    bool allNumbers = true;
    for (const atlas::SongRow* song : songs) {
        const std::string& label = song->label(name);
        numbers.push_back(number(label));
        allNumbers = allNumbers && (label.empty() || numbers.back());
        counts[label] += 1;
    }
    if (allNumbers && counts.size() > kFewNumbers) {
        return scaleOf(numbers);
    }
    std::vector<std::pair<std::string, std::size_t>> order(counts.begin(), counts.end());
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
        return std::pair(a.first.empty(), b.second) < std::pair(b.first.empty(), a.second);
    });
    PageColumn column;
    column.values = counts.size();
    std::map<std::string, std::size_t> classOf;
    for (const auto& [label, count] : order) {
        classOf[label] = std::min(column.names.size(), kMostClasses);
        if (column.names.size() < kMostClasses) {
            column.names.push_back(label.empty() ? "(none)" : music::className(name, label));
        } else if (column.names.size() == kMostClasses) {
            column.names.emplace_back("(others)");
        }
    }
    for (const atlas::SongRow* song : songs) {
        column.classes.push_back(classOf[song->label(name)]);
    }
    return column;
}

/// Two bytes for each of two coordinates.
std::string packed(std::span<const projection::MapPoint> positions,
                   const std::vector<std::size_t>& rows) {
    float least[2] = {INFINITY, INFINITY}, most[2] = {-INFINITY, -INFINITY};
    for (const std::size_t row : rows) {
        const float at[2] = {positions[row].x, positions[row].y};
        for (int k = 0; k < 2; ++k) {
            least[k] = std::min(least[k], at[k]);
            most[k] = std::max(most[k], at[k]);
        }
    }
    // One scale for both, so that the page has the map's proportions.
    const double extent = std::max({double(most[0] - least[0]), double(most[1] - least[1]), 1e-30});
    std::string bytes;
    for (const std::size_t row : rows) {
        addShort(bytes, std::size_t(std::lround((positions[row].x - least[0]) / extent * 65535)));
        addShort(bytes, std::size_t(std::lround((positions[row].y - least[1]) / extent * 65535)));
    }
    return bytes;
}

std::string titleOf(const atlas::SongRow& song) {
    return validUtf8(music::displayTitle(
        song.title.empty() ? std::filesystem::path(song.path).stem().string() : song.title));
}

/// JSON that may stand in a script of an HTML file: "<" does not begin anything there.
std::string scriptText(const Json& json) {
    std::string text = jsonText(json), safe;
    for (const char c : text) {
        safe += c == '<' ? "\\u003c" : std::string(1, c);
    }
    return safe;
}

} // namespace

std::string webPageNotes(const music::Song& song) {
    std::string bytes;
    std::uint64_t before = 0;
    std::size_t count = 0;
    for (const music::Note& note : song.notes) {
        if (++count > kMostNotes) {
            break;
        }
        const auto steps = [](double seconds) {
            return static_cast<std::uint64_t>(
                std::lround(std::clamp(seconds, 0.0, 1e6) * kStepsPerSecond));
        };
        const std::uint64_t start = std::max(steps(note.startSeconds), before);
        addNumber(bytes, start - before);
        addNumber(bytes, std::max<std::uint64_t>(1, steps(note.lengthSeconds)));
        bytes += char((note.pitch & 127) + (note.isDrum() ? 128 : 0));
        bytes += char(note.velocity & 127);
        bytes += char(note.program & 127);
        before = start;
    }
    return bytes;
}

Result<WebPageReport> writeWebPage(const atlas::AtlasPoints& points,
                                   std::span<const projection::MapPoint> positions,
                                   const WebPage& page, const PhraseOfRow& phraseOf,
                                   const std::filesystem::path& path, const CancelToken& cancel,
                                   const Progress& progress) {
    if (positions.size() != points.count()) {
        return fail(Error::Code::BadShape, "The map has other points than the library");
    }
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < positions.size(); ++row) {
        if (std::isfinite(positions[row].x) && std::isfinite(positions[row].y)) {
            rows.push_back(row);
        }
    }
    WebPageReport report;
    report.total = rows.size();
    rows = evenShare(rows, page.mostPoints);
    report.points = rows.size();
    if (rows.empty()) {
        return fail(Error::Code::BadInput, "There are no points to export");
    }
    std::map<std::int32_t, std::size_t> songOf; // index of the library to that of the page
    std::vector<const atlas::SongRow*> songs;
    std::string songIndex, bars;
    for (const std::size_t row : rows) {
        const auto [found, added] = songOf.try_emplace(points.segments[row].song, songs.size());
        if (added) {
            songs.push_back(&points.songOf(row));
        }
        addShort(songIndex, found->second & 0xffff);
        addShort(songIndex, found->second >> 16);
        addShort(bars, std::size_t(std::clamp(points.segments[row].bar + 1, 0, 0xffff)));
    }
    Json data{{"title", page.title},
              {"total", report.total},
              {"places", base64(packed(positions, rows))},
              {"songs", base64(songIndex)},
              {"bars", base64(bars)}};
    for (const atlas::SongRow* song : songs) {
        data["titles"].push_back(titleOf(*song));
        data["artists"].push_back(validUtf8(song->artist.empty() ? song->composer : song->artist));
    }
    data["columns"] = Json::array();
    for (const auto& [name, title] : page.columns) {
        if (data["columns"].size() == kMostColumns) {
            break;
        }
        const PageColumn column = columnOf(name, songs);
        // Checksums, titles: what most songs have of their own groups nothing.
        if (songs.size() > kFewNumbers && column.values * 2 > songs.size()) {
            continue;
        }
        std::string classes;
        for (const std::size_t one : column.classes) {
            addShort(classes, one);
        }
        data["columns"].push_back({{"title", title},
                                   {"names", column.names},
                                   {"classes", base64(classes)},
                                   {"scale", column.scale}});
    }
    // Music, of an even share of the points.
    std::string music;
    Json sounding = Json::array(), offsets = Json::array();
    std::vector<std::size_t> numbers(rows.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        numbers[i] = i;
    }
    const auto chosen = evenShare(numbers, phraseOf ? page.mostPhrases : 0);
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Export cancelled");
        }
        if (progress) {
            progress(i, chosen.size());
        }
        const auto song = phraseOf(rows[chosen[i]]);
        if (!song || song->notes.empty()) {
            continue;
        }
        const std::string notes = webPageNotes(*song);
        if (music.size() + notes.size() > page.mostMusicBytes) {
            break;
        }
        sounding.push_back(chosen[i]);
        offsets.push_back(music.size());
        music += notes;
        report.notes += std::min(song->notes.size(), kMostNotes);
    }
    report.phrases = sounding.size();
    data["sounding"] = std::move(sounding);
    data["offsets"] = std::move(offsets);
    data["music"] = base64(music);

    const auto [before, behind] = webPageFrame();
    std::string text(before);
    text += scriptText(data);
    text += behind;
    report.bytes = text.size();
    CANTO_CHECK(writeFileAtomically(path, text));
    return report;
}

} // namespace canto
