#include "models/common/device.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <chrono>
#include <torch/torch.h>

namespace canto::models {

BlasReport blasReport() {
    c10::InferenceMode inference;
    at::set_num_threads(1);
    constexpr double kFlop = 2.0 * 512 * 512 * 512;
    const auto a = torch::ones({512, 512});
    const auto b = torch::ones({512, 512});
    BlasReport report;
    double least = 1e9;
    for (int repeat = 0; repeat < 4; ++repeat) { // the first one warms up
        const auto begin = std::chrono::steady_clock::now();
        a.mm(b);
        least = std::min(
            least, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
    report.gflopsPerCore = kFlop / least / 1e9;
    report.slow = report.gflopsPerCore < 30;
    if (report.slow) {
        report.advice = "Matrix products are slow here: install the OpenMP build of OpenBLAS "
                        "(Debian: libopenblas0-openmp)";
    }
    return report;
}

void prepareInferenceThread() {
    at::set_num_threads(1);
    at::globalContext().setFlushDenormal(true);
}

} // namespace canto::models
