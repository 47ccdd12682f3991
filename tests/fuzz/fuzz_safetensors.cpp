// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a tensor file.

#include "core/base/checksum.h"
#include "core/tensors/safetensors.h"
#include "tests/fuzz/target.h"

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

std::vector<std::string> fuzzSeeds() {
    const auto file = [](const std::string& header, std::size_t bytes) {
        std::string text;
        for (int i = 0; i < 8; ++i) {
            text += static_cast<char>(header.size() >> (8 * i));
        }
        return text + header + std::string(bytes, '\x2A');
    };
    return {
        file(R"({"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}})", 24),
        file(R"({"__metadata__":{"title":"x"},"b":{"dtype":"U8","shape":[],"data_offsets":[0,1]},)"
             R"("c":{"dtype":"F16","shape":[4],"data_offsets":[1,9]}})",
             9),
        file("{}", 0)};
}
