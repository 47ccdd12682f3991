// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/harmony.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace canto::audio {

namespace {

constexpr std::size_t kNoteRow = 2 * kBands;
constexpr int kFirstTreble = 40; // E2
constexpr int kLastBass = 59;    // B3
constexpr int kLow = 52;         // E3

/// Converts the grid's compressed energy (60 dB) to the root of an amplitude: 1 for the loudest
/// cell of the song.
float rootAmplitude(float compressed) {
    return compressed > 0 ? std::pow(10.0F, 1.5F * (compressed - 1)) : 0.0F;
}

float likeness(const std::array<float, 12>& a, const std::array<float, 12>& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0F);
}

void toLengthOne(std::array<float, 12>& values) {
    const float length = std::sqrt(likeness(values, values));
    if (length > 1e-6F) {
        for (float& v : values) {
            v /= length;
        }
    }
}

struct Kind {
    std::uint16_t intervals;
    double share; ///< of the time in POP909's training songs, rounded, none at 0
};
constexpr std::uint16_t intervals(std::initializer_list<int> all) {
    unsigned bits = 0;
    for (const int k : all) {
        bits |= 1U << k;
    }
    return static_cast<std::uint16_t>(bits);
}
constexpr std::array<Kind, 10> kKinds{{{intervals({0, 4, 7}), 0.5},
                                       {intervals({0, 3, 7}), 0.3},
                                       {intervals({0, 3, 7, 10}), 0.05},
                                       {intervals({0, 2, 7}), 0.03},
                                       {intervals({0, 5, 7}), 0.03},
                                       {intervals({0, 4, 7, 11}), 0.03},
                                       {intervals({0, 4, 7, 10}), 0.03},
                                       {intervals({0, 3, 6}), 0.005},
                                       {intervals({0, 4, 8}), 0.003},
                                       {intervals({0, 3, 6, 10}), 0.005}}};
constexpr std::size_t kChords = 12 * kKinds.size() + 1; // the last is "no chord"

int pitchIn(std::size_t chord, int above) {
    return (static_cast<int>(chord / kKinds.size()) + above) % 12;
}

/// How well each chord fits a beat, in nats.
void emissions(const BeatHarmony& beat, const ChordOptions& options, std::span<double> scores) {
    for (std::size_t chord = 0; chord + 1 < kChords; ++chord) {
        const Kind& kind = kKinds[chord % kKinds.size()];
        double sum = 0;
        double bass = 0;
        int tones = 0;
        for (int k = 0; k < 12; ++k) {
            if (((kind.intervals >> k) & 1) == 0) {
                continue;
            }
            const auto at = static_cast<std::size_t>(pitchIn(chord, k));
            sum += static_cast<double>(beat.chroma[at]);
            ++tones;
            bass = std::max(bass, static_cast<double>(beat.bass[at]) * (k == 0 ? 1.0 : 0.45));
        }
        scores[chord] = options.chroma * sum / std::sqrt(static_cast<double>(tones)) +
                        options.bass * bass + options.quality * std::log(kind.share);
    }
    // Silence has no chord; sound without harmony has equal classes: 12 / sqrt(12 * 3).
    scores[kChords - 1] = beat.energy < 0.02F ? 2 * options.chroma : options.chroma * 0.5;
}

} // namespace

std::vector<BeatHarmony> beatHarmony(const Feature& grid) {
    const int count = grid.frames / kCellsPerBeat;
    std::vector<BeatHarmony> beats(static_cast<std::size_t>(std::max(count, 0)));
    double all = 1e-12;
    for (int b = 0; b < count; ++b) {
        BeatHarmony& beat = beats[static_cast<std::size_t>(b)];
        for (int cell = 0; cell < kCellsPerBeat; ++cell) {
            const auto frame = grid.frame(b * kCellsPerBeat + cell);
            for (int pitch = 24; pitch < 100; ++pitch) {
                const auto band = static_cast<std::size_t>(pitch - kLowestPitch);
                const float note = rootAmplitude(frame[kNoteRow + band]);
                const auto pc = static_cast<std::size_t>(pitch % 12);
                beat.energy += note * note * note * note;
                if (pitch >= kFirstTreble) {
                    beat.chroma[pc] += note;
                }
                if (pitch <= kLastBass) {
                    beat.bass[pc] += note * std::min(1.0F, static_cast<float>(62 - pitch) / 16);
                }
            }
        }
        // The bass begins at the beat. Windows are long, so the cell before still belongs to it.
        for (int cell = -1; cell < 2; ++cell) {
            const int at = b * kCellsPerBeat + cell;
            if (at < 0) {
                continue;
            }
            const auto frame = grid.frame(at);
            float sum = 0;
            for (int pitch = 24; pitch < kLow; ++pitch) {
                sum += frame[kBands + static_cast<std::size_t>(pitch - kLowestPitch)];
            }
            beat.lowOnset = std::max(beat.lowOnset, sum);
        }
        beat.energy = std::sqrt(beat.energy / kCellsPerBeat);
        all += static_cast<double>(beat.energy);
        toLengthOne(beat.chroma);
        const float most = *std::max_element(beat.bass.begin(), beat.bass.end());
        for (float& value : beat.bass) {
            value = most > 1e-6F ? value / most : 0.0F;
        }
        if (b > 0) {
            const BeatHarmony& before = beats[static_cast<std::size_t>(b) - 1];
            std::array<float, 12> two = beat.bass;
            std::array<float, 12> one = before.bass;
            toLengthOne(two);
            toLengthOne(one);
            beat.change =
                1 - 0.5F * likeness(before.chroma, beat.chroma) - 0.5F * likeness(one, two);
        }
    }
    for (BeatHarmony& beat : beats) {
        beat.energy = static_cast<float>(static_cast<double>(beat.energy) * count / all);
    }
    return beats;
}

namespace {

/// Mean 0, deviation 1.
std::vector<double> standardised(std::vector<double> values) {
    const auto count = static_cast<double>(std::max<std::size_t>(values.size(), 1));
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
    double squares = 0;
    for (double& value : values) {
        value -= mean;
        squares += value * value;
    }
    const double deviation = std::sqrt(squares / count);
    for (double& value : values) {
        value /= std::max(deviation, 1e-9);
    }
    return values;
}

struct BarPath {
    double score = 0;
    std::vector<int> position;
};

/// The best path through bars of `length` beats; evidence has mean 0 and standard deviation 1.
BarPath bestBars(const std::vector<double>& evidence, int length, double slip) {
    // The expected evidence at each position of a bar, and its spread.
    const std::array<double, 4> four{0.9, -0.4, 0.0, -0.5};
    const std::array<double, 4> three{0.9, -0.45, -0.45, 0};
    const auto& means = length == 3 ? three : four;
    constexpr double kScatter = 0.85;
    const auto states = static_cast<std::size_t>(length);
    std::vector<double> best(states, 0.0);
    std::vector<std::vector<std::size_t>> from(evidence.size(), std::vector<std::size_t>(states));
    for (std::size_t b = 0; b < evidence.size(); ++b) {
        std::vector<double> next(states);
        for (std::size_t s = 0; s < states; ++s) {
            const double off = (evidence[b] - means[s]) / kScatter;
            double most = -1e300;
            for (std::size_t p = 0; p < states; ++p) {
                const double cost = (p + 1) % states == s ? 0.0 : slip;
                if (best[p] - cost > most) {
                    most = best[p] - cost;
                    from[b][s] = p;
                }
            }
            next[s] = (b == 0 ? 0 : most) - 0.5 * off * off;
        }
        best.swap(next);
    }
    BarPath path;
    const auto end = std::max_element(best.begin(), best.end());
    path.score = *end;
    path.position.resize(evidence.size());
    auto state = static_cast<std::size_t>(end - best.begin());
    for (std::size_t b = evidence.size(); b-- > 0;) {
        path.position[b] = static_cast<int>(state);
        state = from[b][state];
    }
    return path;
}

} // namespace

Metre findMetre(std::span<const BeatHarmony> beats, const MetreOptions& options) {
    Metre metre;
    if (beats.empty()) {
        return metre;
    }
    std::vector<double> change(beats.size());
    std::vector<double> low(beats.size());
    for (std::size_t b = 0; b < beats.size(); ++b) {
        change[b] = static_cast<double>(beats[b].change);
        low[b] = static_cast<double>(beats[b].lowOnset);
    }
    change = standardised(std::move(change));
    low = standardised(std::move(low));
    for (std::size_t b = 0; b < beats.size(); ++b) {
        change[b] = std::clamp(change[b], -2.0, 2.5) + 0.7 * std::clamp(low[b], -2.0, 2.5);
    }
    change = standardised(std::move(change));
    BarPath four = bestBars(change, 4, options.slip);
    BarPath three = bestBars(change, 3, options.slip);
    const bool triple = three.score > four.score + options.quadruple;
    metre.beatsPerBar = triple ? 3 : 4;
    metre.position = std::move(triple ? three.position : four.position);
    return metre;
}

std::vector<Chord> findChords(std::span<const BeatHarmony> beats, std::span<const int> position,
                              const ChordOptions& options) {
    std::vector<double> best(kChords, 0.0);
    std::vector<double> next(kChords);
    std::vector<double> fit(kChords);
    std::vector<std::vector<std::uint8_t>> from(beats.size());
    for (std::size_t b = 0; b < beats.size(); ++b) {
        emissions(beats[b], options, fit);
        const bool downbeat = b < position.size() && position[b] == 0;
        const bool middle = b < position.size() && position[b] == 2;
        const double cost =
            options.stay + (downbeat ? 0.0 : options.offBeat * (middle ? 0.5 : 1.0));
        const auto leader =
            static_cast<std::size_t>(std::max_element(best.begin(), best.end()) - best.begin());
        from[b].resize(kChords);
        for (std::size_t chord = 0; chord < kChords; ++chord) {
            const bool changes = best[leader] - cost > best[chord];
            from[b][chord] = static_cast<std::uint8_t>(changes ? leader : chord);
            next[chord] = (changes ? best[leader] - cost : best[chord]) + fit[chord];
        }
        best.swap(next);
    }
    std::vector<Chord> chords(beats.size());
    auto state =
        static_cast<std::size_t>(std::max_element(best.begin(), best.end()) - best.begin());
    for (std::size_t b = beats.size(); b-- > 0;) {
        if (state + 1 < kChords) {
            const std::uint16_t kind = kKinds[state % kKinds.size()].intervals;
            const int root = pitchIn(state, 0);
            int bass = root;
            for (int k = 1; k < 12; ++k) {
                const int other = (root + k) % 12;
                // An inversion needs clear evidence: overtones of the root coincide with the fifth.
                if (((kind >> k) & 1) != 0 &&
                    beats[b].bass[static_cast<std::size_t>(other)] >
                        1.8F * beats[b].bass[static_cast<std::size_t>(bass)]) {
                    bass = other;
                }
            }
            chords[b] = chordOn(root, kind, bass);
        }
        state = from[b][state];
    }
    return chords;
}

std::string Key::name() const {
    return std::string(pitchClassName(tonic)) + (minor ? " minor" : " major");
}

Key findKey(std::span<const BeatHarmony> beats) {
    constexpr std::array<double, 12> kMajorProfile{6.35, 2.23, 3.48, 2.33, 4.38, 4.09,
                                                   2.52, 5.19, 2.39, 3.66, 2.29, 2.88};
    constexpr std::array<double, 12> kMinor{6.33, 2.68, 3.52, 5.38, 2.60, 3.53,
                                            2.54, 4.75, 3.98, 2.69, 3.34, 3.17};
    std::vector<double> sum(12);
    for (const BeatHarmony& beat : beats) {
        for (std::size_t k = 0; k < 12; ++k) {
            sum[k] += static_cast<double>(beat.chroma[k]);
        }
    }
    sum = standardised(std::move(sum));
    const auto major = standardised({kMajorProfile.begin(), kMajorProfile.end()});
    const auto minor = standardised({kMinor.begin(), kMinor.end()});
    Key key;
    double best = -2;
    double second = -2;
    for (int tonic = 0; tonic < 12; ++tonic) {
        for (const bool isMinor : {false, true}) {
            const auto& profile = isMinor ? minor : major;
            double together = 0;
            for (std::size_t k = 0; k < 12; ++k) {
                together += sum[(k + static_cast<std::size_t>(tonic)) % 12] * profile[k] / 12;
            }
            if (together > best) {
                second = best;
                best = together;
                key.tonic = tonic;
                key.minor = isMinor;
            } else {
                second = std::max(second, together);
            }
        }
    }
    key.confidence = std::clamp(best - second, 0.0, 1.0);
    return key;
}

} // namespace canto::audio
