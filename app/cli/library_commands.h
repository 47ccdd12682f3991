// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/cli_support.h"
#include "core/atlas/atlas.h"

namespace canto::cli {

/// Finishes a command that filled an atlas: prepares it for shipping if requested, adds its digest
/// to `figures`, prints them. @return the exit code.
Result<int> finishLibrary(atlas::Atlas& atlas, bool ship, nlohmann::json figures, int code = kGood);

/// The requested model of an atlas: by its name or the checksum of its weights, or (empty) the only
/// one. NotFound, BadInput (several).
Result<atlas::ModelRow> modelRowOf(atlas::Atlas& atlas, const std::string& wanted);

/// An atlas to read, and the points of the requested model in it.
struct OpenPoints {
    atlas::Atlas atlas;
    atlas::AtlasPoints points;
};
/// Errors of Atlas::open and modelRowOf.
Result<OpenPoints> openPoints(const std::filesystem::path& path, const std::string& model);

} // namespace canto::cli
