// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// Before a plain function in a .cpp whose loops the compiler turns into vector instructions: it is
/// compiled for several generations of x86-64 processors, and the one for this machine is chosen
/// when the program starts. What it calls must be inlined. Code with vector types of its own is
/// compiled per file instead (core/projection/kernels.h): a compiler splits such vectors before it
/// makes the copies. Empty where the compiler or the C library cannot do this, with CANTO_NATIVE,
/// and with sanitizers, which are not ready when the choice is made.
#if defined(CANTO_LEVELS) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) &&     \
    !defined(CANTO_SANITIZED)
#define CANTO_KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CANTO_KERNEL
#endif
