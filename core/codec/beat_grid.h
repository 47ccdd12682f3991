// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Finds the beats of a song, so that its notes can be put on a grid of sixteenths.

#include "core/music/song.h"

#include <cstdint>
#include <vector>

namespace canto::codec {

inline constexpr int kBeatsPerBar = 4;
inline constexpr int kStepsPerBeat = 4;

/// Beats of a song in bars of four, whatever its metre: a waltz is read as quarters in groups of
/// four, which changes where its bar lines are drawn but none of its notes. Phrases still begin on
/// the song's own bar lines: see phrasePlaces.
class BeatGrid {
  public:
    enum class Source {
        Metre,     ///< quarters and bars of the file, or bars as most of them lie
        Downbeats, ///< quarters of the file; the downbeat was estimated
        Onsets     ///< quarters and downbeat were estimated: the file's ticks only measure time
    };

    /// @param beats  rising, at least two; the first begins a bar and may lie before tick 0.
    BeatGrid(std::vector<music::Tick> beats, Source source);

    Source source() const { return m_source; }
    const std::vector<music::Tick>& beats() const { return m_beats; }
    /// The nearest sixteenth, counted from the first beat; the grid continues at its pace beyond
    /// both ends.
    std::int64_t stepAt(music::Tick tick) const;
    /// A position on the grid, in sixteenths, not rounded.
    double placeAt(music::Tick tick) const;
    music::Tick tickAt(std::int64_t step) const;
    music::Tick barStart(std::int64_t bar) const {
        return tickAt(bar * kBeatsPerBar * kStepsPerBeat);
    }

  private:
    std::vector<music::Tick> m_beats;
    Source m_source;
};

/// Whether the notes follow the file's own quarters: false for a recording that was stored at an
/// arbitrary tempo (EMOPIA: always 120). Measured by how strongly the onsets concentrate at
/// divisions of the quarter; a file with more than two tempi is trusted.
bool keepsToItsQuarters(const music::Song& song);

/// The grid of a song: the file's quarters where its notes follow them, otherwise beats found by
/// dynamic programming over the onsets (Ellis 2007, "Beat tracking by dynamic programming"), at the
/// tempo at which the onsets repeat most. Where most of the file's bars are in 4/4, 2/4 or 2/2, the
/// bars of the grid lie as most of those do: after a pickup the first begins before tick 0.
/// Otherwise bars begin where bass notes, loud notes and new harmonies coincide. Covers the whole
/// song; the first bar is the last one that begins at or before the first note, or tick 0 for the
/// file's own bars.
BeatGrid beatGridOf(const music::Song& song);

/// A position at which a phrase may begin.
struct PhrasePlace {
    int bar = 0; ///< from 0: of the file, or of the grid if the file's ticks only measure time
    std::int64_t step = 0; ///< on the grid
    music::Tick start = 0; ///< tick of the bar line, not before 0
    bool operator==(const PhrasePlace&) const = default;
};

/// The starts of a song's phrases of `bars` times four quarters, in order, up to the first whose
/// phrase reaches `lastStep`: the song's bar lines (codec::PhraseStarts), in any metre, or those of
/// the grid if its beats were estimated from onsets. Never empty.
std::vector<PhrasePlace> phrasePlaces(const music::Song& song, const BeatGrid& grid, int bars,
                                      std::int64_t lastStep);

/// The phrase start that a tick belongs to: the last at or before it, or the first of all.
const PhrasePlace& placeOf(const std::vector<PhrasePlace>& places, music::Tick tick);

} // namespace canto::codec
