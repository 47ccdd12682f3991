// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

namespace canto::models {

/// A key of a configuration that was renamed after weights with it were shipped.
struct RenamedKey {
    const char* was;
    const char* is;
};

/// The configuration with renamed keys under their current names, so that shipped weights stay
/// readable. What is written has the current names only.
inline nlohmann::json withCurrentKeys(nlohmann::json object, std::span<const RenamedKey> renamed) {
    for (const auto& [was, is] : renamed) {
        if (object.is_object() && object.contains(was) && !object.contains(is)) {
            object[is] = std::move(object[was]);
            object.erase(was);
        }
    }
    return object;
}

/// Reads the keys of a configuration one by one and remembers the first invalid one. The object
/// must outlive it.
class ConfigKeys {
  public:
    explicit ConfigKeys(const nlohmann::json& object) : m_object(object) {
        check("configuration", object.is_object());
    }
    void check(const std::string& key, bool good) {
        if (!good && m_wrong.empty()) {
            m_wrong = key;
        }
    }
    void number(const char* key, double& value, double low, double high) {
        const auto* found = find(key);
        check(key, found != nullptr && found->is_number());
        if (found != nullptr && found->is_number()) {
            value = found->get<double>();
            check(key, std::isfinite(value) && value >= low && value <= high);
        }
    }
    void number(const char* key, int& value, int low, int high) {
        double real = value;
        number(key, real, low, high);
        value = static_cast<int>(std::clamp<double>(real, low, high));
        check(key, real == value);
    }
    /// A name from a list, in the order of the enum.
    template <class Enum>
    void name(const char* key, Enum& value, const std::vector<std::string>& names) {
        const auto* found = find(key);
        const auto text =
            found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
        const auto at = std::find(names.begin(), names.end(), text);
        check(key, at != names.end());
        if (at != names.end()) {
            value = static_cast<Enum>(at - names.begin());
        }
    }
    const nlohmann::json* find(const char* key) const {
        const auto at = m_object.is_object() ? m_object.find(key) : m_object.end();
        return m_object.is_object() && at != m_object.end() ? &*at : nullptr;
    }
    /// The value, or BadInput naming the first invalid key.
    template <class T>
    Result<T> result(T value) const {
        if (!m_wrong.empty()) {
            return fail(Error::Code::BadInput,
                        "The configuration has no usable \"" + m_wrong + "\"");
        }
        return value;
    }

  private:
    const nlohmann::json& m_object;
    std::string m_wrong;
};

} // namespace canto::models
