// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/arrange/performance.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace canto::arrange {

namespace {

constexpr int kTicks = 480; // a beat
constexpr int kStepTicks = kTicks / kStepsPerBeat;
constexpr int kPedalDown = 80;
constexpr double kPedalDelay = 0.010; // s

std::uint32_t microsOf(double seconds) {
    return static_cast<std::uint32_t>(std::clamp(std::lround(seconds * 1e6), 1L, 16777215L));
}

/// Length in ticks of the rest before the first beat: the coarsest note value whose tempo is within
/// a tenth of the music's, at the finest a 64th; 0 for less than an eighth of a beat. @param beats
/// length of the rest in beats.
music::Tick restBefore(double beats) {
    constexpr double kNone = 1.0 / 8;
    constexpr double kNear = 0.1;
    constexpr int kFinest = 16; // parts of a beat
    if (beats < kNone) {
        return 0;
    }
    for (int parts = 1; parts < kFinest; parts *= 2) {
        const double count = std::round(beats * parts);
        if (count > 0 && std::fabs(beats * parts / count - 1) <= kNear) {
            return static_cast<music::Tick>(count) * kTicks / parts;
        }
    }
    return static_cast<music::Tick>(std::round(beats * kFinest)) * kTicks / kFinest;
}

/// A metre whose bar has this length, at the start of the song. @param ticks  whole 64ths, > 0.
music::MetreChange metreOfLength(music::Tick ticks) {
    constexpr int kFinest = 64;
    music::MetreChange metre;
    metre.denominator = 4;
    while (metre.denominator < kFinest && ticks * metre.denominator % (4 * kTicks) != 0) {
        metre.denominator *= 2;
    }
    metre.numerator = static_cast<int>(ticks * metre.denominator / (4 * kTicks));
    return metre;
}

} // namespace

std::vector<BeatPlay> beatPlays(const audio::AudioAnalysis& analysis, std::span<const Unit> units) {
    const std::size_t count = analysis.chords.size();
    std::vector<float> level(count, 0.0F);
    for (const Unit& unit : units) {
        for (int b = 0; b < kUnitBeats; ++b) {
            const int beat = unit.firstBeat + b;
            if (beat >= 0 && beat < static_cast<int>(count)) {
                float sum = 0;
                for (int s = 0; s < kStepsPerBeat; ++s) {
                    sum += unit.loudness[static_cast<std::size_t>(b * kStepsPerBeat + s)];
                }
                level[static_cast<std::size_t>(beat)] = sum / kStepsPerBeat;
            }
        }
    }
    std::vector<BeatPlay> plays(count);
    for (std::size_t b = 0; b < count; ++b) {
        plays[b].position = analysis.metre.position[b];
        // Averaged over two beats to each side, so that no single beat stands out.
        const std::size_t first = b >= 2 ? b - 2 : 0;
        const std::size_t last = std::min(count - 1, b + 2);
        for (std::size_t i = first; i <= last; ++i) {
            plays[b].loudness += level[i] / static_cast<float>(last - first + 1);
        }
        plays[b].pedal = b == 0 || !(analysis.chords[b] == analysis.chords[b - 1]);
    }
    return plays;
}

int velocityOf(int pitch, int step, const BeatPlay& beat) {
    int velocity = pitch >= 48 && pitch <= 69 ? 80 : 85;
    if (step % kStepsPerBeat != 0) {
        velocity -= 3;
    } else if (beat.position % 2 == 0) {
        velocity += 3;
    }
    // The softest notes are at 12 dB below the mean, the loudest at 6 dB above it.
    const double more = std::clamp(static_cast<double>(beat.loudness) * 0.5, -6.0, 3.0);
    return velocity + static_cast<int>(std::lround(more));
}

Result<SongTime> songTimeOf(std::span<const double> beats, std::span<const int> positions) {
    if (beats.size() < 2) {
        return fail(Error::Code::BadInput, "Notes need two beats at least to stand on");
    }
    SongTime time;
    const double first = std::max(0.0, beats[0]);
    const double period = (beats.back() - beats.front()) / static_cast<double>(beats.size() - 1);
    time.firstBeat = restBefore(first / period);
    std::vector<music::TempoChange> tempo;
    double at = 0; // s, of the tick reached so far, so that rounding errors do not add up
    if (time.firstBeat > 0) {
        const double quarters = static_cast<double>(time.firstBeat) / kTicks;
        tempo.push_back({0, microsOf(first / quarters)});
        at = quarters * static_cast<double>(tempo[0].microsPerQuarter) * 1e-6;
    }
    for (std::size_t b = 0; b + 1 < beats.size(); ++b) {
        const auto micros = microsOf(std::max(0.01, beats[b + 1] - at));
        tempo.push_back({time.firstBeat + static_cast<music::Tick>(b) * kTicks, micros});
        at += static_cast<double>(micros) * 1e-6;
    }
    time.tempo = music::TempoMap(kTicks, std::move(tempo));

    std::vector<music::MetreChange> metre;
    int expected = -1; // beat at which the current metre puts the next bar line
    int length = 0;
    const int count = static_cast<int>(positions.size());
    for (int here = 0; here < count; ++here) {
        if (positions[static_cast<std::size_t>(here)] != 0) {
            continue;
        }
        int until = here + 1;
        while (until < count && positions[static_cast<std::size_t>(until)] != 0) {
            ++until;
        }
        const bool last = until == count;
        const int beatsHere = last && length > 0 ? length : until - here;
        const music::Tick tick = time.firstBeat + here * kTicks;
        if (length == 0) { // the first bar: the bars before it have the same metre
            const music::Tick rest = tick % (beatsHere * kTicks);
            if (rest > 0) {
                metre.push_back(metreOfLength(rest));
            }
            metre.push_back({rest, beatsHere, 4});
        } else if (beatsHere != length || here != expected) {
            metre.push_back({tick, beatsHere, 4});
        }
        length = beatsHere;
        expected = here + beatsHere;
    }
    time.metre = music::MetreMap(kTicks, std::move(metre));
    return time;
}

Result<music::Song> performed(std::span<const SongNote> notes, std::span<const double> beats,
                              std::span<const BeatPlay> plays) {
    std::vector<int> positions;
    std::transform(plays.begin(), plays.end(), std::back_inserter(positions),
                   [](const BeatPlay& play) { return play.position; });
    CANTO_TRY(time, songTimeOf(beats, positions));
    music::Song song;
    song.ticksPerQuarter = kTicks;
    song.tracks = {{"Piano"}};
    song.tempo = std::move(time->tempo);
    song.metre = std::move(time->metre);
    const music::Tick lead = time->firstBeat;

    for (const SongNote& note : notes) {
        const auto beat = static_cast<std::size_t>(std::max(0, note.step) / kStepsPerBeat);
        const BeatPlay play = beat < plays.size() ? plays[beat] : BeatPlay{};
        music::Note made;
        made.start = lead + note.step * kStepTicks;
        made.length = note.length * kStepTicks;
        made.pitch = static_cast<std::uint8_t>(note.pitch);
        made.velocity = static_cast<std::uint8_t>(
            note.velocity > 0 ? note.velocity : velocityOf(note.pitch, note.step, play));
        song.notes.push_back(made);
    }
    for (std::size_t b = 0; b < plays.size(); ++b) {
        if (!plays[b].pedal) {
            continue;
        }
        music::ChannelEvent pedal;
        pedal.number = 64;
        pedal.tick = lead + static_cast<music::Tick>(b) * kTicks;
        song.events.push_back(pedal);
        pedal.tick = std::max(pedal.tick + 1,
                              song.tempo.tickAt(song.tempo.secondsAt(pedal.tick) + kPedalDelay));
        pedal.value = kPedalDown;
        song.events.push_back(pedal);
    }
    if (!song.events.empty()) { // release the pedal at the end
        music::ChannelEvent up;
        up.number = 64;
        up.tick = lead + static_cast<music::Tick>(plays.size()) * kTicks;
        song.events.push_back(up);
    }
    song.finish();
    return song;
}

double onsetCorrelation(const music::Song& song, const audio::SongFrames& frames) {
    constexpr double kWidth = 0.025; // s, standard deviation
    std::vector<double> made(frames.onset.size());
    const int reach = static_cast<int>(std::ceil(3 * kWidth * audio::kOnsetRate));
    for (const music::Note& note : song.notes) {
        const double at = note.startSeconds * audio::kOnsetRate;
        const int middle = static_cast<int>(std::lround(at));
        for (int i = middle - reach; i <= middle + reach; ++i) {
            if (i >= 0 && i < static_cast<int>(made.size())) {
                const double off = (i - at) / (kWidth * audio::kOnsetRate);
                made[static_cast<std::size_t>(i)] += note.velocity * std::exp(-0.5 * off * off);
            }
        }
    }
    const auto count = static_cast<double>(std::max<std::size_t>(made.size(), 1));
    double meanA = 0;
    double meanB = 0;
    for (std::size_t i = 0; i < made.size(); ++i) {
        meanA += made[i] / count;
        meanB += static_cast<double>(frames.onset[i]) / count;
    }
    double both = 0;
    double one = 0;
    double two = 0;
    for (std::size_t i = 0; i < made.size(); ++i) {
        const double a = made[i] - meanA;
        const double b = static_cast<double>(frames.onset[i]) - meanB;
        both += a * b;
        one += a * a;
        two += b * b;
    }
    return one > 0 && two > 0 ? both / std::sqrt(one * two) : 0.0;
}

} // namespace canto::arrange
