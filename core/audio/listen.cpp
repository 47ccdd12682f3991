#include "core/audio/listen.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace canto::audio {

namespace {

constexpr double kLeastSeconds = 4;
constexpr float kSilence = -75;        // dBFS
constexpr std::size_t kLeastBeats = 9; // two bars and the beat that ends them

tl::unexpected<Error> tooShort(double seconds) {
    return fail(Error::Code::BadInput, "The recording is too short: less than two bars",
                std::to_string(seconds).substr(0, 5) + " s",
                "Choose at least ten seconds of music");
}

} // namespace

ListenOptions nearTempo(double bpm) {
    ListenOptions options;
    options.beat.known = bpm;
    return options;
}

std::vector<double> Heard::downbeats() const {
    std::vector<double> times;
    for (std::size_t b = 0; b < beats.times.size() && b < metre.position.size(); ++b) {
        if (metre.position[b] == 0) {
            times.push_back(beats.times[b]);
        }
    }
    return times;
}

std::vector<ChordSpan> Heard::chordSpans() const {
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

Result<Heard> listen(const SongFrames& frames, const ListenOptions& options,
                     const CancelToken& cancel) {
    const auto stopped = [&cancel] { return cancel.cancelled(); };
    const auto cancelled = [] { return fail(Error::Code::Cancelled, "Listening was stopped"); };
    if (frames.seconds > 0 && frames.loudnessDb < kSilence) {
        return fail(Error::Code::BadInput, "The recording is silent", {},
                    "Its mean level lies below -75 dBFS; choose one with music in it");
    }
    if (frames.seconds < kLeastSeconds) {
        return tooShort(frames.seconds);
    }
    Heard heard;
    heard.seconds = frames.seconds;
    heard.tuning = frames.tuning;
    heard.beats = trackBeats(frames, options.beat, cancel);
    if (stopped()) {
        return cancelled();
    }
    if (heard.beats.times.size() < kLeastBeats) {
        return tooShort(frames.seconds);
    }
    heard.grid = gridFeatures(frames, heard.beats.times);
    if (stopped()) {
        return cancelled();
    }
    auto harmony = beatHarmony(heard.grid);
    heard.metre = findMetre(harmony, options.metre);
    heard.metre.position.push_back((heard.metre.position.back() + 1) % heard.metre.beatsPerBar);
    heard.chords = findChords(harmony, heard.metre.position, options.chord);
    heard.key = findKey(harmony);
    heard.melody = findLine(heard.grid, options.melody);
    heard.bass = findLine(heard.grid, options.bass);
    if (stopped()) {
        return cancelled();
    }
    if (heard.beats.steadiness < kSteadyBeat) {
        heard.remarks.emplace_back("No steady beat was heard (speech, noise or free music?): beats "
                                   "and bars are a guess");
    }
    for (const TempoAlternative& other : heard.beats.alternatives) {
        const double ratio = other.bpm / heard.beats.bpm;
        const bool octave = std::fabs(std::log2(ratio)) > 0.9 && std::fabs(std::log2(ratio)) < 1.1;
        if (octave && other.share >= kDoubtfulOctave) {
            heard.remarks.push_back(std::string("The tempo may be ") +
                                    (ratio > 1 ? "double: " : "half: ") +
                                    std::to_string(std::lround(other.bpm)) + " bpm");
        }
    }
    return heard;
}

} // namespace canto::audio
