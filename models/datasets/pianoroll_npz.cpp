// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/datasets/pianoroll_npz.h"

#include "core/latents/npy.h"
#include "core/latents/npz_file.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace canto {

using latents::npyNumbers;
using latents::ZipArchive;
using nlohmann::json;

namespace {

constexpr std::size_t kPitches = 128;
constexpr std::size_t kMostCells = 1'000'000;
constexpr double kMostSteps = 10'000'000;

/// Cells of one pitch: step and velocity, by step.
using Column = std::vector<std::pair<std::int64_t, int>>;

Result<std::vector<Column>> columnsOf(const ZipArchive& archive, const std::string& prefix,
                                      const std::string& where) {
    std::vector<double> parts[3];
    const char* names[3] = {"_csc_data.npy", "_csc_indices.npy", "_csc_indptr.npy"};
    for (int i = 0; i < 3; ++i) {
        const auto* entry = archive.find(prefix + names[i]);
        if (entry == nullptr) {
            return fail(Error::Code::BadFile, "The piano roll lacks a part",
                        where + ", " + prefix + names[i]);
        }
        CANTO_TRY(numbers, npyNumbers(*entry, where + ", " + prefix + names[i]));
        parts[i] = std::move(*numbers);
    }
    const auto& [velocities, steps, begins] = parts;
    if (velocities.size() > kMostCells) {
        return fail(Error::Code::TooLarge, "A track has more than a million cells", where);
    }
    bool good = begins.size() == kPitches + 1 && velocities.size() == steps.size() &&
                begins.front() == 0 && begins.back() == static_cast<double>(steps.size()) &&
                std::is_sorted(begins.begin(), begins.end());
    for (const double step : steps) {
        good = good && step >= 0 && step < kMostSteps;
    }
    if (!good) {
        return fail(Error::Code::BadFile, "The parts of a piano roll do not fit each other",
                    where + ", " + prefix);
    }
    std::vector<Column> columns(kPitches);
    for (std::size_t pitch = 0; pitch < kPitches; ++pitch) {
        for (auto i = static_cast<std::size_t>(begins[pitch]);
             i < static_cast<std::size_t>(begins[pitch + 1]); ++i) {
            const int velocity = static_cast<int>(std::clamp(velocities[i], 0.0, 127.0));
            if (velocity > 0) {
                columns[pitch].emplace_back(static_cast<std::int64_t>(steps[i]), velocity);
            }
        }
        std::sort(columns[pitch].begin(), columns[pitch].end());
    }
    return columns;
}

/// Steps of the file in ticks of the song.
struct Grid {
    int resolution = 24;
    music::Tick at(std::int64_t step) const { return step * 480 / resolution; }
};

void addNotes(music::Song& song, const std::vector<Column>& columns, const Grid& grid,
              music::Note like) {
    for (std::size_t pitch = 0; pitch < columns.size(); ++pitch) {
        const auto& column = columns[pitch];
        for (std::size_t i = 0; i < column.size();) {
            std::size_t next = i + 1;
            while (next < column.size() && column[next].second == column[i].second &&
                   column[next].first == column[next - 1].first + 1) {
                ++next;
            }
            music::Note note = like;
            note.pitch = static_cast<std::uint8_t>(pitch);
            // A boolean roll has velocity 1 everywhere, which is not a loudness.
            note.velocity = static_cast<std::uint8_t>(column[i].second > 1 ? column[i].second : 80);
            note.start = grid.at(column[i].first);
            note.length = grid.at(column[next - 1].first + 1) - note.start;
            song.notes.push_back(note);
            i = next;
        }
    }
}

} // namespace

Result<music::Song> readPianorollNpz(const std::filesystem::path& path) {
    CANTO_TRY(archive, ZipArchive::open(path));
    const std::string where = path.string();
    const auto* text = archive->find("info.json");
    const auto about = text == nullptr ? json() : json::parse(*text, nullptr, false);
    if (!about.is_object()) {
        return fail(Error::Code::BadFile, "The archive holds no piano roll: info.json is missing",
                    where);
    }
    Grid grid;
    for (const char* key : {"beat_resolution", "resolution"}) {
        const auto found = about.find(key);
        if (found != about.end() && found->is_number_integer()) {
            grid.resolution = static_cast<int>(std::clamp<std::int64_t>(*found, 1, 480));
        }
    }
    music::Song song;
    double bpm = 120;
    if (const auto* entry = archive->find("tempo.npy")) {
        const auto tempo = npyNumbers(*entry, where + ", tempo.npy");
        if (tempo && !tempo->empty() && std::isfinite(tempo->front())) {
            bpm = std::clamp(tempo->front(), 10.0, 1000.0);
        }
    }
    song.ticksPerQuarter = 480;
    song.tempo = music::TempoMap(480, {{0, static_cast<std::uint32_t>(std::lround(6e7 / bpm))}});
    for (int number = 0; number < 64; ++number) {
        const auto track = about.find(std::to_string(number));
        if (track == about.end() || !track->is_object()) {
            break;
        }
        CANTO_TRY(columns, columnsOf(*archive, "pianoroll_" + std::to_string(number), where));
        music::Note like;
        like.track = static_cast<std::uint16_t>(song.tracks.size());
        const auto program = track->value("program", json(0));
        const auto drums = track->value("is_drum", json(false));
        const bool isDrum = drums.is_boolean() && drums.get<bool>();
        // Channels in turn, skipping that of the drums.
        const int melodic = number % 15;
        like.channel = static_cast<std::uint8_t>(isDrum ? music::kDrumChannel
                                                 : melodic < music::kDrumChannel ? melodic
                                                                                 : melodic + 1);
        like.program = static_cast<std::uint8_t>(
            program.is_number_integer() ? std::clamp<std::int64_t>(program, 0, 127) : 0);
        const auto name = track->value("name", json(""));
        song.tracks.push_back({});
        song.tracks.back().name = name.is_string() ? name.get<std::string>() : "";
        addNotes(song, *columns, grid, like);
    }
    song.finish();
    return song;
}

} // namespace canto
