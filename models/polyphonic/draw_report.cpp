// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "models/common/rows.h"
#include "models/nn/logistic_probe.h"
#include "models/polyphonic/report_parts.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace canto::models::polyphonic {

using codec::GridPhrase;
using nlohmann::json;
using torch::Tensor;

namespace {

double ratio(double part, double whole) { return whole > 0 ? part / whole : 0.0; }

/// Means over phrases. Empty bars, pitch classes a bar, notes of at least two steps and drum hits
/// on eighths as MuseGAN counts them (core/codec/musegan_metrics.h), over the tracks that play.
json countedFigures(const std::vector<GridPhrase>& phrases) {
    std::array<double, kVoices> notes{};
    double kit = 0, withDrums = 0, silent = 0, velocity = 0, hits = 0, hitsOnEighths = 0;
    double bars = 0, emptyBars = 0, classes = 0, pitched = 0, longNotes = 0;
    for (const auto& phrase : phrases) {
        std::set<int> pieces;
        const int count = std::max(1, (phrase.steps + phrase.barSteps - 1) / phrase.barSteps);
        std::vector<std::array<std::set<int>, kVoices>> sounding(static_cast<std::size_t>(count));
        std::array<bool, kVoices> plays{};
        for (const auto& note : phrase.notes) {
            ++notes[note.track];
            plays[note.track] = true;
            velocity += note.velocity;
            for (int bar = note.step / phrase.barSteps;
                 bar < count && bar * phrase.barSteps < note.step + note.length; ++bar) {
                sounding[static_cast<std::size_t>(bar)][note.track].insert(note.pitch % 12);
            }
            if (note.track == 0) {
                pieces.insert(note.pitch);
                ++hits;
                hitsOnEighths += note.step % 2 == 0;
            } else {
                ++pitched;
                longNotes += note.length >= 2;
            }
        }
        for (const auto& bar : sounding) {
            for (std::size_t track = 0; track < kVoices; ++track) {
                bars += plays[track];
                emptyBars += plays[track] && bar[track].empty();
                classes += track > 0 ? static_cast<double>(bar[track].size()) : 0.0;
            }
        }
        silent += phrase.notes.empty();
        withDrums += !pieces.empty();
        kit += static_cast<double>(pieces.size());
    }
    const auto number = static_cast<double>(phrases.size());
    double sum = 0;
    json tracks;
    for (std::size_t track = 0; track < kVoices; ++track) {
        sum += notes[track];
        tracks[std::string(codec::kVoiceNames[track])] = ratio(notes[track], number);
    }
    return json{{"phrases", phrases.size()},
                {"notes", ratio(sum, number)},
                {"tracks", tracks},
                {"velocity", ratio(velocity, sum)},
                {"silent", ratio(silent, number)},
                {"withDrums", ratio(withDrums, number)},
                {"kitPieces", ratio(kit, withDrums)},
                {"emptyBars", ratio(emptyBars, bars)},
                {"pitchClasses", ratio(classes, bars - emptyBars)},
                {"longNotes", ratio(longNotes, pitched)},
                {"drumsOnEighths", ratio(hitsOnEighths, hits)}};
}

Tensor featuresOf(const std::vector<GridPhrase>& phrases) {
    std::vector<Tensor> rows;
    for (const auto& phrase : phrases) {
        rows.push_back(torch::tensor(countedFeatures(phrase)));
    }
    return torch::stack(rows);
}

/// Predicts the class of a phrase from what is counted: the model takes no part.
class CountedClassifier {
  public:
    CountedClassifier(const Dataset& dataset, const std::vector<std::int64_t>& rows)
        : m_probe(featuresOf(dataset.phrases(rows)), labelsOf(dataset, rows),
                  static_cast<std::int64_t>(dataset.labels().size()),
                  {.ridge = 1e-2, .balanced = true}) {}

    double shareOf(const std::vector<GridPhrase>& phrases, std::int64_t label) const {
        return phrases.empty() ? 0.0
                               : (m_probe.predictions(featuresOf(phrases)) == label)
                                     .to(torch::kFloat64)
                                     .mean()
                                     .item<double>();
    }

  private:
    static Tensor labelsOf(const Dataset& dataset, const std::vector<std::int64_t>& rows) {
        auto labels = torch::empty({static_cast<std::int64_t>(rows.size())}, torch::kInt64);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            labels[static_cast<std::int64_t>(i)] = dataset.labelOf(rows[i]);
        }
        return labels;
    }
    LogisticProbe m_probe;
};

/// Notes as sorted numbers, for quick comparison.
using Places = std::vector<std::int32_t>;

Places placesOf(const GridPhrase& phrase) {
    Places places;
    for (const auto& note : phrase.notes) {
        places.push_back((note.step * kVoices + note.track) * 128 + note.pitch);
    }
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    return places;
}

double f1Of(const Places& a, const Places& b) {
    std::size_t both = 0;
    for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
        both += *i == *j;
        const bool first = *i <= *j;
        j += *j <= *i;
        i += first;
    }
    return ratio(2.0 * static_cast<double>(both), static_cast<double>(a.size() + b.size()));
}

/// F1 of the notes with the most similar of the known phrases, over phrases with notes: the
/// quantiles, and the share that is nearly a copy.
json nearestFigures(const std::vector<GridPhrase>& phrases, const std::vector<Places>& known) {
    constexpr double kCopy = 0.8;
    std::vector<double> nearest;
    for (const auto& phrase : phrases) {
        const auto places = placesOf(phrase);
        double most = 0;
        for (const auto& other : known) {
            // At most all notes of the shorter one are in both.
            const auto sizes = std::minmax(places.size(), other.size());
            const double bound = ratio(2.0 * static_cast<double>(sizes.first),
                                       static_cast<double>(sizes.first + sizes.second));
            most = bound > most ? std::max(most, f1Of(places, other)) : most;
        }
        if (!places.empty()) {
            nearest.push_back(most);
        }
    }
    if (nearest.empty()) {
        return nullptr;
    }
    std::sort(nearest.begin(), nearest.end());
    const auto at = [&](double share) {
        return nearest[static_cast<std::size_t>(share * static_cast<double>(nearest.size() - 1))];
    };
    const auto copies = nearest.end() - std::lower_bound(nearest.begin(), nearest.end(), kCopy);
    return {{"phrases", nearest.size()},
            {"median", at(0.5)},
            {"p95", at(0.95)},
            {"most", nearest.back()},
            {"copies", ratio(static_cast<double>(copies), static_cast<double>(nearest.size()))}};
}

} // namespace

std::vector<float> countedFeatures(const GridPhrase& phrase) {
    constexpr int kFamilies = 17; // of General MIDI, and none
    constexpr int kBarPlaces = 4; // on the quarter, on the eighth, on the sixteenth, off the grid
    struct Track {
        double notes = 0, pitch = 0, square = 0, velocity = 0, length = 0;
        std::array<double, kBarPlaces> places{};
        std::set<int> steps;
    };
    std::array<Track, kVoices> tracks;
    std::array<double, 8> kit{}; // kicks, snares, hats, toms, crashes, rides, Latin, other
    for (const auto& note : phrase.notes) {
        auto& track = tracks[note.track];
        ++track.notes;
        track.pitch += note.pitch;
        track.square += note.pitch * note.pitch;
        track.velocity += note.velocity;
        track.length += note.length;
        ++track.places[note.offset != 0 ? 3 : note.step % 4 == 0 ? 0 : note.step % 2 == 0 ? 1 : 2];
        track.steps.insert(note.step);
        if (note.track == 0) {
            const int p = note.pitch;
            const std::size_t piece =
                p == 35 || p == 36                                               ? 0
                : p >= 37 && p <= 40                                             ? 1
                : p == 42 || p == 44 || p == 46                                  ? 2
                : p == 41 || p == 43 || p == 45 || p == 47 || p == 48 || p == 50 ? 3
                : p == 49 || p == 52 || p == 55 || p == 57                       ? 4
                : p == 51 || p == 53 || p == 59                                  ? 5
                : p >= 60 && p <= 81                                             ? 6
                                                                                 : 7;
            ++kit[piece];
        }
    }
    std::vector<float> features;
    const auto add = [&](double value) { features.push_back(static_cast<float>(value)); };
    for (std::size_t voice = 0; voice < kVoices; ++voice) {
        const auto& track = tracks[voice];
        const double mean = ratio(track.pitch, track.notes);
        add(track.notes > 0);
        add(std::log1p(track.notes));
        add(ratio(track.notes, static_cast<double>(track.steps.size())));
        add(mean / 12);
        add(std::sqrt(std::max(0.0, ratio(track.square, track.notes) - mean * mean)) / 12);
        add(ratio(track.velocity, track.notes) / 32);
        add(ratio(track.length, track.notes) / 4);
        for (const double place : track.places) {
            add(ratio(place, track.notes));
        }
        if (voice > 0) {
            const int program = phrase.programs[voice];
            for (int family = 0; family < kFamilies; ++family) {
                add(track.notes > 0 && std::min(program / 8, kFamilies - 1) == family);
            }
        }
    }
    for (const double piece : kit) {
        add(std::log1p(piece));
    }
    add(std::log2(phrase.bpm / 110));
    add(phrase.barSteps == 16);
    add(phrase.barSteps == 12);
    return features;
}

Result<json> drawFigures(const LatentModel& model, const Dataset& dataset,
                         const std::vector<std::int64_t>& rows, const CancelToken& cancel) {
    constexpr int kDraws = 200;
    constexpr std::size_t kKnown = 40'000;
    constexpr std::size_t kLearned = 8'000;
    const auto cancelled = [] { return fail(Error::Code::Cancelled, "Cancelled"); };
    std::vector<std::int64_t> labelled;
    const auto train = dataset.rows("train", Dataset::Which::All);
    for (const auto row : atMost(train, kLearned)) {
        if (dataset.labelOf(row) >= 0) {
            labelled.push_back(row);
        }
    }
    if (labelled.empty() || model.info().classes.empty()) {
        return json(nullptr);
    }
    const CountedClassifier classifier(dataset, labelled);
    std::vector<Places> known;
    for (const auto row : atMost(train, kKnown)) {
        known.push_back(placesOf(dataset.phrase(row)));
    }
    json result = json::object();
    Random random(1);
    for (std::size_t k = 0; k < model.info().classes.size(); ++k) {
        std::vector<GridPhrase> drawn, ofClass;
        int own = 0;
        for (int i = 0; i < kDraws; ++i) {
            if (cancel.cancelled()) {
                return cancelled();
            }
            CANTO_TRY(z, model.samplePrior(static_cast<int>(k), random));
            CANTO_TRY(song, model.decode(*z, {}, {}));
            const auto grid = codec::toGrid(*song);
            drawn.push_back(grid.musicBars > 0 ? grid.phrase(grid.window(0)) : GridPhrase{});
            // Read again by the encoder: does the classifier of the plane name its class?
            const auto segments = model.segments(*song);
            if (segments.empty()) {
                continue;
            }
            CANTO_TRY(again, model.encode(*song, std::span(&segments.front(), 1), {}));
            const auto scores = model.classScores(again->front());
            own += std::max_element(scores.begin(), scores.end()) - scores.begin() ==
                   std::ptrdiff_t(k);
        }
        for (const auto row : rows) {
            if (dataset.labelOf(row) == static_cast<std::int64_t>(k)) {
                ofClass.push_back(dataset.phrase(row));
            }
        }
        auto some = ofClass;
        if (some.size() > kDraws) {
            const auto stride = some.size() / kDraws;
            for (std::size_t i = 0; i < kDraws; ++i) {
                some[i] = some[i * stride];
            }
            some.resize(kDraws);
        }
        const auto label = static_cast<std::int64_t>(k);
        auto ofDraws = countedFigures(drawn);
        auto ofSongs = countedFigures(ofClass);
        ofDraws["countedAsItsClass"] = classifier.shareOf(drawn, label);
        ofSongs["countedAsItsClass"] = classifier.shareOf(ofClass, label);
        ofDraws["nearest"] = nearestFigures(drawn, known);
        ofSongs["nearest"] = nearestFigures(some, known);
        result[model.info().classes[k]] = {
            {"drawn", ofDraws}, {"songs", ofSongs}, {"readAsItsClass", ratio(own, kDraws)}};
    }
    return result;
}

} // namespace canto::models::polyphonic
