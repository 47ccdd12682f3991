// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/spaces/spaces.h"

namespace canto {

/// Orchestral sound, by composer: the models of the slides "Symphony2vec".
Space orchestraSpace();

// What ships with it. NotFound.

Result<std::filesystem::path> orchestraWeights();        ///< encode clips and predict composers
Result<std::filesystem::path> orchestraDecoderWeights(); ///< of ALI, which decodes to sound
Result<std::filesystem::path> orchestraLibrary();

} // namespace canto
