// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/session_state.h"

#include "core/base/json_text.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

namespace canto::app {
namespace {

using Json = nlohmann::json;
constexpr auto kSessionFormat = "canto.session.2";
// Keys of sessions of earlier versions.
constexpr auto kFormerSpec = "recipe";
constexpr auto kFormerSources = "givers";

Json jsonOf(const Shape& shape) {
    // Maps with numbers as keys become lists of pairs.
    return {{"origin", shape.origin},
            {"name", shape.name},
            {"genre", shape.genre},
            {"movedTo", shape.movedTo},
            {"toComponent", shape.toComponent},
            {"amount", shape.amount},
            {"wanted", shape.wanted},
            {"keepOthers", shape.keepOthers},
            {"bpm", shape.bpm},
            {"dimensions", shape.dimensions}};
}

Shape shapeOf(const Json& json) {
    Shape shape;
    json.at("origin").get_to(shape.origin);
    json.at("name").get_to(shape.name);
    json.at("genre").get_to(shape.genre);
    json.at("movedTo").get_to(shape.movedTo);
    json.at("toComponent").get_to(shape.toComponent);
    json.at("amount").get_to(shape.amount);
    json.at("wanted").get_to(shape.wanted);
    json.at("keepOthers").get_to(shape.keepOthers);
    shape.bpm = json.value("bpm", shape.bpm);
    json.at("dimensions").get_to(shape.dimensions);
    return shape;
}

Json jsonOf(const KeptVariant& variant) {
    return {{"kind", variant.kind},
            {"title", variant.title},
            {"how", variant.how},
            {"parents", variant.parents},
            {"seed", variant.seed ? Json(*variant.seed) : Json()},
            {"model", variant.model},
            {"modelVersion", variant.modelVersion},
            {"latent", variant.latent},
            {"bars", variant.bars},
            {"starred", variant.starred},
            {"midi", variant.midi}};
}

KeptVariant variantOf(const Json& json) {
    KeptVariant variant;
    json.at("kind").get_to(variant.kind);
    json.at("title").get_to(variant.title);
    json.at("how").get_to(variant.how);
    json.at("parents").get_to(variant.parents);
    if (const Json& seed = json.at("seed"); !seed.is_null()) {
        variant.seed = seed.get<std::uint64_t>();
    }
    json.at("model").get_to(variant.model);
    json.at("modelVersion").get_to(variant.modelVersion);
    json.at("latent").get_to(variant.latent);
    json.at("bars").get_to(variant.bars);
    json.at("starred").get_to(variant.starred);
    json.at("midi").get_to(variant.midi);
    return variant;
}

Json jsonOf(const TransferSpec& spec) {
    Json parents = Json::array();
    for (const Parent& parent : spec.parents) {
        parents.push_back({{"latent", parent.latent},
                           {"name", parent.name},
                           {"row", parent.row},
                           {"bpm", parent.bpm}});
    }
    return {{"parents", parents}, {"sources", spec.sources}, {"amounts", spec.amounts}};
}

TransferSpec specOf(const Json& json) {
    TransferSpec spec;
    for (const Json& parent : json.at("parents")) {
        spec.parents.push_back(
            {parent.at("latent").get<models::Latent>(), parent.at("name").get<std::string>(),
             parent.at("row").get<std::int64_t>(), parent.value("bpm", Parent{}.bpm)});
    }
    json.at(json.contains("sources") ? "sources" : kFormerSources).get_to(spec.sources);
    json.at("amounts").get_to(spec.amounts);
    for (const int source : spec.sources) {
        if (source < 0 || std::size_t(source) >= spec.parents.size() ||
            spec.amounts.size() != spec.sources.size()) {
            return {};
        }
    }
    return spec;
}

Json jsonOf(const SessionState& state) {
    Json ends = Json::array();
    for (const SessionState::End& end : state.ends) {
        ends.push_back({{"latent", end.latent}, {"name", end.name}, {"bpm", end.bpm}});
    }
    Json results = Json::array();
    for (const TransferSpec& result : state.results) {
        results.push_back(jsonOf(result));
    }
    Json variants = Json::array();
    for (const KeptVariant& variant : state.variants) {
        variants.push_back(jsonOf(variant));
    }
    Json others = Json::array();
    for (const SessionState& other : state.others) {
        others.push_back(jsonOf(other));
    }
    return {{"space", state.space},
            {"atlas", state.atlas},
            {"atlasRelative", state.atlasRelative},
            {"atlasDigest", state.atlasDigest},
            {"atlasPhrases", state.atlasPhrases},
            {"modelVersion", state.modelVersion},
            {"map", state.map},
            {"column", state.column},
            {"hidden", state.hidden},
            {"view", state.view},
            {"path", state.path},
            {"pathRows", state.pathRows},
            {"pathSteps", state.pathSteps},
            {"pathGeometry", state.pathGeometry},
            {"pathOriginalEnds", state.pathOriginalEnds},
            {"selection", state.selection},
            {"row", state.row},
            {"shape", jsonOf(state.shape)},
            {"ends", ends},
            {"interpolationPoints", state.interpolationPoints},
            {"interpolationGeometry", state.interpolationGeometry},
            {"prior", state.prior},
            {"transferSpec", jsonOf(state.spec)},
            {"results", results},
            {"soundFont", state.soundFont},
            {"project", state.project},
            {"variants", variants},
            {"edit",
             {{"before", state.edit.before},
              {"after", state.edit.after},
              {"title", state.edit.title},
              {"bars", state.edit.bars},
              {"latent", state.edit.latent},
              {"row", state.edit.row}}},
            {"tempo", state.tempo},
            {"others", others}};
}

SessionState stateOf(const Json& json) {
    SessionState state;
    json.at("space").get_to(state.space);
    json.at("atlas").get_to(state.atlas);
    json.at("modelVersion").get_to(state.modelVersion);
    json.at("map").get_to(state.map);
    json.at("column").get_to(state.column);
    json.at("path").get_to(state.path);
    json.at("pathSteps").get_to(state.pathSteps);
    json.at("selection").get_to(state.selection);
    json.at("row").get_to(state.row);
    json.at("prior").get_to(state.prior);
    // Sessions of earlier versions have none of these.
    const SessionState none;
    state.atlasRelative = json.value("atlasRelative", none.atlasRelative);
    state.atlasDigest = json.value("atlasDigest", none.atlasDigest);
    state.atlasPhrases = json.value("atlasPhrases", none.atlasPhrases);
    state.hidden = json.value("hidden", none.hidden);
    state.view = json.value("view", none.view);
    state.pathRows = json.value("pathRows", none.pathRows);
    state.pathGeometry = json.value("pathGeometry", none.pathGeometry);
    state.pathOriginalEnds = json.value("pathOriginalEnds", none.pathOriginalEnds);
    state.interpolationPoints = json.value("interpolationPoints", none.interpolationPoints);
    state.interpolationGeometry = json.value("interpolationGeometry", none.interpolationGeometry);
    state.soundFont = json.value("soundFont", none.soundFont);
    state.project = json.value("project", none.project);
    for (const Json& result : json.value("results", Json::array())) {
        state.results.push_back(specOf(result));
    }
    state.shape = shapeOf(json.at("shape"));
    state.spec = specOf(json.at(json.contains("transferSpec") ? "transferSpec" : kFormerSpec));
    if (const auto edit = json.find("edit"); edit != json.end()) { // since the roll can edit
        edit->at("before").get_to(state.edit.before);
        edit->at("after").get_to(state.edit.after);
        edit->at("title").get_to(state.edit.title);
        edit->at("bars").get_to(state.edit.bars);
        edit->at("latent").get_to(state.edit.latent);
        edit->at("row").get_to(state.edit.row);
    }
    state.tempo = json.value("tempo", state.tempo);
    for (const Json& end : json.at("ends")) {
        state.ends.push_back({end.at("latent").get<models::Latent>(),
                              end.at("name").get<std::string>(),
                              end.value("bpm", SessionState::End{}.bpm)});
    }
    for (const Json& variant : json.value("variants", Json::array())) {
        state.variants.push_back(variantOf(variant));
    }
    for (const Json& other : json.at("others")) {
        if (other.at("others").empty()) { // one level is all that is written
            state.others.push_back(stateOf(other));
        }
    }
    return state;
}

/// By space, those that a library is open in.
std::map<std::string, const SessionState*> bySpace(const SessionState& state) {
    std::map<std::string, const SessionState*> spaces;
    for (const SessionState& other : state.others) {
        spaces[other.space] = &other;
    }
    if (!state.atlas.empty()) {
        spaces[state.space] = &state;
    }
    return spaces;
}

bool samePhrase(const Shape& a, const Shape& b) {
    return a == b || (!a.changed() && !b.changed()); // what only plays does not count
}

/// A start alone is what was clicked last.
bool interpolates(const SessionState& state) {
    return state.ends.size() == 2 && !state.ends[0].latent.empty() && !state.ends[1].latent.empty();
}

bool sameInterpolation(const SessionState& a, const SessionState& b) {
    return (a.ends == b.ends && a.interpolationPoints == b.interpolationPoints &&
            a.interpolationGeometry == b.interpolationGeometry) ||
           (!interpolates(a) && !interpolates(b));
}

/// A starred variant was chosen; the others come and go with what is played.
std::vector<KeptVariant> starred(const SessionState& state) {
    std::vector<KeptVariant> chosen;
    std::copy_if(state.variants.begin(), state.variants.end(), std::back_inserter(chosen),
                 [](const KeptVariant& variant) { return variant.starred; });
    return chosen;
}

bool sameSpace(const SessionState& a, const SessionState& b) {
    return a.atlas == b.atlas && a.path == b.path && a.pathRows == b.pathRows &&
           (a.path.empty() || (a.pathSteps == b.pathSteps && a.pathGeometry == b.pathGeometry &&
                               a.pathOriginalEnds == b.pathOriginalEnds)) &&
           a.selection == b.selection && sameInterpolation(a, b) && a.spec == b.spec &&
           a.results == b.results && a.edit == b.edit && starred(a) == starred(b) &&
           samePhrase(a.shape, b.shape);
}

} // namespace

bool hasWork(const SessionState& state) {
    return !state.path.empty() || !state.selection.empty() || interpolates(state) ||
           !state.spec.parents.empty() || !state.results.empty() || !starred(state).empty() ||
           !state.edit.after.empty() || state.shape.changed();
}

bool sameWork(const SessionState& a, const SessionState& b) {
    const auto one = bySpace(a), two = bySpace(b);
    // A space that was only looked at is in one of them and has no work.
    const auto covered = [](const auto& spaces, const auto& by) {
        return std::all_of(spaces.begin(), spaces.end(), [&](const auto& entry) {
            const auto found = by.find(entry.first);
            return found != by.end() ? sameSpace(*entry.second, *found->second)
                                     : !hasWork(*entry.second);
        });
    };
    return covered(one, two) && covered(two, one);
}

std::string toJson(const SessionState& state) {
    Json json = jsonOf(state);
    json["format"] = kSessionFormat;
    return jsonText(json);
}

Result<SessionState> sessionFromJson(const std::string& text) {
    try {
        const Json json = Json::parse(text);
        if (json.at("format") != kSessionFormat) {
            return fail(Error::Code::BadFile, "This file is not a session of this program");
        }
        return stateOf(json);
    } catch (const Json::exception&) {
        return fail(Error::Code::BadFile, "A kept session is damaged");
    }
}

} // namespace canto::app
