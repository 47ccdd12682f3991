// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/structure.h"

#include "core/audio/harmony.h"

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>

namespace canto::audio {

namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

constexpr int kFewestBars = 8;
constexpr int kSlots = 4;           ///< beats of a bar that are compared
constexpr int kGroups = kBands / 8; ///< of neighbouring semitones, for the sound of a bar
constexpr int kMostBars = 32;       ///< of a section

// Chosen on 70 rendered songs of POP909 with sections marked by hand; see docs/results.md.
constexpr double kSoundRepeated = 0.15; ///< share of sound in the similarity of bars, the rest is
                                        ///< harmony: to find repetitions ...
constexpr double kSoundLabelled = 0.47; ///< ... and to give labels
constexpr double kStructure = 0.58;     ///< weights of what speaks for a boundary
constexpr double kContrast = 0.39;
constexpr double kBoundary = 2.03;   ///< cost of a boundary
constexpr double kRepetition = 1.07; ///< value of a bar in a section that is repeated ...
constexpr double kSimilar = 0.75;    ///< ... as far as its similarity is above this
constexpr double kDissimilar = -0.5;
constexpr double kSameLabel = 0.45; ///< mean similarity above which sections have one label

/// Beats at which bars begin, and the end. An upbeat is a bar of its own.
std::vector<int> barStarts(std::span<const int> position, int beats) {
    std::vector<int> starts;
    for (int b = 0; b < beats; ++b) {
        if (b == 0 || position[static_cast<std::size_t>(b)] == 0) {
            starts.push_back(b);
        }
    }
    starts.push_back(beats);
    return starts;
}

void toUnitRows(Matrix& rows) {
    for (Eigen::Index i = 0; i < rows.rows(); ++i) {
        rows.row(i) /= std::max(rows.row(i).norm(), 1e-9);
    }
}

/// Similarity of the harmony of each bar with that of each other: 1 the same, 0 the median.
Matrix harmonySimilarity(std::span<const BeatHarmony> beats, const std::vector<int>& bars) {
    const auto n = static_cast<Eigen::Index>(bars.size()) - 1;
    Matrix chroma(n, kSlots * 12), bass(n, kSlots * 12);
    for (Eigen::Index k = 0; k < n; ++k) {
        const auto at = static_cast<std::size_t>(k);
        for (int slot = 0; slot < kSlots; ++slot) {
            const auto& beat =
                beats[static_cast<std::size_t>(std::min(bars[at] + slot, bars[at + 1] - 1))];
            for (int c = 0; c < 12; ++c) {
                chroma(k, slot * 12 + c) = static_cast<double>(beat.chroma[std::size_t(c)]);
                bass(k, slot * 12 + c) = static_cast<double>(beat.bass[std::size_t(c)]);
            }
        }
    }
    toUnitRows(chroma);
    toUnitRows(bass);
    Matrix similar = 0.7 * chroma * chroma.transpose() + 0.3 * bass * bass.transpose();
    std::vector<double> sorted(similar.data(), similar.data() + similar.size());
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    return (similar.array() - *middle) / std::max(1 - *middle, 1e-6);
}

/// Similarity of the sound of bars, -1 .. 1: registers, rhythm, loudness, whether there is a
/// melody.
Matrix soundSimilarity(const Feature& grid, std::span<const BeatHarmony> beats,
                       std::span<const int> melody, const std::vector<int>& bars) {
    const auto n = static_cast<Eigen::Index>(bars.size()) - 1;
    Matrix rows = Matrix::Zero(n, kGroups + kCellsPerBeat + 2);
    for (Eigen::Index k = 0; k < n; ++k) {
        const int first = bars[static_cast<std::size_t>(k)];
        const int end = bars[static_cast<std::size_t>(k) + 1];
        for (int b = first; b < end; ++b) {
            for (int cell = 0; cell < kCellsPerBeat; ++cell) {
                const auto frame = grid.frame(b * kCellsPerBeat + cell);
                for (int band = 0; band < kBands; ++band) {
                    rows(k, band / 8) += static_cast<double>(frame[std::size_t(band)]);
                    rows(k, kGroups + cell) +=
                        static_cast<double>(frame[static_cast<std::size_t>(kBands + band)]);
                }
            }
            rows(k, kGroups + kCellsPerBeat) +=
                static_cast<double>(beats[static_cast<std::size_t>(b)].energy);
            for (std::size_t s = 0; s < 4; ++s) {
                rows(k, kGroups + kCellsPerBeat + 1) +=
                    melody[static_cast<std::size_t>(b) * 4 + s] > 0 ? 0.25 : 0.0;
            }
        }
        rows.row(k) /= end - first;
    }
    for (Eigen::Index c = 0; c < rows.cols(); ++c) {
        const double mean = rows.col(c).mean();
        rows.col(c).array() -= mean;
        rows.col(c) /= std::sqrt(rows.col(c).squaredNorm() / static_cast<double>(n)) + 1e-6;
    }
    toUnitRows(rows);
    return rows * rows.transpose();
}

/// Divided by their standard deviation.
void standardise(Vector& values) {
    const Vector centred = values.array() - values.mean();
    values /= std::sqrt(centred.squaredNorm() / static_cast<double>(values.size())) + 1e-9;
}

/// How much the pattern of repetitions changes at each bar line.
Vector structureNovelty(const Matrix& harmony) {
    constexpr Eigen::Index kReach = 2;
    const Eigen::Index n = harmony.rows();
    Matrix lags = Matrix::Zero(n, n); // row i, column k: whether bar i is repeated k bars later
    for (Eigen::Index i = 0; i < n; ++i) {
        for (Eigen::Index j = 0; j < n; ++j) {
            double sum = 0;
            int count = 0;
            for (Eigen::Index q = -kReach; q <= kReach; ++q) {
                if (i + q >= 0 && i + q < n && j + q >= 0 && j + q < n) {
                    sum += harmony(i + q, j + q);
                    ++count;
                }
            }
            const double mean = sum / count; // the bar itself at least
            lags(i, (j - i + n) % n) = mean > 0.5 ? mean : 0;
        }
    }
    Vector novelty = Vector::Zero(n);
    for (Eigen::Index b = 1; b < n; ++b) {
        const Eigen::Index from = std::max<Eigen::Index>(0, b - 2);
        const Eigen::Index to = std::min(n, b + 2);
        novelty(b) = (lags.middleRows(from, b - from).colwise().mean() -
                      lags.middleRows(b, to - b).colwise().mean())
                         .norm();
    }
    standardise(novelty);
    return novelty;
}

/// How much the eight bars before each bar line differ from the eight after it.
Vector contrastNovelty(const Matrix& similarity) {
    constexpr Eigen::Index kReach = 8;
    const Eigen::Index n = similarity.rows();
    Vector novelty = Vector::Zero(n);
    for (Eigen::Index b = 1; b < n; ++b) {
        const Eigen::Index before = std::min(b, kReach);
        const Eigen::Index after = std::min(n - b, kReach);
        novelty(b) = (similarity.block(b - before, b - before, before, before).mean() +
                      similarity.block(b, b, after, after).mean()) /
                         2 -
                     similarity.block(b - before, b, before, after).mean();
    }
    standardise(novelty);
    return novelty;
}

/// Mean similarity of stretches of bars, in constant time.
class Stretches {
  public:
    explicit Stretches(const Matrix& similarity)
        : m_sums(Matrix::Zero(similarity.rows() + 1, similarity.rows() + 1)) {
        for (Eigen::Index i = 0; i < similarity.rows(); ++i) {
            for (Eigen::Index j = 0; j < similarity.rows(); ++j) {
                m_sums(i + 1, j + 1) = m_sums(i, j) + similarity(i, j);
            }
        }
    }
    double mean(int one, int other, int bars) const {
        return (m_sums(one + bars, other + bars) - m_sums(one, other)) / bars;
    }
    int bars() const { return static_cast<int>(m_sums.rows()) - 1; }

    /// With what it is most like elsewhere in the song; -1 where nothing is as long.
    double repetition(int first, int bars) const {
        double best = -1;
        for (int other = 0; other + bars <= this->bars(); ++other) {
            if (std::abs(other - first) >= bars) {
                best = std::max(best, mean(first, other, bars));
            }
        }
        return best;
    }

  private:
    Matrix m_sums; ///< along the diagonals
};

double lengthValue(int bars) {
    if (bars < 2) {
        return -3;
    }
    double value = bars % 4 == 0 ? 0.59 : 0;
    value += bars % 8 == 0 ? 0.39 : 0;
    value -= bars < 4 ? 3 : 0;
    return value - 0.1 * std::max(0, bars - 16);
}

/// The bars at which the sections of the best division begin, and the end.
std::vector<int> divide(const Stretches& stretches, const Vector& novelty) {
    const int n = stretches.bars();
    std::vector<double> best(static_cast<std::size_t>(n) + 1, -1e9);
    std::vector<int> before(best.size(), 0);
    best[0] = 0;
    for (int first = 0; first < n; ++first) {
        for (int bars = 1; bars <= std::min(kMostBars, n - first); ++bars) {
            const int end = first + bars;
            const double repetition = bars < 2 ? -1 : stretches.repetition(first, bars);
            const double value = best[static_cast<std::size_t>(first)] + lengthValue(bars) +
                                 kRepetition * bars * std::max(repetition - kSimilar, kDissimilar) +
                                 (end < n ? novelty(end) - kBoundary : 0);
            if (value > best[static_cast<std::size_t>(end)]) {
                best[static_cast<std::size_t>(end)] = value;
                before[static_cast<std::size_t>(end)] = first;
            }
        }
    }
    std::vector<int> starts{n};
    while (starts.back() > 0) {
        starts.push_back(before[static_cast<std::size_t>(starts.back())]);
    }
    std::reverse(starts.begin(), starts.end());
    return starts;
}

/// The shorter section laid on the longer one where it fits best.
double similarity(const Stretches& stretches, std::array<int, 2> one, std::array<int, 2> other) {
    int shorter = one[1] - one[0];
    int longer = other[1] - other[0];
    if (shorter > longer) {
        std::swap(one, other);
        std::swap(shorter, longer);
    }
    double best = -1;
    for (int shift = 0; shift <= longer - shorter; ++shift) {
        best = std::max(best, stretches.mean(one[0], other[0] + shift, shorter));
    }
    return best;
}

/// Average-linkage clustering; clusters are numbered in the order in which they come.
std::vector<int> labelled(const Stretches& stretches, const std::vector<int>& starts) {
    const std::size_t count = starts.size() - 1;
    Matrix similar =
        Matrix::Identity(static_cast<Eigen::Index>(count), static_cast<Eigen::Index>(count));
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            const double value =
                similarity(stretches, {starts[i], starts[i + 1]}, {starts[j], starts[j + 1]});
            similar(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = value;
            similar(static_cast<Eigen::Index>(j), static_cast<Eigen::Index>(i)) = value;
        }
    }
    std::vector<std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < count; ++i) {
        groups.push_back({i});
    }
    const auto between = [&](const auto& one, const auto& other) {
        double sum = 0;
        for (const std::size_t i : one) {
            for (const std::size_t j : other) {
                sum += similar(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j));
            }
        }
        return sum / static_cast<double>(one.size() * other.size());
    };
    for (;;) {
        double best = kSameLabel;
        std::array<std::size_t, 2> join{0, 0};
        for (std::size_t x = 0; x < groups.size(); ++x) {
            for (std::size_t y = 0; y < x; ++y) {
                if (const double value = between(groups[x], groups[y]); value >= best) {
                    best = value;
                    join = {y, x};
                }
            }
        }
        if (join[1] == 0) {
            break;
        }
        auto& kept = groups[join[0]];
        auto& gone = groups[join[1]];
        kept.insert(kept.end(), gone.begin(), gone.end());
        groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(join[1]));
    }
    std::sort(groups.begin(), groups.end(), [](const auto& one, const auto& other) {
        return *std::min_element(one.begin(), one.end()) <
               *std::min_element(other.begin(), other.end());
    });
    std::vector<int> labels(count);
    for (std::size_t g = 0; g < groups.size(); ++g) {
        for (const std::size_t i : groups[g]) {
            labels[i] = static_cast<int>(g);
        }
    }
    return labels;
}

} // namespace

std::string sectionName(int label) {
    std::string name;
    for (int rest = label; rest >= 0; rest = rest / 26 - 1) {
        name.insert(name.begin(), static_cast<char>('A' + rest % 26));
    }
    return name;
}

std::vector<Section> findSections(const Feature& grid, std::span<const int> position,
                                  std::span<const int> melody) {
    const auto beats = beatHarmony(grid);
    const auto bars = barStarts(position, static_cast<int>(beats.size()));
    const int count = static_cast<int>(bars.size()) - 1;
    if (count < kFewestBars || count > kMostBarsOfSections) {
        return {};
    }
    const Matrix harmony = harmonySimilarity(beats, bars);
    const Matrix sound = soundSimilarity(grid, beats, melody, bars);
    const Vector novelty =
        kStructure * structureNovelty(harmony) + kContrast * contrastNovelty((harmony + sound) / 2);
    const auto stretches = [&](double share) {
        return Stretches((1 - share) * harmony + share * sound);
    };
    const auto starts = divide(stretches(kSoundRepeated), novelty);
    const auto labels = labelled(stretches(kSoundLabelled), starts);
    std::vector<Section> sections;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const int first = bars[static_cast<std::size_t>(starts[i])];
        sections.push_back(
            {first, bars[static_cast<std::size_t>(starts[i + 1])] - first, labels[i]});
    }
    return sections;
}

int repeatedBeat(std::span<const Section> sections, int beat) {
    const auto here = std::find_if(sections.begin(), sections.end(), [&](const Section& one) {
        return beat >= one.firstBeat && beat < one.firstBeat + one.beats;
    });
    if (here == sections.end()) {
        return -1;
    }
    const int offset = beat - here->firstBeat;
    const auto earlier = std::find_if(sections.begin(), here, [&](const Section& one) {
        return one.label == here->label && offset < one.beats;
    });
    return earlier != here ? earlier->firstBeat + offset : -1;
}

} // namespace canto::audio
