// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sound/unfinished_header.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <limits>
#include <optional>
#include <system_error>

namespace canto::sound {

namespace {

constexpr std::uint32_t kUnknown32 = std::numeric_limits<std::uint32_t>::max();
constexpr int kMostChunks = 1000;

/// Chunks of a RIFF (little-endian) or IFF (big-endian) file.
class ChunkReader {
  public:
    explicit ChunkReader(const std::filesystem::path& path) : m_in(path, std::ios::binary) {
        std::error_code failure;
        m_size = std::filesystem::file_size(path, failure);
        if (failure) {
            m_size = 0;
        }
    }
    std::uint64_t size() const { return m_size; }
    void setBigEndian(bool yes) { m_big = yes; }

    /// Empty past the end of the file.
    std::string text(std::uint64_t at, std::size_t count) {
        std::string bytes(count, '\0');
        m_in.clear();
        m_in.seekg(static_cast<std::streamoff>(at));
        m_in.read(bytes.data(), static_cast<std::streamsize>(count));
        return m_in ? bytes : std::string();
    }
    std::uint64_t number(std::uint64_t at, std::size_t count) {
        std::string bytes = text(at, count);
        if (!m_big) {
            std::reverse(bytes.begin(), bytes.end());
        }
        std::uint64_t value = 0;
        for (const char byte : bytes) {
            value = (value << 8) | static_cast<unsigned char>(byte);
        }
        return value;
    }
    std::string bytesOf(std::uint64_t value, std::size_t count) const {
        std::string bytes;
        for (std::size_t i = 0; i < count; ++i) {
            bytes.push_back(static_cast<char>((value >> (8 * i)) & 0xFF));
        }
        if (m_big) {
            std::reverse(bytes.begin(), bytes.end());
        }
        return bytes;
    }
    /// Whether a chunk, not sound data, begins there: a printable name and a size that fits.
    bool chunkAt(std::uint64_t at) {
        const std::string name = text(at, 4);
        return name.size() == 4 &&
               std::all_of(name.begin(), name.end(),
                           [](unsigned char c) { return std::isprint(c) != 0; }) &&
               at + 8 + number(at + 4, 4) <= m_size;
    }
    /// Position of the chunk with that name; the search stops at the sound's chunk.
    std::optional<std::uint64_t> find(const std::string& wanted, const std::string& sound) {
        std::uint64_t at = 12;
        for (int i = 0; i < kMostChunks && at + 8 <= m_size; ++i) {
            const std::string name = text(at, 4);
            if (name == wanted) {
                return at;
            }
            if (name == sound) {
                return std::nullopt;
            }
            const std::uint64_t length = number(at + 4, 4);
            at += 8 + length + length % 2;
        }
        return std::nullopt;
    }

  private:
    std::ifstream m_in;
    std::uint64_t m_size = 0;
    bool m_big = false;
};

std::vector<HeaderPatch> wavPatches(ChunkReader& file) {
    const auto data = file.find("data", "data");
    const auto format = file.find("fmt ", "data");
    if (!data || !format || *data + 8 >= file.size() || file.chunkAt(*data + 8)) {
        return {};
    }
    const std::uint64_t stated = file.number(*data + 4, 4);
    const std::uint64_t frame = file.number(*format + 20, 2); // bytes
    std::uint64_t length = file.size() - (*data + 8);
    if (frame > 0) {
        length -= length % frame;
    }
    if (const auto wide = file.find("ds64", "data")) {
        if (frame == 0 || (stated != kUnknown32 && stated != 0) ||
            file.number(*wide + 16, 8) != 0) {
            return {};
        }
        return {{*wide + 16, file.bytesOf(length, 8)},
                {*wide + 24, file.bytesOf(length / frame, 8)},
                {*data + 4, file.bytesOf(kUnknown32, 4)}};
    }
    if (stated != 0) {
        return {};
    }
    return {{*data + 4, file.bytesOf(std::min<std::uint64_t>(length, kUnknown32), 4)}};
}

std::vector<HeaderPatch> aiffPatches(ChunkReader& file) {
    constexpr std::uint64_t kOffsets = 8; // of the sound's chunk: offset and block size
    file.setBigEndian(true);
    const auto sound = file.find("SSND", "SSND");
    const auto common = file.find("COMM", "SSND");
    if (!sound || !common || *sound + 8 + kOffsets >= file.size()) {
        return {};
    }
    const std::uint64_t stated = file.number(*sound + 4, 4);
    const std::uint64_t frame =
        file.number(*common + 8, 2) * ((file.number(*common + 14, 2) + 7) / 8);
    if ((stated != 0 && stated != kOffsets) || frame == 0 || file.chunkAt(*sound + 8 + stated)) {
        return {};
    }
    const std::uint64_t frames =
        std::min<std::uint64_t>(file.size() - (*sound + 8 + kOffsets), kUnknown32 - kOffsets) /
        frame;
    return {{*sound + 4, file.bytesOf(kOffsets + frames * frame, 4)},
            {*common + 10, file.bytesOf(frames, 4)}};
}

} // namespace

std::vector<HeaderPatch> unfinishedHeaderPatches(const std::filesystem::path& path) {
    ChunkReader file(path);
    const std::string form = file.text(0, 4);
    const std::string kind = file.text(8, 4);
    if (kind == "WAVE" && (form == "RIFF" || form == "RF64" || form == "BW64")) {
        return wavPatches(file);
    }
    if (form == "FORM" && (kind == "AIFF" || kind == "AIFC")) {
        return aiffPatches(file);
    }
    return {};
}

} // namespace canto::sound
