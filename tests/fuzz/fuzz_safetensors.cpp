// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target: any bytes as a tensor file. Seeds: what tst_safetensors writes.

#include "core/base/checksum.h"
#include "core/tensors/safetensors.h"

#include <cstdint>
#include <cstdlib>

using namespace canto::tensors;

static volatile std::uint64_t g_sink = 0;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto file =
        SafeTensors::parse(std::as_bytes(std::span(bytes, size)), "input", OpenOptions());
    if (!file) {
        if (file.error().what.empty() || file.error().where.rfind("input", 0) != 0) {
            std::abort();
        }
        return 0;
    }
    std::size_t total = 0;
    for (const TensorView& tensor : file->tensors()) {
        std::size_t count = 1;
        for (const std::int64_t dimension : tensor.shape) {
            count *= static_cast<std::size_t>(dimension);
        }
        if (count * bytesOf(tensor.dtype) != tensor.bytes.size() ||
            file->find(tensor.name) != &tensor) {
            std::abort();
        }
        total += tensor.bytes.size();
        g_sink = g_sink ^ canto::checksum(tensor.bytes); // reads each byte
    }
    if (total > size) {
        std::abort();
    }
    return 0;
}
