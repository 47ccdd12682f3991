// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/melody_bass.h"

#include <algorithm>
#include <cmath>

namespace canto::audio {

std::vector<int> findLine(const Feature& grid, const LineOptions& options) {
    constexpr int kCells = kCellsPerBeat / 4;
    const int steps = grid.frames / kCells;
    const auto pitches =
        static_cast<std::size_t>(std::max(0, options.highest - options.lowest + 1));
    const std::size_t states = pitches + 1; // the last is none
    std::vector<double> best(states, 0.0);
    std::vector<double> next(states);
    std::vector<std::vector<std::uint8_t>> from(static_cast<std::size_t>(std::max(steps, 0)));
    for (int step = 0; step < steps; ++step) {
        auto& back = from[static_cast<std::size_t>(step)];
        back.resize(states);
        for (std::size_t s = 0; s < states; ++s) {
            double value = 60 - options.range; // of none
            if (s < pitches) {
                const int pitch = options.lowest + static_cast<int>(s);
                const int row = 2 * kBands + pitch - kLowestPitch;
                double note = 0;
                for (int cell = 0; cell < kCells; ++cell) {
                    note = std::max(note, static_cast<double>(grid(row, step * kCells + cell)));
                }
                const double middle = 0.5 * (options.highest + options.lowest);
                value = 60 * note + (note > 0 ? options.upward * (pitch - middle) : -60.0);
            }
            double most = -1e300;
            for (std::size_t p = 0; p < states; ++p) {
                double cost = 0;
                if (p != s) {
                    const bool tones = p < pitches && s < pitches;
                    const double apart =
                        tones ? std::fabs(static_cast<double>(p) - static_cast<double>(s)) : 0.0;
                    cost = options.step * (1 + 0.1 * apart);
                }
                if (best[p] - cost > most) {
                    most = best[p] - cost;
                    back[s] = static_cast<std::uint8_t>(p);
                }
            }
            next[s] = most + value;
        }
        best.swap(next);
    }
    std::vector<int> line(from.size());
    auto state =
        static_cast<std::size_t>(std::max_element(best.begin(), best.end()) - best.begin());
    for (std::size_t step = from.size(); step-- > 0;) {
        line[step] = state < pitches ? options.lowest + static_cast<int>(state) : 0;
        state = from[step][state];
    }
    return line;
}

} // namespace canto::audio
