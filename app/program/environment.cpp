// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/program/environment.h"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <unistd.h>

namespace canto {
namespace {

namespace fs = std::filesystem;

/// Folder of Debian's OpenMP build of OpenBLAS, or empty.
std::string openBlasFolder() {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator("/usr/lib", ignored)) {
        const fs::path folder = entry.path() / "openblas-openmp";
        if (fs::exists(folder / "libblas.so.3", ignored)) {
            return folder.string();
        }
    }
    return {};
}

} // namespace

void prepareEnvironment(char** argv) {
    if (std::getenv("CANTO_ENVIRONMENT") != nullptr) {
        return; // set below before the second start, or by the user
    }
    setenv("CANTO_ENVIRONMENT", "prepared", 1);
    setenv("GOMP_SPINCOUNT", "0", 0);
    setenv("OMP_WAIT_POLICY", "passive", 0);
    if (const std::string folder = openBlasFolder(); !folder.empty()) {
        const char* present = std::getenv("LD_LIBRARY_PATH");
        const std::string path = present && *present ? folder + ":" + std::string(present) : folder;
        setenv("LD_LIBRARY_PATH", path.c_str(), 1);
    }
    execv("/proc/self/exe", argv);
    // Not available (no /proc): continue, only slower.
}

} // namespace canto
