// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/program/program_version.h"

#if __has_include(<torch/version.h>)
#include <torch/version.h>
#endif
#ifdef CANTO_ATLAS
#include <sqlite3.h>
#endif
#ifdef CANTO_SOUND
#include <fluidsynth.h>
#endif

namespace canto {

std::string programVersion() {
    const std::string commit = CANTO_COMMIT;
    return CANTO_VERSION + (commit.empty() ? std::string() : " (" + commit + ")");
}

std::string libraryVersions() {
#ifdef TORCH_VERSION
    std::string names = "LibTorch " TORCH_VERSION;
#else
    std::string names = "LibTorch";
#endif
#ifdef CANTO_ATLAS
    names += ", SQLite " SQLITE_VERSION;
#endif
#ifdef CANTO_SOUND
    names += ", FluidSynth " FLUIDSYNTH_VERSION;
#endif
    return names;
}

} // namespace canto
