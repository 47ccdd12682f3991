// SPDX-License-Identifier: GPL-3.0-or-later
// The commands that need no network, so that they start at once; canto-networks has all others.
#include "app/cli/commands.h"
#include "app/program/environment.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <unistd.h>

namespace {

using namespace canto;

constexpr std::array<std::string_view, 5> kHere{"--version", "info", "map", "export-latents",
                                                "render"};

void addCommands(CLI::App& app, cli::Action& action) {
    cli::addInfoCommand(app, action);
#ifdef CANTO_ATLAS
    cli::addMapCommand(app, action);
    cli::addExportLatentsCommand(app, action);
#endif
#ifdef CANTO_SOUND
    cli::addRenderCommand(app, action);
#endif
}

bool isHere(std::string_view command) {
    return std::find(kHere.begin(), kHere.end(), command) != kHere.end();
}

/// Beside this program in a build tree, in libexec/cantograph of an installation. Returns only when
/// it is not there.
int startNetworks(char** argv) {
    std::error_code ignored;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", ignored);
    const auto folder = ignored ? std::filesystem::path(argv[0]).parent_path() : self.parent_path();
    for (const auto& program :
         {folder / "canto-networks", folder / ".." / "libexec" / "cantograph" / "canto-networks"}) {
        execv(program.c_str(), argv);
    }
    std::fprintf(stderr,
                 "canto: canto-networks, which has this command, is not installed beside it (%s): "
                 "install Cantograph again\n",
                 folder.c_str());
    return cli::kFailed;
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2 || !isHere(argv[1])) {
        return startNetworks(argv);
    }
    prepareEnvironment(argv);
    return cli::runCommands(argc, argv, addCommands);
}
