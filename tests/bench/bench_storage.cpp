// SPDX-License-Identifier: GPL-3.0-or-later
// Prints JSON: reading 100,000 points and their layout from an atlas, labels of a million rows,
// opening and writing 64 MB of tensors, one atomic save.

#include "core/atlas/atlas.h"
#include "core/atlas/label_csv.h"
#include "core/base/atomic_file.h"
#include "core/base/random.h"
#include "core/tensors/safetensors.h"

#include <chrono>
#include <cstdio>
#include <functional>
#include <nlohmann/json.hpp>
#include <unistd.h>

using namespace canto;

namespace {
constexpr int kSongs = 2000;
constexpr int kSegments = 50;
constexpr int kLatent = 64;

double secondsOf(const std::function<bool()>& work) {
    const auto start = std::chrono::steady_clock::now();
    if (!work()) {
        std::fprintf(stderr, "bench_storage: a step failed\n");
        std::exit(1);
    }
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

bool fillAtlas(const std::filesystem::path& path) {
    auto atlas = atlas::Atlas::open(path, atlas::Access::Create);
    if (!atlas || !atlas->putModel({0, "bench", "1", kLatent})) {
        return false;
    }
    atlas->setDurability(atlas::Durability::Derived);
    Random random(1);
    std::vector<float> latents(std::size_t(kSegments) * kLatent);
    std::vector<atlas::SegmentRow> segments;
    for (int bar = 0; bar < kSegments; ++bar) {
        segments.push_back({0, 0, bar, bar * 1920, bar * 1920 + 3840, true});
    }
    for (int i = 0; i < kSongs; ++i) {
        for (float& number : latents) {
            number = static_cast<float>(random.normal());
        }
        atlas::SongRow song;
        song.path = "song " + std::to_string(i);
        song.genre = "genre " + std::to_string(i % 5);
        if (!atlas->putSong(song, 1, segments, latents)) {
            return false;
        }
    }
    const auto points = atlas->points(1);
    if (!points) {
        return false;
    }
    atlas::Projection layout{.name = "UMAP", .model = 1};
    for (const auto& segment : points->segments) {
        layout.segments.push_back(segment.id);
        layout.xy.insert(layout.xy.end(), {float(segment.id), 1.0f});
    }
    return atlas->writeProjection(layout) && atlas->finalise();
}
} // namespace

int main() {
    const auto folder =
        std::filesystem::temp_directory_path() / ("canto-bench-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    nlohmann::json figures;
    const auto path = folder / "bench.atlas";
    figures["atlasWrite100k"] = secondsOf([&] { return fillAtlas(path); });
    Result<atlas::Atlas> atlas = fail(Error{});
    figures["atlasOpenWithQuickCheck"] = secondsOf([&] {
        atlas = atlas::Atlas::open(path, atlas::Access::ReadOnly);
        return atlas.has_value();
    });
    figures["atlasPoints100k"] =
        secondsOf([&] { return atlas->points(1)->count() == std::size_t(kSongs * kSegments); });
    figures["atlasProjection100k"] =
        secondsOf([&] { return atlas->readProjection(1, "UMAP").has_value(); });
    figures["atlasDigest100k"] = secondsOf([&] { return atlas->contentDigest().has_value(); });

    std::string text = "path,title,genre\n";
    for (int i = 0; i < 1'000'000; ++i) {
        text +=
            "folder/" + std::to_string(i) + ".mid,\"Song, no. " + std::to_string(i) + "\",jazz\n";
    }
    figures["labels1MRows"] =
        secondsOf([&] { return atlas::parseLabels(text, "x")->rows.size() == 1'000'000; });

    const std::vector<float> numbers(16 << 20, 0.5f);
    const std::vector<tensors::TensorView> tensors = {
        {"w", tensors::Dtype::F32, {16 << 20}, std::as_bytes(std::span(numbers))}};
    figures["tensorsWrite64MB"] =
        secondsOf([&] { return tensors::writeSafeTensors(folder / "w", tensors, {}).has_value(); });
    figures["tensorsOpen64MB"] = secondsOf([&] {
        return tensors::SafeTensors::open(folder / "w", tensors::OpenOptions::weights())
            .has_value();
    });
    const std::string session(64 << 10, 's');
    figures["atomicSave64KiB"] = secondsOf([&] {
                                     for (int i = 0; i < 20; ++i) {
                                         if (!writeFileAtomically(folder / "s", session)) {
                                             return false;
                                         }
                                     }
                                     return true;
                                 }) /
                                 20;
    std::printf("%s\n", figures.dump(2).c_str());
    std::filesystem::remove_all(folder);
    return 0;
}
