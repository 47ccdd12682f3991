// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/spaces/spaces.h"

namespace canto {

/// Latents that other programs made: no model, and the library that was opened last.
Space latentsSpace();

/// Space::id of it.
inline constexpr auto kLatentsSpace = "latents";

} // namespace canto
