// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/kernels.h"

namespace canto::projection {

extern const Kernels kKernelsBase;
#if defined(CANTO_LEVELS)
extern const Kernels kKernelsV3, kKernelsV4;
#endif

std::span<const Kernels* const> supportedKernels() {
    static const auto supported = [] {
        std::vector<const Kernels*> found{&kKernelsBase};
#if defined(CANTO_LEVELS)
        // What else belongs to the levels comes with these on every processor that was made.
        if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
            __builtin_cpu_supports("bmi2")) {
            found.push_back(&kKernelsV3);
            if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                __builtin_cpu_supports("avx512vl")) {
                found.push_back(&kKernelsV4);
            }
        }
#endif
        return found;
    }();
    return supported;
}

const Kernels& kernels() {
    static const Kernels& fastest = *supportedKernels().back();
    return fastest;
}

} // namespace canto::projection
