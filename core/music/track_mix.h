// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Which tracks of a song sound, and how loud: mute, solo, volume, pan.

#include "core/music/song.h"

#include <cstddef>
#include <vector>

namespace canto::music {

struct TrackLevel {
    bool mute = false;
    bool solo = false;
    double volume = 1; ///< 0 .. 1.27, a factor of the track's own
    double pan = 0;    ///< -1 (left) .. 1 (right); 0: as the song has it
    bool operator==(const TrackLevel&) const = default;
};
/// By index into Song::tracks; tracks beyond its end are as they are.
using TrackMix = std::vector<TrackLevel>;

/// Whether nothing differs from the song itself.
bool plain(const TrackMix& mix);
/// Whether a track sounds: it is not muted, and soloed if any track is.
bool audible(const TrackMix& mix, std::size_t track);

/// Controllers 7 and 10 of a channel that only one track uses, at the start of the song.
struct ChannelLevel {
    std::uint8_t channel = 0; ///< as Note::channel
    int volume = 100;
    int pan = 64;
};
std::vector<ChannelLevel> channelLevels(const Song& song, const TrackMix& mix);

/// The song as it sounds with the mix: without the notes of tracks that are silent, with volume
/// and pan (controllers 7 and 10) of channels that one track has for itself. On a channel that
/// tracks share, volume scales velocities and pan does nothing. Tempo and metre stay.
Song mixed(const Song& song, const TrackMix& mix);

} // namespace canto::music
