// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/musae/config.h"

#include "models/common/config_keys.h"

#include <array>

namespace canto::models::musae {

using nlohmann::json;

namespace {

constexpr std::array kBodies{"transformer", "two-level", "recurrent"};
constexpr std::array kPriors{"circularMixture", "styles", "kl"};

constexpr std::array kRenamedKeys{RenamedKey{"touch", "expression"},
                                  RenamedKey{"touchWeight", "expressionWeight"},
                                  RenamedKey{"labelReach", "labelGradientScale"},
                                  RenamedKey{"turnWeight", "controlConsistencyWeight"},
                                  RenamedKey{"turnShare", "controlConsistencyShare"}};
constexpr const char* kFormerPrior = "flower"; ///< "circularMixture" in shipped weights

/// Reads keys of an object and remembers the first problem.
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
    void optional(const char* key, int& value, int low, int high) {
        if (m_problem.empty() && m_object.contains(key)) {
            whole(key, value, low, high);
        }
    }
    void optional(const char* key, double& value, double low, double high) {
        if (m_problem.empty() && m_object.contains(key)) {
            real(key, value, low, high);
        }
    }
    void optional(const char* key, bool& value) {
        if (m_problem.empty() && m_object.contains(key)) {
            const json* found = find(key, &json::is_boolean);
            value = found != nullptr && found->get<bool>();
        }
    }
    /// Index of the text under this key in the names; 0 if the key is missing and optional.
    template <std::size_t N>
    std::size_t oneOf(const char* key, const std::array<const char*, N>& names, bool mayMiss) {
        if (mayMiss && m_problem.empty() && !m_object.contains(key)) {
            return 0;
        }
        const json* found = find(key, &json::is_string);
        for (std::size_t i = 0; found != nullptr && i < N; ++i) {
            if (*found == names[i]) {
                return i;
            }
        }
        check(key, false);
        return 0;
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

const std::vector<std::string>& NetConfig::presets() {
    static const std::vector<std::string> names{"transformer", "expressive", "styles", "kl",
                                                "sixteen",     "recurrent",  "paper"};
    return names;
}

Result<NetConfig> NetConfig::preset(const std::string& name) {
    if (name == "transformer") {
        return NetConfig{};
    }
    if (name == "expressive") {
        return NetConfig{.expression = true};
    }
    if (name == "styles") {
        return NetConfig{.prior = PriorKind::Styles, .styles = 8};
    }
    if (name == "kl") {
        return NetConfig{.prior = PriorKind::Kl};
    }
    if (name == "sixteen") {
        return NetConfig{.body = Body::TwoLevel, .bars = 16, .latent = 256, .layers = 2};
    }
    if (name == "recurrent") {
        return NetConfig{.body = Body::Recurrent, .width = 192, .layers = 1, .patch = 1};
    }
    if (name == "paper") {
        return NetConfig{.body = Body::Recurrent,
                         .bars = 16,
                         .latent = 512,
                         .width = 512,
                         .layers = 3,
                         .patch = 1,
                         .criticWidth = 512};
    }
    std::string known;
    for (const auto& preset : presets()) {
        known += (known.empty() ? "" : ", ") + preset;
    }
    return fail(Error::Code::BadInput, "There is no preset \"" + name + "\"", {},
                "Known: " + known);
}

json NetConfig::toJson() const {
    return {{"body", kBodies[static_cast<std::size_t>(body)]},
            {"prior", kPriors[static_cast<std::size_t>(prior)]},
            {"bars", bars},
            {"latent", latent},
            {"styles", styles},
            {"width", width},
            {"layers", layers},
            {"heads", heads},
            {"feedForward", feedForward},
            {"patch", patch},
            {"criticWidth", criticWidth},
            {"controls", controls},
            {"expression", expression},
            {"labels", labels}};
}

Result<NetConfig> NetConfig::fromJson(const json& object) {
    NetConfig config;
    json current = withCurrentKeys(object, kRenamedKeys);
    if (const auto prior = current.find("prior");
        prior != current.end() && *prior == kFormerPrior) {
        *prior = kPriors[0];
    }
    Keys keys(current);
    config.body = static_cast<Body>(keys.oneOf("body", kBodies, false));
    config.prior = static_cast<PriorKind>(keys.oneOf("prior", kPriors, true));
    keys.whole("bars", config.bars, 1, 64);
    keys.whole("latent", config.latent, 3, 4096);
    keys.whole("width", config.width, 1, 4096);
    keys.whole("layers", config.layers, 1, 64);
    keys.whole("heads", config.heads, 1, 64);
    keys.check("heads", config.width % config.heads == 0);
    keys.whole("feedForward", config.feedForward, 1, 16384);
    keys.whole("patch", config.patch, 1, kStepsPerBar);
    keys.check("patch", kStepsPerBar % config.patch == 0 &&
                            (config.patch == 1 || config.body != Body::Recurrent));
    keys.whole("criticWidth", config.criticWidth, 1, 4096);
    // Weights from before these existed have neither.
    keys.optional("styles", config.styles, 0, 1024);
    keys.check("styles", (config.styles > 0) == (config.prior == PriorKind::Styles));
    keys.optional("controls", config.controls, 0, kControls);
    keys.check("controls", config.controls == 0 || config.controls == kControls);
    keys.optional("expression", config.expression);
    keys.check("expression", !config.expression || config.body != Body::Recurrent);
    keys.check("latent", config.latent > config.contentBegin());
    if (const json* labels = keys.find("labels", &json::is_array)) {
        keys.check("labels", labels->size() <= 1000);
        for (const auto& label : *labels) {
            keys.check("labels", label.is_string());
            config.labels.push_back(label.is_string() ? label.get<std::string>() : "");
        }
    }
    return keys.result(std::move(config));
}

Result<TrainConfig> TrainConfig::preset(const std::string& name) {
    const auto net = NetConfig::preset(name);
    if (!net) {
        return fail(net.error());
    }
    TrainConfig config;
    if (net->body == Body::Recurrent) {
        config.matrixRate = 0;
        config.learningRate = 1e-3;
        config.latentNoise = 0;
        config.onsetWeight = 1;
        config.momentWeight = 0;
        config.labelWeight = 0;
        config.controlWeight = 0;
        config.controlConsistencyWeight = 0;
    }
    if (name == "paper") {
        config.batch = 16;
        config.learningRate = 1e-4;
    }
    if (name == "sixteen") {
        config.batch = 24;
    }
    return config;
}

json TrainConfig::toJson() const {
    return {{"batch", batch},
            {"learningRate", learningRate},
            {"criticRate", criticRate},
            {"matrixRate", matrixRate},
            {"weightDecay", weightDecay},
            {"warmupSteps", warmupSteps},
            {"clip", clip},
            {"averaging", averaging},
            {"onsetWeight", onsetWeight},
            {"latentNoise", latentNoise},
            {"unlabelled", unlabelled},
            {"expressionWeight", expressionWeight},
            {"strictShare", strictShare},
            {"transpose", transpose},
            {"beta", beta},
            {"freeBits", freeBits},
            {"criticWeight", criticWeight},
            {"criticStart", criticStart},
            {"criticFull", criticFull},
            {"criticSteps", criticSteps},
            {"gradientPenalty", gradientPenalty},
            {"momentWeight", momentWeight},
            {"labelWeight", labelWeight},
            {"labelGradientScale", labelGradientScale},
            {"controlWeight", controlWeight},
            {"controlConsistencyWeight", controlConsistencyWeight},
            {"controlConsistencyShare", controlConsistencyShare}};
}

Result<TrainConfig> TrainConfig::fromJson(const json& object) {
    TrainConfig config;
    const json current = withCurrentKeys(object, kRenamedKeys);
    Keys keys(current);
    keys.whole("batch", config.batch, 1, 65536);
    keys.real("learningRate", config.learningRate, 0, 1);
    keys.real("criticRate", config.criticRate, 0, 1);
    keys.real("matrixRate", config.matrixRate, 0, 1);
    keys.real("weightDecay", config.weightDecay, 0, 1);
    keys.whole("warmupSteps", config.warmupSteps, 0, 1000000);
    keys.real("clip", config.clip, 1e-6, 1e6);
    keys.real("averaging", config.averaging, 0, 0.999999);
    keys.real("onsetWeight", config.onsetWeight, 0.01, 100);
    keys.real("latentNoise", config.latentNoise, 0, 10);
    keys.real("unlabelled", config.unlabelled, 0, 1);
    keys.optional("expressionWeight", config.expressionWeight, 0, 10000);
    keys.real("strictShare", config.strictShare, 0, 1);
    keys.whole("transpose", config.transpose, 0, 24);
    keys.real("beta", config.beta, 0, 100);
    keys.real("freeBits", config.freeBits, 0, 100000);
    keys.real("criticWeight", config.criticWeight, 0, 1000);
    keys.real("criticStart", config.criticStart, 0, 1);
    keys.real("criticFull", config.criticFull, 0, 1);
    keys.whole("criticSteps", config.criticSteps, 0, 100);
    keys.real("gradientPenalty", config.gradientPenalty, 0, 10000);
    keys.real("momentWeight", config.momentWeight, 0, 10000);
    keys.real("labelWeight", config.labelWeight, 0, 10000);
    keys.real("labelGradientScale", config.labelGradientScale, 0, 1);
    keys.real("controlWeight", config.controlWeight, 0, 10000);
    keys.real("controlConsistencyWeight", config.controlConsistencyWeight, 0, 10000);
    keys.real("controlConsistencyShare", config.controlConsistencyShare, 0.01, 1);
    return keys.result(config);
}

} // namespace canto::models::musae
