// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/spaces/arrangement/arrangement_library.h"

#include "core/audio/harmony.h"
#include "models/arrange/library.h"

#include <algorithm>
#include <array>
#include <map>

namespace canto {

namespace {

constexpr music::Tick kBeatTicks = 480;
constexpr double kBarBeats = 4;
constexpr std::array<int, 3> kBounds{12, 16, 20}; ///< notes a bar

} // namespace

std::string keyOf(std::span<const arrange::PartNote> notes, int beats) {
    std::vector<audio::BeatHarmony> harmony(static_cast<std::size_t>(std::max(beats, 1)));
    for (const auto& note : notes) {
        // A note counts in each beat for as long as it sounds there.
        for (int step = std::max(note.step, 0); step < note.step + note.length; ++step) {
            const auto beat = static_cast<std::size_t>(step / arrange::kStepsPerBeat);
            if (beat < harmony.size()) {
                harmony[beat].chroma[note.pitch % 12] += 1;
            }
        }
    }
    return audio::findKey(harmony).name();
}

std::string densityOf(std::span<const arrange::PartNote> notes, int beats) {
    const auto played = std::count_if(notes.begin(), notes.end(), [](const auto& note) {
        return note.part != arrange::Part::Melody;
    });
    const double perBar = static_cast<double>(played) * kBarBeats / std::max(beats, 1);
    const auto above = std::upper_bound(kBounds.begin(), kBounds.end(), perBar);
    const auto text = [](int bound) { return std::to_string(bound); };
    if (above == kBounds.begin()) {
        return "up to " + text(kBounds.front()) + " notes a bar";
    }
    return above == kBounds.end() ? "over " + text(kBounds.back())
                                  : text(*(above - 1)) + " to " + text(*above);
}

Result<ArrangementImportReport> importArrangements(atlas::Atlas& atlas,
                                                   const std::filesystem::path& weights,
                                                   const tensors::PreparedArrangements& prepared,
                                                   const ArrangementImportOptions& options,
                                                   const Progress& progress,
                                                   const CancelToken& cancel) {
    CANTO_TRY(encoded, models::arrange::encodeUnits(weights, prepared, cancel, progress));
    const auto& info = encoded->info;
    CANTO_TRY(model, atlas.putModel({0, info.id, info.version, info.latentSize}));
    std::map<std::size_t, int> firstOf; ///< by song, its first unit
    for (std::size_t i = 0; i < prepared.units(); ++i) {
        firstOf.try_emplace(prepared.unit(i).song, static_cast<int>(i));
    }
    const auto barOf = [&](std::size_t i) {
        return static_cast<int>(encoded->units[i]) - firstOf[prepared.unit(encoded->units[i]).song];
    };
    std::map<std::size_t, std::vector<std::size_t>> unitsOf; ///< by song, positions in encoded
    for (std::size_t i = 0; i < encoded->units.size(); ++i) {
        if (barOf(i) % options.every == 0) {
            unitsOf[prepared.unit(encoded->units[i]).song].push_back(i);
        }
    }
    ArrangementImportReport report;
    for (const auto& [index, units] : unitsOf) {
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        const auto& song = prepared.songs()[index];
        const auto notes = prepared.notes(index);
        const int beats = prepared.beats(index);
        atlas::SongRow row;
        row.path = song.path;
        row.title = song.title;
        row.artist = song.artist;
        row.split = song.split.empty() ? "mine" : song.split;
        row.notes = static_cast<std::int64_t>(notes.size());
        row.labels["song"] = song.title.empty() ? song.path : song.title;
        row.labels["key"] = keyOf(notes, beats);
        row.labels["density"] = densityOf(notes, beats);
        std::vector<atlas::SegmentRow> segments;
        std::vector<float> latents;
        for (const std::size_t i : units) {
            const auto unit = prepared.unit(encoded->units[i]);
            const music::Tick start = unit.beat * kBeatTicks;
            segments.push_back(
                {0, 0, barOf(i), start, start + arrange::kUnitBeats * kBeatTicks, true});
            latents.insert(latents.end(), encoded->latents[i].begin(), encoded->latents[i].end());
        }
        CANTO_TRY(put, atlas.putSong(row, *model, segments, latents, options.precision));
        ++report.songs;
        report.units += segments.size();
    }
    return report;
}

} // namespace canto
