// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file_checksum.h"

#include "core/base/checksum.h"

#include <fstream>
#include <vector>

namespace canto {

Result<std::string> checksumOfFile(const std::filesystem::path& path) {
    std::error_code problem;
    if (!std::filesystem::is_regular_file(path, problem)) {
        return fail(Error::Code::NotFound, "There is no such file", path.string());
    }
    std::ifstream in(path, std::ios::binary);
    Checksum sum;
    std::vector<char> piece(std::size_t{1} << 20);
    while (in) {
        in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        const std::span read(piece.data(), static_cast<std::size_t>(in.gcount()));
        sum.update(std::as_bytes(read));
    }
    if (!in.eof()) {
        return fail(Error::Code::Io, "The file cannot be read", path.string());
    }
    return sum.hex();
}

} // namespace canto
