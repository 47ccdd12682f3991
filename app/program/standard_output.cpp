// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/program/standard_output.h"

#include "core/base/json_text.h"

#include <cstdio>
#include <iostream>

namespace canto {

void printJson(const nlohmann::json& document) {
    const auto text = jsonText(document, 2) + "\n";
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

bool flushStandardOutput(const char* program) {
    std::cout.flush();
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && std::cout.good()) {
        return true;
    }
    std::fprintf(stderr,
                 "%s: The output could not be written to the end. Check that the disk is not full "
                 "and that the receiving program is still running\n",
                 program);
    return false;
}

} // namespace canto
