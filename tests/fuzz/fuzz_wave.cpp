// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a recording.

#include "core/sound/audio_file.h"
#include "tests/fuzz/target.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace canto;

namespace {

std::string number(std::uint32_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) {
        text += static_cast<char>(value >> (8 * i));
    }
    return text;
}

/// A file by the description of the format: 16 bits, or with format 3 32-bit floats.
std::string wave(int format, int channels, int rate, std::size_t frames) {
    const int bytes = format == 3 ? 4 : 2;
    const auto size = static_cast<std::uint32_t>(frames * std::size_t(channels * bytes));
    return "RIFF" + number(36 + size, 4) + "WAVEfmt " + number(16, 4) +
           number(std::uint32_t(format), 2) + number(std::uint32_t(channels), 2) +
           number(std::uint32_t(rate), 4) + number(std::uint32_t(rate * channels * bytes), 4) +
           number(std::uint32_t(channels * bytes), 2) + number(std::uint32_t(8 * bytes), 2) +
           "data" + number(size, 4) + std::string(size, '\x11');
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static const std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("fuzz-" + std::to_string(getpid()) + ".wav");
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes), static_cast<std::streamsize>(size));
    const auto sound = sound::readMono(path, 22050, 20);
    std::filesystem::remove(path);
    if (!sound) {
        if (sound.error().what.empty()) {
            std::abort();
        }
        return 0;
    }
    for (const float sample : sound->samples) {
        if (!std::isfinite(sample)) {
            std::abort();
        }
    }
    return 0;
}

std::vector<std::string> fuzzSeeds() {
    return {wave(1, 1, 22050, 500), wave(1, 2, 44100, 300), wave(3, 2, 8000, 200)};
}
