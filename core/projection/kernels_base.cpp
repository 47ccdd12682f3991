// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/kernels_level.h"

namespace canto::projection {

extern const Kernels kKernelsBase = levelKernels();

} // namespace canto::projection
