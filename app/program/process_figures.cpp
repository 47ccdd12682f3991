// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/program/process_figures.h"

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>
#include <unistd.h>

namespace canto {
namespace {

/// A value of /proc/self/status, which are in KiB, as MiB.
double statusMiB(const std::string& key) {
    std::ifstream in("/proc/self/status");
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with(key)) {
            return std::strtod(line.c_str() + key.size(), nullptr) / 1024;
        }
    }
    return 0;
}

} // namespace

double secondsSinceStart() {
    std::ifstream in("/proc/self/stat");
    std::string line;
    std::getline(in, line);
    // Field 22, in ticks since the system was started; the name in field 2 may contain blanks.
    std::istringstream fields(line.substr(line.rfind(')') + 1));
    std::string skipped;
    for (int field = 3; field < 22; ++field) {
        fields >> skipped;
    }
    double ticks = 0;
    fields >> ticks;
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return double(now.tv_sec) + 1e-9 * double(now.tv_nsec) - ticks / double(sysconf(_SC_CLK_TCK));
}

double residentMiB() { return statusMiB("VmRSS:"); }

double ownResidentMiB() { return statusMiB("RssAnon:"); }

} // namespace canto
