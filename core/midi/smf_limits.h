// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/time.h"

#include <cstddef>

namespace canto::midi {

// Limits for a Standard MIDI File. Music stays far below them; malicious files do not.

/// Bytes of a file. The largest known "black MIDI" works exceed it and are refused.
inline constexpr std::size_t kMaxFileBytes = 32u << 20;
/// Number of tracks; further ones are refused.
inline constexpr std::size_t kMaxTracks = 1024;
/// Events of all tracks together.
inline constexpr std::size_t kMaxEvents = 4'000'000;
/// Texts, system exclusive messages, tempo, metre and key changes together: each allocates memory.
inline constexpr std::size_t kMaxTexts = 400'000;
/// Bytes of one text; the rest of a longer one is left out.
inline constexpr std::size_t kMaxTextBytes = 64u << 10;
/// Playing time; later events are left out.
inline constexpr music::Seconds kMaxSeconds = 24.0 * 3600.0;
/// The header of a file that begins with something else is searched for in this many bytes.
inline constexpr std::size_t kHeaderSearchBytes = 4096;

} // namespace canto::midi
