// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/atlas/atlas.h"

#include <string_view>

// What an atlas keeps beside the points of its maps, for the same segments: latents of further
// "models" whose name has a kind and a colon in front.

namespace canto::atlas {

/// A figure of each segment, one number: "measure:loudness", its version the unit ("dBFS").
inline constexpr std::string_view kMeasureKind = "measure:";
/// Numbers of each segment that a decoder makes sound from: "parts:orchestra", its version the
/// checksum of the decoder's weights.
inline constexpr std::string_view kPartsKind = "parts:";

/// Whether the latents are points of maps, not one of these.
inline bool makesMaps(const ModelRow& model) { return model.name.find(':') == std::string::npos; }

} // namespace canto::atlas
