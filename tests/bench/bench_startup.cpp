// SPDX-License-Identifier: GPL-3.0-or-later
// From the start of the process to a drawn map: makes an atlas of 100,000 points and starts the
// window on it, offscreen, several times. Prints JSON; the figures of one start are the window's
// own (cantograph --startup-bench).

#include "core/atlas/atlas.h"
#include "core/base/random.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <unistd.h>

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

Json start(const fs::path& program, const fs::path& atlas) {
    const std::string command = "QT_QPA_PLATFORM=offscreen '" + program.string() +
                                "' --startup-bench --atlas '" + atlas.string() + "' 2>/dev/null";
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

} // namespace

int main(int argc, char** argv) {
    const int runs = argc > 1 ? std::max(1, std::atoi(argv[1])) : 5;
    const fs::path program = fs::read_symlink("/proc/self/exe").parent_path() / "cantograph";
    const fs::path folder =
        fs::temp_directory_path() / ("canto-startup-" + std::to_string(getpid()));
    fs::create_directories(folder);
    const fs::path atlas = folder / "bench.atlas";
    Json result{{"points", kSongs * kSegmentsPerSong}, {"aimSeconds", 2.0}};
    if (auto made = makeAtlas(atlas); !made) {
        result["error"] = made.error().message();
    } else {
        for (int run = 0; run < runs; ++run) {
            result["starts"].push_back(start(program, atlas));
        }
    }
    fs::remove_all(folder);
    std::puts(result.dump(2).c_str());
}
