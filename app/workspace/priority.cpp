// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/priority.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace canto::app {

void lowerPriority(int steps) {
    // Linux keeps the value for each thread; the threads it starts inherit it.
    const auto thread = static_cast<id_t>(syscall(SYS_gettid));
    [[maybe_unused]] const int refused = setpriority(PRIO_PROCESS, thread, steps);
}

} // namespace canto::app
