// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A small library for tests of the window: songs as MIDI files, an atlas with a map of them.

#include "core/atlas/atlas.h"
#include "core/base/checksum.h"
#include "core/midi/smf_writer.h"
#include "tests/support/fake_model.h"

#include <cmath>
#include <filesystem>
#include <fstream>

namespace canto::test {

inline constexpr int kLibrarySongs = 60;
inline constexpr int kPhrasesEach = 4;

/// Eight bars: bass of pitch 30 + n, melody of quarters of pitch 60 + n % 12.
inline music::Song smallSong(int n) {
    music::Song song;
    song.tracks = {{"Bass"}, {"Melody"}};
    for (int bar = 0; bar < 8; ++bar) {
        const music::Tick start = bar * 4 * song.ticksPerQuarter;
        music::Note bass;
        bass.start = start;
        bass.length = 4 * song.ticksPerQuarter;
        bass.program = 33;
        bass.pitch = static_cast<std::uint8_t>(30 + n);
        song.notes.push_back(bass);
        for (int beat = 0; beat < 4; ++beat) {
            music::Note note;
            note.start = start + beat * song.ticksPerQuarter;
            note.length = song.ticksPerQuarter;
            note.track = 1;
            note.channel = 1;
            note.pitch = static_cast<std::uint8_t>(60 + n % 12);
            song.notes.push_back(note);
        }
    }
    song.finish();
    return song;
}

/// Writes the song as a MIDI file. @return its checksum.
inline std::string writeSong(const std::filesystem::path& path, const music::Song& song) {
    const auto bytes = midi::writeSmf(song);
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    Checksum sum;
    sum.update(std::as_bytes(std::span(bytes)));
    return sum.hex();
}

/// Where phrase `p` of song `n` lies on the map, which is the plane of the first two dimensions:
/// five clusters, one a genre, on a circle of radius 6, points 0.35 apart.
inline std::pair<float, float> placeOf(int n, int p) {
    const int genre = n % 5, inside = (n / 5) * kPhrasesEach + p;
    const float angle = 1.2566371f * static_cast<float>(genre);
    return {6 * std::cos(angle) + 0.35f * static_cast<float>(inside % 7 - 3),
            6 * std::sin(angle) + 0.35f * static_cast<float>(inside / 7 - 3)};
}

/// Writes folder/songs/NN.mid and folder/small.atlas; row n * kPhrasesEach + p is phrase p of
/// song n, at bar 2 p. Every third song's file is left out.
inline Result<std::filesystem::path> makeLibrary(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder / "songs");
    const auto path = folder / "small.atlas";
    auto atlas = atlas::Atlas::open(path, atlas::Access::Create);
    if (!atlas) {
        return fail(atlas.error());
    }
    const auto model = atlas->putModel({0, "fake", "f1", FakeModel::kLatent});
    if (!model) {
        return fail(model.error());
    }
    const char* genres[] = {"classical", "country", "jazz", "pop", "rock"};
    for (int n = 0; n < kLibrarySongs; ++n) {
        const auto file = folder / "songs" / (std::to_string(n) + ".mid");
        atlas::SongRow row;
        row.path = file.string();
        row.hash = writeSong(file, smallSong(n));
        if (n % 3 == 2) {
            std::filesystem::remove(file);
        }
        row.title = "Song " + std::to_string(n);
        row.artist = "Artist " + std::to_string(n % 7);
        row.genre = genres[n % 5];
        row.split = n % 4 == 3 ? "test" : "train";
        std::vector<atlas::SegmentRow> segments;
        std::vector<float> latents;
        for (int p = 0; p < kPhrasesEach; ++p) {
            segments.push_back({0, 0, 2 * p, 3840 * p, 3840 * (p + 1), true});
            const auto [x, y] = placeOf(n, p);
            const float tail = 0.01f * static_cast<float>(n);
            latents.insert(latents.end(), {x, y, tail, 0, 0, 0, 0, 0});
        }
        if (const auto put = atlas->putSong(row, *model, segments, latents); !put) {
            return fail(put.error());
        }
    }
    const auto points = atlas->points(*model);
    if (!points) {
        return fail(points.error());
    }
    atlas::Projection map;
    map.name = "Plane";
    map.model = *model;
    map.parameters = R"({"kind":"plane"})";
    for (std::size_t row = 0; row < points->count(); ++row) {
        map.segments.push_back(points->segments[row].id);
        map.xy.push_back(points->latent(row)[0]);
        map.xy.push_back(points->latent(row)[1]);
    }
    if (auto wrote = atlas->writeProjection(map); !wrote) {
        return fail(wrote.error());
    }
    return path;
}

} // namespace canto::test
