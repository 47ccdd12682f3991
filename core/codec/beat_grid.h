#pragma once

// Where the beats of a song lie, so that its notes can be put on a grid of sixteenths.

#include "core/music/song.h"

#include <cstdint>
#include <vector>

namespace canto::codec {

inline constexpr int kBeatsPerBar = 4;
inline constexpr int kStepsPerBeat = 4;

/// Beats of a song in bars of four, whatever its metre: a waltz is read as quarters in groups of
/// four, which changes where its bar lines are drawn and nothing of its notes.
class BeatGrid {
  public:
    enum class Source {
        Metre,     ///< quarters and bars as the file has them
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
/// tempo where the onsets repeat themselves most. Bars are the file's in 4/4, 2/4 and 2/2, else
/// begin where bass notes, loud notes and new harmonies gather. Covers the whole song; the first
/// bar is the last that begins at or before the first note, or tick 0 for the file's own bars.
BeatGrid beatGridOf(const music::Song& song);

} // namespace canto::codec
