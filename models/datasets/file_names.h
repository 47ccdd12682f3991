// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace canto {

/// Finds files by names in a table: a table made on Linux names "Dvořák.mid" in another Unicode
/// form than the file has that macOS packed. Reads each folder once. Thread: one at a time.
class FileNames {
  public:
    /// The path of the file or folder as it is on the disk: `named` itself if it exists, else the
    /// path with equal composedForm; `named` if there is none.
    std::filesystem::path find(const std::filesystem::path& named);

    /// The name by which a row of a table finds a file in a folder: `name` itself, or its spelling
    /// on the disk. Absolute names stay absolute.
    std::string nameIn(const std::filesystem::path& folder, const std::string& name);

  private:
    /// Names in a folder by their composed form.
    const std::map<std::string, std::filesystem::path>&
    namesIn(const std::filesystem::path& folder);

    std::map<std::filesystem::path, std::map<std::string, std::filesystem::path>> m_folders;
};

} // namespace canto
