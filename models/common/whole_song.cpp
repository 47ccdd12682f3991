// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/common/whole_song.h"

#include <algorithm>

namespace canto::models {

Result<music::Song> rebuildSong(const LatentModel& model, const music::Song& song,
                                const CancelToken& cancel) {
    if (const auto* whole = dynamic_cast<const WholeSong*>(&model)) {
        return whole->rebuild(song, cancel);
    }
    std::vector<Segment> chain;
    for (const auto& segment : model.segments(song)) {
        if (chain.empty() || segment.start >= chain.back().end) {
            chain.push_back(segment);
        }
    }
    CANTO_TRY(latents, model.encode(song, chain, cancel));
    music::Song result;
    result.ticksPerQuarter = song.ticksPerQuarter;
    result.tempo = song.tempo;
    result.metre = song.metre;
    for (std::size_t i = 0; i < chain.size(); ++i) {
        CANTO_TRY(part, model.decode((*latents)[i], {.cancel = cancel}, {}));
        const auto quarter = std::max(part->ticksPerQuarter, 1);
        const auto scaled = [&](music::Tick tick) {
            return (2 * tick * song.ticksPerQuarter + quarter) / (2 * quarter);
        };
        result.tracks.resize(std::max(result.tracks.size(), part->tracks.size()));
        for (std::size_t track = 0; track < part->tracks.size(); ++track) {
            result.tracks[track] = part->tracks[track];
        }
        for (auto event : part->events) {
            event.tick = chain[i].start + scaled(event.tick);
            result.events.push_back(event);
        }
        for (auto note : part->notes) {
            const auto start = scaled(note.start);
            note.length = std::max<music::Tick>(scaled(note.end()) - start, 1);
            note.start = chain[i].start + start;
            result.notes.push_back(note);
        }
    }
    result.finish();
    return result;
}

} // namespace canto::models
