// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/pianoroll.h"

#include <algorithm>

namespace canto::codec {

using music::Tick;

namespace {
std::int64_t floorDivide(std::int64_t a, std::int64_t b) {
    return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

/// Twelfths of a quarter, the nearest of -1, 0, 1.
std::int8_t offsetOf(Tick late, int ticksPerQuarter) {
    const auto twelfths = floorDivide(2 * 12 * late + ticksPerQuarter, 2 * ticksPerQuarter);
    return static_cast<std::int8_t>(std::clamp<std::int64_t>(twelfths, -1, 1));
}

} // namespace

Family familyOf(const music::Note& note) {
    if (note.isDrum()) {
        return Family::Drums;
    }
    if (note.program >= 32 && note.program < 40) {
        return Family::Bass;
    }
    return note.program < 32 ? Family::Guitar : Family::Strings;
}

std::int64_t stepAt(Tick tick, Tick origin, int ticksPerQuarter) {
    const std::int64_t quarter = ticksPerQuarter;
    // (tick - origin) / (quarter / 4) + 1/2, over the common denominator 2 * quarter.
    return floorDivide(2 * kStepsPerQuarter * (tick - origin) + quarter, 2 * quarter);
}

Tick tickAt(std::int64_t step, Tick origin, int ticksPerQuarter) {
    return origin + floorDivide(step * ticksPerQuarter, kStepsPerQuarter);
}

FamilyRolls::FamilyRolls(const music::Song& song)
    : m_ticksPerQuarter(std::max(song.ticksPerQuarter, 1)) {
    for (const music::Note& note : song.notes) {
        auto& notes = m_notes[static_cast<std::size_t>(familyOf(note))];
        const auto pitch = std::min<std::uint8_t>(note.pitch, 127);
        notes.push_back({note.start, std::max(note.end(), note.start), 0, pitch, note.velocity});
    }
    for (auto& notes : m_notes) {
        std::stable_sort(notes.begin(), notes.end(),
                         [](const RollNote& a, const RollNote& b) { return a.start < b.start; });
        Tick latest = 0;
        for (RollNote& note : notes) {
            latest = std::max(latest, note.end);
            note.latestEnd = latest;
        }
    }
}

std::array<std::vector<Cell>, kTracks> FamilyRolls::read(Tick origin, int steps) const {
    std::array<std::vector<Cell>, kTracks> rolls;
    // steps: the largest change by rounding
    const Tick margin = m_ticksPerQuarter / kStepsPerQuarter + 1;
    const Tick end = tickAt(steps, origin, m_ticksPerQuarter);
    for (std::size_t track = 0; track < kTracks; ++track) {
        auto& roll = rolls[track];
        roll.assign(static_cast<std::size_t>(steps), Cell{});
        const auto& notes = m_notes[track];
        auto note = std::partition_point(notes.begin(), notes.end(), [&](const RollNote& n) {
            return n.latestEnd < origin - margin;
        });
        for (; note != notes.end() && note->start < end + margin; ++note) {
            const std::int64_t first = stepAt(note->start, origin, m_ticksPerQuarter);
            const std::int64_t last =
                std::max(stepAt(note->end, origin, m_ticksPerQuarter), first + 1);
            const std::int64_t from = std::max<std::int64_t>(first, 0);
            const std::int64_t to = std::min<std::int64_t>(last, steps);
            for (std::int64_t step = from; step < to; ++step) {
                Cell& cell = roll[static_cast<std::size_t>(step)];
                if (note->pitch < cell.pitch) {
                    cell = {.pitch = note->pitch};
                }
                if (note->pitch == cell.pitch && step == first && !cell.reonset) {
                    const Tick late = note->start - tickAt(step, origin, m_ticksPerQuarter);
                    cell.reonset = true;
                    cell.velocity = note->velocity;
                    cell.offset = offsetOf(late, m_ticksPerQuarter);
                }
            }
        }
    }
    return rolls;
}

std::optional<Tick> FamilyRolls::lastTick() const {
    std::optional<Tick> last;
    for (const auto& notes : m_notes) {
        for (const RollNote& note : notes) {
            // An onset up to half a step before a bar line is moved to it: the bar after it counts
            // too.
            const Tick onGrid = note.start + m_ticksPerQuarter / (2 * kStepsPerQuarter);
            last = std::max({last.value_or(0), note.end - 1, onGrid});
        }
    }
    return last;
}

std::optional<Tick> FamilyRolls::nextOnset(Tick tick) const {
    std::optional<Tick> next;
    for (const auto& notes : m_notes) {
        const auto note = std::partition_point(
            notes.begin(), notes.end(), [tick](const RollNote& n) { return n.start < tick; });
        if (note != notes.end() && (!next || note->start < *next)) {
            next = note->start;
        }
    }
    return next;
}

} // namespace canto::codec
