// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latents/npz_file.h"

#include <bit>
#include <cstring>
#include <fstream>
#include <zlib.h>

namespace canto::latents {

static_assert(std::endian::native == std::endian::little);

namespace {

constexpr std::size_t kZipPiece = std::size_t(1) << 30;

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
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data())); // is only read
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int result = inflate(&stream, Z_FINISH);
    const bool whole = result == Z_STREAM_END && stream.total_out == size;
    inflateEnd(&stream);
    return whole;
}

std::string inMiB(std::size_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

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

Result<ZipArchive> ZipArchive::open(const std::filesystem::path& path, const ZipLimits& limits) {
    std::error_code problem;
    const auto size = std::filesystem::file_size(path, problem);
    if (problem) {
        return fail(Error::Code::NotFound, "There is no such file", path.string());
    }
    if (size > limits.archive) {
        return fail(Error::Code::TooLarge, "The archive is larger than " + inMiB(limits.archive),
                    path.string());
    }
    std::string bytes(size, '\0');
    std::ifstream in(path, std::ios::binary);
    if (!in.read(bytes.data(), static_cast<std::streamsize>(size))) {
        return fail(Error::Code::Io, "The file cannot be read", path.string());
    }
    return parse(bytes, path.string(), limits);
}

Result<ZipArchive> ZipArchive::parse(std::string_view bytes, const std::string& where,
                                     const ZipLimits& limits) {
    const auto end = findEnd(bytes);
    if (end == std::string_view::npos) {
        return damaged("This is not a zip archive, or its end is missing", where);
    }
    const std::size_t count = numberAt<std::uint16_t>(bytes, end + 10);
    std::size_t at = numberAt<std::uint32_t>(bytes, end + 16);
    if (count > limits.entries) {
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
        if (total > limits.unpacked) {
            return fail(Error::Code::TooLarge,
                        "The archive unpacks to more than " + inMiB(limits.unpacked), where);
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
void putNumber(std::string& text, T value) {
    text.append(reinterpret_cast<const char*>(&value), sizeof value);
}

} // namespace

Result<void> ZipWriter::add(const std::string& name, std::span<const std::string_view> parts) {
    std::uint64_t size = 0;
    uLong sum = crc32(0, nullptr, 0);
    for (const auto part : parts) {
        size += part.size();
        for (std::size_t at = 0; at < part.size(); at += kZipPiece) {
            const auto piece = part.substr(at, kZipPiece);
            sum = crc32(sum, reinterpret_cast<const Bytef*>(piece.data()),
                        static_cast<uInt>(piece.size()));
        }
    }
    constexpr std::uint64_t kMostZipBytes = 0xFFFFFFFE;
    const std::uint64_t end = m_written + size + 2 * name.size() + 100;
    if (end + m_list.size() > kMostZipBytes) {
        return fail(Error::Code::TooLarge, "The archive would be larger than 4 GiB", name,
                    "Write .csv instead, or fewer columns.");
    }
    std::string common;
    for (const std::uint16_t value :
         {20, 0, 0, 0, 0x21}) { // version, flags, stored, 1 January 1980
        putNumber(common, value);
    }
    putNumber(common, static_cast<std::uint32_t>(sum));
    putNumber(common, static_cast<std::uint32_t>(size));
    putNumber(common, static_cast<std::uint32_t>(size));
    putNumber(common, static_cast<std::uint16_t>(name.size()));
    putNumber(common, std::uint16_t(0));
    m_list += "PK\x01\x02";
    putNumber(m_list, std::uint16_t(20));
    m_list += common;
    m_list.append(10, '\0'); // comment, disk, attributes
    putNumber(m_list, static_cast<std::uint32_t>(m_written));
    m_list += name;
    ++m_entries;
    CANTO_CHECK(put("PK\x03\x04" + common + name));
    for (const auto part : parts) {
        CANTO_CHECK(put(part));
    }
    return {};
}

Result<void> ZipWriter::put(std::string_view bytes) {
    m_written += bytes.size();
    return m_file.write(bytes);
}

Result<void> ZipWriter::commit() {
    std::string end = "PK\x05\x06";
    putNumber(end, std::uint32_t(0));
    putNumber(end, m_entries);
    putNumber(end, m_entries);
    putNumber(end, static_cast<std::uint32_t>(m_list.size()));
    putNumber(end, static_cast<std::uint32_t>(m_written));
    putNumber(end, std::uint16_t(0));
    CANTO_CHECK(put(m_list + end));
    return m_file.commit();
}

} // namespace canto::latents
