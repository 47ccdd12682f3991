// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Models of sound without LibTorch, and a library of clips for them, all worked out by hand.
//
// The describing model: a clip's latent is (level, 0), the mean of its samples times 10. The
// decoder: a latent is one number a part; a window sounds as a constant of a tenth of its lower
// part's number, its picture is -80 + 10 times each part's number.

#include "core/atlas/atlas.h"
#include "core/base/checksum.h"
#include "core/midi/smf_writer.h"
#include "models/common/sound_model.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <numeric>

namespace canto::test {

inline constexpr double kSoundRate = 8000;
inline constexpr int kPartRows = 2;
inline constexpr int kClipWindows = 5;
inline constexpr double kWindowSeconds = 0.5;

/// What notes would need: nothing of it is there.
class NoNotes : public models::LatentModel {
  public:
    const models::ModelInfo& info() const override { return m_info; }
    std::vector<models::Segment> segments(const music::Song&) const override { return {}; }
    Result<std::vector<models::Latent>> encode(const music::Song&, std::span<const models::Segment>,
                                               const CancelToken&) const override {
        return fail(Error::Code::BadInput, "No notes");
    }
    Result<music::Song> decode(const models::Latent&, const models::DecodeOptions&,
                               const models::OnBar&) const override {
        return fail(Error::Code::BadInput, "No notes");
    }
    Result<models::Latent> samplePrior(std::optional<int>, Random&) const override {
        return fail(Error::Code::BadInput, "No prior");
    }
    std::vector<double> classScores(const models::Latent&) const override { return {}; }

  protected:
    models::ModelInfo m_info;
};

class AudioModel final : public NoNotes, public models::SoundModel, public models::SoundEncoder {
  public:
    AudioModel() {
        m_info.id = "listener";
        m_info.space = "Sound";
        m_info.title = "Listener";
        m_info.version = "l1";
        m_info.latentSize = 2;
        m_info.labelColumn = "composer";
        m_info.classes = {"Anton", "Berta"};
        m_info.card["metrics"] =
            R"({"largestClass":0.4,"rows":[{"method":"own classes","split":"work",)"
            R"("test":{"accuracy":0.6,"low":0.5,"high":0.7,"clips":120,"works":12}}]})";
    }
    /// The quiet are Anton's, the loud Berta's: she has the level as her share.
    std::vector<double> classScores(const models::Latent& z) const override {
        const double share = std::clamp(double(z[0]), 0.0, 1.0);
        return {1 - share, share};
    }
    const models::SoundEncoder* soundEncoder() const override { return this; }
    const models::SoundDecoder* soundDecoder() const override { return nullptr; }
    double clipSeconds() const override { return 10; }
    double soundRate() const override { return kSoundRate; }
    Result<std::vector<models::Latent>> encodeSound(std::span<const float> samples,
                                                    const CancelToken&) const override {
        const auto length = static_cast<std::size_t>(10 * kSoundRate);
        const std::size_t clips = std::max<std::size_t>(samples.size() / length, 1);
        std::vector<models::Latent> latents;
        for (std::size_t i = 0; i < clips; ++i) {
            const auto clip =
                samples.subspan(i * length, std::min(length, samples.size() - i * length));
            const double sum = std::accumulate(clip.begin(), clip.end(), 0.0);
            latents.push_back({static_cast<float>(10 * sum / double(clip.size())), 0});
        }
        return latents;
    }
};

class SoundingModel final : public NoNotes, public models::SoundModel, public models::SoundDecoder {
  public:
    SoundingModel() {
        m_info.id = "sounder";
        m_info.title = "Sounder";
        m_info.version = "s1";
        m_info.latentSize = 1;
    }
    const models::SoundEncoder* soundEncoder() const override { return nullptr; }
    const models::SoundDecoder* soundDecoder() const override { return this; }
    int partSize() const override { return 1; }
    int partRows() const override { return kPartRows; }
    int clipWindows() const override { return kClipWindows; }
    double windowSeconds() const override { return kWindowSeconds; }
    Result<models::SoundClip> drawParts(std::span<const float> parts, int rows) const override {
        models::SoundClip clip;
        clip.rate = kSoundRate;
        clip.mels = rows;
        clip.frames = static_cast<int>(parts.size()) / rows;
        for (const float part : parts) {
            clip.decibels.push_back(-80 + 10 * part);
        }
        return clip;
    }
    Result<models::SoundClip> decodeParts(std::span<const float> parts, int rows, std::uint64_t,
                                          const CancelToken& cancel) const override {
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        auto clip = drawParts(parts, rows);
        for (int window = 0; window < clip->frames; ++window) {
            clip->samples.insert(clip->samples.end(),
                                 static_cast<std::size_t>(kWindowSeconds * kSoundRate),
                                 0.1F * parts[static_cast<std::size_t>(window)]);
        }
        return clip;
    }
};

/// A WAV file of 16 bits and one channel.
inline std::filesystem::path writeWav(const std::filesystem::path& path,
                                      const std::vector<float>& samples, int rate) {
    std::string bytes;
    const auto number = [&bytes](std::uint32_t value, int size) {
        for (int i = 0; i < size; ++i) {
            bytes.push_back(static_cast<char>((value >> (8 * i)) & 0xFF));
        }
    };
    const auto size = static_cast<std::uint32_t>(2 * samples.size());
    bytes += "RIFF";
    number(36 + size, 4);
    bytes += "WAVEfmt ";
    number(16, 4);
    number(1, 2);
    number(1, 2);
    number(static_cast<std::uint32_t>(rate), 4);
    number(static_cast<std::uint32_t>(2 * rate), 4);
    number(2, 2);
    number(16, 2);
    bytes += "data";
    number(size, 4);
    for (const float sample : samples) {
        const auto value = std::lround(std::clamp(sample, -1.0F, 1.0F) * 32767);
        number(static_cast<std::uint32_t>(value), 2);
    }
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
}

/// This many clips of 10 s, each a constant of its own.
inline std::filesystem::path writeLevels(const std::filesystem::path& path,
                                         const std::vector<float>& levels) {
    std::vector<float> samples;
    for (const float level : levels) {
        samples.insert(samples.end(), static_cast<std::size_t>(10 * kSoundRate), level);
    }
    return writeWav(path, samples, static_cast<int>(kSoundRate));
}

inline constexpr int kClipSongs = 6; ///< of Anton (even) and Berta (odd)
inline constexpr int kClipsEach = 4;

/// Clip c of song n lies at (n, c) on the map, has the loudness -40 + n dBFS, and all its parts are
/// the number 1 + n / 2 (0.1 (1 + n / 2) as sound). Song 0 is a recording that is here (clip c is
/// the constant 0.05 (c + 1)), song 1 a MIDI file that is here (a quarter of pitch 60 + c at the
/// start of clip c), the others are not.
inline Result<std::filesystem::path> makeClipLibrary(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    const auto path = folder / "clips.atlas";
    auto atlas = atlas::Atlas::open(path, atlas::Access::Create);
    if (!atlas) {
        return fail(atlas.error());
    }
    const auto model = atlas->putModel({0, "listener", "l1", 2});
    const auto loudness = atlas->putModel({0, "measure:loudness", "dBFS", 1});
    const auto parts = atlas->putModel({0, "parts:sounder", "s1", kPartRows * kClipWindows});
    if (!model || !loudness || !parts) {
        return fail(Error::Code::Io, "The atlas takes no models");
    }
    writeLevels(folder / "0.wav", {0.05F, 0.1F, 0.15F, 0.2F});
    music::Song song; // 120 quarters a minute: a clip is 20 quarters
    song.tracks = {{"Piano"}};
    const music::Tick clip = 20 * song.ticksPerQuarter;
    for (int c = 0; c < kClipsEach; ++c) {
        music::Note note;
        note.start = c * clip;
        note.length = song.ticksPerQuarter;
        note.pitch = static_cast<std::uint8_t>(60 + c);
        song.notes.push_back(note);
    }
    song.finish();
    const auto bytes = midi::writeSmf(song);
    std::ofstream(folder / "1.mid", std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    Checksum sum;
    sum.update(std::as_bytes(std::span(bytes)));

    for (int n = 0; n < kClipSongs; ++n) {
        atlas::SongRow row;
        row.path = std::to_string(n) + (n == 1 ? ".mid" : ".wav");
        row.hash = n == 1 ? sum.hex() : "";
        row.title = "Work " + std::to_string(n);
        row.composer = n % 2 == 0 ? "Anton" : "Berta";
        row.split = n % 2 == 0 ? "train" : "test";
        std::vector<atlas::SegmentRow> segments;
        std::vector<float> latents, levels, numbers;
        for (int c = 0; c < kClipsEach; ++c) {
            segments.push_back({0, 0, c, n == 1 ? c * clip : 10000 * c,
                                n == 1 ? (c + 1) * clip : 10000 * (c + 1), false});
            latents.insert(latents.end(), {static_cast<float>(n), static_cast<float>(c)});
            levels.push_back(static_cast<float>(-40 + n));
            numbers.insert(numbers.end(), kPartRows * kClipWindows, 1 + static_cast<float>(n) / 2);
        }
        for (const auto& [id, values] : {std::pair{*model, latents}, std::pair{*loudness, levels},
                                         std::pair{*parts, numbers}}) {
            if (const auto put = atlas->putSong(row, id, segments, values); !put) {
                return fail(put.error());
            }
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
