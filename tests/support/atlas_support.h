// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Small atlases for tests.

#include "core/atlas/atlas.h"
#include "core/base/random.h"

#include <string>
#include <vector>

namespace canto::test {

using namespace canto::atlas;

inline constexpr int kLatent = 8;

inline SongRow songNamed(const std::string& path, const std::string& genre = "jazz") {
    SongRow song;
    song.path = path;
    song.hash = "00112233aabbccdd";
    song.title = "Title of " + path;
    song.genre = genre;
    song.split = "train";
    song.seconds = 61.5;
    song.notes = 321;
    return song;
}

inline std::vector<SegmentRow> segmentsOf(int count) {
    std::vector<SegmentRow> segments;
    for (int bar = 0; bar < count; ++bar) {
        segments.push_back({0, 0, bar, bar * 1920, bar * 1920 + 3840, bar % 2 == 0});
    }
    return segments;
}

inline std::vector<float> latentsOf(int count, std::uint64_t seed) {
    Random random(seed);
    std::vector<float> latents(static_cast<std::size_t>(count) * kLatent);
    for (float& number : latents) {
        number = static_cast<float>(random.normal());
    }
    return latents;
}

/// An atlas with `songs` songs of three segments; the model is row 1.
inline Result<void> fill(Atlas& atlas, int songs) {
    const auto model = atlas.putModel({0, "musae", "v1", kLatent});
    if (!model) {
        return fail(model.error());
    }
    for (int i = 0; i < songs; ++i) {
        const auto id = atlas.putSong(songNamed("song " + std::to_string(i)), *model, segmentsOf(3),
                                      latentsOf(3, std::uint64_t(i)));
        if (!id) {
            return fail(id.error());
        }
    }
    return {};
}

} // namespace canto::test
