// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Songs with sound, chords and score on one grid of beats, ready for training: one safetensors
// file, "canto.prepared.arrange.1".
//
// Tensors, all songs one after another: feature U8 (F, 3, 88), 8 frames a beat; chord U8 (T, 14),
// one a beat: root, bass (12: none), then 12 tones as 0 or 1; note I32 (M, 4): step in sixteenths
// from the song's first beat, length, pitch, part; unit I32 (U, 2): song and the beat at which a
// unit of two bars (8 beats) starts; songBeat and songNote I64 (S + 1), where each song begins.
// Metadata: "format", "songs" (JSON array of {path, title, artist, split, font, mix}).
// See core/audio/grid_features.h and core/arrange/piano_tree.h for what they mean.

#include "core/arrange/piano_tree.h"
#include "core/audio/chord.h"
#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace canto::tensors {

inline constexpr std::string_view kArrangementsFormat = "canto.prepared.arrange.1";

struct ArrangedSong {
    std::string path; ///< relative to the folder of the music
    std::string title;
    std::string artist;
    std::string split; ///< "train", "valid", "test"; "font": test songs with the held-back font
    std::string font;  ///< the SoundFont it was rendered with; empty: a recording
    std::string mix;   ///< the instruments, in words
    bool operator==(const ArrangedSong&) const = default;
};

/// One song on its grid; T beats.
struct ArrangedGrid {
    std::vector<std::uint8_t> features;   ///< (8 T, 3, 88)
    std::vector<audio::Chord> chords;     ///< (T)
    std::vector<arrange::PartNote> notes; ///< from the first beat on
    std::vector<std::int32_t> downbeats;  ///< beats at which units start: each has 8 after it
};

/// A value type; const use from any thread.
class PreparedArrangements {
  public:
    struct Unit {
        std::size_t song = 0;
        int beat = 0;
    };

    /// Checks shapes, ranges and that units lie in their songs. Errors: BadFile naming the tensor;
    /// those of SafeTensors::open.
    static Result<PreparedArrangements> open(const std::filesystem::path& path);

    const std::vector<ArrangedSong>& songs() const { return m_songs; }
    std::size_t units() const { return m_units.size() / 2; }
    Unit unit(std::size_t i) const {
        return {static_cast<std::size_t>(m_units[2 * i]), m_units[2 * i + 1]};
    }
    int beats(std::size_t song) const {
        return static_cast<int>(m_songBeat[song + 1] - m_songBeat[song]);
    }

    /// (64, 3, 88) of the unit that starts at a beat.
    std::span<const std::uint8_t> features(std::size_t song, int beat) const;
    /// Of its 8 beats.
    std::vector<audio::Chord> chords(std::size_t song, int beat) const;
    /// Of the whole song.
    std::vector<arrange::PartNote> notes(std::size_t song) const;
    /// Of the 32 steps from a beat on, which may lie before the song: then there are none.
    std::vector<arrange::PartNote> unitNotes(std::size_t song, int beat) const;

    /// BadShape if features and chords have different numbers of beats, BadInput for a downbeat
    /// with fewer than 8 beats after it.
    Result<void> addSong(ArrangedSong song, const ArrangedGrid& grid);
    /// The same content gives the same bytes.
    Result<void> write(const std::filesystem::path& path) const;

  private:
    template <class Set>
    static auto columns(Set& set);

    std::vector<std::uint8_t> m_features, m_chords;
    std::vector<std::int32_t> m_notes, m_units;
    std::vector<std::int64_t> m_songBeat{0}, m_songNote{0};
    std::vector<ArrangedSong> m_songs;
};

} // namespace canto::tensors
