#include "core/arrange/performance.h"

#include <algorithm>
#include <cmath>

namespace canto::arrange {

namespace {

constexpr int kTicks = 480; // a beat
constexpr int kStepTicks = kTicks / kStepsPerBeat;
constexpr int kPedalDown = 80;
constexpr double kPedalDelay = 0.010; // s

std::uint32_t microsOf(double seconds) {
    return static_cast<std::uint32_t>(std::clamp(std::lround(seconds * 1e6), 1L, 16777215L));
}

} // namespace

std::vector<BeatPlay> beatPlays(const audio::Heard& heard, std::span<const Unit> units) {
    const std::size_t count = heard.chords.size();
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
        plays[b].position = heard.metre.position[b];
        // Over two beats to each side: single beats are not meant to stand out.
        const std::size_t first = b >= 2 ? b - 2 : 0;
        const std::size_t last = std::min(count - 1, b + 2);
        for (std::size_t i = first; i <= last; ++i) {
            plays[b].loudness += level[i] / static_cast<float>(last - first + 1);
        }
        plays[b].pedal = b == 0 || !(heard.chords[b] == heard.chords[b - 1]);
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
    // 12 dB below the mean is the softest, 6 dB above it the loudest.
    const double more = std::clamp(static_cast<double>(beat.loudness) * 0.5, -6.0, 3.0);
    return velocity + static_cast<int>(std::lround(more));
}

Result<music::Song> performed(std::span<const SongNote> notes, std::span<const double> beats,
                              std::span<const BeatPlay> plays) {
    if (beats.size() < 2) {
        return fail(Error::Code::BadInput, "Notes need two beats at least to stand on");
    }
    music::Song song;
    song.ticksPerQuarter = kTicks;
    song.tracks = {{"Piano"}};
    const double first = std::max(0.0, beats[0]);
    const double period = (beats.back() - beats.front()) / static_cast<double>(beats.size() - 1);
    const int lead = first < 0.005 ? 0 : std::max(1, static_cast<int>(std::lround(first / period)));
    std::vector<music::TempoChange> tempo;
    if (lead > 0) {
        tempo.push_back({0, microsOf(first / lead)});
    }
    // Each change starts from where the ticks are, so that roundings do not add up.
    double at = lead > 0 ? lead * static_cast<double>(tempo[0].microsPerQuarter) * 1e-6 : 0.0;
    for (std::size_t b = 0; b + 1 < beats.size(); ++b) {
        const auto micros = microsOf(std::max(0.01, beats[b + 1] - at));
        tempo.push_back({(lead + static_cast<music::Tick>(b)) * kTicks, micros});
        at += static_cast<double>(micros) * 1e-6;
    }
    song.tempo = music::TempoMap(kTicks, tempo);

    std::vector<music::MetreChange> metre;
    int expected = -1; // beat at which the metre in force puts the next bar line
    int length = 0;
    for (std::size_t b = 0; b < plays.size(); ++b) {
        if (plays[b].position != 0) {
            continue;
        }
        const auto here = static_cast<int>(b);
        int until = here + 1;
        while (until < static_cast<int>(plays.size()) &&
               plays[static_cast<std::size_t>(until)].position != 0) {
            ++until;
        }
        const bool last = until == static_cast<int>(plays.size());
        const int beatsHere = last && length > 0 ? length : until - here;
        if (beatsHere != length || here != expected) {
            metre.push_back({(lead + here) * kTicks, beatsHere, 4});
        }
        length = beatsHere;
        expected = here + beatsHere;
    }
    song.metre = music::MetreMap(kTicks, metre);

    for (const SongNote& note : notes) {
        const auto beat = static_cast<std::size_t>(std::max(0, note.step) / kStepsPerBeat);
        const BeatPlay play = beat < plays.size() ? plays[beat] : BeatPlay{};
        music::Note made;
        made.start = lead * kTicks + note.step * kStepTicks;
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
        pedal.tick = (lead + static_cast<music::Tick>(b)) * kTicks;
        song.events.push_back(pedal);
        pedal.tick = std::max(pedal.tick + 1,
                              song.tempo.tickAt(song.tempo.secondsAt(pedal.tick) + kPedalDelay));
        pedal.value = kPedalDown;
        song.events.push_back(pedal);
    }
    if (!song.events.empty()) { // nothing is left ringing
        music::ChannelEvent up;
        up.number = 64;
        up.tick = (lead + static_cast<music::Tick>(plays.size())) * kTicks;
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
