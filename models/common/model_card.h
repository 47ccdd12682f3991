#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <map>
#include <string>

namespace canto::models {

/// Writes weights again, to the same or another file, with entries of their card set: what they
/// were trained on, how well they do, under which licence they stand. The tensors stay as they are.
/// Errors: those of opening weights and of saving; BadInput for the keys that say how to open them
/// ("architecture", "config").
Result<void> writeCard(const std::filesystem::path& weights, const std::filesystem::path& out,
                       const std::map<std::string, std::string>& entries);

} // namespace canto::models
