// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Songs on the grid with all their notes, ready for training: one safetensors file,
// "canto.prepared.polyphonic.1".
//
// Tensors: notes U8 (N, 6), all songs one after another: step within its bar, track * 3 + offset +
// 1, pitch, velocity, and the length in steps in two bytes (low, high); barNotes I64 (M + 1), where
// each bar's notes begin; barSteps U8 (M); barNumber I32 (M); barTempo F32 (M), quarters a minute;
// barPrograms U8 (M, 6); barStrict U8 (M), whether a strict phrase begins there; barMusic U8 (M), 0
// for the bars after a song's end; songBars I64 (S + 1). Metadata: "format", "songs" (JSON array of
// {path, title, artist, label, split}), "classes", "classColumn". See core/codec/polyphonic.h.

#include "core/base/result.h"
#include "core/codec/polyphonic.h"
#include "models/datasets/prepared_table.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace canto::tensors {

inline constexpr std::string_view kPreparedPolyphonicFormat = "canto.prepared.polyphonic.1";

struct PolyphonicSong {
    std::string path;
    std::string title;
    std::string artist;
    std::string label; ///< value of the class column; empty: unlabelled
    std::string split;
    bool operator==(const PolyphonicSong&) const = default;
};

/// A bar at which a phrase begins.
struct PolyphonicRow {
    std::uint32_t song = 0;
    std::int64_t bar = 0; ///< of all songs
    bool strict = false;
};

/// A value type; const use from any thread.
class PreparedPolyphonic {
  public:
    /// Checks everything: shapes, ranges, starts that rise. BadFile naming the tensor or key; those
    /// of SafeTensors::open.
    static Result<PreparedPolyphonic> open(const std::filesystem::path& path);

    const std::vector<PolyphonicSong>& songs() const { return m_songs; }
    const std::vector<std::string>& classes() const { return m_classes.names; }
    const std::string& classColumn() const { return m_classColumn; }
    /// Index into classes(), or -1.
    int classOf(std::size_t song) const { return m_classes.ofSong[song]; }

    /// Every bar in which a note begins and that has a whole phrase from it on, in order.
    std::vector<PolyphonicRow> rows() const;
    /// The phrase from a bar on (of all songs); notes from before it are tied.
    codec::GridPhrase phrase(std::int64_t bar) const;

    /// Number of a bar (of all songs) in its own song, from 0.
    int barInSong(std::int64_t bar) const { return m_barNumber[static_cast<std::size_t>(bar)]; }

    void addSong(PolyphonicSong song, const codec::GridSong& grid);
    /// Sets the classes to the sorted labels of the songs. Call it after the last addSong.
    void finish(std::string classColumn);
    /// The same content gives the same bytes.
    Result<void> write(const std::filesystem::path& path) const;

  private:
    using Note = std::array<std::uint8_t, 6>;
    template <class Set>
    static auto columns(Set& set);
    std::size_t songAt(std::int64_t bar) const;

    std::vector<Note> m_notes;
    std::vector<std::int64_t> m_barNotes{0};
    std::vector<std::uint8_t> m_barSteps, m_barStrict, m_barMusic;
    std::vector<std::int32_t> m_barNumber;
    std::vector<float> m_barTempo;
    std::vector<codec::VoicePrograms> m_barPrograms;
    std::vector<std::int64_t> m_songBars{0};
    std::vector<PolyphonicSong> m_songs;
    LabelClasses m_classes;
    std::string m_classColumn;
};

} // namespace canto::tensors
