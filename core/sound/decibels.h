// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>

namespace canto::sound {

/// Level relative to full scale, dBFS, of an amplitude where 1 is full scale; -200 for silence.
/// Thread: any.
inline double decibels(double amplitude) {
    return amplitude > 1e-10 ? 20 * std::log10(amplitude) : -200.0;
}

} // namespace canto::sound
