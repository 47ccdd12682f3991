// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/text_lists.h"

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace canto::models {

/// The key of a field in JSON.
struct ConfigKey {
    ConfigKey(const char* key, const char* formerKey = nullptr) : name(key), former(formerKey) {}
    /// A key that may be missing: its field then keeps its default.
    static ConfigKey optional(const char* key, const char* formerKey = nullptr) {
        ConfigKey made(key, formerKey);
        made.mayMiss = true;
        return made;
    }

    const char* name;
    /// Its name in weights that were shipped before it was renamed, or null. Read, never written.
    const char* former;
    bool mayMiss = false;
};

/// Reads or writes the fields of a configuration. A configuration lists its fields once, in a
/// member function `visit(ConfigFields&)`, with their keys and ranges; reading from JSON, range
/// checks, former keys and writing follow from that list. While reading, the first problem is kept
/// and nothing is read after it; values out of range are not stored. Unknown keys are ignored.
class ConfigFields {
  public:
    ConfigFields() = default; ///< writes
    explicit ConfigFields(nlohmann::json object);

    void number(const ConfigKey& key, double& value, double low, double high);
    void number(const ConfigKey& key, int& value, int low, int high);
    void flag(const ConfigKey& key, bool& value);
    void zeroOrOne(const ConfigKey& key, bool& value); ///< a flag that is a number in JSON
    void text(const ConfigKey& key, std::string& value);
    void texts(const ConfigKey& key, std::vector<std::string>& values, std::size_t most);
    /// An enum by its name. @param names  in the order of the enum.
    template <class Enum>
    void name(const ConfigKey& key, Enum& value, const std::vector<std::string>& names) {
        value = static_cast<Enum>(nameIndex(key, static_cast<std::size_t>(value), names));
    }
    /// An enum by its number.
    template <class Enum>
    void enumNumber(const ConfigKey& key, Enum& value, Enum last) {
        int index = static_cast<int>(value);
        number(key, index, 0, static_cast<int>(last));
        value = static_cast<Enum>(index);
    }
    /// A structure with a list of fields of its own.
    template <class Part>
    void part(const ConfigKey& key, Part& value) {
        ConfigFields inner;
        if (m_reading) {
            const auto* found = find(key, &nlohmann::json::is_object);
            if (found == nullptr) {
                return;
            }
            inner = ConfigFields(*found);
        }
        value.visit(inner);
        if (m_reading) {
            check(key, inner.m_problem.empty());
        } else {
            m_object[key.name] = std::move(inner.m_object);
        }
    }
    /// Reads the text `was` of shipped weights as `is`. To be called before the field is.
    void formerText(const ConfigKey& key, const char* was, const char* is);
    /// A condition between fields; the problem is reported for this key.
    void check(const ConfigKey& key, bool holds);

    const nlohmann::json& written() const { return m_object; }
    /// BadInput naming the first key that is missing, of the wrong kind or out of range.
    Result<void> result() const;

  private:
    const nlohmann::json* find(const ConfigKey& key, bool (nlohmann::json::*kind)() const noexcept);
    std::size_t nameIndex(const ConfigKey& key, std::size_t value,
                          const std::vector<std::string>& names);

    nlohmann::json m_object = nlohmann::json::object();
    bool m_reading = false;
    std::string m_problem;
};

template <class Config>
nlohmann::json configToJson(Config config) {
    ConfigFields fields;
    config.visit(fields);
    return fields.written();
}

/// Errors: those of ConfigFields::result().
template <class Config>
Result<Config> configFromJson(const nlohmann::json& object) {
    Config config;
    ConfigFields fields(object);
    config.visit(fields);
    return fields.result().map([&] { return std::move(config); });
}

/// Whether a request may set a key of the network's configuration.
enum class NetKey {
    None,    ///< there is no such key
    Free,    ///< it may
    Decided, ///< the initial weights decide it
};

/// Sets the requested keys (an object or null), each in the configuration of the training if it has
/// the key, else in that of the network. BadInput for a key that cannot be set.
Result<void> setKeys(const nlohmann::json& changes, nlohmann::json& training, nlohmann::json& net,
                     const std::function<NetKey(const std::string&)>& ofNet);

/// The same for configurations. Errors of their values are BadInput too.
template <class Training, class Net>
Result<void> changeConfigs(const nlohmann::json& changes, Training& training, Net& net,
                           const std::function<NetKey(const std::string&)>& ofNet) {
    auto trainingJson = training.toJson();
    auto netJson = net.toJson();
    if (auto ok = setKeys(changes, trainingJson, netJson, ofNet); !ok) {
        return ok;
    }
    const auto readNet = Net::fromJson(netJson);
    const auto readTraining = Training::fromJson(trainingJson);
    if (!readNet || !readTraining) {
        return fail(readNet ? readTraining.error() : readNet.error());
    }
    net = *readNet;
    training = *readTraining;
    return {};
}

/// The same for settings of the training alone.
template <class Training>
Result<Training> changed(const Training& training, const nlohmann::json& changes) {
    auto object = training.toJson();
    nlohmann::json none;
    CANTO_CHECK(setKeys(changes, object, none, [](const auto&) { return NetKey::None; }));
    return Training::fromJson(object);
}

/// Named configurations, the default first.
template <class Config>
class Presets {
  public:
    struct Preset {
        std::string name;
        Config config;
    };
    explicit Presets(std::vector<Preset> presets) : m_presets(std::move(presets)) {
        for (const auto& preset : m_presets) {
            m_names.push_back(preset.name);
        }
    }
    const std::vector<std::string>& names() const { return m_names; }
    /// Of an empty name the default. BadInput lists the names.
    Result<Config> find(const std::string& name) const {
        for (const auto& preset : m_presets) {
            if (preset.name == name || name.empty()) {
                return preset.config;
            }
        }
        return fail(Error::Code::BadInput, "There is no preset \"" + name + "\"", {},
                    "Known: " + joinedText(m_names));
    }

  private:
    std::vector<Preset> m_presets;
    std::vector<std::string> m_names;
};

} // namespace canto::models
