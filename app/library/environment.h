// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace canto {

/// Sets what must stand in the environment before the libraries load, and executes the program
/// again when something was missing: passive waiting of OpenMP threads (GOMP_SPINCOUNT=0: spinning
/// threads made decoding 25 times slower under load) and the OpenMP build of OpenBLAS (the pthread
/// build fights LibTorch's threads, the reference BLAS is 60 times slower). To be called first in
/// main; does nothing when all is set, when CANTO_ENVIRONMENT is set, or when the program cannot be
/// executed again.
void prepareEnvironment(char** argv);

} // namespace canto
