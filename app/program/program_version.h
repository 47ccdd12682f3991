// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace canto {

/// "1.0.0", and the commit it was built from where that is known: "1.0.0 (3f2a91c)".
std::string programVersion();

/// The libraries it was built with that a report of a fault needs: "LibTorch 1.13.0, SQLite 3.40.1,
/// FluidSynth 2.3.1".
std::string libraryVersions();

} // namespace canto
