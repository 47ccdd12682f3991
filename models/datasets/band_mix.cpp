// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/datasets/band_mix.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace canto {

namespace {

using arrange::Part;

constexpr double kTicksOfSecond = 960;
enum Channel : std::uint8_t { kMelody, kBridge, kPiano, kBass, kPad };

// General MIDI programs from 0: voices and similar instruments; instruments for lines; for chords;
// basses; for sustained pads.
constexpr std::array kLeads{52, 53, 54, 85, 73, 75, 65, 66, 40, 68, 71, 80, 81, 22};
constexpr std::array kLines{48, 49, 26, 27, 11, 61, 62, 68, 60, 24, 4, 88, 41, 46};
constexpr std::array kKeyed{0, 0, 1, 2, 4, 5, 24, 25, 25, 26, 27, 6, 16, 46, 0};
constexpr std::array kBasses{32, 33, 33, 34, 35, 38, 39};
constexpr std::array kHeld{48, 49, 50, 51, 89, 90, 91, 92, 94, 52};

constexpr std::array<const char*, 5> kBassNames{"none", "long", "halves", "quarters", "eighths"};
constexpr std::array<const char*, 5> kDrumNames{"none", "soft", "rock", "sixteenths", "four"};

struct Hit {
    double beat; ///< within the bar of four
    std::uint8_t pitch;
    int velocity;
};
constexpr std::uint8_t kKick = 36;
constexpr std::uint8_t kSnare = 38;
constexpr std::uint8_t kHat = 42;

std::vector<Hit> barOfDrums(std::size_t style, Random& random) {
    std::vector<Hit> hits;
    const auto add = [&](double beat, std::uint8_t pitch, int velocity) {
        hits.push_back({beat, pitch, velocity});
    };
    const double hats[] = {0, 1, 0.5, 0.25, 0.5};
    for (double beat = 0; style > 0 && beat < 4; beat += hats[style]) {
        add(beat, kHat, beat == std::floor(beat) ? 70 : 50);
    }
    switch (style) {
    case 1:
        add(0, kKick, 80);
        add(2, 37, 75); // side stick
        break;
    case 2:
    case 3:
        add(0, kKick, 100);
        add(1, kSnare, 100);
        add(random.uniform() < 0.5 ? 2 : 2.5, kKick, 95);
        add(3, kSnare, 100);
        if (random.uniform() < 0.3) {
            add(3.5, kKick, 85);
        }
        break;
    case 4:
        for (int beat = 0; beat < 4; ++beat) {
            add(beat, kKick, 100);
        }
        add(1, 39, 85); // hand clap
        add(3, 39, 85);
        break;
    default:
        break;
    }
    return hits;
}

class Band {
  public:
    Band(const ScoredSong& scored, int first, int last, Random& random)
        : m_scored(scored), m_first(first), m_last(last), m_random(random),
          m_origin(scored.beats[at(first)]), m_end(scored.beats[at(last)]),
          m_chords(chordsOfBeats(
              scored.chords,
              std::span<const double>(scored.beats).subspan(at(first), at(last - first) + 1))) {
        m_song.ticksPerQuarter = 480;
        m_song.tracks.resize(1);
    }

    BandMix play() {
        m_cents = std::clamp(12 * m_random.normal(), -40.0, 40.0);
        const int lead = chosen(kLeads);
        const int line = chosen(kLines);
        const int keys = chosen(kKeyed);
        std::string words = "melody " + std::to_string(lead) + ", bridge " + std::to_string(line) +
                            ", piano " + std::to_string(keys);
        seat(kMelody, lead);
        seat(kBridge, line);
        seat(kPiano, keys);
        playScore();
        if (m_random.uniform() < 0.35) {
            const int pad = chosen(kHeld);
            seat(kPad, pad);
            playPad();
            words += ", pad " + std::to_string(pad);
        }
        const auto bassStyle = style(0.15);
        if (bassStyle > 0) {
            const int bass = chosen(kBasses);
            seat(kBass, bass);
            playBass(bassStyle);
            words += ", bass " + std::to_string(bass) + " " + kBassNames[bassStyle];
        }
        const auto drumStyle = style(0.2);
        playDrums(drumStyle);
        words += std::string(", drums ") + kDrumNames[drumStyle] + ", " +
                 std::to_string(static_cast<int>(std::lround(m_cents))) + " cents";
        m_song.finish();
        return {std::move(m_song), std::move(words)};
    }

  private:
    static std::size_t at(int index) { return static_cast<std::size_t>(index); }
    template <std::size_t N>
    int chosen(const std::array<int, N>& programs) {
        return programs[m_random.below(N)];
    }
    /// A style from 1 to 4, or 0 with this probability.
    std::size_t style(double none) { return m_random.uniform() < none ? 0 : 1 + m_random.below(4); }
    static music::Tick ticks(double seconds) {
        return static_cast<music::Tick>(std::llround(std::max(0.0, seconds) * kTicksOfSecond));
    }
    /// Seconds of a position counted in beats from the excerpt's first.
    double secondsOf(double beat) const {
        const int whole = std::clamp(static_cast<int>(std::floor(beat)), 0, m_last - m_first - 1);
        const double begin = m_scored.beats[at(m_first + whole)];
        const double end = m_scored.beats[at(m_first + whole + 1)];
        return begin + (beat - whole) * (end - begin);
    }
    void seat(std::uint8_t channel, int program) {
        music::ChannelEvent event;
        event.channel = channel;
        event.kind = music::ChannelEvent::Kind::Program;
        event.value = static_cast<std::int16_t>(program);
        m_song.events.push_back(event);
        m_programs[channel] = static_cast<std::uint8_t>(program);
        m_loudness[channel] = 0.75 + 0.35 * m_random.uniform();
        event.kind = music::ChannelEvent::Kind::PitchBend; // over two semitones
        const double cents = m_cents + 4 * m_random.normal();
        event.value = static_cast<std::int16_t>(std::clamp(8192 * cents / 200, -4000.0, 4000.0));
        m_song.events.push_back(event);
    }
    void sound(double begin, double end, int pitch, double velocity, std::uint8_t channel) {
        music::Note note;
        note.start = ticks(begin - m_origin);
        note.length = std::max<music::Tick>(1, ticks(std::min(end, m_end) - m_origin) - note.start);
        note.pitch = static_cast<std::uint8_t>(std::clamp(pitch, 0, 127));
        note.channel = channel;
        note.program = channel < m_programs.size() ? m_programs[channel] : 0;
        const double loud = channel < m_loudness.size() ? m_loudness[channel] : 1;
        note.velocity = static_cast<std::uint8_t>(
            std::clamp(loud * velocity + 5 * m_random.normal(), 20.0, 127.0));
        m_song.notes.push_back(note);
    }
    void playScore() {
        for (const auto& note : m_scored.song.notes) {
            if (note.isDrum() || note.startSeconds < m_origin || note.startSeconds >= m_end) {
                continue;
            }
            const auto part = m_scored.parts[note.track];
            const std::uint8_t channel = part == Part::Melody   ? kMelody
                                         : part == Part::Bridge ? kBridge
                                                                : kPiano;
            sound(note.startSeconds, note.endSeconds(), note.pitch,
                  part == Part::Melody ? 105 : 60 + 0.4 * note.velocity, channel);
        }
    }
    void playPad() {
        for (std::size_t beat = 0; beat < m_chords.size();) {
            std::size_t next = beat + 1;
            while (next < m_chords.size() && m_chords[next] == m_chords[beat]) {
                ++next;
            }
            for (int pitch = 55; pitch < 67; ++pitch) {
                if (m_chords[beat].has(pitch % 12)) {
                    sound(secondsOf(static_cast<double>(beat)),
                          secondsOf(static_cast<double>(next)), pitch, 62, kPad);
                }
            }
            beat = next;
        }
    }
    void playBass(std::size_t style) {
        const double lengths[] = {4, 4, 2, 1, 0.5};
        const double length = lengths[style];
        const auto beats = static_cast<double>(m_chords.size());
        for (double beat = 0; beat < beats;) {
            const auto& chord = m_chords[static_cast<std::size_t>(beat)];
            // A note ends where the chord changes.
            double end = std::min(beat + length, beats);
            for (double next = std::floor(beat) + 1; next < end; ++next) {
                if (!(m_chords[static_cast<std::size_t>(next)] == chord)) {
                    end = next;
                }
            }
            if (!chord.none()) {
                const int low = 28 + (chord.bass + 12 - 28 % 12) % 12; // from E1 up
                sound(secondsOf(beat), secondsOf(beat + 0.9 * (end - beat)), low, 95, kBass);
            }
            beat = end;
        }
    }
    void playDrums(std::size_t style) {
        m_loudness[kPad] = 1;
        const double loud = 0.7 + 0.4 * m_random.uniform();
        for (const int bar : m_scored.downbeats) {
            if (bar < m_first || bar >= m_last) {
                continue;
            }
            for (const auto& hit : barOfDrums(style, m_random)) {
                const double beat = bar - m_first + hit.beat;
                if (beat < m_last - m_first) {
                    sound(secondsOf(beat), secondsOf(beat + 0.1), hit.pitch, loud * hit.velocity,
                          music::kDrumChannel);
                }
            }
        }
    }

    const ScoredSong& m_scored;
    int m_first;
    int m_last;
    Random& m_random;
    double m_origin;
    double m_end;
    std::vector<audio::Chord> m_chords;
    std::array<std::uint8_t, 5> m_programs{};
    std::array<double, 5> m_loudness{1, 1, 1, 1, 1};
    double m_cents = 0;
    music::Song m_song;
};

/// A first-order shelf filter: frequencies above `hertz` are multiplied by `gain`.
void shelve(std::vector<float>& samples, double rate, double hertz, double gain) {
    const double step = 1 - std::exp(-6.283185307179586 * hertz / rate);
    double low = 0;
    for (float& sample : samples) {
        low += step * (static_cast<double>(sample) - low);
        sample = static_cast<float>(low + gain * (static_cast<double>(sample) - low));
    }
}

} // namespace

BandMix mixedBand(const ScoredSong& scored, int first, int last, Random& random) {
    return Band(scored, first, last, random).play();
}

void roughen(std::vector<float>& samples, double rate, Random& random) {
    for (const double hertz : {250.0, 3000.0}) {
        shelve(samples, rate, hertz, std::pow(10.0, (12 * random.uniform() - 6) / 20));
    }
    double squares = 0;
    for (const float sample : samples) {
        squares += static_cast<double>(sample) * static_cast<double>(sample);
    }
    const double level =
        std::sqrt(squares / std::max<double>(1, static_cast<double>(samples.size()))) *
        std::pow(10.0, -(26 + 30 * random.uniform()) / 20);
    for (float& sample : samples) {
        // Uniform noise with this standard deviation.
        sample += static_cast<float>(level * 3.4641 * (random.uniform() - 0.5));
    }
}

} // namespace canto
