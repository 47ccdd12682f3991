// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/atlas/atlas.h"

#include <string_view>

// Additional data that an atlas stores for the segments of a map, as latents of further "models"
// whose name starts with a kind and a colon.

namespace canto::atlas {

/// One number for each segment: "measure:loudness", its version is the unit ("dBFS").
inline constexpr std::string_view kMeasureKind = "measure:";
/// Latents of each segment for a sound decoder: "parts:orchestra", its version is the checksum of
/// the decoder's weights.
inline constexpr std::string_view kPartsKind = "parts:";

/// Whether the latents are points of maps rather than such data.
inline bool makesMaps(const ModelRow& model) { return model.name.find(':') == std::string::npos; }

} // namespace canto::atlas
