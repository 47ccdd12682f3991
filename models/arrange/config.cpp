// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/arrange/config.h"

#include "core/audio/grid_features.h"
#include "models/common/config_keys.h"

#include <algorithm>
#include <array>

namespace canto::models::arrange {

using nlohmann::json;

namespace {

const std::vector<std::string>& variantNames() {
    static const std::vector<std::string> names{"full", "no-chord", "chord-only", "supervised",
                                                "supervised-kl"};
    return names;
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

const std::vector<std::string>& NetConfig::presets() {
    static const std::vector<std::string> names{"cpu", "medium", "paper"};
    return names;
}

Result<NetConfig> NetConfig::preset(const std::string& name) {
    NetConfig config;
    if (name == "cpu") {
        return config;
    }
    if (name == "medium") { // below 8 million parameters: 16 MB in 16 bits
        config.chordLatent = 96;
        config.audioLatent = 256;
        config.textureLatent = 128;
        config.chordHidden = 128;
        config.audioChannels = 32;
        config.audioHidden = 288;
        config.textureWide = 256;
        config.textureHidden = 256;
        config.featureHidden = 384;
        config.noteWidth = 96;
        config.timeHidden = 512;
        config.noteHidden = 256;
        config.slots = 12;
        return config;
    }
    if (name == "paper") { // the published sizes, but on audio features instead of a transcriber's
        config.chordLatent = 128;
        config.audioLatent = 192;
        config.byBeat = false;
        config.textureLatent = 192;
        config.chordHidden = 256;
        config.audioChannels = 20;
        config.audioHidden = 1024;
        config.textureWide = 256;
        config.textureHidden = 1024;
        config.featureHidden = 1024;
        config.noteWidth = 128;
        config.timeHidden = 1024;
        config.noteHidden = 512;
        config.slots = 15;
        return config;
    }
    return fail(Error::Code::BadInput, "There is no preset \"" + name + "\"", {},
                "canto info --models lists them");
}

json NetConfig::toJson() const {
    return {{"variant", nameOf(variant)},     {"unitsBefore", unitsBefore ? 1 : 0},
            {"chordLatent", chordLatent},     {"audioLatent", audioLatent},
            {"byBeat", byBeat ? 1 : 0},       {"textureLatent", textureLatent},
            {"chordHidden", chordHidden},     {"audioChannels", audioChannels},
            {"audioHidden", audioHidden},     {"textureWide", textureWide},
            {"textureHidden", textureHidden}, {"featureHidden", featureHidden},
            {"noteWidth", noteWidth},         {"timeHidden", timeHidden},
            {"noteHidden", noteHidden},       {"slots", slots}};
}

Result<NetConfig> NetConfig::fromJson(const json& object) {
    constexpr std::array kRenamedKeys{RenamedKey{"toldBefore", "unitsBefore"}};
    NetConfig config;
    const json current = withCurrentKeys(object, kRenamedKeys);
    ConfigKeys keys(current);
    keys.name("variant", config.variant, variantNames());
    const auto flag = [&](const char* key, bool& value) {
        int number = 0;
        keys.number(key, number, 0, 1);
        value = number == 1;
    };
    flag("unitsBefore", config.unitsBefore);
    flag("byBeat", config.byBeat);
    keys.number("chordLatent", config.chordLatent, 1, 1024);
    keys.number("audioLatent", config.audioLatent, 1, 1024);
    keys.number("textureLatent", config.textureLatent, 1, 1024);
    keys.number("chordHidden", config.chordHidden, 2, 4096);
    keys.number("audioChannels", config.audioChannels, 2, 1024);
    keys.number("audioHidden", config.audioHidden, 2, 4096);
    keys.number("textureWide", config.textureWide, 2, 4096);
    keys.number("textureHidden", config.textureHidden, 2, 4096);
    keys.number("featureHidden", config.featureHidden, 2, 4096);
    keys.number("noteWidth", config.noteWidth, 2, 4096);
    keys.number("timeHidden", config.timeHidden, 2, 4096);
    keys.number("noteHidden", config.noteHidden, 2, 4096);
    keys.number("slots", config.slots, 2, 32);
    keys.check("audioLatent", !config.byBeat || config.audioSize() % kUnitBeats == 0);
    keys.check("chordLatent", !config.byBeat || config.chordSize() % kUnitBeats == 0);
    return keys.result(config);
}

json TrainConfig::toJson() const {
    return {{"batch", batch},
            {"learningRate", learningRate},
            {"lastRate", lastRate},
            {"weightDecay", weightDecay},
            {"clip", clip},
            {"stages", stages},
            {"share0", share0},
            {"share1", share1},
            {"share2", share2},
            {"share3", share3},
            {"chordKl", chordKl},
            {"audioKl", audioKl},
            {"textureKl", textureKl},
            {"textureNoise", textureNoise},
            {"replace", replace},
            {"durationWeight", durationWeight},
            {"keysWeight", keysWeight},
            {"transpose", transpose}};
}

Result<TrainConfig> TrainConfig::fromJson(const json& object) {
    TrainConfig config;
    ConfigKeys keys(object);
    keys.number("batch", config.batch, 1, 65536);
    keys.number("learningRate", config.learningRate, 0, 1);
    keys.number("lastRate", config.lastRate, 0, 1);
    keys.number("weightDecay", config.weightDecay, 0, 1);
    keys.number("clip", config.clip, 1e-6, 1e9);
    keys.number("share0", config.share0, 1e-6, 1e9);
    keys.number("share1", config.share1, 1e-6, 1e9);
    keys.number("share2", config.share2, 1e-6, 1e9);
    keys.number("share3", config.share3, 1e-6, 1e9);
    keys.number("chordKl", config.chordKl, 0, 1e3);
    keys.number("audioKl", config.audioKl, 0, 1e3);
    keys.number("textureKl", config.textureKl, 0, 1e3);
    keys.number("textureNoise", config.textureNoise, 0, 10);
    keys.number("replace", config.replace, 0, 1);
    keys.number("durationWeight", config.durationWeight, 0, 1e3);
    keys.number("keysWeight", config.keysWeight, 0, 1e6);
    keys.number("transpose", config.transpose, 0, 1);
    // The command line parses "3" as a number but "012" as a text.
    const auto* stages = keys.find("stages");
    if (stages != nullptr && stages->is_number_integer()) {
        config.stages = std::to_string(stages->get<int>());
    } else {
        config.stages =
            stages != nullptr && stages->is_string() ? stages->get<std::string>() : std::string();
    }
    keys.check("stages", !config.stages.empty() && config.stages.size() <= 16 &&
                             config.stages.find_first_not_of("0123") == std::string::npos);
    return keys.result(config);
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
