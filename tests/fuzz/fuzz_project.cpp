// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a project file.

#include "app/workspace/project_file.h"
#include "tests/fuzz/target.h"

#include <cstdlib>

using namespace canto;
using namespace canto::app;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto state =
        projectFromText(std::string(reinterpret_cast<const char*>(bytes), size), "input");
    if (!state) {
        if (state.error().what.empty()) {
            std::abort();
        }
        return 0;
    }
    if (!projectFromText(projectText(*state), "again")) {
        std::abort();
    }
    return 0;
}

std::vector<std::string> fuzzSeeds() {
    SessionState state;
    return {projectText(state)};
}
