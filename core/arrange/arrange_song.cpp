#include "core/arrange/arrange_song.h"

#include "core/arrange/performance.h"
#include "core/arrange/units.h"

namespace canto::arrange {

Result<Arrangement> arrangeSong(const audio::Heard& heard, const audio::SongFrames& frames,
                                Arranger& arranger, const CancelToken& cancel,
                                const Progress& progress, const OnUnit& onUnit) {
    const auto cancelled = [] { return fail(Error::Code::Cancelled, "Arranging was stopped"); };
    auto units = unitOutlines(heard, frames);
    const int beats = static_cast<int>(heard.chords.size());
    const auto written = writtenSteps(units, arranger.stitching(), beats);
    const auto plays = beatPlays(heard, units);
    std::vector<std::vector<GridNote>> predictions(units.size());
    for (std::size_t i = 0; i < units.size(); ++i) {
        if (cancel.cancelled()) {
            return cancelled();
        }
        if (written[i].count == 0) {
            continue;
        }
        fillAudio(units[i], heard.grid);
        const bool tells = arranger.stitching() == Stitching::FirstBar && i > 0;
        auto notes = arranger.arrange(units[i],
                                      tells ? std::span<const GridNote>(predictions[i - 1])
                                            : std::span<const GridNote>(),
                                      cancel);
        if (!notes) {
            return fail(notes.error());
        }
        predictions[i] = std::move(*notes);
        units[i].audio = {}; // all of them together are as large as the song's features
        if (progress) {
            progress(i + 1, units.size());
        }
        if (onUnit) {
            const auto soFar =
                performed(stitched(units, predictions, written, beats), heard.beats.times, plays);
            const int reached =
                units[i].firstBeat + (written[i].first + written[i].count) / kStepsPerBeat;
            if (!soFar) {
                return fail(soFar.error());
            }
            if (!onUnit(*soFar, heard.beats.times[static_cast<std::size_t>(reached)])) {
                return cancelled();
            }
        }
    }
    auto song = performed(stitched(units, predictions, written, beats), heard.beats.times, plays);
    if (!song) {
        return fail(song.error());
    }
    Arrangement made;
    made.onsetCorrelation = onsetCorrelation(*song, frames);
    made.bars = static_cast<int>(units.size());
    made.arranger = arranger.name();
    made.song = std::move(*song);
    return made;
}

} // namespace canto::arrange
