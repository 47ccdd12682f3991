// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/arrange/melody_line.h"

namespace canto::arrange {

void addMelody(const Unit& unit, std::vector<GridNote>& notes) {
    for (int step = 0; step < kUnitSteps;) {
        const auto at = static_cast<std::size_t>(step);
        const int pitch = unit.melody[at];
        int length = 1;
        while (step + length < kUnitSteps &&
               unit.melody[at + static_cast<std::size_t>(length)] == pitch &&
               unit.onset[at + static_cast<std::size_t>(length)] < 0.8F) {
            ++length;
        }
        if (pitch > 0) {
            notes.push_back({step, length, pitch, 92});
        }
        step += length;
    }
}

} // namespace canto::arrange
