// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdio>
#include <cstdlib>

namespace canto {

/// Reports a broken assumption; stops the program in debug builds only.
inline void verifyFailed(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "canto: assumption failed: %s (%s:%d)\n", condition, file, line);
#ifndef NDEBUG
    std::abort();
#endif
}

} // namespace canto

/// Checks and handles the failure, in release builds too: CANTO_VERIFY(i < n) { return
/// std::nullopt; }
#define CANTO_VERIFY(condition)                                                                    \
    if (bool cantoOk = static_cast<bool>(condition); !cantoOk)                                     \
        if (canto::verifyFailed(#condition, __FILE__, __LINE__); true)
