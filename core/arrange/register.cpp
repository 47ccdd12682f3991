// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/arrange/register.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <tuple>

namespace canto::arrange {

namespace {

constexpr int kLowest = 21;
constexpr int kHighest = 108;

} // namespace

std::vector<GridNote> lifted(std::span<const GridNote> notes, int semitones) {
    std::vector<GridNote> moved(notes.begin(), notes.end());
    const int wanted = std::clamp(semitones, -kMostLift, kMostLift);
    if (wanted == 0) {
        return moved;
    }
    const int sign = wanted < 0 ? -1 : 1;
    const int whole = wanted / 12; // towards 0
    const int rest = std::abs(wanted % 12);
    // The notes to move first come first among the notes of their step.
    std::stable_sort(moved.begin(), moved.end(), [sign](const GridNote& a, const GridNote& b) {
        return std::tuple(a.step, sign * a.pitch) < std::tuple(b.step, sign * b.pitch);
    });
    for (std::size_t first = 0; first < moved.size();) {
        std::size_t end = first;
        while (end < moved.size() && moved[end].step == moved[first].step) {
            ++end;
        }
        const auto also =
            static_cast<std::size_t>(std::lround(static_cast<double>(end - first) * rest / 12.0));
        for (std::size_t i = first; i < end; ++i) {
            int& pitch = moved[i].pitch;
            pitch += 12 * (whole + (i < first + also ? sign : 0));
            while (pitch > kHighest) {
                pitch -= 12;
            }
            while (pitch < kLowest) {
                pitch += 12;
            }
        }
        first = end;
    }
    return moved;
}

} // namespace canto::arrange
