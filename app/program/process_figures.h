// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Figures of this process that the system keeps (Linux). Thread: any.

namespace canto {

/// Seconds since the process was started, to 10 ms: what the loader of libraries took is in it.
double secondsSinceStart();

/// Memory of this process that is in RAM, MiB, with that of the files that are mapped into it; 0 if
/// unknown.
double residentMiB();
/// The same without mapped files, which are shared with other processes.
double ownResidentMiB();

} // namespace canto
