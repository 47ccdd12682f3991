// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/muser/draw_report.h"

#include "core/codec/key_profile.h"
#include "core/codec/performance_features.h"
#include "core/codec/word_features.h"
#include "models/muser/choosing.h"
#include "models/muser/performance_classifier.h"
#include "models/muser/sequence.h"

#include <algorithm>
#include <cmath>

namespace canto::models::muser {

using codec::Word;
using nlohmann::json;

namespace {

tl::unexpected<Error> drawsCancelled() { return fail(Error::Code::Cancelled, "Cancelled"); }

json meanAndSpread(const std::vector<codec::PieceFigures>& all,
                   double codec::PieceFigures::*member) {
    double sum = 0;
    double square = 0;
    for (const auto& figures : all) {
        sum += figures.*member;
        square += figures.*member * (figures.*member);
    }
    const auto count = static_cast<double>(std::max<std::size_t>(all.size(), 1));
    const double middle = sum / count;
    return {{"mean", middle}, {"std", std::sqrt(std::max(0.0, square / count - middle * middle))}};
}

/// Numbers of each phrase of a sample.
struct PhraseNumbers {
    std::vector<double> notesASecond;
    std::vector<double> atATime;
    std::vector<double> velocity;
    std::vector<double> pitch;
    std::vector<codec::PieceFigures> figures;

    void add(std::span<const Word> words, const music::Song& song) {
        const auto sound = codec::soundFeatures(song.notes);
        if (sound.empty()) {
            return;
        }
        notesASecond.push_back(std::exp(codec::valueOf(sound, "log notes a second")));
        pitch.push_back(codec::valueOf(sound, "pitch, mean"));
        velocity.push_back(codec::valueOf(codec::velocityFeatures(song.notes), "velocity, mean"));
        figures.push_back(codec::figuresOf(words));
        atATime.push_back(figures.back().polyphony);
    }
    json toJson() const {
        const auto mean = [](const std::vector<double>& values) {
            double sum = 0;
            for (const double value : values) {
                sum += value / static_cast<double>(values.size());
            }
            return sum;
        };
        return {{"PR", meanAndSpread(figures, &codec::PieceFigures::pitchRange)},
                {"NPC", meanAndSpread(figures, &codec::PieceFigures::pitchClasses)},
                {"POLY", meanAndSpread(figures, &codec::PieceFigures::polyphony)},
                {"BPR", meanAndSpread(figures, &codec::PieceFigures::barPitchRange)},
                {"BNPC", meanAndSpread(figures, &codec::PieceFigures::barPitchClasses)},
                {"BPOLY", meanAndSpread(figures, &codec::PieceFigures::barPolyphony)},
                {"notesASecond", mean(notesASecond)},
                {"velocity", mean(velocity)},
                {"pitch", mean(pitch)},
                {"phrases", figures.size()}};
    }
    json distancesFrom(const PhraseNumbers& other) const {
        return {{"notesASecond", earthMovers(notesASecond, other.notesASecond)},
                {"POLY", earthMovers(atATime, other.atATime)},
                {"velocity", earthMovers(velocity, other.velocity)},
                {"pitch", earthMovers(pitch, other.pitch)}};
    }
};

/// Phrases with their quadrants as two classifiers predict them.
struct Classified {
    std::vector<int> truth;
    std::vector<int> byWords;
    std::vector<int> byPieces;
    std::vector<int> bySeconds;
};

int quadrantOf(const std::vector<double>& probabilities) {
    return static_cast<int>(std::max_element(probabilities.begin(), probabilities.end()) -
                            probabilities.begin());
}

struct Classifiers {
    EmotionProbe words;
    const EmotionProbe* pieces = nullptr;
    PerformanceClassifier seconds;

    void add(int quadrant, std::span<const Word> words_, const music::Song& song,
             Classified& to) const {
        const auto prediction = seconds.predict(song.notes);
        if (!prediction) {
            return; // no notes
        }
        const auto features = codec::wordFeatures(words_);
        to.truth.push_back(quadrant);
        to.byWords.push_back(words.classOf(features));
        if (pieces != nullptr) {
            to.byPieces.push_back(pieces->classOf(features));
        }
        to.bySeconds.push_back(quadrantOf(prediction->probabilities));
    }
};

struct Drawn {
    std::array<PhraseNumbers, 4> numbers;
    Classified classified;
};

Result<Drawn> drawAll(NetImpl& net, const Classifiers& classifiers, const DrawTargets& targets,
                      const DrawOptions& options, int count, const CancelToken& cancel) {
    Drawn drawn;
    Random random(1);
    for (int quadrant = 0; quadrant < 4; ++quadrant) {
        for (int i = 0; i < count; ++i) {
            CANTO_TRY(codes, drawPhrase(net, targets, mixtureOf(quadrant + 1, 4), options, random,
                                        [&] { return cancel.cancelled(); }));
            const auto words = wordsOfCodes(net, *codes, quadrant + 1, {});
            const auto song = codec::songOfWords(words);
            drawn.numbers[static_cast<std::size_t>(quadrant)].add(words, song);
            classifiers.add(quadrant, words, song, drawn.classified);
        }
    }
    return drawn;
}

/// Means over the quadrants, of a sweep's row.
json meanDistances(const Drawn& drawn, const std::array<PhraseNumbers, 4>& real) {
    json mean = json::object();
    for (std::size_t quadrant = 0; quadrant < 4; ++quadrant) {
        const auto apart = drawn.numbers[quadrant].distancesFrom(real[quadrant]);
        for (const auto& [name, value] : apart.items()) {
            mean[name] = mean.value(name, 0.0) + value.get<double>() / 4;
        }
    }
    return mean;
}

} // namespace

double earthMovers(std::vector<double> a, std::vector<double> b) {
    if (a.empty() || b.empty()) {
        return 0;
    }
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    std::vector<double> places(a);
    places.insert(places.end(), b.begin(), b.end());
    std::sort(places.begin(), places.end());
    const auto below = [](const std::vector<double>& values, double place) {
        return static_cast<double>(std::upper_bound(values.begin(), values.end(), place) -
                                   values.begin()) /
               static_cast<double>(values.size());
    };
    double area = 0;
    for (std::size_t i = 1; i < places.size(); ++i) {
        area += std::abs(below(a, places[i - 1]) - below(b, places[i - 1])) *
                (places[i] - places[i - 1]);
    }
    return area;
}

music::Song byRule(const music::Song& song, int quadrant, double velocity, Random& random) {
    struct Rule {
        double slowest; ///< bpm
        double fastest;
        bool major;
        int octaves;
    };
    constexpr std::array<Rule, 4> kRules = {
        {{160, 184, true, 0}, {184, 228, false, -1}, {40, 69, false, -1}, {40, 69, true, 0}}};
    const auto& rule = kRules[static_cast<std::size_t>(quadrant)];
    music::Song result = song;
    codec::PitchClasses classes{};
    double mean = 0;
    for (const auto& note : song.notes) {
        classes[static_cast<std::size_t>(note.pitch % 12)] += note.lengthSeconds + 1e-6;
        mean += note.velocity / static_cast<double>(song.notes.size());
    }
    const auto key = codec::keyOf(classes);
    for (auto& note : result.notes) {
        const int above = (note.pitch + 12 - static_cast<int>(key.tonic())) % 12;
        int pitch = note.pitch + 12 * rule.octaves;
        if (rule.major && key.isMinor()) {
            pitch += above == 3 || above == 8 || above == 10 ? 1 : 0;
        } else if (!rule.major && !key.isMinor()) {
            pitch -= above == 4 || above == 9 || above == 11 ? 1 : 0;
        }
        note.pitch = static_cast<std::uint8_t>(
            pitch < codec::kLowestPitch ? pitch + 12 : std::min(pitch, codec::kHighestPitch));
        note.velocity = static_cast<std::uint8_t>(
            std::clamp(std::lround(note.velocity + velocity - mean), 1L, 127L));
    }
    const double bpm = rule.slowest + (rule.fastest - rule.slowest) * random.uniform();
    result.tempo = music::TempoMap(result.ticksPerQuarter,
                                   {{0, static_cast<std::uint32_t>(std::lround(60e6 / bpm))}});
    result.finish();
    return result;
}

Result<json> generationFigures(NetImpl& net, const Dataset& dataset, const EmotionProbe* ofPieces,
                               const DrawReportOptions& options, const CancelToken& cancel) {
    // Classifiers of phrases: a sample is a phrase, and a whole piece has other statistics.
    const auto rowsOf = [&](const char* split) {
        return dataset.rows(split, Dataset::Which::Labelled, net.config.bars);
    };
    Classifiers classifiers;
    std::array<PhraseNumbers, 4> real;
    std::vector<std::vector<double>> numbers;
    std::vector<int> labels;
    std::vector<MoodClip> clips;
    const auto trained = rowsOf("train");
    // The second classifier needs no more phrases than this, and its kernel grows with the square.
    constexpr std::size_t kMostClips = 1000;
    const std::size_t every = trained.size() / kMostClips + 1;
    for (std::size_t i = 0; i < trained.size(); ++i) {
        const auto row = trained[i];
        const auto words = dataset.phrase(row);
        auto song = codec::songOfWords(words);
        const int label = dataset.labelOf(row);
        numbers.push_back(codec::wordFeatures(words));
        labels.push_back(label);
        real[static_cast<std::size_t>(label)].add(words, song);
        if (i % every == 0) {
            clips.push_back({std::move(song.notes), label, {}, {}});
        }
    }
    classifiers.words = EmotionProbe::learn(numbers, labels, 4, {.penalty = 300, .ridge = 0});
    classifiers.pieces = ofPieces;
    CANTO_TRY(seconds, PerformanceClassifier::learn(clips, cancel));
    classifiers.seconds = std::move(*seconds);

    Classified held;
    Classified ruled;
    Random random(1);
    for (const auto row : rowsOf("test")) {
        const auto words = dataset.phrase(row);
        const auto song = codec::songOfWords(words);
        classifiers.add(dataset.labelOf(row), words, song, held);
        for (int quadrant = 0; quadrant < 4 && !song.notes.empty(); ++quadrant) {
            double velocity = 0;
            const auto& its = real[static_cast<std::size_t>(quadrant)].velocity;
            for (const double value : its) {
                velocity += value / static_cast<double>(its.size());
            }
            const auto music = byRule(song, quadrant, velocity, random);
            classifiers.add(quadrant, codec::wordsOf(music).words, music, ruled);
        }
        if (cancel.cancelled()) {
            return drawsCancelled();
        }
    }
    json figures = {{"classifier", quadrantScores(held.byWords, held.truth).toJson()},
                    {"secondClassifier", quadrantScores(held.bySeconds, held.truth).toJson()},
                    {"byRule", quadrantScores(ruled.bySeconds, ruled.truth).toJson()},
                    {"byRuleByWords", quadrantScores(ruled.byWords, ruled.truth).toJson()},
                    {"chance", 0.25}};
    const auto targets = DrawTargets::of(dataset, net.config.bars);
    CANTO_TRY(drawn, drawAll(net, classifiers, targets, {}, options.count, cancel));
    for (std::size_t quadrant = 0; quadrant < 4; ++quadrant) {
        figures["quadrants"][dataset.labels()[quadrant]] = {
            {"drawn", drawn->numbers[quadrant].toJson()},
            {"data", real[quadrant].toJson()},
            {"distance", drawn->numbers[quadrant].distancesFrom(real[quadrant])}};
    }
    const auto& asked = drawn->classified;
    figures["classified"] = quadrantScores(asked.byWords, asked.truth).toJson();
    figures["classifiedBySeconds"] = quadrantScores(asked.bySeconds, asked.truth).toJson();
    if (ofPieces != nullptr) {
        figures["classifiedByPieceProbe"] = quadrantScores(asked.byPieces, asked.truth).toJson();
    }
    for (const int candidates : options.candidates) {
        CANTO_TRY(other, drawAll(net, classifiers, targets, {.candidates = candidates},
                                 options.count, cancel));
        json row = {{"candidates", candidates}, {"distance", meanDistances(*other, real)}};
        row["classified"] =
            quadrantScores(other->classified.byWords, other->classified.truth).toJson();
        row["classifiedBySeconds"] =
            quadrantScores(other->classified.bySeconds, other->classified.truth).toJson();
        for (std::size_t quadrant = 0; quadrant < 4; ++quadrant) {
            const auto its = other->numbers[quadrant].toJson();
            row["notesASecond"].push_back(its["notesASecond"]);
            row["polyphony"].push_back(its["POLY"]["mean"]);
        }
        figures["candidates"].push_back(std::move(row));
    }
    return figures;
}

} // namespace canto::models::muser
