// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>

namespace canto {

/// Finds files with the same bytes. Of these only the first may be in a prepared dataset: in two
/// splits a song would be learned and then measured as held out.
class Copies {
  public:
    /// Why a file is to be left out, "The same file as a.mid"; empty for the first of its kind.
    /// @param checksum  of its bytes (checksumOfFile); empty when they cannot be read: no copy.
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
