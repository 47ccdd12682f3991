// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/arrange/cover_measures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <string>

namespace canto::arrange {

namespace {

constexpr std::size_t kClasses = 12;
constexpr double kTogether = 0.03; ///< onsets closer than this count as one, s
constexpr std::size_t kKinds = 8;  ///< classes of intervals, and number of intervals in a run

void normalise(audio::Feature& chroma) {
    for (int t = 0; t < chroma.frames; ++t) {
        const auto frame = chroma.frame(t);
        double sum = 0;
        for (std::size_t c = 0; c < kClasses; ++c) {
            sum += double{frame[c]} * frame[c];
        }
        for (std::size_t c = 0; c < kClasses && sum > 0; ++c) {
            frame[c] = static_cast<float>(frame[c] / std::sqrt(sum));
        }
    }
}

audio::Feature silence(double seconds) {
    return audio::Feature(int{kClasses}, std::max(0, static_cast<int>(seconds / kChromaHop)));
}

double distance(std::span<const float> a, std::span<const float> b) {
    double dot = 0;
    for (std::size_t c = 0; c < kClasses; ++c) {
        dot += double{a[c]} * b[c];
    }
    return 1 - dot;
}

/// Standard deviation of the residuals of y around its least-squares line over x.
double residual(const std::vector<std::pair<int, int>>& path) {
    const auto n = static_cast<double>(path.size());
    double sx = 0;
    double sy = 0;
    for (const auto& [x, y] : path) {
        sx += x;
        sy += y;
    }
    double xx = 0;
    double xy = 0;
    double yy = 0;
    for (const auto& [x, y] : path) {
        const double dx = x - sx / n;
        const double dy = y - sy / n;
        xx += dx * dx;
        xy += dx * dy;
        yy += dy * dy;
    }
    return xx > 0 ? std::sqrt(std::max(0.0, yy - xy * xy / xx) / n) : 0;
}

/// Which of eight classes each number belongs to. Equal numbers get the same class.
std::vector<char> classesOf(const std::vector<double>& numbers) {
    auto sorted = numbers;
    std::sort(sorted.begin(), sorted.end());
    std::array<double, kKinds> centres{};
    for (std::size_t k = 0; k < kKinds; ++k) {
        centres[k] = sorted[(2 * k + 1) * sorted.size() / (2 * kKinds)];
    }
    std::vector<char> classes(numbers.size());
    for (int round = 0; round < 50; ++round) {
        std::array<double, kKinds> sums{};
        std::array<int, kKinds> counts{};
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            std::size_t nearest = 0;
            for (std::size_t k = 1; k < kKinds; ++k) {
                if (std::abs(numbers[i] - centres[k]) < std::abs(numbers[i] - centres[nearest])) {
                    nearest = k;
                }
            }
            classes[i] = static_cast<char>(nearest);
            sums[nearest] += numbers[i];
            ++counts[nearest];
        }
        for (std::size_t k = 0; k < kKinds; ++k) {
            centres[k] = counts[k] > 0 ? sums[k] / counts[k] : centres[k];
        }
    }
    return classes;
}

} // namespace

audio::Feature chromaOfRecording(const audio::SongFrames& frames) {
    constexpr std::size_t kFrom = 48 - audio::kLowestPitch; // C3; classes begin at C
    constexpr std::size_t kTo = 96 - audio::kLowestPitch;
    auto chroma = silence(frames.seconds);
    for (int t = 0; t < chroma.frames; ++t) {
        const auto place = [&](double seconds) {
            return static_cast<int>(seconds * audio::kRate / audio::kBandHop);
        };
        const int begin = place(t * kChromaHop);
        const int end =
            std::min(std::max(begin + 1, place((t + 1) * kChromaHop)), frames.bands.frames);
        for (int f = begin; f < end; ++f) {
            for (std::size_t band = kFrom; band < kTo; ++band) {
                chroma.frame(t)[(band - kFrom) % kClasses] += frames.bands.frame(f)[band];
            }
        }
    }
    normalise(chroma);
    return chroma;
}

audio::Feature chromaOfSong(const music::Song& song, double seconds) {
    auto chroma = silence(seconds);
    for (const auto& note : song.notes) {
        const int begin = std::max(0, static_cast<int>(note.startSeconds / kChromaHop));
        const int end = std::max(begin + 1, static_cast<int>(note.endSeconds() / kChromaHop));
        for (int t = begin; t < std::min(end, chroma.frames) && !note.isDrum(); ++t) {
            chroma.frame(t)[note.pitch % kClasses] += static_cast<float>(note.velocity);
        }
    }
    normalise(chroma);
    return chroma;
}

double warpDeviation(const audio::Feature& recording, const audio::Feature& song, double band) {
    const int n = recording.frames;
    const int m = song.frames;
    if (n < 2 || m < 2) {
        return 0;
    }
    const int reach = std::max({1, static_cast<int>(band / kChromaHop), std::abs(n - m)});
    const int width = 2 * reach + 1; // number of song frames around the diagonal
    constexpr float kFar = std::numeric_limits<float>::infinity();
    const auto index = [&](int i, int j) {
        return static_cast<std::size_t>(i) * static_cast<std::size_t>(width) +
               static_cast<std::size_t>(j - i + reach);
    };
    std::vector<float> cost(static_cast<std::size_t>(n) * static_cast<std::size_t>(width), kFar);
    const auto at = [&](int i, int j) {
        return i < 0 || j < 0 || std::abs(j - i) > reach ? kFar : cost[index(i, j)];
    };
    for (int i = 0; i < n; ++i) {
        for (int j = std::max(0, i - reach); j <= std::min(m - 1, i + reach); ++j) {
            const float before =
                i == 0 && j == 0 ? 0 : std::min({at(i - 1, j - 1), at(i - 1, j), at(i, j - 1)});
            cost[index(i, j)] =
                before + static_cast<float>(distance(recording.frame(i), song.frame(j)));
        }
    }
    std::vector<std::pair<int, int>> path{{n - 1, m - 1}};
    while (path.back() != std::pair{0, 0}) {
        const auto [i, j] = path.back();
        const float best = std::min({at(i - 1, j - 1), at(i - 1, j), at(i, j - 1)});
        if (at(i - 1, j - 1) <= best) {
            path.emplace_back(i - 1, j - 1);
        } else if (at(i - 1, j) <= best) {
            path.emplace_back(i - 1, j);
        } else {
            path.emplace_back(i, j - 1);
        }
    }
    return residual(path) * kChromaHop;
}

std::vector<double> onsetTimes(const music::Song& song) {
    std::vector<double> times;
    for (const auto& note : song.notes) {
        if (times.empty() || note.startSeconds - times.back() > kTogether) {
            times.push_back(note.startSeconds);
        }
    }
    return times;
}

double gridDeviation(std::span<const double> onsets, double grid) {
    std::map<int, int> counts; // intervals in hundredths
    for (std::size_t i = 1; i < onsets.size(); ++i) {
        ++counts[static_cast<int>(std::lround(100 * (onsets[i] - onsets[i - 1])))];
    }
    std::vector<std::pair<int, int>> common(counts.begin(), counts.end());
    std::stable_sort(common.begin(), common.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    double sum = 0;
    double weight = 0;
    for (std::size_t i = 0; i < std::min(common.size(), kKinds); ++i) {
        const double steps = common[i].first / 100.0 / grid;
        sum += common[i].second * std::abs(steps - std::round(steps));
        weight += common[i].second;
    }
    return weight > 0 ? sum / weight : 0;
}

double patternEntropy(std::span<const double> onsets) {
    std::vector<double> intervals;
    for (std::size_t i = 1; i < onsets.size(); ++i) {
        intervals.push_back(std::log(onsets[i] - onsets[i - 1]));
    }
    if (intervals.size() < kKinds) {
        return 0;
    }
    const auto classes = classesOf(intervals);
    std::map<std::string, double> runs;
    const std::size_t count = classes.size() - kKinds + 1;
    for (std::size_t i = 0; i < count; ++i) {
        ++runs[std::string(classes.begin() + static_cast<std::ptrdiff_t>(i),
                           classes.begin() + static_cast<std::ptrdiff_t>(i + kKinds))];
    }
    double bits = 0;
    for (const auto& [run, times] : runs) {
        const double p = times / static_cast<double>(count);
        bits -= p * std::log2(p);
    }
    return bits;
}

double melodyChromaKept(const music::Song& song, std::span<const double> melody, double hop) {
    std::vector<int> top(melody.size());
    std::vector<double> ends(melody.size());
    for (const auto& note : song.notes) {
        const auto begin = static_cast<std::size_t>(std::max(0.0, note.startSeconds / hop));
        const auto end = static_cast<std::size_t>(std::max(0.0, note.endSeconds() / hop));
        for (std::size_t t = begin; t < std::min(end, top.size()); ++t) {
            top[t] = std::max(top[t], int{note.pitch});
        }
    }
    double there = 0;
    double kept = 0;
    int last = 0;
    for (std::size_t t = 0; t < melody.size(); ++t) {
        last = top[t] > 0 ? top[t] : last;
        if (melody[t] > 0) {
            ++there;
            kept += last > 0 && std::lround(melody[t]) % 12 == last % 12 ? 1 : 0;
        }
    }
    return there > 0 ? kept / there : 0;
}

NoteMatch matchOnsets(const music::Song& song, std::span<const music::Note> wanted, double window) {
    // Pitch by pitch, earliest first: with one window for all this makes the most pairs.
    std::array<std::vector<double>, 128> made;
    std::array<std::vector<double>, 128> goal;
    for (const auto& note : song.notes) {
        made[note.pitch].push_back(note.startSeconds);
    }
    for (const auto& note : wanted) {
        goal[note.pitch].push_back(note.startSeconds);
    }
    double both = 0;
    for (std::size_t pitch = 0; pitch < made.size(); ++pitch) {
        auto& ours = made[pitch];
        auto& theirs = goal[pitch];
        std::sort(ours.begin(), ours.end());
        std::sort(theirs.begin(), theirs.end());
        for (std::size_t i = 0, j = 0; i < ours.size() && j < theirs.size();) {
            if (std::abs(ours[i] - theirs[j]) <= window) {
                ++both;
                ++i;
                ++j;
            } else if (ours[i] < theirs[j]) {
                ++i;
            } else {
                ++j;
            }
        }
    }
    NoteMatch match;
    const auto ours = static_cast<double>(song.notes.size());
    const auto theirs = static_cast<double>(wanted.size());
    match.precision = ours > 0 ? both / ours : 0;
    match.recall = theirs > 0 ? both / theirs : 0;
    match.f1 = ours + theirs > 0 ? 2 * both / (ours + theirs) : 0;
    return match;
}

} // namespace canto::arrange
