// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/quick_exit.h"

#include <cstdio>
#include <cstdlib>

namespace canto {

void quickExit(int code) {
    std::fflush(stdout);
    std::fflush(stderr);
    std::_Exit(code);
}

} // namespace canto
