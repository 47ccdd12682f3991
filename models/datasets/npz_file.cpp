// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/datasets/npz_file.h"

#include <bit>
#include <cstring>
#include <fstream>
#include <map>
#include <string_view>
#include <zlib.h>

namespace canto {

static_assert(std::endian::native == std::endian::little);

namespace {

/// Little-endian number at a position that was checked to lie inside.
template <class T>
T numberAt(std::string_view bytes, std::size_t at) {
    T value;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
}

bool fits(std::string_view bytes, std::size_t at, std::size_t size) {
    return at <= bytes.size() && size <= bytes.size() - at;
}

tl::unexpected<Error> damaged(const char* what, const std::string& where) {
    return fail(Error::Code::BadFile, what, where);
}

/// Deflate without a header (as in zip) into exactly `size` bytes.
bool inflateRaw(std::string_view packed, std::size_t size, std::string& out) {
    out.assign(size, '\0');
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) {
        return false;
    }
    std::string input(packed);
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int result = inflate(&stream, Z_FINISH);
    const bool whole = result == Z_STREAM_END && stream.total_out == size;
    inflateEnd(&stream);
    return whole;
}

/// Position of the record at the end that points to the list of entries.
std::size_t findEnd(std::string_view bytes) {
    constexpr std::size_t kRecord = 22;
    constexpr std::size_t kLongestComment = 65535;
    for (std::size_t back = kRecord; back <= bytes.size() && back <= kRecord + kLongestComment;
         ++back) {
        const std::size_t at = bytes.size() - back;
        if (numberAt<std::uint32_t>(bytes, at) == 0x06054b50) {
            return at;
        }
    }
    return std::string_view::npos;
}

} // namespace

Result<ZipArchive> ZipArchive::open(const std::filesystem::path& path) {
    std::error_code problem;
    const auto size = std::filesystem::file_size(path, problem);
    if (problem) {
        return fail(Error::Code::NotFound, "There is no such file", path.string());
    }
    if (size > kMaxArchiveBytes) {
        return fail(Error::Code::TooLarge, "The archive is larger than 256 MiB", path.string());
    }
    std::string bytes(size, '\0');
    std::ifstream in(path, std::ios::binary);
    if (!in.read(bytes.data(), static_cast<std::streamsize>(size))) {
        return fail(Error::Code::Io, "The file cannot be read", path.string());
    }
    return parse(bytes, path.string());
}

Result<ZipArchive> ZipArchive::parse(std::string_view bytes, const std::string& where) {
    const auto end = findEnd(bytes);
    if (end == std::string_view::npos) {
        return damaged("This is not a zip archive, or its end is missing", where);
    }
    const std::size_t count = numberAt<std::uint16_t>(bytes, end + 10);
    std::size_t at = numberAt<std::uint32_t>(bytes, end + 16);
    if (count > kMaxArchiveEntries) {
        return fail(Error::Code::TooLarge, "The archive has too many entries", where);
    }
    ZipArchive archive;
    std::size_t total = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (!fits(bytes, at, 46) || numberAt<std::uint32_t>(bytes, at) != 0x02014b50) {
            return damaged("The archive's list of entries is damaged", where);
        }
        const auto flags = numberAt<std::uint16_t>(bytes, at + 8);
        const auto method = numberAt<std::uint16_t>(bytes, at + 10);
        const auto checksum = numberAt<std::uint32_t>(bytes, at + 16);
        const std::size_t packed = numberAt<std::uint32_t>(bytes, at + 20);
        const std::size_t size = numberAt<std::uint32_t>(bytes, at + 24);
        const std::size_t nameSize = numberAt<std::uint16_t>(bytes, at + 28);
        const std::size_t extra = numberAt<std::uint16_t>(bytes, at + 30);
        const std::size_t comment = numberAt<std::uint16_t>(bytes, at + 32);
        const std::size_t local = numberAt<std::uint32_t>(bytes, at + 42);
        if (!fits(bytes, at + 46, nameSize) || !fits(bytes, local, 30)) {
            return damaged("The archive's list of entries is damaged", where);
        }
        const std::string name(bytes.substr(at + 46, nameSize));
        at += 46 + nameSize + extra + comment;
        total += size;
        if (total > kMaxUnpackedBytes) {
            return fail(Error::Code::TooLarge, "The archive unpacks to more than 512 MiB", where);
        }
        const std::size_t body = local + 30 + numberAt<std::uint16_t>(bytes, local + 26) +
                                 numberAt<std::uint16_t>(bytes, local + 28);
        if ((flags & 1) != 0 || (method != 0 && method != 8) || !fits(bytes, body, packed)) {
            return damaged("An entry of the archive is encrypted, of another kind, or cut off",
                           where + ", " + name);
        }
        std::string content;
        const auto part = bytes.substr(body, packed);
        const bool whole =
            method == 8 ? inflateRaw(part, size, content) : (content = part, part.size() == size);
        const auto found = crc32(0, reinterpret_cast<const Bytef*>(content.data()),
                                 static_cast<uInt>(content.size()));
        if (!whole || found != checksum) {
            return damaged("An entry of the archive is damaged", where + ", " + name);
        }
        archive.m_entries[name] = std::move(content);
    }
    return archive;
}

const std::string* ZipArchive::find(const std::string& name) const {
    const auto found = m_entries.find(name);
    return found == m_entries.end() ? nullptr : &found->second;
}

namespace {

template <class T>
std::vector<double> numbersOf(std::string_view bytes) {
    std::vector<double> numbers;
    for (std::size_t at = 0; at + sizeof(T) <= bytes.size(); at += sizeof(T)) {
        numbers.push_back(static_cast<double>(numberAt<T>(bytes, at)));
    }
    return numbers;
}

} // namespace

Result<std::vector<double>> npyNumbers(std::string_view bytes, const std::string& where) {
    if (!bytes.starts_with("\x93NUMPY") || bytes.size() < 12) {
        return damaged("This is not a NumPy array", where);
    }
    const bool old = bytes[6] == 1;
    const std::size_t begin = old ? 10 : 12;
    const std::size_t length =
        old ? numberAt<std::uint16_t>(bytes, 8) : numberAt<std::uint32_t>(bytes, 8);
    if (!fits(bytes, begin, length)) {
        return damaged("The header of a NumPy array is cut off", where);
    }
    // A Python dictionary in text: {'descr': '<i8', 'fortran_order': False, 'shape': (3,), }
    const auto header = bytes.substr(begin, length);
    const auto body = bytes.substr(begin + length);
    const auto key = header.find("'descr'");
    const auto open = key == std::string_view::npos ? key : header.find('\'', key + 7);
    const auto close = open == std::string_view::npos ? open : header.find('\'', open + 1);
    const auto shape = header.find("'shape'");
    const auto first = shape == std::string_view::npos ? shape : header.find('(', shape);
    const auto last = first == std::string_view::npos ? first : header.find(')', first);
    if (close == std::string_view::npos || last == std::string_view::npos) {
        return damaged("The header of a NumPy array makes no sense", where);
    }
    std::size_t count = 1;
    std::size_t digits = 0;
    std::size_t size = 0;
    for (const char c : header.substr(first + 1, last - first)) {
        if (c >= '0' && c <= '9') {
            size = size * 10 + static_cast<std::size_t>(c - '0');
            if (++digits > 9) {
                return damaged("A NumPy array has a size that makes no sense", where);
            }
        } else if (digits > 0) {
            if (size != 0 && count > kMaxUnpackedBytes / size) {
                return damaged("A NumPy array has a size that makes no sense", where);
            }
            count *= size;
            size = digits = 0;
        }
    }
    const auto kind = header.substr(open + 1, close - open - 1);
    static const std::map<std::string_view, std::vector<double> (*)(std::string_view)> kReaders{
        {"|b1", numbersOf<std::uint8_t>},  {"|u1", numbersOf<std::uint8_t>},
        {"|i1", numbersOf<std::int8_t>},   {"<i2", numbersOf<std::int16_t>},
        {"<u2", numbersOf<std::uint16_t>}, {"<i4", numbersOf<std::int32_t>},
        {"<u4", numbersOf<std::uint32_t>}, {"<i8", numbersOf<std::int64_t>},
        {"<f4", numbersOf<float>},         {"<f8", numbersOf<double>}};
    const auto reader = kReaders.find(kind);
    if (reader == kReaders.end()) {
        return fail(Error::Code::BadFile, "A NumPy array is of a kind that is not read here",
                    where + ", " + std::string(kind));
    }
    auto numbers = reader->second(body);
    if (numbers.size() != count) {
        return damaged("A NumPy array is longer or shorter than its header says", where);
    }
    return numbers;
}

} // namespace canto
