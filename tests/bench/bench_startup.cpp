// SPDX-License-Identifier: GPL-3.0-or-later
// From the start of the process to a drawn map, the memory of the idle window, and the commands
// that need no network: starts the window offscreen several times, as it is installed and on an
// atlas of 100,000 points. Prints JSON; the figures of one start are the window's own (cantograph
// --startup-bench).
//
//   bench_startup [RUNS] [--soundfont FILE]
//
// A SoundFont lies in memory as a whole; without a choice it is TimGM6mb, which the packages
// recommend.

#include "core/atlas/atlas.h"
#include "core/base/random.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace canto;
using Json = nlohmann::json;

constexpr int kSongs = 1000;
constexpr int kSegmentsPerSong = 100;
constexpr int kLatent = 128;
constexpr std::array kGenres{"classical", "country", "jazz", "pop", "rock"};

Result<void> makeAtlas(const fs::path& path) {
    auto opened = atlas::Atlas::open(path, atlas::Access::Create);
    if (!opened) {
        return fail(opened.error());
    }
    const auto model = opened->putModel({0, "bench", "0", kLatent});
    if (!model) {
        return fail(model.error());
    }
    Random random(1);
    for (int song = 0; song < kSongs; ++song) {
        atlas::SongRow row;
        row.path = "song" + std::to_string(song);
        row.title = "Song " + std::to_string(song);
        row.genre = kGenres[static_cast<std::size_t>(song) % kGenres.size()];
        std::vector<atlas::SegmentRow> segments(kSegmentsPerSong);
        for (int i = 0; i < kSegmentsPerSong; ++i) {
            auto& segment = segments[static_cast<std::size_t>(i)];
            segment.bar = i;
            segment.start = 1920 * i;
            segment.end = segment.start + 3840;
        }
        std::vector<float> latents(kSegmentsPerSong * kLatent);
        for (float& value : latents) {
            value = static_cast<float>(random.normal());
        }
        if (auto put = opened->putSong(row, *model, segments, latents, atlas::Precision::Half);
            !put) {
            return fail(put.error());
        }
    }
    auto points = opened->points(*model);
    if (!points) {
        return fail(points.error());
    }
    atlas::Projection projection;
    projection.name = "PCA";
    projection.model = *model;
    projection.parameters = R"({"kind":"pca"})";
    for (const auto& segment : points->segments) {
        projection.segments.push_back(segment.id);
        const double shift = 3.0 * (segment.song % static_cast<int>(kGenres.size()));
        projection.xy.push_back(static_cast<float>(random.normal() + shift));
        projection.xy.push_back(static_cast<float>(random.normal()));
    }
    if (auto wrote = opened->writeProjection(projection); !wrote) {
        return wrote;
    }
    return opened->finalise();
}

Json start(const fs::path& program, const std::string& options) {
    const std::string command = "QT_QPA_PLATFORM=offscreen '" + program.string() +
                                "' --startup-bench " + options + " 2>/dev/null";
    std::string text;
    if (FILE* pipe = popen(command.c_str(), "r")) {
        std::array<char, 4096> buffer{};
        while (const std::size_t got = fread(buffer.data(), 1, buffer.size(), pipe)) {
            text.append(buffer.data(), got);
        }
        pclose(pipe);
    }
    auto document = Json::parse(text, nullptr, false);
    return document.is_discarded() ? Json{{"error", "the window printed no JSON"}} : document;
}

/// Several starts, and the median of each of their figures.
Json starts(const fs::path& program, const std::string& options, int runs) {
    Json all = Json::array();
    std::map<std::string, std::vector<double>> values;
    for (int run = 0; run < runs; ++run) {
        all.push_back(start(program, options));
        for (const auto& [key, value] : all.back().items()) {
            if (value.is_number()) {
                values[key].push_back(value.get<double>());
            }
        }
    }
    Json result{{"starts", all}};
    for (auto& [key, some] : values) {
        std::sort(some.begin(), some.end());
        result["median"][key] = some[some.size() / 2];
    }
    return result;
}

/// Middle time of a command, s; less than 0: it failed.
double commandSeconds(const std::string& command, int runs) {
    std::vector<double> seconds;
    for (int run = 0; run < runs; ++run) {
        const auto begin = std::chrono::steady_clock::now();
        if (std::system((command + " > /dev/null 2>&1").c_str()) != 0) {
            return -1;
        }
        seconds.push_back(
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
    std::sort(seconds.begin(), seconds.end());
    return seconds[seconds.size() / 2];
}

/// A MIDI file with one note.
void writeNote(const fs::path& path) {
    std::ofstream out(path, std::ios::binary);
    const std::string bytes(
        "MThd\0\0\0\6\0\0\0\1\0\x60MTrk\0\0\0\xd\0\x90\x3c\x40\x60\x80\x3c\0\0\xff\x2f\0", 34);
    out.write(bytes.data(), std::streamsize(bytes.size()));
}

} // namespace

int main(int argc, char** argv) {
    int runs = 5;
    fs::path font = "/usr/share/sounds/sf2/TimGM6mb.sf2";
    for (int i = 1; i < argc; ++i) {
        if (argv[i] == std::string("--soundfont") && i + 1 < argc) {
            font = argv[++i];
        } else {
            runs = std::max(1, std::atoi(argv[i]));
        }
    }
    const fs::path bin = fs::read_symlink("/proc/self/exe").parent_path();
    const fs::path folder =
        fs::temp_directory_path() / ("canto-startup-" + std::to_string(getpid()));
    fs::create_directories(folder);
    const fs::path atlas = folder / "bench.atlas";
    const std::string sound = fs::exists(font) ? "--soundfont '" + font.string() + "'" : "";
    Json result{
        {"aims", {{"firstMapSeconds", 1.0}, {"idleResidentMiB", 350}, {"commandSeconds", 0.15}}},
        {"soundFont", sound.empty() ? "the system's" : font.filename().string()}};
    result["installedMap"] = starts(bin / "cantograph", sound, runs);
    if (auto made = makeAtlas(atlas); !made) {
        result["error"] = made.error().message();
    } else {
        result["largeMap"] =
            starts(bin / "cantograph", sound + " --atlas '" + atlas.string() + "'", runs);
    }
    writeNote(folder / "note.mid");
    const std::string canto = "'" + (bin / "canto").string() + "' ";
    result["commandSeconds"] = {
        {"--version", commandSeconds(canto + "--version", runs)},
        {"info", commandSeconds(canto + "info '" + (folder / "note.mid").string() + "'", runs)}};
    fs::remove_all(folder);
    std::puts(result.dump(2).c_str());
}
