#include "models/musae/config.h"

namespace canto::models::musae {

using nlohmann::json;

namespace {

/// Reads keys of an object and remembers the first complaint.
class Keys {
  public:
    explicit Keys(const json& object) : m_object(object) {
        if (!object.is_object()) {
            m_problem = "the configuration is not a JSON object";
        }
    }
    void whole(const char* key, int& value, int low, int high) {
        const json* found = find(key, &json::is_number_integer);
        if (found != nullptr) {
            const auto number = found->get<std::int64_t>();
            const bool fits = number >= low && number <= high;
            check(key, fits);
            value = fits ? static_cast<int>(number) : value;
        }
    }
    void real(const char* key, double& value, double low, double high) {
        const json* found = find(key, &json::is_number);
        if (found != nullptr) {
            value = found->get<double>();
            check(key, value >= low && value <= high);
        }
    }
    const json* find(const char* key, bool (json::*kind)() const noexcept) {
        if (!m_problem.empty()) {
            return nullptr;
        }
        const auto at = m_object.find(key);
        if (at == m_object.end() || !((*at).*kind)()) {
            m_problem = std::string(key).append(" is missing or of the wrong kind");
            return nullptr;
        }
        return &*at;
    }
    void check(const char* key, bool holds) {
        if (!holds && m_problem.empty()) {
            m_problem = std::string(key).append(" is out of range");
        }
    }
    template <class T>
    Result<T> result(T value) const {
        if (!m_problem.empty()) {
            return fail(Error::Code::BadInput, "The configuration cannot be used: " + m_problem);
        }
        return value;
    }

  private:
    const json& m_object;
    std::string m_problem;
};

} // namespace

Result<NetConfig> NetConfig::preset(const std::string& name) {
    if (name == "transformer") {
        return NetConfig{};
    }
    if (name == "recurrent") {
        return NetConfig{.body = Body::Recurrent, .width = 192, .layers = 1, .patch = 1};
    }
    return fail(Error::Code::BadInput, "There is no preset \"" + name + "\"", {},
                "Choose transformer or recurrent");
}

json NetConfig::toJson() const {
    return {{"body", body == Body::Transformer ? "transformer" : "recurrent"},
            {"bars", bars},
            {"latent", latent},
            {"width", width},
            {"layers", layers},
            {"heads", heads},
            {"feedForward", feedForward},
            {"patch", patch},
            {"criticWidth", criticWidth},
            {"labels", labels}};
}

Result<NetConfig> NetConfig::fromJson(const json& object) {
    NetConfig config;
    Keys keys(object);
    if (const json* body = keys.find("body", &json::is_string)) {
        keys.check("body", *body == "transformer" || *body == "recurrent");
        config.body = *body == "recurrent" ? Body::Recurrent : Body::Transformer;
    }
    keys.whole("bars", config.bars, 1, 64);
    keys.whole("latent", config.latent, 3, 4096);
    keys.whole("width", config.width, 1, 4096);
    keys.whole("layers", config.layers, 1, 64);
    keys.whole("heads", config.heads, 1, 64);
    keys.check("heads", config.width % config.heads == 0);
    keys.whole("feedForward", config.feedForward, 1, 16384);
    keys.whole("patch", config.patch, 1, kStepsPerBar);
    keys.check("patch", kStepsPerBar % config.patch == 0 &&
                            (config.patch == 1 || config.body == Body::Transformer));
    keys.whole("criticWidth", config.criticWidth, 1, 4096);
    if (const json* labels = keys.find("labels", &json::is_array)) {
        keys.check("labels", labels->size() <= 1000);
        for (const auto& label : *labels) {
            keys.check("labels", label.is_string());
            config.labels.push_back(label.is_string() ? label.get<std::string>() : "");
        }
    }
    return keys.result(std::move(config));
}

json TrainConfig::toJson() const {
    return {{"batch", batch},
            {"learningRate", learningRate},
            {"criticRate", criticRate},
            {"weightDecay", weightDecay},
            {"warmupSteps", warmupSteps},
            {"clip", clip},
            {"averaging", averaging},
            {"onsetWeight", onsetWeight},
            {"latentNoise", latentNoise},
            {"unlabelled", unlabelled},
            {"strictShare", strictShare},
            {"transpose", transpose},
            {"criticWeight", criticWeight},
            {"criticStart", criticStart},
            {"criticFull", criticFull},
            {"criticSteps", criticSteps},
            {"gradientPenalty", gradientPenalty},
            {"momentWeight", momentWeight}};
}

Result<TrainConfig> TrainConfig::fromJson(const json& object) {
    TrainConfig config;
    Keys keys(object);
    keys.whole("batch", config.batch, 1, 65536);
    keys.real("learningRate", config.learningRate, 0, 1);
    keys.real("criticRate", config.criticRate, 0, 1);
    keys.real("weightDecay", config.weightDecay, 0, 1);
    keys.whole("warmupSteps", config.warmupSteps, 0, 1000000);
    keys.real("clip", config.clip, 1e-6, 1e6);
    keys.real("averaging", config.averaging, 0, 0.999999);
    keys.real("onsetWeight", config.onsetWeight, 0.01, 100);
    keys.real("latentNoise", config.latentNoise, 0, 10);
    keys.real("unlabelled", config.unlabelled, 0, 1);
    keys.real("strictShare", config.strictShare, 0, 1);
    keys.whole("transpose", config.transpose, 0, 24);
    keys.real("criticWeight", config.criticWeight, 0, 1000);
    keys.real("criticStart", config.criticStart, 0, 1);
    keys.real("criticFull", config.criticFull, 0, 1);
    keys.whole("criticSteps", config.criticSteps, 0, 100);
    keys.real("gradientPenalty", config.gradientPenalty, 0, 10000);
    keys.real("momentWeight", config.momentWeight, 0, 10000);
    return keys.result(config);
}

} // namespace canto::models::musae
