// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/property_model.h"

#include "core/base/atomic_file.h"
#include "core/base/json_text.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

namespace canto::app {
namespace {

using codec::Family;
using codec::Measure;

constexpr std::size_t kFewestPhrases = 20;
constexpr int kDraws = 256;
constexpr auto kFormat = "canto.learned.1";

std::string stampOf(const Library& library, const models::LatentModel& model, std::size_t most) {
    std::ostringstream stamp;
    stamp << model.info().id << ' ' << model.info().version << ' ' << library.points.count() << ' '
          << library.points.songs.size() << ' ' << most;
    for (const SliderProperty& slider : sliderProperties()) {
        stamp << ' ' << int(slider.measure) << '/' << (slider.track ? int(*slider.track) : -1);
    }
    return stamp.str();
}

LearnedPtr readCache(const std::filesystem::path& cache, const std::string& stamp,
                     const models::LatentModel& model) {
    std::ifstream file(cache, std::ios::binary);
    if (!file) {
        return nullptr;
    }
    try {
        const auto json = nlohmann::json::parse(file);
        if (json.at("format") != kFormat || json.at("stamp") != stamp) {
            return nullptr;
        }
        const auto directions =
            projection::PropertyDirections::restore(json.at("directions").get<std::string>());
        auto learned = std::make_shared<Learned>();
        learned->mean = json.at("mean").get<std::vector<float>>();
        learned->phrases = json.at("phrases").get<std::size_t>();
        learned->fromCache = true;
        const auto size = std::size_t(model.info().latentSize);
        if (!directions || directions->dimensions() != size || learned->mean.size() != size ||
            directions->all().size() != sliderProperties().size()) {
            return nullptr;
        }
        learned->directions = *directions;
        return learned;
    } catch (const nlohmann::json::exception&) {
        return nullptr; // damaged: learned again
    }
}

void writeCache(const std::filesystem::path& cache, const std::string& stamp,
                const Learned& learned) {
    std::error_code ignored;
    std::filesystem::create_directories(cache.parent_path(), ignored);
    const nlohmann::json json{{"format", kFormat},
                              {"stamp", stamp},
                              {"mean", learned.mean},
                              {"phrases", learned.phrases},
                              {"directions", learned.directions.state()}};
    // Without a cache it is learned again next time: nobody has to know.
    static_cast<void>(writeFileAtomically(cache, jsonText(json)));
}

} // namespace

std::vector<std::size_t> pickedRows(std::size_t count, std::size_t most) {
    std::vector<std::size_t> rows;
    const std::size_t wanted = std::min(count, most);
    for (std::size_t i = 0; i < wanted; ++i) {
        rows.push_back(i * count / wanted);
    }
    return rows;
}

const std::vector<SliderProperty>& sliderProperties() {
    static const std::vector<SliderProperty> all{{Measure::Notes, {}},
                                                 {Measure::MeanPitch, {}},
                                                 {Measure::Syncopation, {}},
                                                 {Measure::Polyphony, {}},
                                                 {Measure::DrumShare, {}},
                                                 {Measure::Held, {}},
                                                 {Measure::MeanPitch, Family::Bass},
                                                 {Measure::Notes, Family::Guitar},
                                                 {Measure::Loudness, {}}};
    return all;
}

std::vector<std::optional<double>> sliderValues(const codec::PhraseProperties& phrase) {
    std::vector<std::optional<double>> values;
    for (const SliderProperty& slider : sliderProperties()) {
        values.push_back(codec::valueOf(phrase, slider.measure, slider.track));
    }
    return values;
}

Result<LearnedPtr> learnDirections(const Library& library, const models::LatentModel& model,
                                   const std::filesystem::path& cache, std::size_t most,
                                   const CancelToken& cancel, const Progress& progress) {
    const std::string stamp = stampOf(library, model, most);
    if (!cache.empty()) {
        if (auto cached = readCache(cache, stamp, model)) {
            return cached;
        }
    }
    const auto size = std::size_t(model.info().latentSize);
    const auto rows = pickedRows(library.points.count(), most);
    if (rows.size() < kFewestPhrases || library.points.latent(0).size() != size) {
        return fail(Error::Code::NotFound,
                    "This library has too few phrases of this model to learn directions from", {},
                    "Import more music, or open another library");
    }
    projection::Points latents{{}, 0, size};
    std::vector<projection::PropertyValues> properties;
    for (const SliderProperty& slider : sliderProperties()) {
        std::string name(codec::nameOf(slider.measure));
        if (slider.track) {
            name += " of " + std::string(codec::kTrackNames[std::size_t(*slider.track)]);
        }
        properties.push_back({std::move(name), {}});
    }
    std::vector<std::uint32_t> songs;
    for (const std::size_t row : rows) {
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        const auto latent = library.points.latent(row);
        CANTO_TRY(song, model.decode({latent.begin(), latent.end()}, {}, {}));
        const auto values = sliderValues(codec::propertiesOf(*song, model.info().phraseBars));
        for (std::size_t i = 0; i < values.size(); ++i) {
            properties[i].values.push_back(
                values[i].value_or(std::numeric_limits<double>::quiet_NaN()));
        }
        latents.values.insert(latents.values.end(), latent.begin(), latent.end());
        ++latents.count;
        songs.push_back(std::uint32_t(library.points.segments[row].song));
        if (progress) {
            progress(latents.count, rows.size());
        }
    }
    CANTO_TRY(directions,
              projection::PropertyDirections::fit(latents, properties, songs, {}, cancel));
    auto learned = std::make_shared<Learned>();
    learned->directions = std::move(*directions);
    const std::vector<int> same(latents.count, 0);
    learned->mean = projection::classMeans(latents, same, 1).mean.front();
    learned->phrases = latents.count;
    if (!cache.empty()) {
        writeCache(cache, stamp, *learned);
    }
    return learned;
}

int classOfRow(const Library& library, const models::ModelInfo& info, std::size_t row) {
    const atlas::SongRow& song = library.points.songOf(row);
    // Weights of before there were other columns name none.
    const std::string& label = info.labelColumn.empty() ? song.genre : song.label(info.labelColumn);
    const auto found = std::find(info.classes.begin(), info.classes.end(), label);
    return found == info.classes.end() ? -1 : int(found - info.classes.begin());
}

std::vector<int> classesOf(const Library& library, const models::ModelInfo& info) {
    std::vector<int> classes;
    for (std::size_t row = 0; row < library.points.count(); ++row) {
        classes.push_back(classOfRow(library, info, row));
    }
    return classes;
}

std::vector<std::vector<float>> componentMeans(const models::LatentModel& model) {
    std::vector<std::vector<float>> means;
    if (const auto components = model.priorComponents(); !components.empty()) {
        means.resize(model.info().classes.size());
        for (const models::PriorComponent& component : components) {
            if (component.classOf) {
                means[std::size_t(*component.classOf)] = component.mean;
            }
        }
        return means;
    }
    if (!model.info().can.samplePrior) {
        return means;
    }
    for (std::size_t label = 0; label < model.info().classes.size(); ++label) {
        Random random(1 + label);
        std::vector<double> sum(std::size_t(model.info().latentSize));
        for (int draw = 0; draw < kDraws; ++draw) {
            const auto z = model.samplePrior(int(label), random);
            if (!z) {
                return {};
            }
            for (std::size_t d = 0; d < sum.size(); ++d) {
                sum[d] += double((*z)[d]) / kDraws;
            }
        }
        means.emplace_back(sum.begin(), sum.end());
    }
    return means;
}

} // namespace canto::app
