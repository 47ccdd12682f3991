// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>

namespace canto {

/// Detects files with the same bytes. Only the first of these may be in a prepared dataset:
/// otherwise a training song could also count as held-out.
class Copies {
  public:
    /// Why a file must be left out, "The same file as a.mid"; empty for the first of its kind.
    /// @param checksum  of its bytes (checksumOfFile); empty if they cannot be read: not a copy.
    std::string reason(const std::string& checksum, const std::string& name) {
        if (checksum.empty()) {
            return {};
        }
        const auto [first, fresh] = m_first.emplace(checksum, name);
        return fresh ? std::string() : "The same file as " + first->second;
    }

  private:
    std::map<std::string, std::string> m_first; ///< checksum, name
};

} // namespace canto
