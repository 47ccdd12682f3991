// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/spaces/spaces.h"

namespace canto {

/// Songs of a band, by genre: all notes on six tracks; MusAE stays as a preset.
Space styleSpace();

} // namespace canto
