// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/arrange/arrange_song.h"

#include "core/arrange/performance.h"
#include "core/arrange/register.h"
#include "core/arrange/units.h"

namespace canto::arrange {

namespace {

constexpr std::size_t kMostUnitsBefore = 400; ///< songs so far

} // namespace

Result<Arrangement> arrangeSong(const audio::AudioAnalysis& analysis,
                                const audio::SongFrames& frames, Arranger& arranger,
                                const CancelToken& cancel, const Progress& progress,
                                const OnUnit& onUnit, const ArrangeOptions& options) {
    const auto cancelled = [] { return fail(Error::Code::Cancelled, "Arranging cancelled"); };
    auto units = unitOutlines(analysis, frames);
    const int beats = static_cast<int>(analysis.chords.size());
    const auto written = writtenSteps(units, arranger.stitching(), beats);
    const auto plays = beatPlays(analysis, units);
    const bool reports = arranger.stitching() == Stitching::FirstBar;
    const auto* before = options.before;
    if (before != nullptr &&
        (before->units.size() != units.size() || before->arranger != arranger.name())) {
        before = nullptr;
    }
    arranger.setDensity(options.controls.density);
    std::vector<const Unit*> arranged;
    for (std::size_t i = 0; i < units.size(); ++i) {
        if (written[i].count > 0) {
            arranged.push_back(&units[i]);
        }
    }
    arranger.begin(arranged);

    Arrangement made;
    made.units.resize(units.size());
    std::vector<std::vector<GridNote>> played(units.size());
    for (std::size_t i = 0; before != nullptr && i < units.size(); ++i) {
        played[i] = before->units[i].played; // until it is arranged again
    }
    const auto soFar = [&] {
        return performed(stitched(units, played, written, beats), analysis.beats.times, plays);
    };
    const std::size_t every = 1 + units.size() / kMostUnitsBefore;
    bool unitsBefore = before != nullptr; ///< whether the unit before is unchanged
    for (std::size_t i = 0; i < units.size(); ++i) {
        if (cancel.cancelled()) {
            return cancelled();
        }
        if (written[i].count == 0) {
            continue;
        }
        UnitNotes& notes = made.units[i];
        const auto& times = analysis.beats.times;
        const double begins =
            times[static_cast<std::size_t>(units[i].firstBeat + written[i].first / kStepsPerBeat)];
        const bool stays = before != nullptr && begins < options.from;
        if (stays || (before != nullptr && (!reports || unitsBefore) &&
                      before->units[i].density == options.controls.density)) {
            notes = before->units[i];
        } else {
            unitsBefore = false;
            fillAudio(units[i], analysis.grid);
            CANTO_TRY(given, arranger.arrange(units[i],
                                              reports && i > 0 ? std::span<const GridNote>(
                                                                     made.units[i - 1].given)
                                                               : std::span<const GridNote>(),
                                              cancel));
            notes.given = std::move(*given);
            notes.density = options.controls.density;
            units[i].audio = {}; // for the whole song they are as large as its features
        }
        if (!stays) {
            notes.played = lifted(notes.given, options.controls.lift);
        }
        played[i] = notes.played;
        if (progress) {
            progress(i + 1, units.size());
        }
        if (onUnit && !stays && i % every == 0) {
            const auto song = soFar();
            const int reached =
                units[i].firstBeat + (written[i].first + written[i].count) / kStepsPerBeat;
            if (!song) {
                return fail(song.error());
            }
            if (!onUnit(*song, times[static_cast<std::size_t>(reached)])) {
                return cancelled();
            }
        }
    }
    CANTO_TRY(song, soFar());
    made.onsetCorrelation = onsetCorrelation(*song, frames);
    made.bars = static_cast<int>(units.size());
    made.arranger = arranger.name();
    made.song = std::move(*song);
    return made;
}

} // namespace canto::arrange
