// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/spaces/orchestra/known_clips.h"

#include "app/library/model_store.h"
#include "app/spaces/orchestra/composer_prediction.h"
#include "core/base/json_text.h"
#include "core/tensors/safetensors.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace canto {

using nlohmann::json;

namespace {

constexpr const char* kFormat = "canto.known-clips.1";

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

/// The smallest value that at most the share `above` of all values exceed.
double thresholdFor(std::vector<double> values, double above) {
    std::sort(values.begin(), values.end());
    const auto beyond = static_cast<std::size_t>(above * static_cast<double>(values.size()));
    return values[values.size() - 1 - std::min(beyond, values.size() - 1)];
}

double shareAbove(const std::vector<double>& values, double threshold) {
    const auto above = std::count_if(values.begin(), values.end(),
                                     [threshold](double value) { return value > threshold; });
    return values.empty() ? 0 : static_cast<double>(above) / static_cast<double>(values.size());
}

/// Distances of some clips and of the recordings they belong to.
struct Distances {
    std::vector<double> clips;
    std::vector<double> recordings;
    std::vector<double> energies; ///< of the clips; empty if any is not known
    std::vector<double> recordingEnergies;
    std::set<std::string> composers;
};

Distances distancesOf(const KnownClips& known, const std::vector<const LabelledClip*>& clips) {
    Distances all;
    std::map<std::string, std::vector<double>> byRecording, energies;
    bool energiesKnown = true;
    for (const LabelledClip* clip : clips) {
        const double distance = known.distance(clip->latent);
        all.clips.push_back(distance);
        byRecording[clip->recording].push_back(distance);
        energies[clip->recording].push_back(clip->energy);
        energiesKnown = energiesKnown && std::isfinite(clip->energy);
        all.composers.insert(clip->composer);
    }
    for (auto& [name, distances] : byRecording) {
        all.recordings.push_back(median(std::move(distances)));
    }
    for (auto& [name, values] : energies) {
        if (energiesKnown) {
            all.energies.insert(all.energies.end(), values.begin(), values.end());
            all.recordingEnergies.push_back(median(std::move(values)));
        }
    }
    return all;
}

json ratesOf(const Distances& distances, const std::string& font, const KnownClips& known) {
    return {{"font", font},
            {"composers", distances.composers},
            {"clips", distances.clips.size()},
            {"recordings", distances.recordings.size()},
            {"clipsRefused", shareAbove(distances.clips, known.clipThreshold())},
            {"recordingsRefused", shareAbove(distances.recordings, known.recordingThreshold())}};
}

json areaJson(std::span<const double> negatives, std::span<const double> positives) {
    const auto area = areaUnderRoc(negatives, positives);
    return area ? json(*area) : json(nullptr);
}

} // namespace

std::optional<RecordingsAccuracy> recordingsAccuracyFrom(const json& figures) {
    const auto is = [&figures](const char* key, bool (json::*type)() const noexcept) {
        return figures.is_object() && figures.contains(key) && (figures[key].*type)();
    };
    const bool whole = is("recordings", &json::is_number_integer) &&
                       is("right", &json::is_number_integer) &&
                       is("clipAccuracy", &json::is_number) && is("source", &json::is_string) &&
                       is("date", &json::is_string);
    if (!whole || figures["recordings"].get<int>() < 1) {
        return std::nullopt;
    }
    return RecordingsAccuracy{figures["recordings"].get<int>(), figures["right"].get<int>(),
                              figures["clipAccuracy"].get<double>(),
                              figures["source"].get<std::string>(),
                              figures["date"].get<std::string>()};
}

json toJson(const RecordingsAccuracy& accuracy) {
    return {{"recordings", accuracy.recordings},
            {"right", accuracy.right},
            {"clipAccuracy", accuracy.clipAccuracy},
            {"source", accuracy.source},
            {"date", accuracy.date}};
}

std::optional<double> areaUnderRoc(std::span<const double> negatives,
                                   std::span<const double> positives) {
    if (negatives.empty() || positives.empty()) {
        return std::nullopt;
    }
    std::vector<double> sorted(negatives.begin(), negatives.end());
    std::sort(sorted.begin(), sorted.end());
    double wins = 0;
    for (const double value : positives) {
        const auto [low, high] = std::equal_range(sorted.begin(), sorted.end(), value);
        wins += static_cast<double>(low - sorted.begin()) + 0.5 * static_cast<double>(high - low);
    }
    return wins / (static_cast<double>(negatives.size()) * static_cast<double>(positives.size()));
}

Result<KnownClips> KnownClips::calibrate(std::span<const LabelledClip> clips,
                                         const std::string& modelVersion, const Options& options) {
    KnownClips known;
    known.m_model = modelVersion;
    known.m_neighbours = options.neighbours;
    std::vector<const LabelledClip*> valid;
    std::set<std::string> composers, recordings;
    std::string font;
    for (const LabelledClip& clip : clips) {
        if (known.m_size == 0) {
            known.m_size = clip.latent.size();
        }
        if (clip.latent.size() != known.m_size || clip.latent.empty()) {
            return fail(Error::Code::BadShape, "The latents of the clips differ in size",
                        clip.recording);
        }
        if (clip.split == "train") {
            known.m_known.insert(known.m_known.end(), clip.latent.begin(), clip.latent.end());
            composers.insert(clip.composer);
            recordings.insert(clip.recording);
            font = clip.font;
        } else if (clip.split == "valid") {
            valid.push_back(&clip);
        } else if (clip.split == "test") {
            known.m_heldOut.push_back(clip);
        }
    }
    const std::size_t count = known.m_size == 0 ? 0 : known.m_known.size() / known.m_size;
    if (options.neighbours < 1 || count < static_cast<std::size_t>(options.neighbours)) {
        return fail(Error::Code::BadInput,
                    "There are fewer known clips than neighbours: " + std::to_string(count), {},
                    "Use a library whose songs have the split \"train\"");
    }
    if (valid.empty()) {
        return fail(Error::Code::BadInput, "No held-out clips to set the threshold with", {},
                    "Use a library with songs of the split \"valid\"");
    }
    const Distances distances = distancesOf(known, valid);
    known.m_clip = thresholdFor(distances.clips, options.refused);
    known.m_recording = thresholdFor(distances.recordings, options.refused);
    known.m_rates = {{"neighbours", options.neighbours},
                     {"quantile", 1 - options.refused},
                     {"clipThreshold", known.m_clip},
                     {"recordingThreshold", known.m_recording},
                     {"known",
                      {{"font", font},
                       {"composers", composers},
                       {"clips", count},
                       {"recordings", recordings.size()}}}};
    return known;
}

void KnownClips::measure(std::span<const NamedClips> sets) {
    const auto composers = m_rates["known"]["composers"].get<std::set<std::string>>();
    // By font, so that a difference of sound is not mistaken for one of music.
    std::map<std::string, std::vector<const LabelledClip*>> heldOut;
    std::map<std::pair<std::string, std::string>, std::vector<const LabelledClip*>> others;
    for (const LabelledClip& clip : m_heldOut) {
        heldOut[clip.font].push_back(&clip);
    }
    for (const NamedClips& set : sets) {
        for (const LabelledClip& clip : set.clips) {
            if (!composers.contains(clip.composer)) {
                others[{set.name, clip.font}].push_back(&clip);
            } else if (clip.split == "test") {
                heldOut[clip.font].push_back(&clip);
            }
        }
    }
    std::map<std::string, Distances> known;
    m_rates["heldOut"] = json::array();
    m_rates["others"] = json::array();
    for (const auto& [font, clips] : heldOut) {
        known[font] = distancesOf(*this, clips);
        m_rates["heldOut"].push_back(ratesOf(known[font], font, *this));
    }
    for (const auto& [key, clips] : others) {
        const auto& [name, font] = key;
        const Distances distances = distancesOf(*this, clips);
        json row = ratesOf(distances, font, *this);
        row["name"] = name;
        row["clipAuc"] = areaJson(known[font].clips, distances.clips);
        row["recordingAuc"] = areaJson(known[font].recordings, distances.recordings);
        row["energyClipAuc"] = areaJson(known[font].energies, distances.energies);
        row["energyRecordingAuc"] =
            areaJson(known[font].recordingEnergies, distances.recordingEnergies);
        m_rates["others"].push_back(std::move(row));
    }
}

json unseenSounds(const models::LatentModel& model, std::span<const LabelledClip> clips) {
    struct Unit {
        std::string composer;
        std::vector<models::Latent> latents;
    };
    using Units = std::map<std::string, Unit>;
    struct Sound {
        Units clips, recordings, works;
    };
    const auto& classes = model.info().classes;
    std::map<std::string, Sound> sounds;
    for (const LabelledClip& clip : clips) {
        if (clip.split != "test" ||
            std::find(classes.begin(), classes.end(), clip.composer) == classes.end()) {
            continue;
        }
        auto& sound = sounds[clip.font];
        const auto add = [&clip](Units& units, const std::string& name) {
            units[name].composer = clip.composer;
            units[name].latents.push_back(clip.latent);
        };
        add(sound.clips, std::to_string(sound.clips.size()));
        add(sound.recordings, clip.recording);
        add(sound.works, clip.composer + "\n" + clip.work);
    }
    const auto right = [&model](const Units& units) {
        return std::count_if(units.begin(), units.end(), [&model](const auto& named) {
            const auto prediction = predictionOn(model, named.second.latents);
            return prediction && prediction->composer == named.second.composer;
        });
    };
    json all = json::array();
    for (const auto& [font, sound] : sounds) {
        std::map<std::string, int> works;
        for (const auto& [name, work] : sound.works) {
            ++works[work.composer];
        }
        const auto largest =
            std::max_element(works.begin(), works.end(), [](const auto& one, const auto& other) {
                return one.second < other.second;
            });
        all.push_back({{"font", font},
                       {"clips", sound.clips.size()},
                       {"recordings", sound.recordings.size()},
                       {"works", sound.works.size()},
                       {"clipsRight", right(sound.clips)},
                       {"recordingsRight", right(sound.recordings)},
                       {"worksRight", right(sound.works)},
                       {"largest", largest->second}});
    }
    return all;
}

void KnownClips::setRecordingsAccuracy(const RecordingsAccuracy& accuracy) {
    m_accuracy = accuracy;
}

std::string KnownClips::font() const {
    return m_rates.value(json::json_pointer("/known/font"), std::string());
}

double KnownClips::distance(std::span<const float> latent) const {
    std::vector<double> squares;
    for (std::size_t row = 0; row < m_known.size(); row += m_size) {
        double sum = 0;
        for (std::size_t i = 0; i < std::min(m_size, latent.size()); ++i) {
            const double difference = double(m_known[row + i]) - double(latent[i]);
            sum += difference * difference;
        }
        squares.push_back(sum);
    }
    const auto count = std::min(squares.size(), static_cast<std::size_t>(m_neighbours));
    std::partial_sort(squares.begin(), squares.begin() + std::ptrdiff_t(count), squares.end());
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
        sum += std::sqrt(squares[i]);
    }
    return sum / static_cast<double>(count);
}

double KnownClips::distanceOfRecording(std::span<const models::Latent> clips) const {
    std::vector<double> distances;
    for (const models::Latent& clip : clips) {
        distances.push_back(distance(clip));
    }
    return median(std::move(distances));
}

Result<void> KnownClips::write(const std::filesystem::path& path) const {
    std::vector<std::uint16_t> halves;
    halves.reserve(m_known.size());
    for (const float value : m_known) {
        halves.push_back(tensors::toHalf(value));
    }
    const auto rows = static_cast<std::int64_t>(m_known.size() / m_size);
    const tensors::TensorView view{"known",
                                   tensors::Dtype::F16,
                                   {rows, static_cast<std::int64_t>(m_size)},
                                   std::as_bytes(std::span(halves))};
    std::map<std::string, std::string> metadata{
        {"format", kFormat}, {"model", m_model}, {"rates", jsonText(m_rates)}};
    if (m_accuracy) {
        metadata["recordings"] = jsonText(toJson(*m_accuracy));
    }
    return tensors::writeSafeTensors(path, {&view, 1}, std::move(metadata));
}

Result<KnownClips> KnownClips::open(const std::filesystem::path& path) {
    CANTO_TRY(file, tensors::SafeTensors::open(path, tensors::OpenOptions::weights()));
    const auto bad = [&path](const char* what) {
        return fail(Error::Code::BadFile, what, path.string(), "Write it again by canto calibrate");
    };
    const auto* tensor = file->find("known");
    if (file->metadata("format") != kFormat || tensor == nullptr || tensor->shape.size() != 2 ||
        tensor->count() < 1) {
        return bad("This file holds no known clips");
    }
    CANTO_TRY(halves, tensors::numbersOf<std::uint16_t>(*tensor));
    KnownClips known;
    known.m_model = file->metadata("model");
    known.m_size = static_cast<std::size_t>(tensor->shape[1]);
    for (const std::uint16_t half : *halves) {
        known.m_known.push_back(tensors::fromHalf(half));
    }
    known.m_rates = json::parse(file->metadata("rates"), nullptr, false);
    const auto number = [&known](const char* key) {
        return known.m_rates.is_object() && known.m_rates.contains(key) &&
                       known.m_rates[key].is_number()
                   ? known.m_rates[key].get<double>()
                   : 0.0;
    };
    known.m_neighbours = static_cast<int>(number("neighbours"));
    known.m_clip = number("clipThreshold");
    known.m_recording = number("recordingThreshold");
    if (known.m_neighbours < 1 || !(known.m_clip > 0) || !(known.m_recording > 0)) {
        return bad("The thresholds of the known clips are missing");
    }
    known.m_accuracy =
        recordingsAccuracyFrom(json::parse(file->metadata("recordings"), nullptr, false));
    return known;
}

std::optional<KnownClips> KnownClips::forModel(const models::LatentModel& model) {
    const auto path =
        findAsset(std::filesystem::path("classifiers") / (model.info().id + "-known.safetensors"));
    if (!path) {
        return std::nullopt;
    }
    auto known = open(*path);
    const bool fits = known && known->m_model == model.info().version &&
                      known->m_size == static_cast<std::size_t>(model.info().latentSize);
    return fits ? std::optional(std::move(*known)) : std::nullopt;
}

} // namespace canto
