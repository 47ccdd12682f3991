// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/spaces/spaces.h"

namespace canto {

/// Orchestral sound, by composer: the models of the slides "Symphony2vec".
Space orchestraSpace();

} // namespace canto
