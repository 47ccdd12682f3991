// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/feature_statistics.h"
#include "core/codec/key_profile.h"
#include "core/codec/performance_notes.h"

#include <array>
#include <optional>

namespace canto::codec {

namespace {

enum Quality { kMajorTriad, kMinorTriad, kDiminishedTriad, kAugmentedTriad };
constexpr std::array<const char*, 4> kQualityNames = {"major", "minor", "diminished", "augmented"};
constexpr std::array<std::array<std::size_t, 3>, 4> kTriads = {
    {{0, 4, 7}, {0, 3, 7}, {0, 3, 6}, {0, 4, 8}}};

/// A chord seen from the tonic of the piece.
struct DegreeChord {
    int quality = kMajorTriad;
    std::size_t degree = 0; ///< semitones above the tonic
    bool operator==(const DegreeChord&) const = default;
};

/// How long each pitch sounds in each second. Ringing notes count for four seconds at most: under a
/// pedal they are written longer than they ring.
using Second = std::array<double, 128>;
constexpr double kRings = 4;
constexpr std::size_t kMostSeconds = 4000;

std::vector<Second> secondsOf(std::span<const TimedNote> notes) {
    double end = 1;
    for (const auto& note : notes) {
        end = std::max(end, note.end());
    }
    std::vector<Second> seconds(
        static_cast<std::size_t>(std::min(std::ceil(end), static_cast<double>(kMostSeconds))));
    for (auto& second : seconds) {
        second.fill(0);
    }
    for (const auto& note : notes) {
        const double last = note.start + std::min(note.length, kRings);
        for (auto x = static_cast<std::size_t>(note.start);
             x < seconds.size() && static_cast<double>(x) < last; ++x) {
            const auto from = std::max(note.start, static_cast<double>(x));
            const auto to = std::min(last, static_cast<double>(x + 1));
            seconds[x][static_cast<std::size_t>(note.pitch)] += to - from;
        }
    }
    return seconds;
}

PitchClasses classesIn(std::span<const Second> seconds) {
    PitchClasses classes{};
    for (const auto& second : seconds) {
        for (std::size_t pitch = 0; pitch < second.size(); ++pitch) {
            classes[pitch % 12] += second[pitch];
        }
    }
    return classes;
}

double sumOf(const PitchClasses& classes) {
    return std::accumulate(classes.begin(), classes.end(), 0.0);
}

/// The triad nearest to what sounds, the bass counted more.
DegreeChord chordIn(const Second& second, std::size_t bass, std::size_t tonic) {
    auto classes = classesIn(std::span(&second, 1));
    classes[bass % 12] += 0.3 * sumOf(classes);
    DegreeChord best;
    double most = -1;
    for (int quality = 0; quality < 4; ++quality) {
        const auto& tones = kTriads[static_cast<std::size_t>(quality)];
        for (std::size_t root = 0; root < 12; ++root) {
            double fit = 0.2 * classes[root]; // a root says more than a third or a fifth
            for (const auto tone : tones) {
                fit += classes[(root + tone) % 12];
            }
            if (fit > most + 1e-9) {
                most = fit;
                best = {quality, (root + 12 - tonic) % 12};
            }
        }
    }
    return best;
}

/// The triad of the key on a degree.
std::optional<int> diatonic(std::size_t degree, bool minor) {
    constexpr std::array<int, 12> kInMajor = {0, -1, 1, -1, 1, 0, -1, 0, -1, 1, -1, 2};
    // The dominant of minor has its raised third.
    constexpr std::array<int, 12> kInMinor = {1, -1, 2, 0, -1, 1, -1, 1, 0, -1, 0, -1};
    const int quality = minor ? kInMinor[degree] : kInMajor[degree];
    return quality < 0 ? std::nullopt : std::optional(quality);
}

void addAll(const std::string& what, const PitchClasses& values, std::size_t first, double all,
            std::vector<Feature>& features) {
    for (std::size_t i = 0; i < 12; ++i) {
        features.push_back({what + " " + std::to_string(i), values[(first + i) % 12] / all});
    }
}

/// Chords that follow each other, and where one goes.
struct Move {
    const char* name;
    std::optional<int> from; ///< quality
    std::size_t fromDegree;
    std::optional<int> to;
    std::size_t toDegree;
};
constexpr std::array<Move, 8> kMoves = {{{"V-I", kMajorTriad, 7, kMajorTriad, 0},
                                         {"V-i", kMajorTriad, 7, kMinorTriad, 0},
                                         {"iv-I", kMinorTriad, 5, {}, 0},
                                         {"IV-I", kMajorTriad, 5, kMajorTriad, 0},
                                         {"VI-VII", kMajorTriad, 8, kMajorTriad, 10},
                                         {"VII-i", kMajorTriad, 10, kMinorTriad, 0},
                                         {"IV-V", kMajorTriad, 5, kMajorTriad, 7},
                                         {"II-V", kMinorTriad, 2, kMajorTriad, 7}}};

constexpr std::array<DegreeChord, 12> kNamedChords = {{{0, 0},
                                                       {1, 0},
                                                       {0, 5},
                                                       {1, 5},
                                                       {0, 7},
                                                       {1, 7},
                                                       {0, 8},
                                                       {1, 9},
                                                       {0, 10},
                                                       {0, 3},
                                                       {1, 2},
                                                       {1, 4}}};

void addFunctions(const std::vector<DegreeChord>& chords, bool minor,
                  std::vector<Feature>& features) {
    const auto count = static_cast<double>(std::max<std::size_t>(chords.size(), 1));
    std::array<double, 4> qualities{};
    PitchClasses degrees{};
    double borrowed = 0;
    std::vector<DegreeChord> changes;
    for (const auto& chord : chords) {
        ++qualities[static_cast<std::size_t>(chord.quality)];
        ++degrees[chord.degree];
        const auto usual = diatonic(chord.degree, minor);
        const bool dominant = minor && chord == DegreeChord{kMajorTriad, 7};
        borrowed += !dominant && usual != std::optional(chord.quality);
        if (changes.empty() || !(changes.back() == chord)) {
            changes.push_back(chord);
        }
    }
    for (std::size_t i = 0; i < qualities.size(); ++i) {
        features.push_back({std::string(kQualityNames[i]) + " chords", qualities[i] / count});
    }
    addAll("chord on degree", degrees, 0, count, features);
    features.push_back({"borrowed chords", borrowed / count});
    const auto pairs = static_cast<double>(std::max<std::size_t>(changes.size(), 2) - 1);
    for (const auto& move : kMoves) {
        double times = 0;
        for (std::size_t i = 1; i < changes.size(); ++i) {
            const auto& a = changes[i - 1];
            const auto& b = changes[i];
            times += a.degree == move.fromDegree && b.degree == move.toDegree &&
                     a.quality == move.from.value_or(a.quality) &&
                     b.quality == move.to.value_or(b.quality);
        }
        features.push_back({std::string("move ") + move.name, times / pairs});
    }
    features.push_back({"chord changes", static_cast<double>(changes.size()) / count});
    for (const auto& named : kNamedChords) {
        features.push_back(
            {std::string(kQualityNames[static_cast<std::size_t>(named.quality)]) + " chord on " +
                 std::to_string(named.degree),
             static_cast<double>(std::count(chords.begin(), chords.end(), named)) / count});
    }
}

/// Keys of windows of eight seconds, each four after the one before.
void addLocalKeys(std::span<const TimedNote> notes, const std::vector<Second>& seconds,
                  std::size_t tonic, std::vector<Feature>& features) {
    std::vector<double> leans;
    std::vector<double> likenesses;
    double home = 0;
    for (std::size_t x = 0; x < std::max<std::size_t>(seconds.size(), 4) - 3; x += 4) {
        const auto length = std::min<std::size_t>(8, seconds.size() - x);
        const auto classes = classesIn(std::span(seconds).subspan(x, length));
        if (sumOf(classes) <= 0) {
            continue;
        }
        const auto key = keyOf(classes);
        leans.push_back(key.lean());
        likenesses.push_back(std::max(key.major.likeness, key.minor.likeness));
        home += key.tonic() == tonic;
    }
    double end = 0;
    for (const auto& note : notes) {
        end = std::max(end, note.end());
    }
    PitchClasses last{};
    for (const auto& note : notes) {
        last[static_cast<std::size_t>(note.pitch % 12)] +=
            note.start > end - 9 ? std::min(note.length, 2.0) : 0;
    }
    const auto count = static_cast<double>(std::max<std::size_t>(leans.size(), 1));
    features.insert(features.end(),
                    {{"major rather than minor, end", sumOf(last) > 0 ? keyOf(last).lean() : 0.0},
                     {"major rather than minor, windows", meanOf(leans)},
                     {"minor windows", shareOf(leans, [](double lean) { return lean < 0; })},
                     {"windows in the key", home / count},
                     {"likeness of windows to keys", meanOf(likenesses)},
                     {"major rather than minor, deviation", spreadOf(leans)}});
}

} // namespace

void addHarmonyFeatures(std::span<const TimedNote> notes, std::vector<Feature>& features) {
    PitchClasses classes{};
    for (const auto& note : notes) {
        classes[static_cast<std::size_t>(note.pitch % 12)] +=
            std::clamp(note.length, 1e-3, 2.0); // longer ones fade
    }
    const double all = sumOf(classes);
    const auto key = keyOf(classes);
    const auto tonic = key.tonic();
    features.insert(features.end(), {{"likeness to major", key.major.likeness},
                                     {"likeness to minor", key.minor.likeness},
                                     {"major rather than minor", key.lean()}});
    addAll("pitch class above the tonic", classes, tonic, all, features);
    // The major scale whose seven notes hold most of the sound, whatever the tonic.
    std::size_t scale = 0;
    double inside = -1;
    double entropy = 0;
    for (std::size_t k = 0; k < 12; ++k) {
        double held = 0;
        for (const std::size_t tone : {0, 2, 4, 5, 7, 9, 11}) {
            held += classes[(k + tone) % 12] / all;
        }
        if (held > inside + 1e-9) {
            inside = held;
            scale = k;
        }
        const double share = classes[k] / all;
        entropy -= share > 0 ? share * std::log(share) : 0;
    }
    features.push_back({"inside one scale", inside});
    features.push_back({"entropy of pitch classes", entropy});
    addAll("pitch class above the scale", classes, scale, all, features);

    constexpr double kAudible = 0.08;
    static constexpr std::array<const char*, 8> kAbove = {
        "minor third above the bass", "major third above the bass",     "seventh above the bass",
        "tritone above the bass",     "semitone above the bass",        "fifth above the bass",
        "pitch classes at a time",    "second or fourth above the bass"};
    std::array<double, 8> above{};
    PitchClasses bassDegrees{};
    std::vector<DegreeChord> chords;
    const auto seconds = secondsOf(notes);
    for (const auto& second : seconds) {
        std::array<bool, 12> has{};
        std::optional<std::size_t> bass;
        for (std::size_t pitch = 0; pitch < second.size(); ++pitch) {
            if (second[pitch] > kAudible) {
                bass = bass.value_or(pitch);
                has[(pitch - *bass) % 12] = true;
            }
        }
        if (!bass) {
            continue;
        }
        const auto number = std::count(has.begin(), has.end(), true);
        const std::array<double, 8> here = {
            double(has[3]), double(has[4]), double(has[10] || has[11]),  double(has[6]),
            double(has[1]), double(has[7]), static_cast<double>(number), double(has[2] || has[5])};
        for (std::size_t i = 0; i < above.size(); ++i) {
            above[i] += here[i];
        }
        ++bassDegrees[(*bass + 12 - tonic) % 12];
        chords.push_back(chordIn(second, *bass, tonic));
    }
    const auto count = static_cast<double>(std::max<std::size_t>(chords.size(), 1));
    for (std::size_t i = 0; i < above.size(); ++i) {
        features.push_back({kAbove[i], above[i] / count});
    }
    addAll("bass on degree", bassDegrees, 0, count, features);
    addFunctions(chords, key.isMinor(), features);
    addLocalKeys(notes, seconds, tonic, features);
}

} // namespace canto::codec
