// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/muser/config.h"

#include <array>
#include <numeric>

namespace canto::models::muser {

using nlohmann::json;

namespace {

constexpr std::array<int, kFields> kEmbeddings = {128, 256, 64, 32, 512, 128, 128, 128};

/// Reads numbers of a JSON object and remembers the first that is missing or out of range.
class Reader {
  public:
    explicit Reader(const json& object) : m_object(object) {}

    template <class T>
    void read(const char* key, T& value, double least, double most) {
        const auto found = m_object.find(key);
        if (found == m_object.end() || !found->is_number()) {
            complain(key);
            return;
        }
        const double number = found->template get<double>();
        const bool whole = number == static_cast<double>(static_cast<long long>(number));
        if (!(number >= least && number <= most) || (std::is_integral_v<T> && !whole)) {
            complain(key);
            return;
        }
        value = static_cast<T>(number);
    }
    template <class E>
    void readEnum(const char* key, E& value, E last) {
        int number = 0;
        read(key, number, 0, static_cast<int>(last));
        value = static_cast<E>(number);
    }
    void read(const char* key, Stack& stack) {
        const auto found = m_object.find(key);
        if (found == m_object.end() || !found->is_object()) {
            complain(key);
            return;
        }
        Reader inner(*found);
        inner.read("width", stack.width, 4, 4096);
        inner.read("layers", stack.layers, 1, 64);
        inner.read("heads", stack.heads, 1, 64);
        inner.read("feedForward", stack.feedForward, 4, 16384);
        if (!inner.m_bad.empty() || stack.width % stack.heads != 0) {
            complain(key);
        }
    }
    void complain(const std::string& key) {
        if (m_bad.empty()) {
            m_bad = key;
        }
    }
    Result<void> end(const char* what) const {
        if (m_bad.empty()) {
            return {};
        }
        return fail(Error::Code::BadInput,
                    std::string(what) + " lacks the key \"" + m_bad + "\" or it makes no sense",
                    m_bad);
    }

  private:
    const json& m_object;
    std::string m_bad;
};

json toJson(const Stack& stack) {
    return {{"width", stack.width},
            {"layers", stack.layers},
            {"heads", stack.heads},
            {"feedForward", stack.feedForward}};
}

} // namespace

int NetConfig::embedding(int field) const {
    return kEmbeddings[static_cast<std::size_t>(field)] / shrink;
}

int NetConfig::embeddings(int fields) const {
    return std::accumulate(kEmbeddings.begin(), kEmbeddings.begin() + fields, 0) / shrink;
}

const std::vector<std::string>& NetConfig::presets() {
    static const std::vector<std::string> names = {"cpu", "medium", "paper"};
    return names;
}

Result<NetConfig> NetConfig::preset(const std::string& name) {
    NetConfig config;
    if (name == "cpu") {
        return config;
    }
    if (name == "medium") {
        config.codes = 256;
        config.slice = 12;
        config.shrink = 2;
        config.encoder = {128, 6, 8, 512};
        config.global = {256, 3, 8, 768};
        config.element = {128, 2, 4, 256};
        config.prior = {256, 5, 8, 768};
        return config;
    }
    if (name == "paper") {
        config.bars = 16;
        config.places = 1024;
        config.codes = 512;
        config.slice = 16;
        config.books = Books::Shared;
        config.attention = Attention::Linear;
        config.shrink = 1;
        config.encoder = {128, 8, 8, 512};
        config.global = {256, 4, 8, 1024};
        config.element = {256, 2, 8, 1024};
        config.regulariser = {1024, 4, 4, 4096};
        config.prior = {256, 8, 8, 1024};
        return config;
    }
    return fail(Error::Code::BadInput, "MusER has no preset \"" + name + "\"", {},
                "There are cpu, medium and paper");
}

json NetConfig::toJson() const {
    return {{"bars", bars},
            {"places", places},
            {"slice", slice},
            {"codes", codes},
            {"books", static_cast<int>(books)},
            {"frugal", frugal},
            {"summary", static_cast<int>(summary)},
            {"memory", static_cast<int>(memory)},
            {"decoders", static_cast<int>(decoders)},
            {"attention", static_cast<int>(attention)},
            {"shrink", shrink},
            {"encoder", muser::toJson(encoder)},
            {"global", muser::toJson(global)},
            {"element", muser::toJson(element)},
            {"regulariser", muser::toJson(regulariser)},
            {"prior", muser::toJson(prior)},
            {"labels", labels},
            {"vocabulary", codec::vocabularyJson()}};
}

Result<NetConfig> NetConfig::fromJson(const json& object) {
    if (!object.is_object()) {
        return fail(Error::Code::BadInput, "The configuration of the network is not a JSON object");
    }
    NetConfig config;
    Reader reader(object);
    reader.read("bars", config.bars, 1, 256);
    reader.read("places", config.places, 8, 8192);
    reader.read("slice", config.slice, 1, 256);
    reader.read("codes", config.codes, 2, 65536);
    reader.readEnum("books", config.books, Books::Shared);
    reader.read("frugal", config.frugal, 0, 1);
    reader.readEnum("summary", config.summary, Summary::Mean);
    reader.readEnum("memory", config.memory, Memory::None);
    reader.readEnum("decoders", config.decoders, Decoders::Element);
    reader.readEnum("attention", config.attention, Attention::Linear);
    reader.read("shrink", config.shrink, 1, 32);
    reader.read("encoder", config.encoder);
    reader.read("global", config.global);
    reader.read("element", config.element);
    reader.read("regulariser", config.regulariser);
    reader.read("prior", config.prior);
    if (config.regulariser.width != config.places) {
        reader.complain("regulariser");
    }
    const auto labels = object.find("labels");
    if (labels == object.end() || !labels->is_array() || labels->size() > codec::kQuadrants) {
        reader.complain("labels");
    } else {
        for (const auto& label : *labels) {
            if (label.is_string()) {
                config.labels.push_back(label.get<std::string>());
            } else {
                reader.complain("labels");
            }
        }
    }
    if (auto ok = reader.end("The configuration of the network"); !ok) {
        return fail(ok.error());
    }
    if (auto ok = codec::checkVocabulary(object.value("vocabulary", json())); !ok) {
        return fail(ok.error());
    }
    return config;
}

json TrainConfig::toJson() const {
    return {{"batch", batch},
            {"learningRate", learningRate},
            {"matrixRate", matrixRate},
            {"priorRate", priorRate},
            {"weightDecay", weightDecay},
            {"warmupSteps", warmupSteps},
            {"clip", clip},
            {"priorShare", priorShare},
            {"labelled", labelled},
            {"hideLabel", hideLabel},
            {"commitment", commitment},
            {"regularisation", regularisation},
            {"delta", delta},
            {"decay", decay},
            {"restartEvery", restartEvery},
            {"hideWords", hideWords},
            {"hideMemory", hideMemory},
            {"shortShare", shortShare},
            {"transpose", transpose},
            {"books", books},
            {"summary", summary},
            {"memory", memory},
            {"decoders", decoders}};
}

Result<TrainConfig> TrainConfig::fromJson(const json& object) {
    TrainConfig config;
    Reader reader(object);
    reader.read("batch", config.batch, 1, 65536);
    reader.read("learningRate", config.learningRate, 0, 10);
    reader.read("matrixRate", config.matrixRate, 0, 10);
    reader.read("priorRate", config.priorRate, 0, 10);
    reader.read("weightDecay", config.weightDecay, 0, 10);
    reader.read("warmupSteps", config.warmupSteps, 0, 1e9);
    reader.read("clip", config.clip, 1e-6, 1e6);
    reader.read("priorShare", config.priorShare, 0, 1);
    reader.read("labelled", config.labelled, 0, 1);
    reader.read("hideLabel", config.hideLabel, 0, 1);
    reader.read("commitment", config.commitment, 0, 1e3);
    reader.read("regularisation", config.regularisation, 0, 1e3);
    reader.read("delta", config.delta, 0, 1e3);
    reader.read("decay", config.decay, 0, 1);
    reader.read("restartEvery", config.restartEvery, 0, 1e9);
    reader.read("hideWords", config.hideWords, 0, 1);
    reader.read("hideMemory", config.hideMemory, 0, 1);
    reader.read("shortShare", config.shortShare, 0, 1);
    reader.read("transpose", config.transpose, 0, 24);
    reader.read("books", config.books, -1, 1);
    reader.read("summary", config.summary, -1, 1);
    reader.read("memory", config.memory, -1, 2);
    reader.read("decoders", config.decoders, -1, 2);
    if (auto ok = reader.end("The training configuration"); !ok) {
        return fail(ok.error());
    }
    return config;
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
