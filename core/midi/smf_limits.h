// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/time.h"

#include <cstddef>

namespace canto::midi {

// What a Standard MIDI File may ask of us. Music stays far below; files made to hurt do not.

/// Bytes of a file. The largest known "black MIDI" works are beyond it and are refused.
inline constexpr std::size_t kMaxFileBytes = 32u << 20;
/// Tracks of a file; further ones are refused.
inline constexpr std::size_t kMaxTracks = 1024;
/// Events of all tracks together.
inline constexpr std::size_t kMaxEvents = 4'000'000;
/// Texts, system exclusive messages, tempo, metre and key changes together: each owns memory.
inline constexpr std::size_t kMaxTexts = 400'000;
/// Bytes of one text; the rest of a longer one is left out.
inline constexpr std::size_t kMaxTextBytes = 64u << 10;
/// Playing time; what lies later is left out.
inline constexpr music::Seconds kMaxSeconds = 24.0 * 3600.0;
/// A file that begins with something else is searched this far for its header.
inline constexpr std::size_t kHeaderSearchBytes = 4096;

} // namespace canto::midi
