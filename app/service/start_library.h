#pragma once

#include "core/base/result.h"

#include <filesystem>

namespace canto {

/// The library that the program shows at the start: assets/atlas/start.atlas, where
/// assetFolders() finds one. NotFound where none is installed. Thread: any.
Result<std::filesystem::path> shippedAtlas();

} // namespace canto
