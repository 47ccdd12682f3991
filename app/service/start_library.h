#pragma once

#include "core/base/result.h"

#include <filesystem>

namespace canto {

/// The atlas that comes with the program: the first of assets/atlas/*.atlas by name, where
/// assetFolders() finds one. NotFound where none is installed. Thread: any.
Result<std::filesystem::path> shippedAtlas();

} // namespace canto
