// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Where the beats of a song lie, so that its notes can be put on a grid of sixteenths.

#include "core/music/song.h"

#include <cstdint>
#include <vector>

namespace canto::codec {

inline constexpr int kBeatsPerBar = 4;
inline constexpr int kStepsPerBeat = 4;

/// Beats of a song in bars of four, whatever its metre: a waltz is read as quarters in groups of
/// four, which changes where its bar lines are drawn and nothing of its notes. Phrases begin on the
/// song's own bar lines all the same: see phrasePlaces.
class BeatGrid {
  public:
    enum class Source {
        Metre,     ///< quarters and bars as the file has them, or as most of its bars lie
        Downbeats, ///< quarters of the file; which of four begins a bar was estimated
        Onsets     ///< both were estimated: the file's ticks are mere time
    };

    /// @param beats  rising, at least two; the first begins a bar and may lie before tick 0.
    BeatGrid(std::vector<music::Tick> beats, Source source);

    Source source() const { return m_source; }
    const std::vector<music::Tick>& beats() const { return m_beats; }
    /// The nearest sixteenth, counted from the first beat; beyond either end at the pace there.
    std::int64_t stepAt(music::Tick tick) const;
    /// A place between sixteenths.
    double placeAt(music::Tick tick) const;
    music::Tick tickAt(std::int64_t step) const;
    music::Tick barStart(std::int64_t bar) const {
        return tickAt(bar * kBeatsPerBar * kStepsPerBeat);
    }

  private:
    std::vector<music::Tick> m_beats;
    Source m_source;
};

/// Whether the notes keep to the file's own quarters: false for a recording that was written with a
/// tempo of its own choice (EMOPIA: always 120). Judged by how much the onsets gather at divisions
/// of the quarter; a file with more than two tempos is believed.
bool keepsToItsQuarters(const music::Song& song);

/// The grid of a song: the file's quarters where its notes keep to them, else beats found by
/// dynamic programming over the onsets (Ellis 2007, "Beat tracking by dynamic programming"), at the
/// tempo where the onsets repeat themselves most. Where most of the file's bars are in 4/4, 2/4 or
/// 2/2, bars lie as most of those do: after a pickup the first begins before tick 0. Else they
/// begin where bass notes, loud notes and new harmonies gather. Covers the whole song; the first
/// bar is the last that begins at or before the first note, or tick 0 for the file's own bars.
BeatGrid beatGridOf(const music::Song& song);

/// Where a phrase may begin.
struct PhrasePlace {
    int bar = 0; ///< from 0: of the file, or of the grid where the file's ticks are mere time
    std::int64_t step = 0; ///< on the grid
    music::Tick start = 0; ///< tick of the bar line, not before 0
    bool operator==(const PhrasePlace&) const = default;
};

/// The places of a song's phrases of `bars` times four quarters, in order, up to the first whose
/// phrase reaches `lastStep`: the song's bar lines (codec::PhraseStarts), in any metre, or the
/// grid's where its beats come from onsets. Never empty.
std::vector<PhrasePlace> phrasePlaces(const music::Song& song, const BeatGrid& grid, int bars,
                                      std::int64_t lastStep);

/// The place that a tick belongs to: the last that begins at or before it, or the first.
const PhrasePlace& placeOf(const std::vector<PhrasePlace>& places, music::Tick tick);

} // namespace canto::codec
