// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A model of codes without LibTorch: elements that can be transferred between phrases, and music
// from which they can be read back exactly.

#include "core/atlas/atlas.h"
#include "models/common/latent_model.h"
#include "tests/support/small_library.h"

namespace canto::test {

/// Latents of six codes: pitch, octave; velocity, accent; length; emotion. The music: in each of
/// two bars four quarters of pitch 48 + z[0] + 12 z[1] and velocity 20 + 10 z[2], the first of each
/// bar louder by z[3], each as long as a quarter divided by 1 + z[4].
class ElementModel final : public models::LatentModel {
  public:
    static constexpr int kLatent = 6;
    static constexpr int kBars = 2;
    enum Block { Pitch, Velocity, Length, Emotion };

    /// @param prior  whether it can be drawn from.
    explicit ElementModel(bool prior = false) {
        m_info.id = "elements";
        m_info.space = "Emotion";
        m_info.title = "Elements";
        m_info.version = "e1";
        m_info.latentSize = kLatent;
        m_info.phraseBars = kBars;
        m_info.geometry = models::Geometry::Discrete;
        m_info.can = {.encode = true, .decode = true, .samplePrior = prior};
        m_info.labelColumn = "emotion";
        m_info.classes = {"Q1", "Q2", "Q3", "Q4"};
        const auto block = [](const char* id, const char* title, int begin, int end) {
            return models::LatentBlock{id, title, begin, end, false, false};
        };
        m_info.blocks = {block("pitch", "Pitch", 0, 2), block("velocity", "Velocity", 2, 4),
                         block("length", "Length", 4, 5), block("emotion", "Emotion", 5, 6)};
        m_info.blocks.back().advanced = true;
    }

    const models::ModelInfo& info() const override { return m_info; }

    static int pitch(const models::Latent& z) { return 48 + int(z[0]) + 12 * int(z[1]); }
    static int velocity(const models::Latent& z) { return 20 + 10 * int(z[2]); }

    std::vector<models::Segment> segments(const music::Song& song) const override {
        std::vector<models::Segment> all;
        const int bars = song.notes.empty() ? 0 : std::max(1, song.bars() - kBars + 1);
        for (int bar = 0; bar < bars; ++bar) {
            all.push_back({bar, song.metre.barStart(bar), song.metre.barStart(bar + kBars), true});
        }
        return all;
    }

    /// Of the segment's first two notes; they do not depend on the emotion.
    Result<std::vector<models::Latent>> encode(const music::Song& song,
                                               std::span<const models::Segment> segments,
                                               const CancelToken&) const override {
        std::vector<models::Latent> latents;
        for (const models::Segment& segment : segments) {
            std::vector<music::Note> notes;
            for (const music::Note& note : song.notes) {
                if (note.start >= segment.start && note.start < segment.end) {
                    notes.push_back(note);
                }
            }
            if (notes.size() < 2) {
                return fail(Error::Code::BadInput, "Too few notes");
            }
            const int above = notes[0].pitch - 48;
            latents.push_back({float(above % 12), float(above / 12),
                               float((notes[1].velocity - 20) / 10),
                               float(notes[0].velocity - notes[1].velocity),
                               float(song.ticksPerQuarter / notes[1].length - 1), 0});
        }
        return latents;
    }

    Result<music::Song> decode(const models::Latent& z, const models::DecodeOptions& options,
                               const models::OnBar& onBar) const override {
        if (z.size() != std::size_t(kLatent)) {
            return fail(Error::Code::BadShape, "The latent has another size");
        }
        music::Song song;
        song.tracks = {{"Piano"}};
        song.tempo = music::TempoMap(song.ticksPerQuarter,
                                     {{0, std::uint32_t(std::lround(60e6 / options.bpm))}});
        for (int bar = 0; bar < kBars; ++bar) {
            for (int beat = 0; beat < 4; ++beat) {
                music::Note note;
                note.start = (bar * 4 + beat) * song.ticksPerQuarter;
                note.length = song.ticksPerQuarter / (1 + int(z[4]));
                note.pitch = std::uint8_t(pitch(z));
                note.velocity = std::uint8_t(velocity(z) + (beat == 0 ? int(z[3]) : 0));
                song.notes.push_back(note);
            }
            song.finish();
            if (onBar && !onBar(song, bar + 1)) {
                return fail(Error::Code::Cancelled, "Decoding cancelled");
            }
        }
        return song;
    }

    /// Always pitch 48 + 7; no two draws have the same number for the emotion.
    Result<models::Latent> samplePrior(std::optional<int>, Random& random) const override {
        if (!m_info.can.samplePrior) {
            return fail(Error::Code::BadInput, "There is no prior");
        }
        return models::Latent{
            7, 0, float(random.below(8)), 0, float(random.below(3)), float(random.below(10000))};
    }
    std::vector<double> classScores(const models::Latent&) const override { return {}; }

  private:
    models::ModelInfo m_info;
};

inline constexpr int kElementSongs = 24;

/// Codes of song n of the library below.
inline models::Latent elementLatent(int n) {
    return {float(n % 12), float(n / 12), float(n % 8),
            float(n % 4),  float(n % 3),  float(n % 4 + 1)};
}

/// Writes folder/elements/NN.mid and folder/elements.atlas: row n is the one phrase of song n, of
/// emotion Q1 + n % 4, at (n % 6, n / 6) of the map.
inline Result<std::filesystem::path> makeElementLibrary(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder / "elements");
    const auto path = folder / "elements.atlas";
    auto atlas = atlas::Atlas::open(path, atlas::Access::Create);
    if (!atlas) {
        return fail(atlas.error());
    }
    const auto model = atlas->putModel({0, "elements", "e1", ElementModel::kLatent});
    if (!model) {
        return fail(model.error());
    }
    atlas::Projection map;
    map.name = "UMAP";
    map.model = *model;
    map.parameters = R"({"kind":"umap"})";
    for (int n = 0; n < kElementSongs; ++n) {
        const models::Latent z = elementLatent(n);
        const auto song = ElementModel().decode(z, {}, {});
        const auto file = folder / "elements" / (std::to_string(n) + ".mid");
        atlas::SongRow row;
        row.path = file.string();
        row.hash = writeSong(file, *song);
        row.title = "Clip " + std::to_string(n);
        row.artist = "Pianist " + std::to_string(n);
        row.emotion = "Q" + std::to_string(n % 4 + 1);
        row.split = "train";
        const atlas::SegmentRow segment{0, 0, 0, 0, 3840, true};
        if (const auto put = atlas->putSong(row, *model, {&segment, 1}, z); !put) {
            return fail(put.error());
        }
    }
    const auto points = atlas->points(*model);
    if (!points) {
        return fail(points.error());
    }
    for (std::size_t row = 0; row < points->count(); ++row) {
        map.segments.push_back(points->segments[row].id);
        map.xy.push_back(float(row % 6));
        map.xy.push_back(float(row / 6));
    }
    if (auto wrote = atlas->writeProjection(map); !wrote) {
        return fail(wrote.error());
    }
    return path;
}

} // namespace canto::test
