// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/latent_json.h"

#include "core/base/atomic_file.h"
#include "core/midi/smf_writer.h"
#include "core/music/class_labels.h"

#include <algorithm>
#include <fstream>

namespace canto::cli {

using nlohmann::json;

json latentsToJson(const models::LatentModel& model, const std::string& song,
                   const std::vector<models::Segment>& segments,
                   const std::vector<models::Latent>& latents, const music::Song* whole) {
    const auto& info = model.info();
    json phrases = json::array();
    for (std::size_t i = 0; i < segments.size(); ++i) {
        json scores = json::object();
        const auto values = model.classScores(latents[i]);
        for (std::size_t k = 0; k < values.size(); ++k) {
            scores[info.classes[k]] = values[k];
        }
        phrases.push_back({{"bar", segments[i].bar},
                           {"start", segments[i].start},
                           {"end", segments[i].end},
                           {"strict", segments[i].strict},
                           {"scores", std::move(scores)},
                           {"z", latents[i]}});
    }
    json document = {{"model", info.id},
                     {"version", info.version},
                     {"phraseBars", info.phraseBars},
                     {"song", song},
                     {"phrases", std::move(phrases)}};
    if (whole != nullptr) {
        document["ticksPerQuarter"] = whole->ticksPerQuarter;
        document["tempo"] = json::array();
        for (const auto& change : whole->tempo.changes()) {
            document["tempo"].push_back({change.tick, change.microsPerQuarter});
        }
        document["metre"] = json::array();
        for (const auto& change : whole->metre.changes()) {
            document["metre"].push_back({change.tick, change.numerator, change.denominator});
        }
    }
    return document;
}

std::optional<EncodedPlaces> readPlaces(const std::filesystem::path& path) {
    std::ifstream in(path);
    const auto document = json::parse(in, nullptr, false);
    if (!document.is_object() || !document.contains("ticksPerQuarter")) {
        return {};
    }
    try {
        const int quarter = document.at("ticksPerQuarter").get<int>();
        if (quarter < 1 || quarter > 32767) {
            return {};
        }
        EncodedPlaces encoded;
        std::vector<music::TempoChange> tempo;
        for (const auto& change : document.at("tempo")) {
            tempo.push_back({change.at(0).get<music::Tick>(), change.at(1).get<std::uint32_t>()});
        }
        std::vector<music::MetreChange> metre;
        for (const auto& change : document.at("metre")) {
            music::MetreChange one;
            one.tick = change.at(0).get<music::Tick>();
            one.numerator = change.at(1).get<int>();
            one.denominator = change.at(2).get<int>();
            if (one.numerator < 1 || one.denominator < 1) {
                return {};
            }
            metre.push_back(one);
        }
        for (const auto& phrase : document.at("phrases")) {
            const PhrasePlace place{phrase.at("start").get<music::Tick>(),
                                    phrase.at("end").get<music::Tick>()};
            if (place.start < 0 || place.end <= place.start ||
                (!encoded.places.empty() && place.start < encoded.places.back().start)) {
                return {};
            }
            encoded.places.push_back(place);
        }
        encoded.tempo = music::TempoMap(quarter, std::move(tempo));
        encoded.metre = music::MetreMap(quarter, std::move(metre));
        return encoded;
    } catch (const json::exception&) {
        return {};
    }
}

Result<std::vector<models::Latent>> readLatents(const std::filesystem::path& path,
                                                const models::LatentModel& model) {
    std::ifstream in(path);
    if (!in) {
        return fail(Error::Code::NotFound, "The file cannot be opened", path.string());
    }
    const auto document = json::parse(in, nullptr, false);
    if (!document.is_object() || !document.contains("phrases") || !document["phrases"].is_array()) {
        return fail(Error::Code::BadFile, "This is not what canto encode prints", path.string());
    }
    if (const auto version = document.value("version", json()); version != model.info().version) {
        return fail(Error::Code::BadInput, "The latents were made with other weights",
                    path.string(), "Encode the song again with these");
    }
    std::vector<models::Latent> latents;
    for (const auto& phrase : document["phrases"]) {
        const auto z = phrase.is_object() ? phrase.value("z", json()) : json();
        const bool numbers = z.is_array() && std::all_of(z.begin(), z.end(), [](const json& x) {
                                 return x.is_number();
                             });
        if (!numbers || z.size() != static_cast<std::size_t>(model.info().latentSize)) {
            return fail(Error::Code::BadShape,
                        "A phrase does not hold " + std::to_string(model.info().latentSize) +
                            " numbers",
                        path.string() + ", phrase " + std::to_string(latents.size()));
        }
        latents.push_back(z.get<models::Latent>());
    }
    if (latents.empty()) {
        return fail(Error::Code::BadFile, "There are no phrases in it", path.string());
    }
    return latents;
}

Result<int> labelNamed(const models::LatentModel& model, const std::string& label) {
    const auto& classes = model.info().classes;
    const auto& column = model.info().labelColumn;
    const auto* meant = music::classLabelNamed(column, label);
    std::string known;
    for (std::size_t i = 0; i < classes.size(); ++i) {
        if (classes[i] == label || (meant != nullptr && classes[i] == meant->id)) {
            return static_cast<int>(i);
        }
        const auto name = music::className(column, classes[i]);
        known += (known.empty() ? "" : ", ") + name;
        known += name == classes[i] ? "" : " (" + classes[i] + ")";
    }
    return fail(Error::Code::BadInput, "The model does not know the label \"" + label + "\"", {},
                "Its labels: " + known);
}

Result<void> writeMidi(const std::filesystem::path& path, const music::Song& song) {
    const auto bytes = midi::writeSmf(song);
    return writeFileAtomically(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

} // namespace canto::cli
