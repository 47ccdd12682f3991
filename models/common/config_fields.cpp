// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/common/config_fields.h"

#include <algorithm>
#include <cmath>

namespace canto::models {

using nlohmann::json;

ConfigFields::ConfigFields(json object) : m_object(std::move(object)), m_reading(true) {
    if (!m_object.is_object()) {
        m_problem = "the configuration is not a JSON object";
    }
}

void ConfigFields::number(const ConfigKey& key, double& value, double low, double high) {
    if (!m_reading) {
        m_object[key.name] = value;
    } else if (const json* found = find(key, &json::is_number)) {
        const auto read = found->get<double>();
        const bool fits = read >= low && read <= high;
        check(key, fits);
        value = fits ? read : value;
    }
}

void ConfigFields::number(const ConfigKey& key, int& value, int low, int high) {
    if (!m_reading) {
        m_object[key.name] = value;
        return;
    }
    double read = value;
    number(key, read, low, high);
    check(key, read == std::floor(read));
    value = static_cast<int>(read);
}

void ConfigFields::flag(const ConfigKey& key, bool& value) {
    if (!m_reading) {
        m_object[key.name] = value;
    } else if (const json* found = find(key, &json::is_boolean)) {
        value = found->get<bool>();
    }
}

void ConfigFields::zeroOrOne(const ConfigKey& key, bool& value) {
    int read = value ? 1 : 0;
    number(key, read, 0, 1);
    value = read == 1;
}

void ConfigFields::text(const ConfigKey& key, std::string& value) {
    if (!m_reading) {
        m_object[key.name] = value;
        return;
    }
    // The command line parses "3" as a number but "012" as a text.
    const auto at = m_object.find(key.name);
    if (at != m_object.end() && at->is_number_integer()) {
        *at = std::to_string(at->get<int>());
    }
    if (const json* found = find(key, &json::is_string)) {
        value = found->get<std::string>();
    }
}

void ConfigFields::texts(const ConfigKey& key, std::vector<std::string>& values, std::size_t most) {
    if (!m_reading) {
        m_object[key.name] = values;
    } else if (const json* found = find(key, &json::is_array)) {
        const bool good = found->size() <= most &&
                          std::all_of(found->begin(), found->end(),
                                      [](const json& value) { return value.is_string(); });
        check(key, good);
        if (good) {
            values = found->get<std::vector<std::string>>();
        }
    }
}

std::size_t ConfigFields::nameIndex(const ConfigKey& key, std::size_t value,
                                    const std::vector<std::string>& names) {
    if (!m_reading) {
        m_object[key.name] = names[value];
        return value;
    }
    const json* found = find(key, &json::is_string);
    if (found == nullptr) {
        return value;
    }
    const auto at = std::find(names.begin(), names.end(), found->get_ref<const std::string&>());
    check(key, at != names.end());
    return at == names.end() ? value : static_cast<std::size_t>(at - names.begin());
}

void ConfigFields::formerText(const ConfigKey& key, const char* was, const char* is) {
    const auto at = m_object.find(key.name);
    if (m_reading && at != m_object.end() && *at == was) {
        *at = is;
    }
}

void ConfigFields::check(const ConfigKey& key, bool holds) {
    if (m_reading && !holds && m_problem.empty()) {
        m_problem = std::string(key.name) + " is out of range";
    }
}

Result<void> ConfigFields::result() const {
    if (!m_problem.empty()) {
        return fail(Error::Code::BadInput, "The configuration cannot be used: " + m_problem);
    }
    return {};
}

const json* ConfigFields::find(const ConfigKey& key, bool (json::*kind)() const noexcept) {
    if (!m_problem.empty()) {
        return nullptr;
    }
    auto at = m_object.find(key.name);
    if (at == m_object.end() && key.former != nullptr) {
        at = m_object.find(key.former);
    }
    if (at == m_object.end() && key.mayMiss) {
        return nullptr;
    }
    if (at == m_object.end() || !((*at).*kind)()) {
        m_problem = std::string(key.name) + " is missing or of the wrong kind";
        return nullptr;
    }
    return &*at;
}

Result<void> setKeys(const json& changes, json& training, json& net,
                     const std::function<NetKey(const std::string&)>& ofNet) {
    if (!changes.is_object()) {
        return {};
    }
    for (const auto& [key, value] : changes.items()) {
        if (training.contains(key)) {
            training[key] = value;
            continue;
        }
        const auto kind = ofNet(key);
        if (kind != NetKey::Free) {
            return fail(Error::Code::BadInput,
                        kind == NetKey::Decided
                            ? "The weights decide \"" + key + "\""
                            : "The training configuration has no key \"" + key + "\"");
        }
        net[key] = value;
    }
    return {};
}

} // namespace canto::models
