// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/analysis_measures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <sstream>

namespace canto::audio {

namespace {

std::span<const double> after(std::span<const double> times, double from) {
    const auto first = std::lower_bound(times.begin(), times.end(), from);
    return times.subspan(static_cast<std::size_t>(first - times.begin()));
}

/// Intervals above the root, bit k for k semitones; 0 for no chord.
unsigned intervalsOf(const Chord& chord) {
    unsigned intervals = 0;
    for (int k = 0; k < 12 && !chord.none(); ++k) {
        intervals |= chord.has((chord.root + k) % 12) ? 1U << k : 0U;
    }
    return intervals;
}

constexpr unsigned kUpToFifth = 0xFF;
constexpr unsigned kMajor = 1U | (1U << 4) | (1U << 7);
constexpr unsigned kMinor = 1U | (1U << 3) | (1U << 7);

std::vector<std::string> columns(const std::string& line) {
    std::vector<std::string> all;
    std::string one;
    for (const char c : line) {
        if (c == ',' || c == '\t' || c == ' ' || c == '\r') {
            if (!one.empty()) {
                all.push_back(std::move(one));
                one.clear();
            }
        } else {
            one += c;
        }
    }
    if (!one.empty()) {
        all.push_back(std::move(one));
    }
    return all;
}

bool number(const std::string& text, double& value) {
    char* end = nullptr;
    value = std::strtod(text.c_str(), &end);
    return end != text.c_str() && *end == '\0' && std::isfinite(value);
}

/// Calls use(columns) for each line that is not empty. Returns the number of the line for which it
/// returned false.
template <class Use>
Result<void> eachLine(const std::string& text, const char* wanted, const Use& use) {
    std::istringstream in(text);
    std::string line;
    for (int row = 1; std::getline(in, line); ++row) {
        const auto parts = columns(line);
        if (parts.empty() || parts.front().front() == '#') {
            continue;
        }
        if (!use(parts)) {
            return fail(Error::Code::BadFile, "A line cannot be read",
                        "line " + std::to_string(row), wanted);
        }
    }
    return {};
}

} // namespace

FMeasure beatFMeasure(std::span<const double> reference, std::span<const double> estimate,
                      double window, double trimmed) {
    reference = after(reference, trimmed);
    estimate = after(estimate, trimmed);
    FMeasure result;
    if (reference.empty() || estimate.empty()) {
        return result;
    }
    // Both lists are sorted, so pairing with the earliest partner in reach gives the most pairs.
    std::size_t r = 0;
    std::size_t e = 0;
    while (r < reference.size() && e < estimate.size()) {
        const double off = estimate[e] - reference[r];
        if (std::fabs(off) <= window) {
            ++result.matched;
            ++r;
            ++e;
        } else if (off < 0) {
            ++e;
        } else {
            ++r;
        }
    }
    const auto matched = static_cast<double>(result.matched);
    result.precision = matched / static_cast<double>(estimate.size());
    result.recall = matched / static_cast<double>(reference.size());
    if (result.matched > 0) {
        result.f = 2 * result.precision * result.recall / (result.precision + result.recall);
    }
    return result;
}

namespace {

/// Share of the estimated beats that lie at a reference beat and continue its period.
double continued(const std::vector<double>& reference, std::span<const double> estimate) {
    constexpr double kTolerance = 0.175;
    if (reference.size() < 2 || estimate.size() < 2) {
        return 0;
    }
    std::size_t right = 0;
    for (std::size_t e = 0; e < estimate.size(); ++e) {
        const auto after = std::lower_bound(reference.begin(), reference.end(), estimate[e]);
        auto r = static_cast<std::size_t>(after - reference.begin());
        if (r == reference.size() ||
            (r > 0 && estimate[e] - reference[r - 1] <= reference[r] - estimate[e])) {
            --r;
        }
        const double period = r > 0 ? reference[r] - reference[r - 1] : reference[1] - reference[0];
        const double gap = e > 0 ? estimate[e] - estimate[e - 1] : estimate[1] - estimate[0];
        right += std::fabs(estimate[e] - reference[r]) < kTolerance * period &&
                         std::fabs(1 - gap / period) < kTolerance
                     ? 1U
                     : 0U;
    }
    return static_cast<double>(right) /
           static_cast<double>(std::max(reference.size(), estimate.size()));
}

/// Pitch class, and 12 more for minor; -1 for other text.
int keyNumber(const std::string& name) {
    for (int pitchClass = 0; pitchClass < 12; ++pitchClass) {
        const std::string tonic(pitchClassName(pitchClass));
        if (name == tonic + " major" || name == tonic + " minor") {
            return pitchClass + (name.ends_with("minor") ? 12 : 0);
        }
    }
    return -1;
}

} // namespace

BeatContinuity beatContinuity(std::span<const double> reference, std::span<const double> estimate,
                              double trimmed) {
    reference = after(reference, trimmed);
    estimate = after(estimate, trimmed);
    const std::vector<double> beats(reference.begin(), reference.end());
    std::vector<double> off;
    std::vector<double> twice;
    std::array<std::vector<double>, 2> halves;
    for (std::size_t i = 0; i < beats.size(); ++i) {
        halves[i % 2].push_back(beats[i]);
        twice.push_back(beats[i]);
        if (i + 1 < beats.size()) {
            off.push_back((beats[i] + beats[i + 1]) / 2);
            twice.push_back(off.back());
        }
    }
    BeatContinuity result;
    result.correct = continued(beats, estimate);
    result.anyLevel = result.correct;
    for (const auto* level : {&off, &twice, &halves[0], &halves[1]}) {
        result.anyLevel = std::max(result.anyLevel, continued(*level, estimate));
    }
    return result;
}

Result<double> keyScore(const std::string& reference, const std::string& estimate) {
    const int right = keyNumber(reference);
    const int found = keyNumber(estimate);
    if (right < 0 || found < 0) {
        return fail(Error::Code::BadInput, "Not a key", right < 0 ? reference : estimate,
                    "Write it as \"C major\" or \"F# minor\"");
    }
    const int up = (found - right + 24) % 12;
    if (right / 12 == found / 12) {
        return up == 0 ? 1.0 : up == 5 || up == 7 ? 0.5 : 0.0;
    }
    return up == 0 ? 0.2 : up == (right < 12 ? 9 : 3) ? 0.3 : 0.0;
}

ChordAccuracy chordAccuracy(std::span<const ChordSpan> reference,
                            std::span<const ChordSpan> estimate) {
    ChordAccuracy result;
    std::size_t e = 0;
    for (const ChordSpan& wanted : reference) {
        const unsigned intervals = intervalsOf(wanted.chord);
        const unsigned upTo = intervals & kUpToFifth;
        const bool evaluated = wanted.chord.none() || upTo == kMajor || upTo == kMinor;
        const auto count = [&](const Chord& analysis, double seconds) {
            const bool root = analysis.root == wanted.chord.root;
            result.evaluated += seconds;
            result.root += root ? seconds : 0;
            if (evaluated) {
                result.majMinTime += seconds;
                result.majMin += root && (intervalsOf(analysis) & kUpToFifth) == upTo ? seconds : 0;
            }
        };
        double at = wanted.start;
        while (e > 0 && estimate[e - 1].end > at) {
            --e;
        }
        while (at < wanted.end) {
            while (e < estimate.size() && estimate[e].end <= at) {
                ++e;
            }
            if (e == estimate.size() || estimate[e].start >= wanted.end) {
                count(Chord{}, wanted.end - at);
                break;
            }
            if (estimate[e].start > at) {
                count(Chord{}, estimate[e].start - at);
                at = estimate[e].start;
            }
            const double until = std::min(estimate[e].end, wanted.end);
            count(estimate[e].chord, until - at);
            at = until;
        }
    }
    result.root /= std::max(result.evaluated, 1e-12);
    result.majMin /= std::max(result.majMinTime, 1e-12);
    return result;
}

double rawChromaAccuracy(std::span<const double> reference, std::span<const double> estimate) {
    std::size_t wanted = 0;
    std::size_t right = 0;
    for (std::size_t i = 0; i < reference.size(); ++i) {
        if (reference[i] <= 0) {
            continue;
        }
        ++wanted;
        if (i < estimate.size() && estimate[i] > 0) {
            const double off = estimate[i] - reference[i];
            right += std::fabs(off - 12 * std::floor(off / 12 + 0.5)) < 0.5 ? 1U : 0U;
        }
    }
    return wanted > 0 ? static_cast<double>(right) / static_cast<double>(wanted) : 0.0;
}

Result<std::vector<double>> readBeatList(const std::string& text, int flag) {
    std::vector<double> times;
    CANTO_TRY(read, eachLine(text, "A line is a time in s, then flags", [&](const auto& parts) {
                  double time = 0;
                  double mark = 1;
                  if (!number(parts[0], time) ||
                      (flag >= 0 && static_cast<int>(parts.size()) <= flag) ||
                      (flag >= 0 && !number(parts[static_cast<std::size_t>(flag)], mark))) {
                      return false;
                  }
                  if (mark != 0) {
                      times.push_back(time);
                  }
                  return true;
              }));
    std::sort(times.begin(), times.end());
    return times;
}

Result<std::vector<ChordSpan>> readChordList(const std::string& text) {
    std::vector<ChordSpan> spans;
    const auto read = eachLine(text, "A line is start, end, chord", [&](const auto& parts) {
        ChordSpan one;
        if (parts.size() < 3 || !number(parts[0], one.start) || !number(parts[1], one.end)) {
            return false;
        }
        std::string label = parts[2];
        for (std::size_t i = 3; i < parts.size(); ++i) { // "C:(1,5)" was parted at its comma
            label += "," + parts[i];
        }
        const auto chord = parseChord(label);
        if (!chord) {
            return false;
        }
        one.chord = *chord;
        spans.push_back(one);
        return true;
    });
    if (!read) {
        return fail(read.error());
    }
    return spans;
}

} // namespace canto::audio
