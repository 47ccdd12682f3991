// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/muser/performance_classifier.h"

#include "core/codec/feature_statistics.h"
#include "core/codec/performance_features.h"
#include "core/tensors/safetensors.h"
#include "models/common/latent_model.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace canto::models::muser {

namespace {

constexpr const char* kPerformanceFormat = "canto.mood-classifier.1";
constexpr std::size_t kLeastNotes = 8; ///< of a half that is a row of its own
/// Of the squared weights, for each row; of the kernel.
constexpr double kPenaltyOfRow = 0.03;
constexpr double kKernelRidge = 0.3;
/// Of the classifier that uses velocity, at most: music in another range that the gate cannot see
/// costs less so, and music of the training data's kind loses little (.726 to .725 five-fold in a
/// trial).
/// trial).
constexpr double kVelocityShare = 0.7;

tl::unexpected<Error> studyCancelled() { return fail(Error::Code::Cancelled, "Cancelled"); }

std::vector<double> soundAndVelocity(const PerformanceRow& row) {
    auto both = row.sound;
    both.insert(both.end(), row.velocity.begin(), row.velocity.end());
    return both;
}

/// The clip and those of its halves that have enough notes.
std::vector<std::vector<music::Note>> partsOf(const MoodClip& clip) {
    std::vector<std::vector<music::Note>> parts{clip.notes};
    if (clip.notes.empty()) {
        return parts;
    }
    const auto [first, last] =
        std::minmax_element(clip.notes.begin(), clip.notes.end(), [](const auto& a, const auto& b) {
            return a.startSeconds < b.startSeconds;
        });
    const double middle = (first->startSeconds + last->startSeconds) / 2;
    std::array<std::vector<music::Note>, 2> halves;
    for (const auto& note : clip.notes) {
        halves[note.startSeconds < middle ? 0 : 1].push_back(note);
    }
    for (auto& half : halves) {
        if (half.size() >= kLeastNotes) {
            parts.push_back(std::move(half));
        }
    }
    return parts;
}

/// Rows of a clip: the whole first.
struct ClipRows {
    std::vector<PerformanceRow> own;
    std::vector<PerformanceRow> replaced; ///< the same music with other velocities
};

ClipRows clipRows(const MoodClip& clip, Random& random) {
    static constexpr std::array kChanges = {VelocityChange::Constant, VelocityChange::Levels,
                                            VelocityChange::Range};
    ClipRows rows;
    for (const auto& part : partsOf(clip)) {
        rows.own.push_back(performanceRow(part));
        const auto change = kChanges[random.below(kChanges.size())];
        rows.replaced.push_back(performanceRow(withVelocity(part, change, random)));
    }
    return rows;
}

std::vector<ClipRows> clipRows(std::span<const MoodClip> clips) {
    Random random(1);
    std::vector<ClipRows> rows;
    for (const auto& clip : clips) {
        rows.push_back(clipRows(clip, random));
    }
    return rows;
}

struct Learned {
    EmotionProbe sound;
    EmotionProbe both;
    VelocityGate gate;
};

/// @param used which clips.
Learned learnRows(const std::vector<ClipRows>& rows, std::span<const MoodClip> clips,
                  const std::vector<bool>& used) {
    struct Examples {
        std::vector<std::vector<double>> rows;
        std::vector<int> labels;
        std::size_t whole = 0;
        void add(std::vector<double> row, int label) {
            rows.push_back(std::move(row));
            labels.push_back(label);
        }
        EmotionProbe learn() const {
            return EmotionProbe::learn(
                rows, labels, 4,
                {.penalty = kPenaltyOfRow * static_cast<double>(labels.size()),
                 .ridge = kKernelRidge,
                 .kernelRows = whole});
        }
    };
    Examples sound;
    Examples both;
    std::vector<std::vector<double>> uses;
    // Whole clips first: they alone are in the kernel.
    for (const bool wholes : {true, false}) {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto& own = rows[i].own;
            for (std::size_t part = 0; used[i] && part < own.size(); ++part) {
                if ((part == 0) != wholes || own[part].empty()) {
                    continue;
                }
                sound.add(own[part].sound, clips[i].label);
                both.add(soundAndVelocity(own[part]), clips[i].label);
                both.add(soundAndVelocity(rows[i].replaced[part]), clips[i].label);
                if (wholes) {
                    uses.push_back(own[part].use);
                }
            }
        }
        if (wholes) {
            sound.whole = sound.labels.size();
            both.whole = both.labels.size();
        }
    }
    return {sound.learn(), both.learn(), VelocityGate::learn(uses)};
}

MoodPrediction predictRow(const EmotionProbe& sound, const EmotionProbe& both,
                          const VelocityGate& gate, const PerformanceRow& row) {
    MoodPrediction prediction;
    prediction.velocityWeight = kVelocityShare * gate.weight(row.use);
    const auto without = sound.probabilities(row.sound);
    const auto with = both.probabilities(soundAndVelocity(row));
    std::vector<double> scores;
    for (std::size_t c = 0; c < without.size(); ++c) {
        const auto log = [](double p) { return std::log(std::max(p, 1e-9)); };
        scores.push_back((1 - prediction.velocityWeight) * log(without[c]) +
                         prediction.velocityWeight * log(with[c]));
    }
    prediction.probabilities = softmax(std::move(scores));
    return prediction;
}

int likeliest(const std::vector<double>& probabilities) {
    return static_cast<int>(std::max_element(probabilities.begin(), probabilities.end()) -
                            probabilities.begin());
}

std::vector<music::Note> twiceAsFast(std::span<const music::Note> notes) {
    std::vector<music::Note> faster(notes.begin(), notes.end());
    for (auto& note : faster) {
        note.startSeconds /= 2;
        note.lengthSeconds /= 2;
    }
    return faster;
}

} // namespace

PerformanceRow performanceRow(std::span<const music::Note> notes) {
    return {codec::valuesOf(codec::soundFeatures(notes)),
            codec::valuesOf(codec::velocityFeatures(notes)),
            codec::valuesOf(codec::velocityUse(notes))};
}

VelocityGate VelocityGate::learn(const std::vector<std::vector<double>>& uses) {
    VelocityGate gate;
    for (std::size_t i = 0; !uses.empty() && i < uses.front().size(); ++i) {
        std::vector<double> values;
        for (const auto& use : uses) {
            values.push_back(use[i]);
        }
        std::sort(values.begin(), values.end());
        gate.low.push_back(codec::percentileOf(values, .01));
        gate.high.push_back(codec::percentileOf(values, .99));
    }
    return gate;
}

double VelocityGate::weight(const std::vector<double>& use) const {
    double sum = 0;
    for (std::size_t i = 0; i < low.size(); ++i) {
        const double outside = std::max({low[i] - use[i], use[i] - high[i], 0.0});
        const double distance = outside / std::max((high[i] - low[i]) / 4, 1e-6);
        sum += distance * distance;
    }
    return std::exp(-2 * sum);
}

std::vector<music::Note> withVelocity(std::span<const music::Note> notes, VelocityChange change,
                                      Random& random) {
    std::vector<music::Note> changed(notes.begin(), notes.end());
    double mean = 0;
    for (const auto& note : notes) {
        mean += note.velocity / static_cast<double>(notes.size());
    }
    constexpr std::array<double, 6> kDynamics = {33, 49, 64, 80, 96, 112}; // pp to ff
    const double level = 40 + 65 * random.uniform();
    const double spread = change == VelocityChange::Range ? 0.3 + random.uniform() : 0.0;
    std::vector<double> levels;
    for (auto& note : changed) {
        double velocity = level + spread * (note.velocity - mean);
        if (change == VelocityChange::Levels) {
            const auto section = static_cast<std::size_t>(std::max(note.startSeconds, 0.0) / 8);
            while (levels.size() <= section) {
                levels.push_back(kDynamics[random.below(kDynamics.size())]);
            }
            velocity = levels[section];
        }
        note.velocity = static_cast<std::uint8_t>(std::clamp(std::lround(velocity), 1L, 127L));
    }
    return changed;
}

Result<PerformanceClassifier> PerformanceClassifier::learn(std::span<const MoodClip> clips,
                                                           const CancelToken& cancel) {
    const auto rows = clipRows(clips);
    if (cancel.cancelled()) {
        return studyCancelled();
    }
    if (std::none_of(rows.begin(), rows.end(),
                     [](const ClipRows& one) { return !one.own.front().empty(); })) {
        return fail(Error::Code::BadInput, "There are no notes to learn from");
    }
    auto learned = learnRows(rows, clips, std::vector<bool>(clips.size(), true));
    PerformanceClassifier classifier;
    classifier.m_sound = std::move(learned.sound);
    classifier.m_both = std::move(learned.both);
    classifier.m_gate = std::move(learned.gate);
    return classifier;
}

Result<MoodPrediction> PerformanceClassifier::predict(std::span<const music::Note> notes) const {
    const auto row = performanceRow(notes);
    if (row.empty()) {
        return fail(Error::Code::BadInput, "There are no notes to classify");
    }
    return predict(row);
}

MoodPrediction PerformanceClassifier::predict(const PerformanceRow& row) const {
    return predictRow(m_sound, m_both, m_gate, row);
}

std::vector<double> PerformanceClassifier::withoutVelocity(const PerformanceRow& row) const {
    return m_sound.probabilities(row.sound);
}

Result<void> PerformanceClassifier::write(const std::filesystem::path& path,
                                          std::map<std::string, std::string> card) const {
    card["format"] = kPerformanceFormat;
    const std::array<std::vector<float>, 2> gate = {
        std::vector<float>(m_gate.low.begin(), m_gate.low.end()),
        std::vector<float>(m_gate.high.begin(), m_gate.high.end())};
    const auto sound = m_sound.packed("sound.");
    const auto both = m_both.packed("both.");
    std::vector<tensors::TensorView> views;
    for (const auto* packed : {&sound, &both}) {
        for (const auto& tensor : *packed) {
            views.push_back(tensor.view());
        }
    }
    const auto count = static_cast<std::int64_t>(gate[0].size());
    views.push_back({"gate.low", tensors::Dtype::F32, {count}, std::as_bytes(std::span(gate[0]))});
    views.push_back({"gate.high", tensors::Dtype::F32, {count}, std::as_bytes(std::span(gate[1]))});
    return tensors::writeSafeTensors(path, views, std::move(card));
}

Result<PerformanceClassifier>
PerformanceClassifier::open(const std::filesystem::path& path,
                            std::map<std::string, std::string>* card) {
    CANTO_TRY(file, tensors::SafeTensors::open(path));
    if (file->metadata("format") != kPerformanceFormat) {
        return fail(Error::Code::BadFile, "This is not a classifier of moods", path.string());
    }
    PerformanceClassifier classifier;
    CANTO_TRY(sound, EmotionProbe::unpacked(*file, "sound."));
    CANTO_TRY(both, EmotionProbe::unpacked(*file, "both."));
    CANTO_TRY(low, numbersIn(*file, "gate.low"));
    CANTO_TRY(high, numbersIn(*file, "gate.high"));
    // A file that another version of the features wrote would give nonsense without an error.
    static const auto expected = [] {
        music::Note note;
        note.lengthSeconds = 1;
        return performanceRow(std::span(&note, 1));
    }();
    if (sound->numbers() != expected.sound.size() ||
        both->numbers() != expected.sound.size() + expected.velocity.size() ||
        low->size() != expected.use.size() || high->size() != expected.use.size() ||
        sound->classes() != 4 || both->classes() != 4) {
        return fail(Error::Code::BadShape, "The classifier was trained on other features",
                    path.string());
    }
    classifier.m_sound = std::move(*sound);
    classifier.m_both = std::move(*both);
    classifier.m_gate.low = std::move(*low);
    classifier.m_gate.high = std::move(*high);
    if (card != nullptr) {
        *card = file->metadata();
    }
    return classifier;
}

Interval bootstrapOverGroups(const std::vector<bool>& right, const std::vector<std::string>& groups,
                             int draws, std::uint64_t seed) {
    std::map<std::string, std::pair<double, double>> byGroup; // right, all
    for (std::size_t i = 0; i < right.size(); ++i) {
        auto& [hits, all] = byGroup[groups[i]];
        hits += right[i];
        all += 1;
    }
    std::vector<std::pair<double, double>> songs;
    for (const auto& [name, counts] : byGroup) {
        songs.push_back(counts);
    }
    if (songs.empty()) {
        return {};
    }
    Random random(seed);
    std::vector<double> means;
    for (int draw = 0; draw < draws; ++draw) {
        double hits = 0;
        double all = 0;
        for (std::size_t i = 0; i < songs.size(); ++i) {
            const auto& song = songs[random.below(songs.size())];
            hits += song.first;
            all += song.second;
        }
        means.push_back(hits / all);
    }
    std::sort(means.begin(), means.end());
    return {codec::percentileOf(means, .025), codec::percentileOf(means, .975)};
}

namespace {

/// Predictions of clips by classifiers that were fitted on the other folds, and their scores.
struct Across {
    std::vector<int> labels;
    std::vector<std::string> groups;
    std::vector<int> classified;
    void add(int predicted, const MoodClip& clip) {
        classified.push_back(predicted);
        labels.push_back(clip.label);
        groups.push_back(clip.group);
    }
    nlohmann::json toJson() const {
        auto figures = quadrantScores(classified, labels).toJson();
        std::vector<bool> right;
        for (std::size_t i = 0; i < labels.size(); ++i) {
            right.push_back(classified[i] == labels[i]);
        }
        const auto interval = bootstrapOverGroups(right, groups);
        figures["interval"] = {interval.low, interval.high};
        return figures;
    }
};

/// Held-out clips as other programs might have written them.
std::vector<std::pair<std::string, std::vector<music::Note>>> changesOfClip(const MoodClip& clip,
                                                                            Random& random) {
    auto constant = clip.notes;
    for (auto& note : constant) {
        note.velocity = 80;
    }
    return {{"velocity 80", std::move(constant)},
            {"another range of velocity", withVelocity(clip.notes, VelocityChange::Range, random)},
            {"velocity in levels", withVelocity(clip.notes, VelocityChange::Levels, random)},
            {"twice the speed", twiceAsFast(clip.notes)}};
}

} // namespace

Result<PerformanceStudy> studyPerformance(std::span<const MoodClip> clips,
                                          const std::string& testSplit, const CancelToken& cancel) {
    std::vector<MoodClip> known;
    std::vector<MoodClip> asked;
    for (const auto& clip : clips) {
        (clip.split == testSplit ? asked : known).push_back(clip);
    }
    constexpr int kFolds = 5;
    std::vector<std::string> groups;
    for (const auto& clip : known) {
        groups.push_back(clip.group);
    }
    const auto folds = foldsByGroup(groups, kFolds);
    const auto rows = clipRows(known);
    Across home;
    Across without;
    std::map<std::string, Across> changed;
    Random random(2);
    double weight = 0;
    for (int fold = 0; fold < kFolds; ++fold) {
        std::vector<bool> used;
        for (const int of : folds) {
            used.push_back(of != fold);
        }
        const auto learned = learnRows(rows, known, used);
        for (std::size_t i = 0; i < known.size(); ++i) {
            if (cancel.cancelled()) {
                return studyCancelled();
            }
            if (folds[i] != fold || rows[i].own.front().empty()) {
                continue;
            }
            const auto predicted = [&](const PerformanceRow& row) {
                return predictRow(learned.sound, learned.both, learned.gate, row);
            };
            const auto own = predicted(rows[i].own.front());
            weight += own.velocityWeight;
            home.add(likeliest(own.probabilities), known[i]);
            without.add(learned.sound.classOf(rows[i].own.front().sound), known[i]);
            for (const auto& [name, notes] : changesOfClip(known[i], random)) {
                changed[name].add(likeliest(predicted(performanceRow(notes)).probabilities),
                                  known[i]);
            }
        }
    }
    PerformanceStudy study;
    CANTO_TRY(classifier, PerformanceClassifier::learn(known, cancel));
    study.classifier = std::move(*classifier);
    Across test;
    std::array<int, 4> counts{};
    for (const auto& clip : asked) {
        if (const auto prediction = study.classifier.predict(clip.notes)) {
            test.add(likeliest(prediction->probabilities), clip);
            ++counts[static_cast<std::size_t>(clip.label)];
        }
    }
    const auto share = [](double part, std::size_t all) {
        return part / static_cast<double>(std::max<std::size_t>(all, 1));
    };
    study.figures = {
        {"clips", home.labels.size()},
        {"tested", test.labels.size()},
        {"majority", share(*std::max_element(counts.begin(), counts.end()), test.labels.size())},
        {"crossValidated", home.toJson()},
        {"withoutVelocity", without.toJson()},
        {"velocityWeight", share(weight, home.labels.size())},
        {"test", test.toJson()}};
    for (const auto& [name, across] : changed) {
        study.figures["changed"][name] = across.toJson();
    }
    return study;
}

} // namespace canto::models::muser
