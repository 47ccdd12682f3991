// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/analysis_measures.h"

#include <algorithm>
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
