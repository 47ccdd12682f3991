// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/word_features.h"

#include "core/codec/feature_statistics.h"
#include "core/codec/key_profile.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

namespace canto::codec {

namespace {

struct Sounding {
    double seconds = 0;
    int step = 0;
    int pitch = 60;
    double steps = 1;
    double length = 0; ///< seconds
    double velocity = 64;
};

struct Performance {
    std::vector<Sounding> notes;
    std::vector<std::pair<int, Chord>> chords; ///< step, chord
    std::vector<double> tempos;
    double seconds = 0;
    int bars = 0;
};

Performance analyse(std::span<const Word> words) {
    Performance performance;
    int bar = -1;
    int step = 0;
    double tempo = 120;
    for (const auto& word : words) {
        if (word.isBar()) {
            ++bar;
        } else if (word.isNote()) {
            const double length = word[Field::Duration];
            performance.notes.push_back(
                {performance.seconds, step, word[Field::Pitch] - 1 + kLowestPitch, length,
                 length * 15 / tempo, static_cast<double>(velocityOf(word[Field::Velocity]))});
        } else if (word[Field::Beat] > kBar) {
            const int next = 16 * std::max(bar, 0) + word[Field::Beat] - kBar - 1;
            performance.seconds += std::max(0, next - step) * 15.0 / tempo;
            step = next;
            if (word[Field::Tempo] > kContinue) {
                tempo = tempoOf(word[Field::Tempo]);
                performance.tempos.push_back(tempo);
            }
            if (word[Field::Chord] > kContinue) {
                performance.chords.emplace_back(step, chordOf(word[Field::Chord]));
            }
        }
    }
    performance.bars = bar + 1;
    return performance;
}

/// Mean, deviation and the 10th, 50th and 90th percentile.
void describe(std::vector<double> values, std::vector<double>& features) {
    features.push_back(meanOf(values));
    features.push_back(spreadOf(values));
    std::sort(values.begin(), values.end());
    for (const double share : {0.1, 0.5, 0.9}) {
        features.push_back(percentileOf(values, share));
    }
}

template <std::size_t N>
void turned(const std::array<double, N>& values, std::size_t first, std::vector<double>& features) {
    for (std::size_t i = 0; i < N; ++i) {
        features.push_back(values[(first + i) % N]);
    }
}

/// Pitches by the sixteenth at which they begin, with the loudest velocity there.
struct Column {
    std::vector<int> pitches;
    double velocity = 0;
};

std::map<int, Column> columnsOf(const Performance& performance) {
    std::map<int, Column> columns;
    for (const auto& note : performance.notes) {
        auto& column = columns[note.step];
        column.pitches.push_back(note.pitch);
        column.velocity = std::max(column.velocity, note.velocity);
    }
    for (auto& [step, column] : columns) {
        std::sort(column.pitches.begin(), column.pitches.end());
    }
    return columns;
}

/// Number of pitches that sound in each sixteenth up to the last.
std::vector<double> densityOf(const Performance& performance) {
    std::vector<double> density;
    for (const auto& note : performance.notes) {
        const auto first = static_cast<std::size_t>(note.step);
        const auto last = first + static_cast<std::size_t>(note.steps);
        density.resize(std::max(density.size(), last), 0.0);
        for (std::size_t step = first; step < last; ++step) {
            density[step] += 1;
        }
    }
    return density;
}

void addSound(const Performance& performance, std::vector<double>& features) {
    std::vector<double> pitch;
    std::vector<double> velocity;
    std::vector<double> steps;
    std::vector<double> seconds;
    for (const auto& note : performance.notes) {
        pitch.push_back(note.pitch);
        velocity.push_back(note.velocity);
        steps.push_back(std::log(std::max(note.steps, 1.0)));
        seconds.push_back(std::log(std::max(note.length, 1e-3)));
    }
    for (const auto* values : {&pitch, &velocity, &steps, &seconds}) {
        describe(*values, features);
    }
    const auto count = static_cast<double>(performance.notes.size());
    const double time = performance.seconds + 0.1;
    const double bars = std::max(performance.bars, 1);
    features.insert(features.end(), {std::log(count / time), std::log(count / bars),
                                     meanOf(performance.tempos), spreadOf(performance.tempos)});
    double low = 0;
    double high = 0;
    double bass = 0;
    for (const auto& note : performance.notes) {
        low += note.pitch < 45;
        high += note.pitch > 76;
        bass += note.pitch < 48 ? note.velocity - features[5] : 0;
    }
    features.insert(features.end(), {low / count, high / count, bass / count});
}

void addLines(const Performance& performance, std::vector<double>& features) {
    const auto columns = columnsOf(performance);
    std::vector<double> sizes;
    std::vector<double> gaps;
    std::vector<double> top;
    std::vector<double> bottom;
    std::vector<double> loud;
    std::array<double, 12> intervals{};
    std::array<double, 16> places{};
    double pairs = 1e-9;
    int before = -1;
    for (const auto& [step, column] : columns) {
        sizes.push_back(static_cast<double>(column.pitches.size()));
        if (before >= 0) {
            gaps.push_back(std::log(step - before));
        }
        before = step;
        bottom.push_back(column.pitches.front());
        top.push_back(column.pitches.back());
        loud.push_back(column.velocity);
        places[static_cast<std::size_t>(step % 16)] += static_cast<double>(column.pitches.size());
        for (std::size_t i = 0; i < column.pitches.size(); ++i) {
            for (std::size_t j = i + 1; j < column.pitches.size(); ++j) {
                ++intervals[static_cast<std::size_t>((column.pitches[j] - column.pitches[i]) % 12)];
                ++pairs;
            }
        }
    }
    const auto moves = [](const std::vector<double>& line) {
        std::vector<double> result;
        for (std::size_t i = 1; i < line.size(); ++i) {
            result.push_back(std::abs(line[i] - line[i - 1]));
        }
        return result;
    };
    const auto places1 = static_cast<double>(columns.size());
    features.insert(features.end(),
                    {meanOf(sizes), spreadOf(sizes),
                     std::log(places1 / (performance.seconds + 0.1)),
                     places1 / std::max(performance.bars, 1), meanOf(top), spreadOf(top),
                     meanOf(bottom), spreadOf(bottom), meanOf(moves(top)), meanOf(moves(bottom)),
                     meanOf(top) - meanOf(bottom), meanOf(moves(loud))});
    describe(gaps, features);
    double still = 0;
    double small = 0;
    double large = 0;
    const auto steps = moves(top);
    for (const double move : steps) {
        still += move == 0;
        small += move > 0 && move < 3;
        large += move > 7;
    }
    const auto count = std::max<double>(1, static_cast<double>(steps.size()));
    features.insert(features.end(), {still / count, small / count, large / count});
    for (const double value : intervals) {
        features.push_back(value / pairs);
    }
    for (const double value : places) {
        features.push_back(value / static_cast<double>(performance.notes.size()));
    }
    const auto density = densityOf(performance);
    features.insert(features.end(),
                    {meanOf(density), *std::max_element(density.begin(), density.end()),
                     static_cast<double>(std::count(density.begin(), density.end(), 0.0)) /
                         static_cast<double>(density.size())});
}

void addHarmony(const Performance& performance, std::vector<double>& features) {
    std::array<double, 12> classes{};
    double sum = 0;
    for (const auto& note : performance.notes) {
        const double weight = note.steps * (note.velocity + 20);
        classes[static_cast<std::size_t>(note.pitch % 12)] += weight;
        sum += weight;
    }
    double entropy = 0;
    double used = 0;
    for (double& value : classes) {
        value /= sum;
        entropy -= value > 0 ? value * std::log(value) : 0;
        used += value > 0.02;
    }
    const auto [major, likeMajor] = bestTonic(classes, kMajorProfile);
    const auto [minor, likeMinor] = bestTonic(classes, kMinorProfile);
    features.insert(features.end(), {likeMajor, likeMinor, likeMajor - likeMinor,
                                     std::max(likeMajor, likeMinor), entropy, used});
    // The major scale whose seven notes hold most of the sound, whatever the tonic.
    std::size_t scale = 0;
    double best = -1;
    for (std::size_t k = 0; k < 12; ++k) {
        double inside = 0;
        for (const std::size_t tone : {0, 2, 4, 5, 7, 9, 11}) {
            inside += classes[(k + tone) % 12];
        }
        if (inside > best) {
            best = inside;
            scale = k;
        }
    }
    features.push_back(best);
    turned(classes, scale, features);
    turned(classes, likeMajor >= likeMinor ? major : minor, features);

    std::array<double, kChordQualities> qualities{};
    std::array<double, 12> degrees{};
    double total = 1e-9;
    double changes = 0;
    for (std::size_t i = 0; i < performance.chords.size(); ++i) {
        const auto& [step, chord] = performance.chords[i];
        const int end =
            i + 1 < performance.chords.size() ? performance.chords[i + 1].first : step + 4;
        if (chord.none()) {
            continue;
        }
        const double length = std::max(1, end - step);
        qualities[static_cast<std::size_t>(chord.quality)] += length;
        degrees[(static_cast<std::size_t>(chord.root) + 12 - scale) % 12] += length;
        total += length;
        changes += i > 0 && !(performance.chords[i - 1].second == chord);
    }
    for (const double value : qualities) {
        features.push_back(value / total);
    }
    for (const double value : degrees) {
        features.push_back(value / total);
    }
    features.push_back(changes / std::max(performance.bars, 1));
}

} // namespace

std::vector<double> wordFeatures(std::span<const Word> words) {
    const auto performance = analyse(words);
    if (performance.notes.empty()) {
        return std::vector<double>(featureCount(), 0.0);
    }
    std::vector<double> features;
    addSound(performance, features);
    addLines(performance, features);
    addHarmony(performance, features);
    return features;
}

std::size_t featureCount() {
    // The features of a single note are as many as those of any piece.
    static const std::size_t count = [] {
        const Word bar{{0, 0, kBar, 2, 0, 0, 0, 0}};
        const Word note{{0, 0, 0, 3, 40, 4, 16, 0}};
        return wordFeatures(std::array{bar, note}).size();
    }();
    return count;
}

PieceFigures figuresOf(std::span<const Word> words) {
    const auto performance = analyse(words);
    PieceFigures figures;
    if (performance.notes.empty()) {
        return figures;
    }
    struct Part {
        int low = 128;
        int high = 0;
        std::array<bool, 12> classes{};
        std::map<int, int> places;
        double notes = 0;
        void add(const Sounding& note) {
            low = std::min(low, note.pitch);
            high = std::max(high, note.pitch);
            classes[static_cast<std::size_t>(note.pitch % 12)] = true;
            ++places[note.step];
            ++notes;
        }
        double count() const {
            return static_cast<double>(std::count(classes.begin(), classes.end(), true));
        }
    };
    Part whole;
    std::map<int, Part> bars;
    for (const auto& note : performance.notes) {
        whole.add(note);
        bars[note.step / 16].add(note);
    }
    figures.pitchRange = whole.high - whole.low;
    figures.pitchClasses = whole.count();
    double sounding = 0;
    double steps = 0;
    for (const double value : densityOf(performance)) {
        sounding += value;
        steps += value > 0;
    }
    figures.polyphony = sounding / steps;
    const auto count = static_cast<double>(bars.size());
    for (const auto& [number, bar] : bars) {
        figures.barPitchRange += (bar.high - bar.low) / count;
        figures.barPitchClasses += bar.count() / count;
        figures.barPolyphony += bar.notes / static_cast<double>(bar.places.size()) / count;
    }
    return figures;
}

ElementMeans meansOf(std::span<const Word> words) {
    const auto performance = analyse(words);
    ElementMeans means;
    means.tempo = meanOf(performance.tempos);
    means.notes = performance.notes.size();
    const auto count = static_cast<double>(std::max<std::size_t>(means.notes, 1));
    for (const auto& note : performance.notes) {
        means.pitch += note.pitch / count;
        means.duration += note.steps / count;
        means.velocity += note.velocity / count;
    }
    means.density = static_cast<double>(means.notes) / std::max(performance.bars, 1);
    return means;
}

} // namespace canto::codec
