// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sound/midi_clock.h"

#include <algorithm>
#include <cmath>

namespace canto::sound {

namespace {

constexpr double kLongestNs = 250e6; ///< 10 quarter notes a minute; slower is a pause
constexpr double kOtherTempo = 0.06; ///< more than the jitter of six clocks

} // namespace

MidiClockFollower::Event MidiClockFollower::take(std::span<const std::uint8_t> bytes,
                                                 std::int64_t atNs) {
    if (bytes.empty()) {
        return Event::None;
    }
    switch (bytes.front()) {
    case 0xF8:
        clock(atNs);
        if (m_running) {
            ++m_clocks;
            return m_clocks % kPerQuarter == 0 ? Event::Beat : Event::None;
        }
        return Event::None;
    case 0xFA:
        m_running = true;
        m_clocks = -1; // the next clock is the first
        return Event::Start;
    case 0xFB:
        m_running = true;
        return Event::Continue;
    case 0xFC:
        m_running = false;
        return Event::Stop;
    case 0xF2:
        if (bytes.size() != 3 || m_running || bytes[1] > 0x7F || bytes[2] > 0x7F) {
            return Event::None;
        }
        m_clocks = 6 * (bytes[1] + 128 * bytes[2]) - 1;
        return Event::Position;
    default:
        return Event::None;
    }
}

void MidiClockFollower::clock(std::int64_t atNs) {
    if (m_count > 0) {
        const std::int64_t gap = atNs - at(0);
        if (gap < 0 || static_cast<double>(gap) > kLongestNs) {
            m_count = 0;
        }
    }
    m_times[m_next] = atNs;
    m_next = (m_next + 1) % kWindow;
    m_count = std::min(m_count + 1, kWindow);
    // Another tempo: what was before it would drag behind.
    if (m_count > 2 * kLeast) {
        const double latest = static_cast<double>(at(0) - at(kLeast - 1)) / (kLeast - 1);
        const double before = static_cast<double>(at(kLeast - 1) - at(m_count - 1)) /
                              static_cast<double>(m_count - kLeast);
        if (std::fabs(latest - before) > kOtherTempo * before) {
            m_count = kLeast;
        }
    }
}

MidiClockFollower::Line MidiClockFollower::fitted() const {
    // x: clocks back from the latest, as negative numbers; y: ns after the latest.
    const auto n = static_cast<double>(m_count);
    double sumY = 0, sumXY = 0;
    const double meanX = -(n - 1) / 2;
    for (std::size_t i = 0; i < m_count; ++i) {
        const auto y = static_cast<double>(at(i) - at(0));
        sumY += y;
        sumXY += (-static_cast<double>(i) - meanX) * y;
    }
    const double slope = sumXY / (n * (n * n - 1) / 12);
    return {slope, static_cast<double>(at(0)) + sumY / n - slope * meanX};
}

double MidiClockFollower::bpm() const {
    if (m_count < kLeast) {
        return 0;
    }
    const double ns = fitted().nsPerClock;
    return ns > 0 ? 60e9 / (ns * kPerQuarter) : 0;
}

double MidiClockFollower::quartersAt(std::int64_t atNs) const {
    if (!m_running) { // where the next clock goes on
        return static_cast<double>(m_clocks + 1) / kPerQuarter;
    }
    const double clocks = static_cast<double>(std::max<std::int64_t>(m_clocks, 0));
    if (m_count < kLeast) {
        return clocks / kPerQuarter;
    }
    const Line line = fitted();
    const double since =
        std::clamp((static_cast<double>(atNs) - line.ns) / line.nsPerClock, -1.0, 1.0);
    return std::max(clocks + since, 0.0) / kPerQuarter;
}

} // namespace canto::sound
