// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/spaces/spaces.h"

namespace canto {

/// Piano music, by emotion: the model MusER.
Space emotionSpace();

} // namespace canto
