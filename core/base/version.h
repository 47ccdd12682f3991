// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace canto {

/// "1.0.0": the version of the project in CMakeLists.txt.
std::string versionNumber();

} // namespace canto
