// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/spaces/spaces.h"

namespace canto {

/// Songs of a band, by genre: the model MusAE.
Space styleSpace();

} // namespace canto
