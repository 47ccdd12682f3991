// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/evaluation/png_canvas.h"

#include "core/base/atomic_file.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <zlib.h>

namespace canto {

namespace {

void putNumber(std::string& out, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) {
        out += static_cast<char>((value >> shift) & 0xFF);
    }
}

void putChunk(std::string& out, const std::string& kind, const std::string& body) {
    putNumber(out, static_cast<std::uint32_t>(body.size()));
    const std::string checked = kind + body;
    out += checked;
    putNumber(out,
              static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(checked.data()),
                                               static_cast<uInt>(checked.size()))));
}

} // namespace

PngCanvas::PngCanvas(int width, int height)
    : m_width(width), m_height(height),
      m_pixels(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3, 255) {}

Colour PngCanvas::at(int x, int y) const {
    if (x < 0 || y < 0 || x >= m_width || y >= m_height) {
        return {};
    }
    const auto* pixel = &m_pixels[static_cast<std::size_t>(y * m_width + x) * 3];
    return {pixel[0], pixel[1], pixel[2]};
}

void PngCanvas::fill(int x, int y, int width, int height, Colour colour) {
    for (int row = std::max(0, y); row < std::min(m_height, y + height); ++row) {
        for (int column = std::max(0, x); column < std::min(m_width, x + width); ++column) {
            std::copy(colour.begin(), colour.end(),
                      m_pixels.begin() + (static_cast<std::ptrdiff_t>(row) * m_width + column) * 3);
        }
    }
}

void PngCanvas::dot(double x, double y, double radius, Colour colour) {
    const int reach = static_cast<int>(std::ceil(radius));
    const int middleX = static_cast<int>(std::lround(x));
    const int middleY = static_cast<int>(std::lround(y));
    for (int dy = -reach; dy <= reach; ++dy) {
        for (int dx = -reach; dx <= reach; ++dx) {
            if (dx * dx + dy * dy <= radius * radius) {
                fill(middleX + dx, middleY + dy, 1, 1, colour);
            }
        }
    }
}

void PngCanvas::line(double x0, double y0, double x1, double y1, Colour colour) {
    const int steps =
        1 + static_cast<int>(std::ceil(std::max(std::abs(x1 - x0), std::abs(y1 - y0))));
    for (int i = 0; i <= steps; ++i) {
        const double share = static_cast<double>(i) / steps;
        fill(static_cast<int>(std::lround(x0 + share * (x1 - x0))),
             static_cast<int>(std::lround(y0 + share * (y1 - y0))), 1, 1, colour);
    }
}

Result<void> PngCanvas::write(const std::filesystem::path& path) const {
    std::string rows;
    for (int y = 0; y < m_height; ++y) {
        rows += '\0'; // no filter
        const auto* first = reinterpret_cast<const char*>(m_pixels.data()) +
                            static_cast<std::ptrdiff_t>(y) * m_width * 3;
        rows.append(first, static_cast<std::size_t>(m_width) * 3);
    }
    uLongf size = compressBound(static_cast<uLong>(rows.size()));
    std::string packed(size, '\0');
    if (compress2(reinterpret_cast<Bytef*>(packed.data()), &size,
                  reinterpret_cast<const Bytef*>(rows.data()), static_cast<uLong>(rows.size()),
                  Z_BEST_COMPRESSION) != Z_OK) {
        return fail(Error::Code::NoMemory, "The picture cannot be packed", path.string());
    }
    packed.resize(size);
    std::string file = "\x89PNG\r\n\x1a\n";
    std::string header;
    putNumber(header, static_cast<std::uint32_t>(m_width));
    putNumber(header, static_cast<std::uint32_t>(m_height));
    header += std::string("\x08\x02\x00\x00\x00", 5); // 8 bits, RGB, no interlace
    putChunk(file, "IHDR", header);
    putChunk(file, "IDAT", packed);
    putChunk(file, "IEND", "");
    return writeFileAtomically(path, file);
}

Colour classColour(std::size_t index) {
    // Okabe and Ito 2008: distinguishable with colour vision deficiency.
    constexpr std::array<Colour, 8> kColours{{{230, 159, 0},
                                              {86, 180, 233},
                                              {0, 158, 115},
                                              {213, 94, 0},
                                              {0, 114, 178},
                                              {204, 121, 167},
                                              {240, 228, 66},
                                              {0, 0, 0}}};
    return kColours[index % kColours.size()];
}

Colour heatColour(double value) {
    const double v = std::clamp(value, 0.0, 1.0);
    const auto mix = [v](int from, int to) {
        return static_cast<std::uint8_t>(std::lround(from + v * (to - from)));
    };
    return {mix(255, 8), mix(255, 48), mix(255, 107)};
}

Result<void> drawHeat(const std::vector<std::vector<double>>& rows, int width, int height,
                      const std::filesystem::path& path) {
    const auto columns = rows.empty() ? 0 : static_cast<int>(rows.front().size());
    PngCanvas canvas(std::max(1, columns * width),
                     std::max(1, static_cast<int>(rows.size()) * height));
    int y = 0;
    for (const auto& row : rows) {
        int x = 0;
        for (const double value : row) {
            canvas.fill(x, y, width - 1, height - 1, heatColour(value));
            x += width;
        }
        y += height;
    }
    return canvas.write(path);
}

} // namespace canto
