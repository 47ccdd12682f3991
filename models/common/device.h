// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace canto::models {

struct BlasReport {
    double gflopsPerCore = 0; ///< of a 512 x 512 x 512 product on one thread
    bool slow = false;        ///< below 30: a reference BLAS, sixty times slower than OpenBLAS
    std::string advice;       ///< what to install; empty when fast
};

/// Times a matrix product (a few milliseconds; a second with a reference BLAS).
/// Thread: any; sets the number of intra-op threads of the calling thread to one.
BlasReport blasReport();

/// A device on which a network can be trained.
struct DeviceInfo {
    std::string id;              ///< "cpu", "cuda:0"
    std::string name;            ///< the manufacturer's name
    std::uint64_t freeBytes = 0; ///< memory that a program may still allocate; 0 if unknown
    std::uint64_t totalBytes = 0;
};

/// The CPU first, then the CUDA devices that LibTorch supports and finds. Some milliseconds; the
/// first call with CUDA starts its runtime.
std::vector<DeviceInfo> devices();

/// The id of a device for "auto" (the CUDA device with most free memory, else the CPU), "cpu",
/// "cuda" or "cuda:N". NotFound lists the available ones.
Result<std::string> resolveDevice(const std::string& requested);

/// While it exists, this process keeps the memory of one step for the next one. Without it the C
/// library returns the large blocks of every step to the system and gets them again, zeroed page by
/// page: a fifth of the time of a step of the default network. Thread: any; the last one to end
/// returns the memory.
class KeepMemory {
  public:
    KeepMemory();
    ~KeepMemory();
    KeepMemory(const KeepMemory&) = delete;
    KeepMemory& operator=(const KeepMemory&) = delete;
};

/// For a thread that serves the user interface: one intra-op thread, denormal numbers flushed to
/// zero.
void prepareInferenceThread();
/// For a thread that encodes many songs: as many intra-op threads as LibTorch takes by itself.
void prepareBatchThread();

} // namespace canto::models
