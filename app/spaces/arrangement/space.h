// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/spaces/spaces.h"

namespace canto {

/// Two bars for piano, by chords, sound and texture.
Space arrangementSpace();

/// The weights that ship with it. NotFound.
Result<std::filesystem::path> arrangementWeights();

} // namespace canto
