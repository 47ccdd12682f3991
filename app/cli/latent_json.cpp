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
                   const std::vector<models::Latent>& latents) {
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
    return {{"model", info.id},
            {"version", info.version},
            {"phraseBars", info.phraseBars},
            {"song", song},
            {"phrases", std::move(phrases)}};
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
