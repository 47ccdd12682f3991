#pragma once

#include <string>

namespace canto::models {

struct BlasReport {
    double gflopsPerCore = 0; ///< of a 512 x 512 x 512 product on one thread
    bool slow = false;        ///< below 30: a reference BLAS, sixty times slower than OpenBLAS
    std::string advice;       ///< what to install; empty when fast
};

/// Times a matrix product (a few milliseconds; a second with a reference BLAS).
/// Thread: any; sets the number of intra-op threads of the calling thread to one.
BlasReport blasReport();

/// For a thread that serves a person: one intra-op thread, tiny numbers flushed to zero.
void prepareInferenceThread();

} // namespace canto::models
