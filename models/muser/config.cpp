// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/muser/config.h"

#include <array>
#include <numeric>

namespace canto::models::muser {

using nlohmann::json;

namespace {

constexpr std::array<int, kFields> kEmbeddings = {128, 256, 64, 32, 512, 128, 128, 128};

const Presets<NetConfig>& netPresets() {
    static const Presets<NetConfig> presets({
        {"cpu", {}},
        {"medium",
         {.slice = 12,
          .codes = 256,
          .shrink = 2,
          .encoder = {128, 6, 8, 512},
          .global = {256, 3, 8, 768},
          .element = {128, 2, 4, 256},
          .prior = {256, 5, 8, 768}}},
        {"paper",
         {.bars = 16,
          .places = 1024,
          .slice = 16,
          .codes = 512,
          .books = Books::Shared,
          .attention = Attention::Linear,
          .shrink = 1,
          .encoder = {128, 8, 8, 512},
          .global = {256, 4, 8, 1024},
          .element = {256, 2, 8, 1024},
          .regulariser = {1024, 4, 4, 4096},
          .prior = {256, 8, 8, 1024}}},
    });
    return presets;
}

} // namespace

int NetConfig::embedding(int field) const {
    return kEmbeddings[static_cast<std::size_t>(field)] / shrink;
}

int NetConfig::embeddings(int fields) const {
    return std::accumulate(kEmbeddings.begin(), kEmbeddings.begin() + fields, 0) / shrink;
}

const std::vector<std::string>& NetConfig::presets() { return netPresets().names(); }

Result<NetConfig> NetConfig::preset(const std::string& name) { return netPresets().find(name); }

void Stack::visit(ConfigFields& fields) {
    fields.number("width", width, 4, 4096);
    fields.number("layers", layers, 1, 64);
    fields.number("heads", heads, 1, 64);
    fields.number("feedForward", feedForward, 4, 16384);
    fields.check("heads", width % heads == 0);
}

void NetConfig::visit(ConfigFields& fields) {
    fields.number("bars", bars, 1, 256);
    fields.number("places", places, 8, 8192);
    fields.number("slice", slice, 1, 256);
    fields.number("codes", codes, 2, 65536);
    fields.enumNumber("books", books, Books::Shared);
    fields.number("frugal", frugal, 0, 1);
    fields.enumNumber("summary", summary, Summary::Mean);
    fields.enumNumber("memory", memory, Memory::None);
    fields.enumNumber("decoders", decoders, Decoders::Element);
    fields.enumNumber("attention", attention, Attention::Linear);
    fields.number("shrink", shrink, 1, 32);
    fields.part("encoder", encoder);
    fields.part("global", global);
    fields.part("element", element);
    fields.part("regulariser", regulariser);
    fields.part("prior", prior);
    fields.check("regulariser", regulariser.width == places);
    fields.texts("labels", labels, codec::kQuadrants);
}

json NetConfig::toJson() const {
    auto object = configToJson(*this);
    object["vocabulary"] = codec::vocabularyJson();
    return object;
}

Result<NetConfig> NetConfig::fromJson(const json& object) {
    auto config = configFromJson<NetConfig>(object);
    if (config) {
        CANTO_CHECK(codec::checkVocabulary(object.value("vocabulary", json())));
    }
    return config;
}

void TrainConfig::visit(ConfigFields& fields) {
    fields.number("batch", batch, 1, 65536);
    fields.number("learningRate", learningRate, 0, 10);
    fields.number("matrixRate", matrixRate, 0, 10);
    fields.number("priorRate", priorRate, 0, 10);
    fields.number("weightDecay", weightDecay, 0, 10);
    fields.number("warmupSteps", warmupSteps, 0, 1000000000);
    fields.number("clip", clip, 1e-6, 1e6);
    fields.number("priorShare", priorShare, 0, 1);
    fields.number("labelled", labelled, 0, 1);
    fields.number("hideLabel", hideLabel, 0, 1);
    fields.number("commitment", commitment, 0, 1e3);
    fields.number("regularisation", regularisation, 0, 1e3);
    fields.number("delta", delta, 0, 1e3);
    fields.number("decay", decay, 0, 1);
    fields.number("restartEvery", restartEvery, 0, 1000000000);
    fields.number("hideWords", hideWords, 0, 1);
    fields.number("hideMemory", hideMemory, 0, 1);
    fields.number("shortShare", shortShare, 0, 1);
    fields.number("transpose", transpose, 0, 24);
    fields.number("books", books, -1, 1);
    fields.number("summary", summary, -1, 1);
    fields.number("memory", memory, -1, 2);
    fields.number("decoders", decoders, -1, 2);
}

Result<NetConfig> TrainConfig::applied(NetConfig net) const {
    auto object = net.toJson();
    for (const auto& [key, value] : {std::pair{"books", books},
                                     {"summary", summary},
                                     {"memory", memory},
                                     {"decoders", decoders}}) {
        if (value >= 0) {
            object[key] = value;
        }
    }
    return NetConfig::fromJson(object);
}

} // namespace canto::models::muser
