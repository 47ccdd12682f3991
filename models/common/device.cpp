// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/common/device.h"

#include "models/nn/torch_edge.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <ctime>
#include <dlfcn.h>
#include <fstream>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <torch/torch.h>

namespace canto::models {

namespace detail {

std::string notEnoughMemory(std::string_view torchSays) {
    std::string text = "There is not enough memory";
    constexpr std::string_view kBefore = "tried to allocate ";
    const auto at = torchSays.find(kBefore);
    const auto digits =
        at == std::string_view::npos ? std::string_view() : torchSays.substr(at + kBefore.size());
    std::uint64_t bytes = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), bytes);
    if (read.ec == std::errc() && bytes > 0) {
        constexpr std::uint64_t kMiB = 1 << 20;
        text += ": " + std::to_string((bytes + kMiB - 1) / kMiB) + " MiB in one piece are missing";
    }
    return text;
}

} // namespace detail

namespace {

/// Processor time of this thread, s, unaffected by other programs.
double threadSeconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) + 1e-9 * double(time.tv_nsec);
}

} // namespace

BlasReport blasReport() {
    c10::InferenceMode inference;
    at::set_num_threads(1);
    constexpr double kFlop = 2.0 * 512 * 512 * 512;
    const auto a = torch::ones({512, 512});
    const auto b = torch::ones({512, 512});
    BlasReport report;
    double least = 1e9;
    for (int repeat = 0; repeat < 4; ++repeat) { // the first one warms up
        const double begin = threadSeconds();
        a.mm(b);
        least = std::min(least, threadSeconds() - begin);
    }
    report.gflopsPerCore = kFlop / least / 1e9;
    report.slow = report.gflopsPerCore < 30;
    if (report.slow) {
        report.advice = "Matrix products are slow here: install the OpenMP build of OpenBLAS "
                        "(Debian: libopenblas0-openmp)";
    }
    return report;
}

namespace {

/// The text after "key ... :" in a file of lines, empty if there is none.
std::string lineOf(const char* file, const std::string& key) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        const auto colon = line.find(':');
        if (line.starts_with(key) && colon != std::string::npos) {
            const auto text = line.find_first_not_of(" \t", colon + 1);
            return text == std::string::npos ? std::string() : line.substr(text);
        }
    }
    return {};
}

std::uint64_t kibibytes(const std::string& text) {
    return text.empty() ? 0 : std::strtoull(text.c_str(), nullptr, 10) * 1024;
}

/// CUDA's own functions are looked up by name: our build needs none of its headers, and LibTorch
/// for CUDA includes the libraries.
template <class Function>
Function symbol(void* library, const char* name) {
    return reinterpret_cast<Function>(dlsym(library, name));
}

DeviceInfo cudaDevice(int index) {
    DeviceInfo info{"cuda:" + std::to_string(index), "CUDA device " + std::to_string(index), 0, 0};
    const auto setDevice = symbol<int (*)(int)>(RTLD_DEFAULT, "cudaSetDevice");
    const auto getDevice = symbol<int (*)(int*)>(RTLD_DEFAULT, "cudaGetDevice");
    const auto memory = symbol<int (*)(std::size_t*, std::size_t*)>(RTLD_DEFAULT, "cudaMemGetInfo");
    int before = 0;
    if (setDevice != nullptr && getDevice != nullptr && memory != nullptr &&
        getDevice(&before) == 0 && setDevice(index) == 0) {
        std::size_t free = 0;
        std::size_t total = 0;
        if (memory(&free, &total) == 0) {
            info.freeBytes = free;
            info.totalBytes = total;
        }
        setDevice(before);
    }
    if (void* driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL)) {
        const auto name = symbol<int (*)(char*, int, int)>(driver, "cuDeviceGetName");
        char text[256] = {};
        if (name != nullptr && name(text, sizeof text - 1, index) == 0) {
            info.name = text;
        }
        dlclose(driver);
    }
    return info;
}

} // namespace

std::vector<DeviceInfo> devices() {
    const auto name = lineOf("/proc/cpuinfo", "model name");
    std::vector<DeviceInfo> found{{"cpu", name.empty() ? "CPU" : name,
                                   kibibytes(lineOf("/proc/meminfo", "MemAvailable")),
                                   kibibytes(lineOf("/proc/meminfo", "MemTotal"))}};
    if (torch::cuda::is_available()) {
        for (int index = 0; index < static_cast<int>(torch::cuda::device_count()); ++index) {
            found.push_back(cudaDevice(index));
        }
    }
    return found;
}

Result<std::string> resolveDevice(const std::string& requested) {
    const auto all = devices();
    if (requested == "auto") {
        const auto best = std::max_element(
            all.begin() + 1, all.end(),
            [](const DeviceInfo& a, const DeviceInfo& b) { return a.freeBytes < b.freeBytes; });
        return best == all.end() ? all.front().id : best->id;
    }
    const std::string id = requested == "cuda" ? "cuda:0" : requested;
    std::string known;
    for (const auto& device : all) {
        if (device.id == id) {
            return id;
        }
        known += (known.empty() ? "" : ", ") + device.id;
    }
    return fail(Error::Code::NotFound, "There is no device \"" + requested + "\" here", {},
                "There is: " + known);
}

#ifdef __GLIBC__
namespace {
std::atomic<int> g_keepers{0};
}

KeepMemory::KeepMemory() {
    ++g_keepers;
    mallopt(M_MMAP_THRESHOLD, 32 << 20); // the largest value allowed
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

KeepMemory::~KeepMemory() {
    if (--g_keepers == 0) {
        mallopt(M_TRIM_THRESHOLD, 64 << 20); // the upper limit of the C library's own adjustment
        malloc_trim(0);
    }
}
#else
KeepMemory::KeepMemory() = default;
KeepMemory::~KeepMemory() = default;
#endif

void prepareInferenceThread() {
    at::set_num_threads(1);
    at::globalContext().setFlushDenormal(true);
}

void prepareBatchThread() { at::set_num_threads(at::intraop_default_num_threads()); }

} // namespace canto::models
