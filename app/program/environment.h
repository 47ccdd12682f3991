// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace canto {

/// Sets the environment variables that must exist before the libraries load, and executes the
/// program again if one was missing: passive waiting of OpenMP threads (GOMP_SPINCOUNT=0: spinning
/// threads made decoding 25 times slower under load) and the OpenMP build of OpenBLAS (the pthread
/// build conflicts with LibTorch's threads, the reference BLAS is 60 times slower). Call it first
/// in main; does nothing if all are set, if CANTO_ENVIRONMENT is set, or if the program cannot be
/// executed again.
void prepareEnvironment(char** argv);

} // namespace canto
