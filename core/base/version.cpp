// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/version.h"

namespace canto {

std::string versionNumber() { return CANTO_VERSION; }

} // namespace canto
