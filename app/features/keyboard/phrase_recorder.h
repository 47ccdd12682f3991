// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/song.h"
#include "core/sound/midi_message.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace canto::app {

/// Notes played on a keyboard, in bars of four quarters at one tempo. Times are those of the steady
/// clock. A value; one thread at a time.
class PhraseRecorder {
  public:
    struct Options {
        double bpm = 120;
        /// Grid lines a quarter note to which starts of notes are moved; 0: as played.
        int grid = 0;
        int program = 0;
    };
    static constexpr int kBeats = 4; ///< of a bar

    /// Forgets everything. @param startNs  of bar 0; empty: the first note begins it.
    void begin(const Options& options, std::optional<std::int64_t> startNs);
    /// The moment of bar 0 became known better.
    void setStart(std::int64_t startNs) { m_startNs = startNs; }
    /// Notes count; other messages do nothing. A note up to an eighth before bar 0 counts as its
    /// first; earlier ones are left out.
    void take(sound::MidiMessage message, std::int64_t atNs);

    const std::optional<std::int64_t>& startNs() const { return m_startNs; }
    bool empty() const { return m_notes.empty(); }
    /// Whole bars that are over; 0 before bar 0 began.
    int barsAt(std::int64_t atNs) const;
    std::int64_t barNs(int bar) const; ///< when it begins
    /// Bars up to the end of the last note, at least one where there is a note.
    int bars(std::int64_t nowNs) const;
    /// The notes of some bars, from tick 0 on. Those still held end at `nowNs`, those that go on
    /// beyond the last bar with it.
    music::Song song(int firstBar, int bars, std::int64_t nowNs) const;

  private:
    struct Played {
        std::uint8_t pitch = 60, velocity = 80;
        std::int64_t onNs = 0;
        std::int64_t offNs = -1; ///< -1: held
    };
    double quarters(std::int64_t atNs) const;

    Options m_options;
    std::optional<std::int64_t> m_startNs;
    std::vector<Played> m_notes;
    std::array<int, 128> m_held{}; ///< index of the note a key holds, + 1; 0: none
};

} // namespace canto::app
