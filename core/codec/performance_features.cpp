// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/performance_features.h"

#include "core/codec/feature_statistics.h"
#include "core/codec/performance_notes.h"

#include <array>
#include <cstdlib>
#include <limits>

namespace canto::codec {

namespace {

/// Notes that begin nearer to the first of a group belong to it: a played chord is never exact.
constexpr double kTogether = 0.04;
/// Limits of the histogram of inter-onset intervals, seconds.
constexpr std::array<double, 11> kIntervalLimits = {.05, .08, .12, .17,  .24, .34,
                                                    .48, .68, .96, 1.36, 1.92};

/// The notes of one onset.
struct PlayedOnset {
    double start = 0;
    int lowest = 127;
    int highest = 0;
    double loudest = 0;
    int notes = 0;
};

std::vector<PlayedOnset> playedOnsets(std::span<const TimedNote> notes) {
    std::vector<PlayedOnset> onsets;
    for (const auto& note : notes) {
        if (onsets.empty() || note.start - onsets.back().start > kTogether) {
            onsets.push_back({note.start});
        }
        auto& onset = onsets.back();
        onset.lowest = std::min(onset.lowest, note.pitch);
        onset.highest = std::max(onset.highest, note.pitch);
        onset.loudest = std::max(onset.loudest, note.velocity);
        ++onset.notes;
    }
    return onsets;
}

/// Seconds that notes take to be played, at least one.
double playedSeconds(std::span<const TimedNote> notes) {
    return std::max(notes.back().start, 0.5) + 0.5;
}

void describeInto(const std::string& what, std::vector<double> values,
                  std::vector<Feature>& features) {
    features.push_back({what + ", mean", meanOf(values)});
    features.push_back({what + ", deviation", spreadOf(values)});
    const double skew = skewOf(values);
    std::sort(values.begin(), values.end());
    features.push_back({what + ", 10 %", percentileOf(values, .1)});
    features.push_back({what + ", 50 %", percentileOf(values, .5)});
    features.push_back({what + ", 90 %", percentileOf(values, .9)});
    features.push_back({what + ", skew", skew});
}

void addRhythm(std::span<const TimedNote> notes, const std::vector<PlayedOnset>& onsets,
               std::vector<Feature>& features) {
    std::vector<double> gaps;
    for (std::size_t i = 1; i < onsets.size(); ++i) {
        gaps.push_back(onsets[i].start - onsets[i - 1].start);
    }
    if (gaps.empty()) {
        gaps.push_back(1);
    }
    std::vector<double> logs;
    std::array<double, kIntervalLimits.size() + 1> histogram{};
    for (const double gap : gaps) {
        logs.push_back(std::log(std::max(gap, 0.02)));
        const auto bin = std::lower_bound(kIntervalLimits.begin(), kIntervalLimits.end(), gap) -
                         kIntervalLimits.begin();
        histogram[static_cast<std::size_t>(bin)] += 1 / static_cast<double>(gaps.size());
    }
    describeInto("log inter-onset interval", std::move(logs), features);
    for (std::size_t i = 0; i < histogram.size(); ++i) {
        features.push_back({"inter-onset interval, bin " + std::to_string(i), histogram[i]});
    }
    const double seconds = playedSeconds(notes);
    const auto count = static_cast<double>(notes.size());
    std::vector<double> sizes;
    double sounding = 0;
    for (const auto& onset : onsets) {
        sizes.push_back(onset.notes);
    }
    std::vector<double> windows;
    for (const auto& note : notes) {
        sounding += note.length;
        const auto window = static_cast<std::size_t>(note.start / 4);
        windows.resize(std::max(windows.size(), window + 1), 0.0);
        ++windows[window];
    }
    if (windows.size() > 1) {
        windows.pop_back(); // not whole
    }
    const double densest = *std::max_element(windows.begin(), windows.end());
    for (double& notesThere : windows) {
        notesThere = std::log(notesThere + 1);
    }
    features.insert(
        features.end(),
        {{"log notes a second", std::log(count / seconds)},
         {"log onsets a second", std::log(static_cast<double>(onsets.size()) / seconds)},
         {"notes an onset", meanOf(sizes)},
         {"share of chords", shareOf(sizes, [](double size) { return size >= 3; })},
         {"share of single notes", shareOf(sizes, [](double size) { return size == 1; })},
         {"log notes at a time", std::log(std::max(sounding, 1e-3) / seconds)},
         {"density, deviation over windows", spreadOf(windows)},
         {"log density of the densest window", std::log(densest / 4 + 0.25)}});
}

void addLine(const std::string& line, const std::vector<double>& pitches,
             std::vector<Feature>& features) {
    std::vector<double> moves;
    double rising = 0;
    for (std::size_t i = 1; i < pitches.size(); ++i) {
        const double move = pitches[i] - pitches[i - 1];
        rising += move > 0;
        moves.push_back(std::abs(move));
    }
    const auto count = static_cast<double>(std::max<std::size_t>(moves.size(), 1));
    features.insert(
        features.end(),
        {{line + ", interval", meanOf(moves)},
         {line + ", deviation of intervals", spreadOf(moves)},
         {line + ", repeated", shareOf(moves, [](double move) { return move == 0; })},
         {line + ", steps", shareOf(moves, [](double move) { return move > 0 && move < 3; })},
         {line + ", leaps", shareOf(moves, [](double move) { return move > 7; })},
         {line + ", rising", rising / count},
         {line + ", deviation", spreadOf(pitches)},
         {line + ", mean", meanOf(pitches)}});
}

std::vector<double> loudnessCurve(std::span<const TimedNote> notes) {
    std::vector<double> sums;
    std::vector<double> counts;
    for (const auto& note : notes) {
        const auto window = static_cast<std::size_t>(note.start / 4);
        sums.resize(std::max(sums.size(), window + 1), 0.0);
        counts.resize(sums.size(), 0.0);
        sums[window] += note.velocity;
        ++counts[window];
    }
    std::vector<double> curve;
    for (std::size_t i = 0; i < sums.size(); ++i) {
        if (counts[i] > 0) {
            curve.push_back(sums[i] / counts[i]);
        }
    }
    return curve;
}

/// Least squares, per window.
double slopeOf(const std::vector<double>& curve) {
    if (curve.size() < 3) {
        return 0;
    }
    const double middle = static_cast<double>(curve.size() - 1) / 2;
    double product = 0;
    double square = 0;
    for (std::size_t i = 0; i < curve.size(); ++i) {
        const double x = static_cast<double>(i) - middle;
        product += x * curve[i];
        square += x * x;
    }
    return product / square;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
    const double meanA = meanOf(a);
    const double meanB = meanOf(b);
    double product = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        product += (a[i] - meanA) * (b[i] - meanB);
    }
    const double spreads = spreadOf(a) * spreadOf(b);
    return spreads < 1e-9 ? 0.0 : product / spreads / static_cast<double>(a.size());
}

} // namespace

std::vector<TimedNote> timedNotes(std::span<const music::Note> notes) {
    std::vector<TimedNote> timed;
    for (const auto& note : notes) {
        if (!note.isDrum()) {
            timed.push_back({note.startSeconds, note.lengthSeconds, note.pitch,
                             static_cast<double>(note.velocity)});
        }
    }
    std::sort(timed.begin(), timed.end(), [](const TimedNote& a, const TimedNote& b) {
        return std::pair(a.start, a.pitch) < std::pair(b.start, b.pitch);
    });
    const double first = timed.empty() ? 0.0 : timed.front().start;
    for (auto& note : timed) {
        note.start -= first;
    }
    return timed;
}

std::vector<Feature> soundFeatures(std::span<const music::Note> music) {
    const auto notes = timedNotes(music);
    std::vector<Feature> features;
    if (notes.empty()) {
        return features;
    }
    const auto onsets = playedOnsets(notes);
    std::vector<double> pitches;
    for (const auto& note : notes) {
        pitches.push_back(note.pitch);
    }
    describeInto("pitch", pitches, features);
    features.insert(
        features.end(),
        {{"share of the left half", shareOf(pitches, [](double pitch) { return pitch < 60; })},
         {"share of low notes", shareOf(pitches, [](double pitch) { return pitch < 48; })},
         {"share of high notes", shareOf(pitches, [](double pitch) { return pitch > 76; })}});
    addRhythm(notes, onsets, features);
    std::vector<double> top;
    std::vector<double> bottom;
    for (const auto& onset : onsets) {
        top.push_back(onset.highest);
        bottom.push_back(onset.lowest);
    }
    addLine("top line", top, features);
    addLine("bottom line", bottom, features);
    addHarmonyFeatures(notes, features);
    return features;
}

std::vector<Feature> velocityFeatures(std::span<const music::Note> music) {
    const auto notes = timedNotes(music);
    if (notes.empty()) {
        return {};
    }
    std::vector<double> velocities;
    std::vector<double> pitches;
    std::vector<double> left;
    for (const auto& note : notes) {
        velocities.push_back(note.velocity);
        pitches.push_back(note.pitch);
        if (note.pitch < 60) {
            left.push_back(note.velocity);
        }
    }
    std::vector<double> changes;
    const auto onsets = playedOnsets(notes);
    for (std::size_t i = 1; i < onsets.size(); ++i) {
        changes.push_back(std::abs(onsets[i].loudest - onsets[i - 1].loudest));
    }
    const double mean = meanOf(velocities);
    const double spread = spreadOf(velocities);
    const auto curve = loudnessCurve(notes);
    const double together = correlation(pitches, velocities);
    std::sort(velocities.begin(), velocities.end());
    const double soft = percentileOf(velocities, .1);
    const double loud = percentileOf(velocities, .9);
    return {{"velocity, deviation", spread},
            {"velocity, relative deviation", spread / std::max(mean, 1.0)},
            {"velocity, range", loud - soft},
            {"loudness curve, deviation", spreadOf(curve)},
            {"loudness curve, slope", slopeOf(curve)},
            {"left half, louder by", left.empty() ? 0.0 : meanOf(left) - mean},
            {"velocity, change between onsets", meanOf(changes)},
            {"velocity and pitch, correlation", together},
            {"velocity, mean", mean},
            {"velocity, 10 %", soft},
            {"velocity, 50 %", percentileOf(velocities, .5)},
            {"velocity, 90 %", loud}};
}

std::vector<Feature> velocityUse(std::span<const music::Note> music) {
    const auto notes = timedNotes(music);
    if (notes.empty()) {
        return {};
    }
    std::array<double, 128> counts{};
    std::vector<double> velocities;
    double same = 0;
    for (const auto& note : notes) {
        same += !velocities.empty() && velocities.back() == note.velocity;
        velocities.push_back(note.velocity);
        ++counts[static_cast<std::size_t>(std::clamp(note.velocity, 0.0, 127.0))];
    }
    double entropy = 0;
    for (const double count : counts) {
        const double share = count / static_cast<double>(notes.size());
        entropy -= share > 0 ? share * std::log(share) : 0;
    }
    return {{"velocity, mean", meanOf(velocities)},
            {"log deviation of velocity", std::log(spreadOf(velocities) + 1)},
            {"effective number of velocities", std::exp(entropy)},
            {"share of repeated velocities",
             same / static_cast<double>(std::max<std::size_t>(notes.size() - 1, 1))}};
}

double valueOf(std::span<const Feature> features, std::string_view name) {
    const auto found = std::find_if(features.begin(), features.end(),
                                    [name](const Feature& one) { return one.name == name; });
    return found == features.end() ? std::numeric_limits<double>::quiet_NaN() : found->value;
}

std::vector<double> valuesOf(std::span<const Feature> features) {
    std::vector<double> values;
    for (const auto& feature : features) {
        values.push_back(feature.value);
    }
    return values;
}

} // namespace canto::codec
