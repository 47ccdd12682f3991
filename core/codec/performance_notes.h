// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What both parts of the performance features share.

#include "core/codec/performance_features.h"

namespace canto::codec {

/// A note in seconds from the first onset.
struct TimedNote {
    double start = 0;
    double length = 0;
    int pitch = 60;
    double velocity = 64;
    double end() const { return start + length; }
};

/// By start, then pitch; without drums.
std::vector<TimedNote> timedNotes(std::span<const music::Note> notes);

/// Appends mode, pitch classes, chords above the bass, bass degrees, functions of chords and local
/// keys.
void addHarmonyFeatures(std::span<const TimedNote> notes, std::vector<Feature>& features);

} // namespace canto::codec
