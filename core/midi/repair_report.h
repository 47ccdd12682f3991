#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace canto::midi {

/// One kind of damage that was mended while reading.
struct Repair {
    int track = -1;         ///< -1: the file itself
    std::size_t offset = 0; ///< byte in the file where it was first met
    std::string text;
    int count = 1;
};

using RepairReport = std::vector<Repair>;

} // namespace canto::midi
