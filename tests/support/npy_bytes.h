// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// NumPy arrays written by hand, from the description of the format.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace canto::test {

template <class T>
std::string rawBytes(const std::vector<T>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

/// @param shape  as Python writes it: "(2, 3)".
inline std::string npyBytes(const std::string& kind, const std::string& shape,
                            const std::string& numbers, bool columnMajor = false, int version = 1) {
    std::string header = "{'descr': '" + kind +
                         "', 'fortran_order': " + (columnMajor ? "True" : "False") +
                         ", 'shape': " + shape + ", }\n";
    std::string start = "\x93NUMPY";
    start += static_cast<char>(version);
    start += '\0';
    const auto size = static_cast<std::uint32_t>(header.size());
    for (int byte = 0; byte < (version == 1 ? 2 : 4); ++byte) {
        start += static_cast<char>(size >> (8 * byte) & 255);
    }
    return start + header + numbers;
}

inline void writeBytes(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

} // namespace canto::test
