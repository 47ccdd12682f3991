// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/arrange/config.h"

#include "core/audio/grid_features.h"

#include <algorithm>
#include <array>

namespace canto::models::arrange {

namespace {

const std::vector<std::string>& variantNames() {
    static const std::vector<std::string> names{"full", "no-chord", "chord-only", "supervised",
                                                "supervised-kl"};
    return names;
}

const Presets<NetConfig>& netPresets() {
    static const Presets<NetConfig> presets({
        {"cpu", {}},
        {"medium", // below 8 million parameters: 16 MB in 16 bits
         {.chordLatent = 96,
          .audioLatent = 256,
          .textureLatent = 128,
          .chordHidden = 128,
          .audioChannels = 32,
          .audioHidden = 288,
          .textureWide = 256,
          .textureHidden = 256,
          .featureHidden = 384,
          .noteWidth = 96,
          .timeHidden = 512,
          .noteHidden = 256,
          .slots = 12}},
        {"paper", // the published sizes, but on audio features instead of a transcriber's
         {.chordLatent = 128,
          .audioLatent = 192,
          .byBeat = false,
          .textureLatent = 192,
          .chordHidden = 256,
          .audioChannels = 20,
          .audioHidden = 1024,
          .textureWide = 256,
          .textureHidden = 1024,
          .featureHidden = 1024,
          .noteWidth = 128,
          .timeHidden = 1024,
          .noteHidden = 512,
          .slots = 15}},
    });
    return presets;
}

} // namespace

std::string nameOf(Variant variant) { return variantNames()[static_cast<std::size_t>(variant)]; }

int NetConfig::audioSize() const {
    if (!hasAudio()) {
        return 0;
    }
    return hasChord() ? audioLatent : audioLatent + chordLatent;
}

int NetConfig::features() const {
    constexpr int kPublished = 3;
    return kPublished + (hasAudio() && byBeat ? audio::kBands : 0);
}

const std::vector<std::string>& NetConfig::presets() { return netPresets().names(); }

Result<NetConfig> NetConfig::preset(const std::string& name) { return netPresets().find(name); }

void NetConfig::visit(ConfigFields& fields) {
    fields.name("variant", variant, variantNames());
    fields.zeroOrOne({"unitsBefore", "toldBefore"}, unitsBefore);
    fields.zeroOrOne("byBeat", byBeat);
    fields.number("chordLatent", chordLatent, 1, 1024);
    fields.number("audioLatent", audioLatent, 1, 1024);
    fields.number("textureLatent", textureLatent, 1, 1024);
    fields.number("chordHidden", chordHidden, 2, 4096);
    fields.number("audioChannels", audioChannels, 2, 1024);
    fields.number("audioHidden", audioHidden, 2, 4096);
    fields.number("textureWide", textureWide, 2, 4096);
    fields.number("textureHidden", textureHidden, 2, 4096);
    fields.number("featureHidden", featureHidden, 2, 4096);
    fields.number("noteWidth", noteWidth, 2, 4096);
    fields.number("timeHidden", timeHidden, 2, 4096);
    fields.number("noteHidden", noteHidden, 2, 4096);
    fields.number("slots", slots, 2, 32);
    fields.check("audioLatent", !byBeat || audioSize() % kUnitBeats == 0);
    fields.check("chordLatent", !byBeat || chordSize() % kUnitBeats == 0);
}

void TrainConfig::visit(ConfigFields& fields) {
    fields.number("batch", batch, 1, 65536);
    fields.number("learningRate", learningRate, 0, 1);
    fields.number("lastRate", lastRate, 0, 1);
    fields.number("weightDecay", weightDecay, 0, 1);
    fields.number("clip", clip, 1e-6, 1e9);
    fields.text("stages", stages);
    fields.check("stages", !stages.empty() && stages.size() <= 16 &&
                               stages.find_first_not_of("0123") == std::string::npos);
    fields.number("share0", share0, 1e-6, 1e9);
    fields.number("share1", share1, 1e-6, 1e9);
    fields.number("share2", share2, 1e-6, 1e9);
    fields.number("share3", share3, 1e-6, 1e9);
    fields.number("chordKl", chordKl, 0, 1e3);
    fields.number("audioKl", audioKl, 0, 1e3);
    fields.number("textureKl", textureKl, 0, 1e3);
    fields.number("textureNoise", textureNoise, 0, 10);
    fields.number("replace", replace, 0, 1);
    fields.number("durationWeight", durationWeight, 0, 1e3);
    fields.number("keysWeight", keysWeight, 0, 1e6);
    fields.number("transpose", transpose, 0, 1);
}

Schedule scheduleAt(const TrainConfig& config, const NetConfig& net, double progress) {
    Schedule now;
    now.stage = 2;
    now.chordKl = config.chordKl;
    now.audioKl = config.audioKl;
    if (!net.hasTexture()) {
        now.within = progress;
        const double rise = std::clamp(9 * progress, 0.0, 1.0);
        now.chordKl *= rise;
        now.audioKl *= rise;
        return now;
    }
    const std::array shares{config.share0, config.share1, config.share2, config.share3};
    double sum = 0;
    for (const char stage : config.stages) {
        sum += shares[static_cast<std::size_t>(stage - '0')];
    }
    double left = std::clamp(progress, 0.0, 1.0) * sum;
    for (const char stage : config.stages) {
        now.stage = stage - '0';
        const double share = shares[static_cast<std::size_t>(now.stage)];
        now.within = std::min(left / share, 1.0);
        if (left < share) {
            break;
        }
        left -= share;
    }
    constexpr double kFirst = 0.01;
    if (now.stage == 0) {
        const double rise = std::min(3 * now.within, 1.0);
        now.chordKl *= rise;
        now.audioKl *= rise;
        now.textureKl = kFirst * rise;
    } else if (now.stage == 1) {
        now.textureKl = kFirst + (config.textureKl - kFirst) * std::min(1.5 * now.within, 1.0);
    } else if (now.stage == 3) {
        now.textureKl = config.textureKl;
    }
    return now;
}

} // namespace canto::models::arrange
