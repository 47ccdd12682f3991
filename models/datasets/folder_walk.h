// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <functional>
#include <set>
#include <vector>

namespace canto {

/// The files in a folder and below whose names `wanted` accepts, in the order of their paths.
/// Symbolic links are followed, each folder is entered once; a folder is never a file, whatever its
/// name. Unreadable subfolders are skipped, and so is what macOS adds to foreign disks and
/// archives: "._name" beside each file, the folder __MACOSX.
/// @param entered      folders that earlier calls have entered; may be null.
/// @param macMetadata  is increased by the number of macOS files that look like wanted ones; may be
///                     null.
/// Errors: NotFound if the folder itself cannot be read.
Result<std::vector<std::filesystem::path>>
filesBelow(const std::filesystem::path& folder,
           const std::function<bool(const std::filesystem::path&)>& wanted,
           std::set<std::filesystem::path>* entered = nullptr, std::size_t* macMetadata = nullptr);

} // namespace canto
