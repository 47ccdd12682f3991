// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/beat_tracker.h"

#include "core/audio/tempo.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

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

/// Beats (onset frames) with strong evidence that lie about a period apart. Source: Ellis 2007.
std::vector<int> chain(const std::vector<float>& evidence, const std::vector<double>& periods,
                       double tightness) {
    if (evidence.empty()) {
        return {};
    }
    const int count = static_cast<int>(evidence.size());
    std::vector<float> score(evidence.size());
    std::vector<int> before(evidence.size(), -1);
    const auto periodAt = [&](int frame) {
        const double at = frame / (kTempoHop * kOnsetRate) - 0.5;
        const double last = static_cast<double>(periods.size() - 1);
        const double inside = std::clamp(at, 0.0, last);
        const auto low = static_cast<std::size_t>(inside);
        const auto high = std::min(low + 1, periods.size() - 1);
        const double part = inside - static_cast<double>(low);
        return (periods[low] * (1 - part) + periods[high] * part);
    };
    for (int i = 0; i < count; ++i) {
        const double period = periodAt(i);
        const int nearest = static_cast<int>(period * 0.65);
        const int furthest = static_cast<int>(period * 1.5);
        float most = 0; // a chain may begin at any frame
        for (int gap = nearest; gap <= furthest && gap <= i; ++gap) {
            const double off = std::log2(gap / period);
            const float value = score[static_cast<std::size_t>(i - gap)] -
                                static_cast<float>(tightness * off * off);
            if (value > most) {
                most = value;
                before[static_cast<std::size_t>(i)] = i - gap;
            }
        }
        score[static_cast<std::size_t>(i)] = most + evidence[static_cast<std::size_t>(i)];
    }
    std::vector<int> beats;
    const int tail = std::min(count, static_cast<int>(periodAt(count - 1) * 1.5));
    int at = static_cast<int>(std::max_element(score.end() - tail, score.end()) - score.begin());
    while (at >= 0) {
        beats.push_back(at);
        at = before[static_cast<std::size_t>(at)];
    }
    std::reverse(beats.begin(), beats.end());
    return beats;
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
    const TempoPath path = findTempo(evidence, options, cancel);
    if (cancel.cancelled() || path.periods.empty()) {
        return found;
    }
    for (const int beat : chain(evidence, path.periods, options.tightness)) {
        found.times.push_back(refined(evidence, beat) / kOnsetRate);
    }
    found.steadiness = path.steadiness;
    found.tempoShare = path.share;
    found.confidence = path.steadiness * path.share;
    found.alternatives = path.alternatives;
    if (found.times.size() > 1) {
        std::vector<double> gaps(found.times.size() - 1);
        for (std::size_t i = 0; i < gaps.size(); ++i) {
            gaps[i] = found.times[i + 1] - found.times[i];
        }
        found.bpm = 60 / median(std::move(gaps));
    }
    return found;
}

} // namespace canto::audio
