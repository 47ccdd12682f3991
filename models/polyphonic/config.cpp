// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/polyphonic/config.h"

namespace canto::models::polyphonic {

namespace {

const Presets<NetConfig>& polyphonicPresets() {
    static const Presets<NetConfig> presets(
        std::vector<Presets<NetConfig>::Preset>{{"polyphonic", {}}});
    return presets;
}

} // namespace

int NetConfig::blockBegin(int track) const {
    int begin = kHead;
    for (int r = 0; r < track; ++r) {
        begin += 1 + blockSizes()[static_cast<std::size_t>(r)];
    }
    return begin;
}

const std::vector<std::string>& NetConfig::presets() { return polyphonicPresets().names(); }

Result<NetConfig> NetConfig::preset(const std::string& name) {
    return polyphonicPresets().find(name);
}

void NetConfig::visit(ConfigFields& fields) {
    fields.number("width", width, 1, 4096);
    fields.number("layers", layers, 1, 64);
    fields.number("heads", heads, 1, 64);
    fields.check("heads", width % heads == 0);
    fields.number("feedForward", feedForward, 1, 16384);
    fields.number("drums", drums, 1, 4096);
    fields.number("bass", bass, 1, 4096);
    fields.number("keys", keys, 1, 4096);
    fields.number("guitar", guitar, 1, 4096);
    fields.number("strings", strings, 1, 4096);
    fields.number("lead", lead, 1, 4096);
    fields.texts("labels", labels, 1000);
}

Result<TrainConfig> TrainConfig::preset(const std::string& name) {
    CANTO_TRY(net, NetConfig::preset(name));
    return TrainConfig{};
}

void TrainConfig::visit(ConfigFields& fields) {
    fields.number("batch", batch, 1, 65536);
    fields.number("learningRate", learningRate, 0, 1);
    fields.number("matrixRate", matrixRate, 0, 1);
    fields.number("weightDecay", weightDecay, 0, 1);
    fields.number("warmupSteps", warmupSteps, 0, 1000000);
    fields.number("clip", clip, 1e-6, 1e6);
    fields.number("averaging", averaging, 0, 0.999999);
    fields.number("positiveWeight", positiveWeight, 0.01, 1000);
    fields.number("sustainWeight", sustainWeight, 0, 1000);
    fields.number("velocityWeight", velocityWeight, 0, 1000);
    fields.number("offsetWeight", offsetWeight, 0, 1000);
    fields.number("programWeight", programWeight, 0, 1000);
    fields.number("latentNoise", latentNoise, 0, 10);
    fields.number("strictShare", strictShare, 0, 1);
    fields.number("transpose", transpose, 0, 24);
    fields.number("mixShare", mixShare, 0, 1);
    fields.number("hideProgram", hideProgram, 0, 1);
    fields.number("unlabelled", unlabelled, 0, 1);
    fields.number("labelWeight", labelWeight, 0, 1000);
    fields.number("labelGradientScale", labelGradientScale, 0, 1);
    fields.number("controlWeight", controlWeight, 0, 1000);
    fields.number("momentWeight", momentWeight, 0, 1000);
}

} // namespace canto::models::polyphonic
