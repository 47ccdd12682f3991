// SPDX-License-Identifier: GPL-3.0-or-later
// Compiled with -march=x86-64-v4, see core/CMakeLists.txt.
#if defined(CANTO_LEVELS)
#include "core/projection/kernels_level.h"

namespace canto::projection {

extern const Kernels kKernelsV4 = levelKernels();

} // namespace canto::projection
#endif
