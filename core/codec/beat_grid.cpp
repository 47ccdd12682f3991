// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/beat_grid.h"

#include "core/codec/phrase_starts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <map>
#include <optional>
#include <set>

namespace canto::codec {

using music::Note;
using music::Song;
using music::Tick;

namespace {

constexpr double kTurn = 6.283185307179586;
constexpr double kFrames = 100; ///< of the onset curve, a second

/// How strongly notes start at each hundredth of a second, smoothed over a few.
std::vector<double> onsetCurve(const Song& song) {
    double end = 0;
    for (const auto& note : song.notes) {
        end = std::max(end, note.startSeconds);
    }
    std::vector<double> curve(static_cast<std::size_t>(end * kFrames) + 8, 0.0);
    for (const auto& note : song.notes) {
        // Bass notes fall on beats more often than other notes do.
        const double weight = (note.pitch < 48 ? 1.5 : 1.0) * (0.25 + note.velocity / 127.0);
        const double place = note.startSeconds * kFrames;
        const auto middle = static_cast<std::int64_t>(place);
        for (auto i = std::max<std::int64_t>(0, middle - 6);
             i < std::min(middle + 8, static_cast<std::int64_t>(curve.size())); ++i) {
            const double distance = (static_cast<double>(i) - place) / 2.0;
            curve[static_cast<std::size_t>(i)] += weight * std::exp(-0.5 * distance * distance);
        }
    }
    for (auto& value : curve) {
        value = std::sqrt(value); // a chord of five is one beat, not five
    }
    return curve;
}

/// The period, in frames, at which the curve's autocorrelation is largest, weighted towards 110
/// beats a minute.
double beatPeriod(const std::vector<double>& curve) {
    double mean = 0;
    for (const double value : curve) {
        mean += value / static_cast<double>(curve.size());
    }
    const auto likeness = [&](int lag) {
        double sum = 0;
        for (std::size_t i = static_cast<std::size_t>(lag); i < curve.size(); ++i) {
            sum += (curve[i] - mean) * (curve[i - static_cast<std::size_t>(lag)] - mean);
        }
        return sum / static_cast<double>(curve.size());
    };
    constexpr int kLeast = 30; // 200 a minute
    constexpr int kMost = 130; // 46
    std::vector<double> raw(4 * kMost + 2, 0.0);
    for (int lag = kLeast - 1; lag < static_cast<int>(raw.size()); ++lag) {
        if (static_cast<std::size_t>(lag) < curve.size()) {
            raw[static_cast<std::size_t>(lag)] = likeness(lag);
        }
    }
    double best = -1e300;
    double period = 60;
    for (double lag = kLeast; lag <= kMost; lag += 0.25) {
        const auto at = [&](double place) {
            const auto i = static_cast<std::size_t>(place);
            const double part = place - std::floor(place);
            return raw[i] * (1 - part) + raw[i + 1] * part;
        };
        const double octaves = std::log2(lag / 54.5) / 0.7; // from 110 beats a minute
        const double score =
            (at(lag) + 0.5 * at(2 * lag) + 0.25 * at(4 * lag)) * std::exp(-0.5 * octaves * octaves);
        if (score > best) {
            best = score;
            period = lag;
        }
    }
    return period;
}

/// Frames of the beats: each as strong as possible and about a period after the one before.
std::vector<double> trackBeats(const std::vector<double>& curve, double period) {
    double square = 0;
    for (const double value : curve) {
        square += value * value;
    }
    const double scale = 1 / std::sqrt(square / static_cast<double>(curve.size()) + 1e-12);
    constexpr double kTightness = 60;
    const auto size = static_cast<std::int64_t>(curve.size());
    std::vector<double> score(curve.size());
    std::vector<std::int64_t> before(curve.size(), -1);
    for (std::int64_t t = 0; t < size; ++t) {
        double best = 0;
        const auto from = std::max<std::int64_t>(0, t - std::llround(2 * period));
        for (auto s = from; s <= t - std::llround(period / 2); ++s) {
            const double stretch = std::log(static_cast<double>(t - s) / period);
            const double value =
                score[static_cast<std::size_t>(s)] - kTightness * stretch * stretch;
            if (value > best) {
                best = value;
                before[static_cast<std::size_t>(t)] = s;
            }
        }
        score[static_cast<std::size_t>(t)] = best + scale * curve[static_cast<std::size_t>(t)];
    }
    auto last = size - 1;
    for (auto t = std::max<std::int64_t>(0, size - std::llround(period)); t < size; ++t) {
        if (score[static_cast<std::size_t>(t)] > score[static_cast<std::size_t>(last)]) {
            last = t;
        }
    }
    std::vector<double> beats;
    for (auto t = last; t >= 0; t = before[static_cast<std::size_t>(t)]) {
        beats.push_back(static_cast<double>(t));
    }
    std::reverse(beats.begin(), beats.end());
    return beats;
}

/// Beats of a song whose file has no reliable quarters; at least two.
std::vector<Tick> beatsFromOnsets(const Song& song) {
    const auto curve = onsetCurve(song);
    const double period = beatPeriod(curve);
    auto frames = trackBeats(curve, period);
    while (frames.size() < 2) {
        frames.push_back(frames.empty() ? 0.0 : frames.back() + period);
    }
    // Beats before a quiet start are not found: continue to the left at the pace of the next ones.
    while (frames.front() > song.notes.front().startSeconds * kFrames + period / 4) {
        frames.insert(frames.begin(), frames.front() - (frames[1] - frames[0]));
    }
    std::vector<Tick> beats;
    for (const double frame : frames) {
        const Tick tick = song.tempo.tickAt(frame / kFrames);
        if (beats.empty() || tick > beats.back()) {
            beats.push_back(tick);
        }
    }
    if (beats.size() < 2) {
        beats.push_back(beats.back() + song.ticksPerQuarter);
    }
    return beats;
}

/// Which of the first four beats begins a bar: the one with most bass notes, loud notes and new
/// pitch classes.
std::size_t downbeatOf(const Song& song, const std::vector<Tick>& beats) {
    std::array<double, kBeatsPerBar> score{};
    const BeatGrid grid(beats, BeatGrid::Source::Onsets);
    std::vector<std::array<double, 12>> chroma(beats.size() + 1);
    std::vector<double> accent(beats.size() + 1, 0.0);
    for (const auto& note : song.notes) {
        const double place = grid.placeAt(note.start) / kStepsPerBeat;
        const auto beat = std::llround(place);
        if (beat < 0 || beat >= static_cast<std::int64_t>(accent.size())) {
            continue;
        }
        const auto at = static_cast<std::size_t>(beat);
        if (std::abs(place - static_cast<double>(beat)) < 0.2) {
            accent[at] += note.velocity / 127.0 * (note.pitch < 50 ? 1.5 : 0.3);
        }
        const auto under = static_cast<std::size_t>(std::max<std::int64_t>(
            0, std::min<std::int64_t>(std::llround(std::floor(place + 0.2)),
                                      static_cast<std::int64_t>(chroma.size()) - 1)));
        chroma[under][note.pitch % 12] += note.velocity / 127.0;
    }
    for (std::size_t beat = 0; beat < beats.size(); ++beat) {
        double fresh = 0;
        if (beat > 0) {
            double product = 0;
            double here = 0;
            double there = 0;
            for (std::size_t c = 0; c < 12; ++c) {
                product += chroma[beat][c] * chroma[beat - 1][c];
                here += chroma[beat][c] * chroma[beat][c];
                there += chroma[beat - 1][c] * chroma[beat - 1][c];
            }
            fresh = here * there > 0 ? 1 - product / std::sqrt(here * there) : 0.0;
        }
        score[beat % kBeatsPerBar] += std::min(accent[beat], 4.0) + fresh;
    }
    std::size_t best = 0;
    for (std::size_t phase = 0; phase < kBeatsPerBar; ++phase) {
        // In a short song the last phases have one beat less.
        const auto count = (beats.size() + kBeatsPerBar - 1 - phase) / kBeatsPerBar;
        score[phase] /= static_cast<double>(std::max<std::size_t>(count, 1));
        best = score[phase] > score[best] + 1e-9 ? phase : best;
    }
    return best;
}

/// Adds beats before the first, so that beat `downbeat` begins a bar and the first beat does too.
void beginWithABar(std::vector<Tick>& beats, std::size_t downbeat) {
    const Tick pace = std::max<Tick>(1, beats[1] - beats[0]);
    const auto missing = (kBeatsPerBar - downbeat) % kBeatsPerBar;
    for (std::size_t i = 0; i < missing; ++i) {
        beats.insert(beats.begin(), beats.front() - pace);
    }
}

bool fourQuarters(const music::MetreChange& metre) {
    return (metre.numerator == 4 || metre.numerator == 2) &&
           (metre.denominator == 4 || metre.denominator == 2);
}

/// How far from a multiple of four quarters most bars of 4/4, 2/4 and 2/2 begin: 0 without a
/// pickup. Nothing where most bars have other metres.
std::optional<Tick> phaseOfBars(const Song& song) {
    constexpr int kMostBars = 100'000; // a time signature may make a bar of a single tick
    const Tick four = Tick{kBeatsPerBar} * song.ticksPerQuarter;
    const int bars = std::clamp(song.bars(), 1, kMostBars);
    std::map<Tick, int> counts;
    int counted = 0;
    Tick best = 0;
    for (int bar = 0; bar < bars; ++bar) {
        const Tick start = song.metre.barStart(bar);
        if (fourQuarters(song.metre.metreAt(start))) {
            ++counts[start % four];
            ++counted;
        }
    }
    if (2 * counted <= bars) {
        return std::nullopt;
    }
    for (const auto& [phase, count] : counts) {
        best = count > counts[best] ? phase : best;
    }
    return best;
}

} // namespace

BeatGrid::BeatGrid(std::vector<Tick> beats, Source source)
    : m_beats(std::move(beats)), m_source(source) {}

double BeatGrid::placeAt(Tick tick) const {
    const auto after = std::upper_bound(m_beats.begin(), m_beats.end(), tick);
    const auto last = static_cast<std::ptrdiff_t>(m_beats.size()) - 2;
    const auto beat = std::clamp<std::ptrdiff_t>(after - m_beats.begin() - 1, 0, last);
    const auto i = static_cast<std::size_t>(beat);
    const auto length = static_cast<double>(std::max<Tick>(1, m_beats[i + 1] - m_beats[i]));
    return kStepsPerBeat *
           (static_cast<double>(beat) + static_cast<double>(tick - m_beats[i]) / length);
}

std::int64_t BeatGrid::stepAt(Tick tick) const {
    return static_cast<std::int64_t>(std::floor(placeAt(tick) + 0.5));
}

Tick BeatGrid::tickAt(std::int64_t step) const {
    const auto last = static_cast<std::int64_t>(m_beats.size()) - 2;
    const auto floored = step >= 0 ? step / kStepsPerBeat : -((-step + 3) / kStepsPerBeat);
    const auto beat = std::clamp<std::int64_t>(floored, 0, last);
    const auto i = static_cast<std::size_t>(beat);
    const auto length = m_beats[i + 1] - m_beats[i];
    return m_beats[i] + static_cast<Tick>(std::llround(static_cast<double>(length) *
                                                       static_cast<double>(step - 4 * beat) / 4));
}

bool keepsToItsQuarters(const Song& song) {
    std::set<std::uint32_t> tempos;
    for (const auto& change : song.tempo.changes()) {
        tempos.insert(change.microsPerQuarter);
    }
    if (tempos.size() > 2 || song.notes.empty()) {
        return true;
    }
    // Length of the mean of the onsets' phases: 1 when all onsets lie on the division, about 1 /
    // sqrt(N) for N random onsets.
    double best = 0;
    for (const int division : {1, 2, 3, 4}) {
        std::complex<double> sum;
        for (const auto& note : song.notes) {
            const double phase = static_cast<double>(note.start) * division / song.ticksPerQuarter;
            sum += std::polar(1.0, kTurn * (phase - std::floor(phase)));
        }
        const double length = std::abs(sum) / static_cast<double>(song.notes.size());
        // A peak at thirds alone may come from a tempo that is three fifths of the written one.
        best = std::max(best, division == 3 && length < 0.8 ? 0.0 : length);
    }
    const double chance = 2.5 / std::sqrt(static_cast<double>(song.notes.size()));
    return best >= std::clamp(chance, 0.3, 0.95);
}

BeatGrid beatGridOf(const Song& song) {
    std::vector<Tick> beats;
    if (!keepsToItsQuarters(song)) {
        beats = beatsFromOnsets(song);
        while (beats.back() < song.endTick()) {
            beats.push_back(2 * beats.back() - beats[beats.size() - 2]);
        }
        const auto downbeat = downbeatOf(song, beats);
        beginWithABar(beats, downbeat);
        return {std::move(beats), BeatGrid::Source::Onsets};
    }
    // A change of metre may cut a bar of the file short; the beats continue regardless.
    const auto phase = phaseOfBars(song);
    const Tick end = song.endTick();
    const Tick first =
        phase.value_or(0) > 0 ? *phase - Tick{kBeatsPerBar} * song.ticksPerQuarter : 0;
    for (Tick tick = first; tick <= end || beats.size() < 2; tick += song.ticksPerQuarter) {
        beats.push_back(tick);
    }
    if (phase) {
        return {std::move(beats), BeatGrid::Source::Metre};
    }
    const auto downbeat = downbeatOf(song, beats);
    beginWithABar(beats, downbeat);
    return {std::move(beats), BeatGrid::Source::Downbeats};
}

std::vector<PhrasePlace> phrasePlaces(const Song& song, const BeatGrid& grid, int bars,
                                      std::int64_t lastStep) {
    constexpr std::size_t kMost = std::size_t{1} << 16;
    const std::int64_t phrase = std::int64_t{bars} * kBeatsPerBar * kStepsPerBeat;
    std::vector<PhrasePlace> places;
    const auto add = [&](int bar, std::int64_t step, Tick start) {
        places.push_back({bar, step, std::max<Tick>(start, 0)});
        return step + phrase <= lastStep && places.size() < kMost;
    };
    if (grid.source() == BeatGrid::Source::Onsets) {
        for (int bar = 0;
             add(bar, std::int64_t{bar} * kBeatsPerBar * kStepsPerBeat, grid.barStart(bar));
             ++bar) {
        }
        return places;
    }
    PhraseStarts starts(song.metre, song.ticksPerQuarter, bars);
    while (starts.next() && add(starts.bar(), grid.stepAt(starts.start()), starts.start())) {
    }
    return places;
}

const PhrasePlace& placeOf(const std::vector<PhrasePlace>& places, Tick tick) {
    const auto after =
        std::upper_bound(places.begin(), places.end(), tick,
                         [](Tick t, const PhrasePlace& place) { return t < place.start; });
    return after == places.begin() ? places.front() : *(after - 1);
}

} // namespace canto::codec
