// SPDX-License-Identifier: GPL-3.0-or-later
// For programs that link to the networks; the window has its own (app/networks/late_networks.cpp).
#include "models/common/loading.h"

namespace canto::models {

Result<void> load() { return {}; }

bool loaded() { return true; }

} // namespace canto::models
