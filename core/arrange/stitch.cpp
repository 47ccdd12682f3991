// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/arrange/stitch.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace canto::arrange {

std::vector<WrittenSteps> writtenSteps(std::span<const Unit> units, Stitching stitching,
                                       int beats) {
    std::vector<WrittenSteps> written(units.size());
    const auto startOf = [&](std::size_t i) {
        return i < units.size() ? units[i].firstBeat : std::max(beats, units.back().firstBeat);
    };
    for (std::size_t i = 0; i < units.size();) {
        std::size_t next = i + 1;
        if (stitching == Stitching::TwoBars && next < units.size() &&
            startOf(next + 1) - startOf(i) <= kUnitBeats) {
            ++next;
        }
        const int from = std::max(units[i].firstBeat, 0);
        const int to = std::min({startOf(next), units[i].firstBeat + kUnitBeats, beats});
        if (to > from) {
            written[i] = {(from - units[i].firstBeat) * kStepsPerBeat, (to - from) * kStepsPerBeat};
        }
        i = next;
    }
    return written;
}

std::vector<SongNote> stitched(std::span<const Unit> units,
                               std::span<const std::vector<GridNote>> predictions,
                               std::span<const WrittenSteps> written, int beats) {
    std::vector<SongNote> notes;
    const int end = beats * kStepsPerBeat;
    for (std::size_t i = 0; i < units.size() && i < predictions.size(); ++i) {
        const auto [first, count] = written[i];
        for (const GridNote& note : predictions[i]) {
            if (note.step >= first && note.step < first + count && note.length > 0 &&
                note.pitch >= 0 && note.pitch <= 127) {
                const int step = units[i].firstBeat * kStepsPerBeat + note.step;
                notes.push_back({step, std::min(note.length, end - step), note.pitch,
                                 std::clamp(note.velocity, 0, 127)});
            }
        }
    }
    std::sort(notes.begin(), notes.end(), [](const SongNote& a, const SongNote& b) {
        return std::tuple(a.step, a.pitch, -a.length) < std::tuple(b.step, b.pitch, -b.length);
    });
    notes.erase(std::unique(notes.begin(), notes.end(),
                            [](const SongNote& a, const SongNote& b) {
                                return a.step == b.step && a.pitch == b.pitch;
                            }),
                notes.end());
    std::map<int, int> next; // where each pitch begins again
    for (auto note = notes.rbegin(); note != notes.rend(); ++note) {
        if (const auto again = next.find(note->pitch); again != next.end()) {
            note->length = std::min(note->length, again->second - note->step);
        }
        next[note->pitch] = note->step;
    }
    return notes;
}

} // namespace canto::arrange
