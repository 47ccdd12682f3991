// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/musae/config.h"

namespace canto::models::musae {

namespace {

const Presets<NetConfig>& netPresets() {
    static const Presets<NetConfig> presets({
        {"transformer", {}},
        {"expressive", {.expression = true}},
        {"styles", {.prior = PriorKind::Styles, .styles = 8}},
        {"kl", {.prior = PriorKind::Kl}},
        {"sixteen", {.body = Body::TwoLevel, .bars = 16, .latent = 256, .layers = 2}},
        {"recurrent", {.body = Body::Recurrent, .width = 192, .layers = 1, .patch = 1}},
        {"paper",
         {.body = Body::Recurrent,
          .bars = 16,
          .latent = 512,
          .width = 512,
          .layers = 3,
          .patch = 1,
          .criticWidth = 512}},
    });
    return presets;
}

} // namespace

const std::vector<std::string>& NetConfig::presets() { return netPresets().names(); }

Result<NetConfig> NetConfig::preset(const std::string& name) { return netPresets().find(name); }

void NetConfig::visit(ConfigFields& fields) {
    fields.formerText("prior", "flower", "circularMixture");
    fields.name("body", body, {"transformer", "two-level", "recurrent"});
    fields.name(ConfigKey::optional("prior"), prior, {"circularMixture", "styles", "kl"});
    fields.number("bars", bars, 1, 64);
    fields.number("latent", latent, 3, 4096);
    fields.number("width", width, 1, 4096);
    fields.number("layers", layers, 1, 64);
    fields.number("heads", heads, 1, 64);
    fields.check("heads", width % heads == 0);
    fields.number("feedForward", feedForward, 1, 16384);
    fields.number("patch", patch, 1, kStepsPerBar);
    fields.check("patch", kStepsPerBar % patch == 0 && (patch == 1 || body != Body::Recurrent));
    fields.number("criticWidth", criticWidth, 1, 4096);
    // Weights from before these existed have neither.
    fields.number(ConfigKey::optional("styles"), styles, 0, 1024);
    fields.check("styles", (styles > 0) == (prior == PriorKind::Styles));
    fields.number(ConfigKey::optional("controls"), controls, 0, kControls);
    fields.check("controls", controls == 0 || controls == kControls);
    fields.flag(ConfigKey::optional("expression", "touch"), expression);
    fields.check("expression", !expression || body != Body::Recurrent);
    fields.check("latent", latent > contentBegin());
    fields.texts("labels", labels, 1000);
}

Result<TrainConfig> TrainConfig::preset(const std::string& name) {
    CANTO_TRY(net, NetConfig::preset(name));
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

void TrainConfig::visit(ConfigFields& fields) {
    fields.number("batch", batch, 1, 65536);
    fields.number("learningRate", learningRate, 0, 1);
    fields.number("criticRate", criticRate, 0, 1);
    fields.number("matrixRate", matrixRate, 0, 1);
    fields.number("weightDecay", weightDecay, 0, 1);
    fields.number("warmupSteps", warmupSteps, 0, 1000000);
    fields.number("clip", clip, 1e-6, 1e6);
    fields.number("averaging", averaging, 0, 0.999999);
    fields.number("onsetWeight", onsetWeight, 0.01, 100);
    fields.number("latentNoise", latentNoise, 0, 10);
    fields.number("unlabelled", unlabelled, 0, 1);
    fields.number(ConfigKey::optional("expressionWeight", "touchWeight"), expressionWeight, 0,
                  10000);
    fields.number("strictShare", strictShare, 0, 1);
    fields.number("transpose", transpose, 0, 24);
    fields.number("beta", beta, 0, 100);
    fields.number("freeBits", freeBits, 0, 100000);
    fields.number("criticWeight", criticWeight, 0, 1000);
    fields.number("criticStart", criticStart, 0, 1);
    fields.number("criticFull", criticFull, 0, 1);
    fields.number("criticSteps", criticSteps, 0, 100);
    fields.number("gradientPenalty", gradientPenalty, 0, 10000);
    fields.number("momentWeight", momentWeight, 0, 10000);
    fields.number("labelWeight", labelWeight, 0, 10000);
    fields.number({"labelGradientScale", "labelReach"}, labelGradientScale, 0, 1);
    fields.number("controlWeight", controlWeight, 0, 10000);
    fields.number({"controlConsistencyWeight", "turnWeight"}, controlConsistencyWeight, 0, 10000);
    fields.number({"controlConsistencyShare", "turnShare"}, controlConsistencyShare, 0.01, 1);
}

} // namespace canto::models::musae
