// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Notes on a grid of sixteenths: four tracks by program family, one voice each.

#include "core/music/song.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace canto::codec {

/// The four tracks of MusAE, in the order of all its tensors. Source: MusAE, dataset.py.
enum class Family : std::uint8_t {
    Drums,   ///< channel 10, whatever its program
    Bass,    ///< General MIDI programs 32-39 (from 0)
    Guitar,  ///< 0-31: piano, chromatic percussion, organ, guitar
    Strings, ///< 40-127: everything else
};
inline constexpr int kTracks = 4;
inline constexpr std::array<std::string_view, kTracks> kTrackNames{"drums", "bass", "guitar",
                                                                   "strings"};
Family familyOf(const music::Note& note);

inline constexpr int kStepsPerQuarter = 4;
inline constexpr int kStepsPerBar = 16; ///< of 4/4

/// The step nearest to a tick, counted from `origin`; a tick halfway between two goes to the later.
/// @param ticksPerQuarter  >= 1.
std::int64_t stepAt(music::Tick tick, music::Tick origin, int ticksPerQuarter);

/// First tick of a step counted from `origin`, rounded down: 16 steps make exactly one 4/4 bar even
/// where a sixteenth is not a whole number of ticks.
music::Tick tickAt(std::int64_t step, music::Tick origin, int ticksPerQuarter);

/// The state of one voice in one step.
struct Cell {
    static constexpr std::uint8_t kSilent = 128;
    std::uint8_t pitch = kSilent; ///< 0-127, or kSilent
    bool reonset = false;         ///< a note of this pitch begins in this step
    // Of the first note that begins here; 0 where none does.
    std::uint8_t velocity = 0;
    std::int8_t offset = 0; ///< twelfths of a quarter from the step's tick to the onset: -1, 0, 1
    bool operator==(const Cell&) const = default;
};

/// A song's notes by family, ready to be read on the grid from any tick on. A value; const use
/// from any thread.
class FamilyRolls {
  public:
    explicit FamilyRolls(const music::Song& song);

    /// One voice for each family: the lowest sounding pitch wins, over all channels of the family.
    /// Onsets and ends go to the nearest step from `origin`; every note sounds for at least one
    /// step, so that a drum hit of no length is kept. Notes from before `origin` sound on from step
    /// 0 without an onset.
    std::array<std::vector<Cell>, kTracks> read(music::Tick origin, int steps) const;

    bool has(Family family) const { return !m_notes[static_cast<std::size_t>(family)].empty(); }
    int ticksPerQuarter() const { return m_ticksPerQuarter; }
    /// The last tick at which a note sounds or could sound once put on the grid; nothing for a song
    /// without notes.
    std::optional<music::Tick> lastTick() const;
    /// Start of the first note that begins at `tick` or later.
    std::optional<music::Tick> nextOnset(music::Tick tick) const;

  private:
    struct RollNote {
        music::Tick start;
        music::Tick end;
        music::Tick latestEnd; ///< of this note and all before it: where reading may begin
        std::uint8_t pitch;
        std::uint8_t velocity;
    };
    int m_ticksPerQuarter;
    std::array<std::vector<RollNote>, kTracks> m_notes; ///< each by start
};

} // namespace canto::codec
