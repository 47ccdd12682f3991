// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace canto::sound {

/// Follows the MIDI clock of another program or machine. Bytes arrive with a jitter of a
/// millisecond or more; tempo and position come from a straight line through the last two quarter
/// notes of clocks (least squares), which averages it out. A new tempo is followed within a quarter
/// note. Thread: one.
class MidiClockFollower {
  public:
    enum class Event {
        None,
        Start,    ///< from the beginning
        Continue, ///< from where it stands
        Stop,
        Position, ///< it was moved while it stood
        Beat,     ///< a clock on a quarter note
    };
    static constexpr int kPerQuarter = 24;

    /// @param bytes  one message; what is no MIDI clock, or incomplete, changes nothing.
    /// @param atNs   of a steady clock, ascending.
    Event take(std::span<const std::uint8_t> bytes, std::int64_t atNs);

    bool running() const { return m_running; }
    /// Quarter notes a minute; 0 until seven clocks have arrived.
    double bpm() const;
    /// Quarter notes from the start of the song at that moment, as far as the clock has been
    /// followed: at most one clock beyond the last that arrived. While it stands: where it goes on.
    double quartersAt(std::int64_t atNs) const;
    /// Nothing known, as at first.
    void reset() { *this = MidiClockFollower(); }

  private:
    struct Line {
        double nsPerClock = 0;
        double ns = 0; ///< of the latest clock, on the line
    };
    void clock(std::int64_t atNs);
    Line fitted() const;
    std::int64_t at(std::size_t back) const {
        return m_times[(m_next + kWindow - 1 - back) % kWindow];
    }

    static constexpr std::size_t kWindow = 2 * kPerQuarter + 1;
    static constexpr std::size_t kLeast = 7;

    std::array<std::int64_t, kWindow> m_times{};
    std::size_t m_next = 0, m_count = 0; ///< of m_times
    std::int64_t m_clocks = -1;          ///< number of the latest clock in the song
    bool m_running = false;
};

} // namespace canto::sound
