// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/datasets/varied_music.h"

#include "core/audio/fft.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <map>
#include <numbers>
#include <numeric>
#include <set>

namespace canto {

using music::ChannelEvent;
using music::Note;
using music::Song;

namespace {

constexpr double kTwoPi = 2 * std::numbers::pi;

double between(Random& random, double low, double high) {
    return low + (high - low) * random.uniform();
}

bool happens(Random& random, double probability) { return random.uniform() < probability; }

double ratioOf(double decibels) { return std::pow(10.0, decibels / 20); }

// ---- of the song --------------------------------------------------------------------------------

/// Programs that may stand for one another. Harp, kettledrums and plucked strings are alone.
const std::vector<std::vector<std::uint8_t>>& families() {
    static const std::vector<std::vector<std::uint8_t>> all{
        {0, 1, 6},    {40, 41, 42, 43, 48, 49}, {48, 49, 50, 44}, {52, 53, 54},
        {56, 59, 61}, {57, 58, 60, 61},         {68, 69, 71},     {70, 71},
        {72, 73, 74}};
    return all;
}

std::uint8_t relativeOf(std::uint8_t program, Random& random) {
    for (const auto& family : families()) {
        if (std::find(family.begin(), family.end(), program) != family.end()) {
            return family[random.below(family.size())];
        }
    }
    return program;
}

using Part = std::pair<std::uint16_t, std::uint8_t>; // track, channel

Part partOf(const Note& note) { return {note.track, note.channel}; }

bool isOfRecordings(const ChannelEvent& event) {
    static const std::set<std::uint8_t> dropped{1, 7, 8, 10, 11, 91, 93};
    return event.kind == ChannelEvent::Kind::Control && dropped.contains(event.number);
}

/// Velocities by rank within each part, along one curve.
void varyVelocities(std::vector<Note>& notes, Random& random) {
    const bool flat = happens(random, 0.15);
    const double power = between(random, 0.6, 1.7);
    std::map<Part, std::vector<std::size_t>> parts;
    for (std::size_t i = 0; i < notes.size(); ++i) {
        parts[partOf(notes[i])].push_back(i);
    }
    for (auto& [part, members] : parts) {
        std::vector<std::uint8_t> sorted;
        for (const std::size_t i : members) {
            sorted.push_back(notes[i].velocity);
        }
        std::sort(sorted.begin(), sorted.end());
        for (const std::size_t i : members) {
            const auto [low, high] =
                std::equal_range(sorted.begin(), sorted.end(), notes[i].velocity);
            const double rank =
                0.5 * static_cast<double>((low - sorted.begin()) + (high - sorted.begin())) /
                static_cast<double>(sorted.size());
            notes[i].velocity =
                flat ? std::uint8_t{80}
                     : static_cast<std::uint8_t>(std::lround(30 + 90 * std::pow(rank, power)));
        }
    }
}

void leaveOutASeat(std::vector<Note>& notes, Random& random) {
    std::set<Part> parts;
    for (const auto& note : notes) {
        parts.insert(partOf(note));
    }
    if (!happens(random, 0.1) || parts.size() < 4) {
        return;
    }
    const auto absent =
        *std::next(parts.begin(), static_cast<std::ptrdiff_t>(random.below(parts.size())));
    std::erase_if(notes, [&](const Note& note) { return partOf(note) == absent; });
}

} // namespace

Song variedSong(const Song& song, Random& random) {
    if (song.notes.empty()) {
        return song;
    }
    Song varied = song;
    std::erase_if(varied.events, isOfRecordings);
    leaveOutASeat(varied.notes, random);
    varyVelocities(varied.notes, random);

    const auto semitones = static_cast<int>(random.below(5)) - 2;
    const double jitter = between(random, 0, 0.015) * 2 * song.ticksPerQuarter; // at 120
    std::map<std::pair<std::uint8_t, std::uint8_t>, std::uint8_t> programs;     // channel, old: new
    for (auto& note : varied.notes) {
        const double moved = static_cast<double>(note.start) + jitter * random.normal();
        note.start = std::max<music::Tick>(0, std::llround(moved));
        if (note.isDrum()) {
            continue;
        }
        note.pitch = static_cast<std::uint8_t>(std::clamp(note.pitch + semitones, 0, 127));
        const auto key = std::pair(note.channel, note.program);
        if (!programs.contains(key)) {
            programs[key] = happens(random, 0.2) ? relativeOf(note.program, random) : note.program;
        }
        note.program = programs[key];
    }
    std::set<std::uint8_t> channels;
    for (const auto& note : varied.notes) {
        channels.insert(note.channel);
    }
    const double wet = between(random, 0, 90);
    std::vector<ChannelEvent> levels;
    for (const auto channel : channels) {
        const auto control = [&](std::uint8_t number, double value) {
            ChannelEvent event;
            event.channel = channel;
            event.number = number;
            event.value = static_cast<std::int16_t>(std::clamp(std::lround(value), 0L, 127L));
            levels.push_back(event);
        };
        // The level is the square of the controller (General MIDI 1, recommended practice 0.1).
        control(7, 90 * std::sqrt(ratioOf(between(random, -6, 6))));
        control(91, wet + between(random, -20, 20));
    }
    varied.events.insert(varied.events.begin(), levels.begin(), levels.end());

    // The same ticks are played faster by more of them to the quarter.
    const double speed = between(random, 0.85, 1.15);
    varied.ticksPerQuarter =
        std::max(1, static_cast<int>(std::lround(song.ticksPerQuarter * speed)));
    varied.tempo = music::TempoMap(varied.ticksPerQuarter, song.tempo.changes());
    varied.finish();
    return varied;
}

// ---- of the sound -------------------------------------------------------------------------------

void convolve(std::vector<float>& samples, std::span<const float> response) {
    int size = 1024;
    while (size < static_cast<int>(2 * response.size())) {
        size *= 2;
    }
    const auto whole = static_cast<std::size_t>(size);
    const std::size_t piece = whole - response.size() + 1;
    audio::RealFft fft(size);
    const auto bins = static_cast<std::size_t>(fft.bins());
    std::vector<float> block(whole);
    std::vector<std::complex<float>> filter(bins);
    std::vector<std::complex<float>> spectrum(bins);
    std::copy(response.begin(), response.end(), block.begin());
    fft.forward(block, filter);
    std::vector<float> out(samples.size());
    for (std::size_t begin = 0; begin < samples.size(); begin += piece) {
        const std::size_t count = std::min(piece, samples.size() - begin);
        std::fill(block.begin(), block.end(), 0.0F);
        std::copy_n(samples.begin() + static_cast<std::ptrdiff_t>(begin), count, block.begin());
        fft.forward(block, spectrum);
        for (std::size_t k = 0; k < bins; ++k) {
            spectrum[k] *= filter[k];
        }
        fft.inverse(spectrum, block);
        for (std::size_t i = 0; i < std::min(whole, out.size() - begin); ++i) {
            out[begin + i] += block[i];
        }
    }
    samples = std::move(out);
}

namespace {

constexpr int kColourSize = 2048; // samples of the equaliser's response

/// The equaliser and the band limits as a response of linear phase.
std::vector<float> colourOf(double rate, Random& random) {
    constexpr int kKnots = 9; // octaves from 40 Hz
    std::array<double, kKnots> gains{};
    for (auto& gain : gains) {
        gain = 5 * random.normal();
    }
    const double highest = happens(random, 0.25) ? between(random, 3500, 9000) : rate;
    const double lowest = happens(random, 0.25) ? between(random, 50, 250) : 0;
    audio::RealFft fft(kColourSize);
    std::vector<std::complex<float>> spectrum(static_cast<std::size_t>(fft.bins()));
    for (std::size_t k = 0; k < spectrum.size(); ++k) {
        const double hertz = std::max(1.0, static_cast<double>(k) * rate / kColourSize);
        const double place = std::clamp(std::log2(hertz / 40), 0.0, kKnots - 1.001);
        const auto knot = static_cast<std::size_t>(place);
        const double part = 0.5 - 0.5 * std::cos(std::numbers::pi * (place - double(knot)));
        double decibels = gains[knot] * (1 - part) + gains[knot + 1] * part;
        decibels -= 36 * std::max(0.0, std::log2(hertz / highest)); // an octave
        decibels -= lowest > 0 ? 18 * std::max(0.0, std::log2(lowest / hertz)) : 0;
        spectrum[k] = static_cast<float>(ratioOf(std::max(decibels, -80.0)));
    }
    std::vector<float> zeroPhase(kColourSize);
    fft.inverse(spectrum, zeroPhase);
    std::vector<float> response(kColourSize);
    for (std::size_t i = 0; i < response.size(); ++i) {
        const double window = 0.5 - 0.5 * std::cos(kTwoPi * static_cast<double>(i) / kColourSize);
        response[i] = static_cast<float>(window) * zeroPhase[(i + kColourSize / 2) % kColourSize];
    }
    return response;
}

/// The direct sound, some early reflections, and noise that dies away, its treble sooner.
std::vector<float> roomOf(double rate, Random& random) {
    const double seconds = between(random, 0.2, 2.5); // to -60 dB
    const double treble = seconds * between(random, 0.3, 0.8);
    const double wet = ratioOf(between(random, -14, 2));
    const auto size = static_cast<std::size_t>(seconds * rate);
    const auto first = static_cast<std::size_t>(between(random, 0.002, 0.03) * rate);
    std::vector<float> response(size + first + 1);
    double energy = 0;
    double smooth = 0;
    for (std::size_t i = 0; i < size; ++i) {
        const double time = static_cast<double>(i) / rate;
        const double noise = random.normal();
        smooth += 0.25 * (noise - smooth); // low-pass at about 1 kHz
        const double value = 2 * smooth * std::exp(-6.9 * time / seconds) +
                             (noise - smooth) * std::exp(-6.9 * time / treble);
        response[first + i] = static_cast<float>(value);
        energy += value * value;
    }
    const double scale = energy > 0 ? wet / std::sqrt(energy) : 0;
    for (auto& value : response) {
        value = static_cast<float>(value * scale);
    }
    response[0] += 1;
    for (int reflection = 0; reflection < 5; ++reflection) {
        const auto at = static_cast<std::size_t>(between(random, 0.003, 0.05) * rate);
        response[std::min(at, response.size() - 1)] +=
            static_cast<float>((happens(random, 0.5) ? 1 : -1) * between(random, 0, 0.4));
    }
    return response;
}

double rmsOf(std::span<const float> samples) {
    double squares = 0;
    for (const float sample : samples) {
        squares += static_cast<double>(sample) * sample;
    }
    return samples.empty() ? 0 : std::sqrt(squares / static_cast<double>(samples.size()));
}

/// Quiet passages made louder: the level, averaged over about a third of a second, to a power below
/// one.
void compress(std::vector<float>& samples, double rate, double share) {
    const double target = rmsOf(samples);
    if (target <= 0) {
        return;
    }
    const double step = 1 / (0.3 * rate);
    double power = target * target;
    for (auto& sample : samples) {
        power += step * (static_cast<double>(sample) * sample - power);
        const double level = std::max(std::sqrt(power) / target, 0.01);
        sample = static_cast<float>(sample * std::pow(level, -share));
    }
}

void addHiss(std::vector<float>& samples, double level, Random& random) {
    const double dark = random.uniform(); // from white to brown
    double last = 0;
    for (auto& sample : samples) {
        const double noise = random.normal();
        last += 0.1 * (noise - last);
        sample += static_cast<float>(level * ((1 - dark) * noise + 3 * dark * last));
    }
}

void addHum(std::vector<float>& samples, double rate, double level, Random& random) {
    const double hertz = happens(random, 0.5) ? 50 : 60;
    std::array<double, 4> strengths{};
    for (auto& strength : strengths) {
        strength = random.uniform();
    }
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const double phase = kTwoPi * std::fmod(hertz * static_cast<double>(i) / rate, 1.0);
        double sum = 0;
        for (std::size_t k = 0; k < strengths.size(); ++k) {
            sum += strengths[k] * std::sin(phase * static_cast<double>(k + 1));
        }
        samples[i] += static_cast<float>(level * sum);
    }
}

} // namespace

void varySound(std::vector<float>& samples, double rate, Random& random) {
    if (happens(random, 0.7)) {
        convolve(samples, roomOf(rate, random));
    }
    // The response of linear phase begins half its length early, which no clip shows.
    convolve(samples, colourOf(rate, random));
    if (happens(random, 0.35)) {
        compress(samples, rate, between(random, 0.1, 0.5));
    }
    const double level = rmsOf(samples);
    if (happens(random, 0.4)) {
        addHiss(samples, level * ratioOf(between(random, -50, -22)), random);
    }
    if (happens(random, 0.15)) {
        addHum(samples, rate, level * ratioOf(between(random, -50, -25)), random);
    }
    float peak = 0;
    for (const float sample : samples) {
        peak = std::max(peak, std::fabs(sample));
    }
    if (peak > 1) {
        std::for_each(samples.begin(), samples.end(), [peak](float& sample) { sample /= peak; });
    }
}

} // namespace canto
