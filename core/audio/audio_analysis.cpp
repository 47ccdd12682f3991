// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/audio_analysis.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace canto::audio {

namespace {

constexpr double kLeastSeconds = 4;
constexpr float kSilence = -75;        // dBFS
constexpr std::size_t kLeastBeats = 9; // two bars and the beat that ends the second

tl::unexpected<Error> tooShort(double seconds) {
    return fail(Error::Code::BadInput, "The recording is too short: less than two bars",
                std::to_string(seconds).substr(0, 5) + " s",
                "Choose at least ten seconds of music");
}

} // namespace

AnalysisOptions nearTempo(double bpm) {
    AnalysisOptions options;
    options.beat.known = bpm;
    return options;
}

std::vector<double> AudioAnalysis::downbeats() const {
    std::vector<double> times;
    for (std::size_t b = 0; b < beats.times.size() && b < metre.position.size(); ++b) {
        if (metre.position[b] == 0) {
            times.push_back(beats.times[b]);
        }
    }
    return times;
}

std::vector<ChordSpan> AudioAnalysis::chordSpans() const {
    std::vector<ChordSpan> spans;
    for (std::size_t b = 0; b < chords.size(); ++b) {
        if (!spans.empty() && spans.back().chord == chords[b]) {
            spans.back().end = beats.times[b + 1];
        } else {
            spans.push_back({beats.times[b], beats.times[b + 1], chords[b]});
        }
    }
    return spans;
}

Result<AudioAnalysis> analyse(const SongFrames& frames, const AnalysisOptions& options,
                              const CancelToken& cancel) {
    const auto stopped = [&cancel] { return cancel.cancelled(); };
    const auto cancelled = [] { return fail(Error::Code::Cancelled, "Analysis cancelled"); };
    if (frames.seconds > 0 && frames.loudnessDb < kSilence) {
        return fail(Error::Code::BadInput, "The recording is silent", {},
                    "Its mean level lies below -75 dBFS; choose one with music in it");
    }
    if (frames.seconds < kLeastSeconds) {
        return tooShort(frames.seconds);
    }
    AudioAnalysis analysis;
    analysis.seconds = frames.seconds;
    analysis.tuning = frames.tuning;
    analysis.beats = trackBeats(frames, options.beat, cancel);
    if (stopped()) {
        return cancelled();
    }
    if (analysis.beats.times.size() < kLeastBeats) {
        return tooShort(frames.seconds);
    }
    analysis.grid = gridFeatures(frames, analysis.beats.times);
    if (stopped()) {
        return cancelled();
    }
    auto harmony = beatHarmony(analysis.grid);
    analysis.metre = findMetre(harmony, options.metre);
    analysis.metre.position.push_back((analysis.metre.position.back() + 1) %
                                      analysis.metre.beatsPerBar);
    analysis.chords = findChords(harmony, analysis.metre.position, options.chord);
    analysis.key = findKey(harmony);
    analysis.melody = findLine(analysis.grid, options.melody);
    analysis.bass = findLine(analysis.grid, options.bass);
    if (stopped()) {
        return cancelled();
    }
    if (analysis.beats.steadiness < kSteadyBeat) {
        analysis.remarks.emplace_back(
            "No steady beat was found (speech, noise or free music?): beats "
            "and bars are a guess");
    } else {
        analysis.sections = findSections(analysis.grid, analysis.metre.position, analysis.melody);
    }
    for (const TempoAlternative& other : analysis.beats.alternatives) {
        const double ratio = other.bpm / analysis.beats.bpm;
        const bool octave = std::fabs(std::log2(ratio)) > 0.9 && std::fabs(std::log2(ratio)) < 1.1;
        if (octave && other.share >= kDoubtfulOctave) {
            analysis.remarks.push_back(std::string("The tempo may be ") +
                                       (ratio > 1 ? "double: " : "half: ") +
                                       std::to_string(std::lround(other.bpm)) + " bpm");
        }
    }
    return analysis;
}

} // namespace canto::audio
