// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/networks/late_networks.h"

#include "core/base/quick_exit.h"
#include "models/common/device.h"
#include "models/common/loading.h"

#include <atomic>
#include <cstdio>
#include <dlfcn.h>
#include <filesystem>
#include <string>

namespace canto::models {
namespace {

namespace fs = std::filesystem;
constexpr auto kFile = "cantograph-networks.so";

std::atomic<bool> g_loaded{false};

/// Beside this program in a build tree, in libexec/cantograph of an installation.
fs::path libraryFile() {
    std::error_code ignored;
    const fs::path folder = fs::read_symlink("/proc/self/exe", ignored).parent_path();
    const fs::path beside = folder / kFile;
    return fs::exists(beside, ignored) ? beside : folder / ".." / "libexec" / "cantograph" / kFile;
}

tl::unexpected<Error> cannot(const std::string& what, const fs::path& file) {
    return fail(Error::Code::NotFound, "The networks cannot be loaded: " + what, file.string(),
                "Install Cantograph again");
}

Result<void> loadOnce() {
    const fs::path file = libraryFile();
    // Visible to all: CUDA's functions are looked up by name. Lazily: other threads cannot start
    // new ones while addresses are looked up.
    void* library = dlopen(file.c_str(), RTLD_LAZY | RTLD_GLOBAL);
    if (library == nullptr) {
        return cannot(dlerror(), file);
    }
    for (std::size_t i = 0; i < cantoEntryCount; ++i) {
        void* found = dlsym(library, cantoEntryNames[i]);
        if (found == nullptr) {
            return cannot(std::string("it is of another version, without ") + cantoEntryNames[i],
                          file);
        }
        __atomic_store_n(&cantoEntries[i], found, __ATOMIC_RELEASE);
    }
    g_loaded = true;
    prepareInferenceThread(); // what LibTorch takes as the number of threads from now on
    return {};
}

} // namespace

bool loaded() { return g_loaded; }

Result<void> load() {
    static const Result<void> done = loadOnce();
    return done;
}

} // namespace canto::models

void cantoLoadNetworksOrEnd() {
    if (const auto loaded = canto::models::load(); !loaded) {
        std::fprintf(stderr, "cantograph: %s\n", loaded.error().message().c_str());
        canto::quickExit(1);
    }
}
