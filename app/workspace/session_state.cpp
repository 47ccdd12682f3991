// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/session_state.h"

#include "core/base/json_text.h"

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
    Json others = Json::array();
    for (const SessionState& other : state.others) {
        others.push_back(jsonOf(other));
    }
    return {{"space", state.space},
            {"atlas", state.atlas},
            {"modelVersion", state.modelVersion},
            {"map", state.map},
            {"column", state.column},
            {"path", state.path},
            {"pathSteps", state.pathSteps},
            {"selection", state.selection},
            {"row", state.row},
            {"shape", jsonOf(state.shape)},
            {"ends", ends},
            {"prior", state.prior},
            {"transferSpec", jsonOf(state.spec)},
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
    for (const Json& other : json.at("others")) {
        if (other.at("others").empty()) { // one level is all that is written
            state.others.push_back(stateOf(other));
        }
    }
    return state;
}

} // namespace

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
