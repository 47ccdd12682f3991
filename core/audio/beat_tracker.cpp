// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/beat_tracker.h"

#include "core/audio/queen_mary.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace canto::audio {

namespace {

int frameOf(double seconds) { return static_cast<int>(std::lround(seconds * kOnsetRate)); }

/// Subtracts the mean over +- 1 s and divides by the standard deviation within +- 5 s.
void standardise(std::vector<float>& values) {
    const auto count = static_cast<int>(values.size());
    std::vector<double> sum(values.size() + 1);
    std::vector<double> squares(values.size() + 1);
    for (std::size_t i = 0; i < values.size(); ++i) {
        sum[i + 1] = sum[i] + static_cast<double>(values[i]);
        squares[i + 1] =
            squares[i] + static_cast<double>(values[i]) * static_cast<double>(values[i]);
    }
    const auto within = [count](const std::vector<double>& sums, int i, int reach) {
        const int from = std::max(0, i - reach);
        const int to = std::min(count, i + reach + 1);
        return (sums[static_cast<std::size_t>(to)] - sums[static_cast<std::size_t>(from)]) /
               (to - from);
    };
    const double whole = count > 0 ? std::sqrt(squares.back() / count) : 0;
    for (int i = 0; i < count; ++i) {
        const double mean = within(sum, i, frameOf(1));
        const double wide = within(sum, i, frameOf(5));
        const double deviation =
            std::sqrt(std::max(0.0, within(squares, i, frameOf(5)) - wide * wide));
        auto& value = values[static_cast<std::size_t>(i)];
        // The divisor has a floor, so that a quiet stretch is not scaled up to the size of the loud
        // ones.
        value = static_cast<float>((static_cast<double>(value) - mean) /
                                   std::max({deviation, 0.25 * whole, 1e-6}));
    }
}

/// How much the pitch classes of the third of a second after each band frame differ from those of
/// the third before it: 0 .. 1.
std::vector<float> harmonyChange(const Feature& bands) {
    constexpr int kReach = 14; // frames, 0.33 s
    const int frames = bands.frames;
    std::vector<std::array<float, 12>> sums(static_cast<std::size_t>(frames) + 1);
    for (int f = 0; f < frames; ++f) {
        const auto frame = bands.frame(f);
        auto& next = sums[static_cast<std::size_t>(f) + 1];
        next = sums[static_cast<std::size_t>(f)];
        for (std::size_t band = 7; band < 64; ++band) { // E1 .. C6
            next[(band + kLowestPitch) % 12] += std::sqrt(frame[band]);
        }
    }
    std::vector<float> change(static_cast<std::size_t>(frames));
    for (int f = 0; f < frames; ++f) {
        const auto& before = sums[static_cast<std::size_t>(std::max(0, f - kReach))];
        const auto& now = sums[static_cast<std::size_t>(f)];
        const auto& after = sums[static_cast<std::size_t>(std::min(frames, f + kReach))];
        float both = 0;
        float one = 1e-9F;
        float two = 1e-9F;
        // Subtract the mean of the classes; otherwise all chords would look similar.
        float meanA = 0;
        float meanB = 0;
        for (std::size_t k = 0; k < 12; ++k) {
            meanA += (now[k] - before[k]) / 12;
            meanB += (after[k] - now[k]) / 12;
        }
        for (std::size_t k = 0; k < 12; ++k) {
            const float a = now[k] - before[k] - meanA;
            const float b = after[k] - now[k] - meanB;
            both += a * b;
            one += a * a;
            two += b * b;
        }
        change[static_cast<std::size_t>(f)] =
            meanA + meanB > 1e-6F ? 0.5F - 0.5F * both / std::sqrt(one * two) : 0.0F;
    }
    return change;
}

/// The position of the maximum of a parabola through the three values around a frame.
double refined(const std::vector<float>& evidence, int frame) {
    if (frame < 1 || frame + 1 >= static_cast<int>(evidence.size())) {
        return frame;
    }
    const double a = static_cast<double>(evidence[static_cast<std::size_t>(frame) - 1]);
    const double b = static_cast<double>(evidence[static_cast<std::size_t>(frame)]);
    const double c = static_cast<double>(evidence[static_cast<std::size_t>(frame) + 1]);
    const double bend = a - 2 * b + c;
    return frame + (bend < -1e-9 && b >= a && b >= c ? 0.5 * (a - c) / bend : 0.0);
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// The greatest evidence within 23 ms of a time.
double strengthAt(std::span<const float> evidence, double seconds) {
    constexpr int kReach = 2;
    const int count = static_cast<int>(evidence.size());
    const int from = std::clamp(frameOf(seconds) - kReach, 0, count - 1);
    const int to = std::clamp(frameOf(seconds) + kReach + 1, from + 1, count);
    return static_cast<double>(*std::max_element(evidence.begin() + from, evidence.begin() + to));
}

/// Evidence midway between the beats, relative to that on the beats; 1 where they are equal.
double strengthBetween(std::span<const float> evidence, const std::vector<double>& beats) {
    double on = 0;
    double between = 0;
    for (std::size_t i = 0; i + 1 < beats.size(); ++i) {
        on += strengthAt(evidence, beats[i]);
        between += strengthAt(evidence, (beats[i] + beats[i + 1]) / 2);
    }
    return between / std::max(on, 0.1 * static_cast<double>(beats.size()));
}

/// Beats a minute: from spans of eight beats, which a single misplaced beat changes little.
double tempoOf(const std::vector<double>& beats) {
    const std::size_t reach = std::min<std::size_t>(8, beats.size() / 2);
    if (reach == 0) {
        return 0;
    }
    std::vector<double> spans;
    for (std::size_t i = 0; i + reach < beats.size(); ++i) {
        spans.push_back(beats[i + reach] - beats[i]);
    }
    return 60 * static_cast<double>(reach) / median(std::move(spans));
}

/// Beats near a tempo, also where it lies outside the tracker's range.
std::vector<double> beatsNear(const SongFrames& frames, std::span<const float> evidence,
                              double bpm) {
    constexpr double kSlowest = 45;
    constexpr double kFastest = 220;
    std::vector<double> kept;
    if (bpm < kSlowest) {
        const auto twice = beatsNear(frames, evidence, 2 * bpm);
        std::array<double, 2> strength{};
        for (std::size_t i = 0; i < twice.size(); ++i) {
            strength[i % 2] += strengthAt(evidence, twice[i]);
        }
        for (std::size_t i = strength[1] > strength[0] ? 1 : 0; i < twice.size(); i += 2) {
            kept.push_back(twice[i]);
        }
        return kept;
    }
    if (bpm > kFastest) {
        for (const double beat : beatsNear(frames, evidence, bpm / 2)) {
            if (!kept.empty()) {
                kept.push_back((kept.back() + beat) / 2);
            }
            kept.push_back(beat);
        }
        return kept;
    }
    return beatsByViterbi(frames.change, bpm);
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// Decides between the beats and half as many, and states how sure that is.
void chooseOctave(const SongFrames& frames, std::span<const float> evidence, Beats& found) {
    // Chosen on 83 training songs: 60 of five genres and Groove, with rooms and noise, 23 of
    // POP909, all rendered. Where the tracker's tempo was the double, the onsets of every other
    // beat are weak (strengthBetween of half as many beats) and few onsets lie between the beats.
    constexpr double kLeastHalved = 112; // bpm
    constexpr double kSubdivided = 0.6;
    constexpr double kDoubt = 0.1;
    constexpr double kEqual = 0.93;      // onsets between the beats as strong as on them
    constexpr double kMostStated = 0.45; // double the tempo is stated, never chosen
    const double bpm = tempoOf(found.times);
    const double between = strengthBetween(evidence, found.times);
    double half = 0;
    double twice = std::min(kMostStated, sigmoid((between - kEqual) / kDoubt));
    std::vector<double> every;
    if (bpm > kLeastHalved) {
        every = beatsNear(frames, evidence, bpm / 2);
        const double weak = strengthBetween(evidence, every);
        const double limit = 0.7 + 0.45 * std::log2(bpm / 140);
        half = sigmoid((limit - weak - kSubdivided * std::max(0.0, between)) / kDoubt);
        twice = 0;
    }
    found.tempoShare = 1 - half - twice;
    if (half > 0.5) {
        found.times = std::move(every);
        twice = std::exchange(found.tempoShare, half);
        half = 0;
    }
    constexpr double kLeastShare = 0.05;
    for (const auto& [ratio, share] : {std::pair{0.5, half}, std::pair{2.0, twice}}) {
        if (share >= kLeastShare) {
            found.alternatives.push_back({ratio * tempoOf(found.times), share});
        }
    }
}

/// Takes away the beats before the first sound and after the last.
void dropSilentEnds(const SongFrames& frames, std::vector<double>& beats) {
    constexpr float kBelow = 50; // dB below the mean level
    const auto loud = [&](float level) { return level > frames.loudnessDb - kBelow; };
    const auto& level = frames.level;
    const auto first = std::find_if(level.begin(), level.end(), loud);
    const auto last = std::find_if(level.rbegin(), level.rend(), loud);
    const double from = static_cast<double>(first - level.begin()) / kOnsetRate - 0.1;
    const double to = static_cast<double>(level.rend() - last) / kOnsetRate + 0.1;
    std::erase_if(beats, [=](double beat) { return beat < from || beat > to; });
}

/// How much the evidence repeats after the period of the beat and its simple multiples, mean over
/// windows of 10 s: 0 .. 1.
double steadinessOf(std::span<const float> evidence, const std::vector<double>& beats) {
    struct Tooth {
        double multiple;
        double weight;
    };
    // Logistic regression over the periods of the tempogram on 735 of POP909's training songs.
    constexpr std::array<Tooth, 5> kComb{{{0.5, 2.7}, {1, 6.3}, {2, 2.6}, {3, -1.0}, {4, 2.4}}};
    constexpr double kSum = 13;
    const int count = static_cast<int>(evidence.size());
    const int window = std::min(count, frameOf(10));
    double sum = 0;
    int windows = 0;
    for (int first = 0; first + window <= count; first += std::max(1, window / 2)) {
        const auto begin = std::lower_bound(beats.begin(), beats.end(), first / kOnsetRate);
        const auto end = std::lower_bound(begin, beats.end(), (first + window) / kOnsetRate);
        ++windows;
        if (end - begin < 3) {
            continue;
        }
        const double period = 60 * kOnsetRate / tempoOf({begin, end});
        double energy = 1e-9;
        for (int i = first; i < first + window; ++i) {
            const auto e =
                static_cast<double>(std::max(0.0F, evidence[static_cast<std::size_t>(i)]));
            energy += e * e;
        }
        double comb = 0;
        for (const Tooth& tooth : kComb) {
            const int lag = static_cast<int>(std::lround(tooth.multiple * period));
            double products = 0;
            for (int i = first + lag; i < first + window; ++i) {
                products += static_cast<double>(evidence[static_cast<std::size_t>(i)] *
                                                evidence[static_cast<std::size_t>(i - lag)]);
            }
            comb += tooth.weight * products / energy * window / std::max(1, window - lag);
        }
        sum += std::max(0.0, comb / kSum);
    }
    return std::clamp(sum / std::max(1, windows), 0.0, 1.0);
}

} // namespace

std::vector<float> beatEvidence(const SongFrames& frames) {
    std::vector<float> all = frames.onset;
    std::vector<float> low = frames.lowOnset;
    const auto change = harmonyChange(frames.bands);
    std::vector<float> harmony(all.size());
    for (std::size_t i = 0; i < harmony.size() && !change.empty(); ++i) {
        const std::size_t f = std::min(i * kOnsetHop / kBandHop, change.size() - 1);
        harmony[i] = change[f] * all[i]; // weighted by the onset evidence
    }
    standardise(all);
    standardise(low);
    standardise(harmony);
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i] = 0.5F * all[i] + 0.25F * low[i] + 0.25F * harmony[i];
    }
    standardise(all);
    return all;
}

Beats trackBeats(const SongFrames& frames, const BeatOptions& options, const CancelToken& cancel) {
    Beats found;
    const auto evidence = beatEvidence(frames);
    if (evidence.size() < 64 || frames.loudnessDb < -100) {
        return found;
    }
    found.times = options.known ? beatsNear(frames, evidence, *options.known)
                                : beatsByViterbi(frames.change, {});
    if (cancel.cancelled() || found.times.size() < 2) {
        return found;
    }
    found.tempoShare = 1;
    if (!options.known) {
        chooseOctave(frames, evidence, found);
    }
    dropSilentEnds(frames, found.times);
    for (double& beat : found.times) {
        beat = refined(frames.change, frameOf(beat)) / kOnsetRate;
    }
    found.bpm = tempoOf(found.times);
    found.steadiness = steadinessOf(evidence, found.times);
    found.confidence = found.steadiness * found.tempoShare;
    return found;
}

} // namespace canto::audio
