// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/program/program_version.h"

#include "core/base/version.h"

#ifdef CANTO_ATLAS
#include <sqlite3.h>
#endif
#ifdef CANTO_SOUND
#include <fluidsynth.h>
#endif

namespace canto {

std::string programVersion() {
    const std::string commit = CANTO_COMMIT;
    return versionNumber() + (commit.empty() ? std::string() : " (" + commit + ")");
}

std::string libraryVersions() {
    std::string names = "LibTorch " CANTO_TORCH_VERSION;
#ifdef CANTO_ATLAS
    names += ", SQLite " SQLITE_VERSION;
#endif
#ifdef CANTO_SOUND
    names += ", FluidSynth " FLUIDSYNTH_VERSION;
#endif
    return names;
}

} // namespace canto
