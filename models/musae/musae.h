// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/registry/registry.h"

namespace canto::models::musae {

/// Entry of the registry.
Architecture architecture();

} // namespace canto::models::musae
