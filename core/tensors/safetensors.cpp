// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensors/safetensors.h"

#include "core/base/atomic_file.h"
#include "core/base/checksum.h"
#include "core/tensors/tensor_header.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <functional>
#include <new>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace canto::tensors {

static_assert(std::endian::native == std::endian::little, "the format is little-endian");

namespace {
constexpr const char* kSumKey = "canto.checksum";
constexpr std::string_view kSumPrefix = "xxh64:";
constexpr std::string_view kNoSum = "0000000000000000";

std::span<const std::byte> bytesOfText(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

bool looksLikeSum(std::string_view text) {
    return text.size() == kSumPrefix.size() + kNoSum.size() && text.starts_with(kSumPrefix) &&
           text.find_first_not_of("0123456789abcdef", kSumPrefix.size()) == std::string_view::npos;
}

/// Position of the digits in the header text; a quoted value cannot match the key, since its quotes
/// are escaped.
std::size_t digitsIn(std::string_view header) {
    constexpr std::string_view before = "\"canto.checksum\":\"xxh64:";
    const std::size_t at = header.find(before);
    return at == std::string_view::npos ? at : at + before.size();
}

std::uint64_t lengthOf(const std::array<std::byte, 8>& bytes) {
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), sizeof length);
    return length;
}

template <class Word>
bool allFinite(std::span<const std::byte> bytes, Word exponent) {
    for (std::size_t at = 0; at + sizeof(Word) <= bytes.size(); at += sizeof(Word)) {
        Word bits;
        std::memcpy(&bits, bytes.data() + at, sizeof bits);
        if ((bits & exponent) == exponent) {
            return false;
        }
    }
    return true;
}

bool allFinite(const TensorView& tensor) {
    switch (tensor.dtype) {
    case Dtype::F16:
        return allFinite<std::uint16_t>(tensor.bytes, 0x7C00);
    case Dtype::BF16:
        return allFinite<std::uint16_t>(tensor.bytes, 0x7F80);
    case Dtype::F32:
        return allFinite<std::uint32_t>(tensor.bytes, 0x7F800000);
    case Dtype::F64:
        return allFinite<std::uint64_t>(tensor.bytes, 0x7FF0000000000000);
    default:
        return true;
    }
}
} // namespace

struct SafeTensors::Content {
    std::map<std::string, std::string> metadata;
    std::vector<TensorView> tensors;
    std::map<std::string, std::size_t, std::less<>> index;
    std::string checksum;
    std::vector<std::uint64_t> payload; ///< as 64-bit integers, so that numbers are aligned
};

struct SafeTensors::Source {
    std::uint64_t size = 0;
    /// Fills the span with what comes next.
    std::function<Result<void>(std::span<std::byte>)> next;
};

namespace {
/// @return the 16 digits, empty where the file has no checksum.
Result<std::string> checkSum(const std::map<std::string, std::string>& metadata,
                             std::span<const std::byte> length, std::string header,
                             std::span<const std::byte> payload, const std::string& where) {
    const auto found = metadata.find(kSumKey);
    if (found == metadata.end()) {
        // A flipped bit in the key must not disable the check.
        for (const auto& [key, value] : metadata) {
            if (looksLikeSum(value)) {
                return fail(Error::Code::BadFile, "The name of the checksum is damaged: " + key,
                            where);
            }
        }
        return std::string();
    }
    const std::size_t digits = digitsIn(header);
    if (!looksLikeSum(found->second) || digits == std::string::npos) {
        return fail(Error::Code::BadFile, "The checksum itself is damaged", where);
    }
    header.replace(digits, kNoSum.size(), kNoSum);
    Checksum sum;
    sum.update(length);
    sum.update(bytesOfText(header));
    sum.update(payload);
    const std::string stated = found->second.substr(kSumPrefix.size());
    if (sum.hex() != stated) {
        return fail(Error::Code::BadFile,
                    "The checksum differs: " + stated + " is stated, " + sum.hex() + " was found",
                    where, "The file is damaged: copy or download it again");
    }
    return stated;
}
} // namespace

Result<SafeTensors> SafeTensors::load(const Source& source, const std::string& where,
                                      const OpenOptions& options) {
    std::array<std::byte, 8> length = {};
    if (source.size < length.size()) {
        return fail(Error::Code::Truncated, "Not a safetensors file: shorter than 8 bytes", where);
    }
    if (source.size > options.maxBytes) {
        return fail(Error::Code::TooLarge,
                    "The file has " + std::to_string(source.size) + " bytes, at most " +
                        std::to_string(options.maxBytes) + " are read",
                    where);
    }
    CANTO_CHECK(source.next(length));
    const std::uint64_t headerBytes = lengthOf(length);
    if (headerBytes > kMaxHeader) {
        return fail(Error::Code::TooLarge,
                    "Not a safetensors file, or its header is larger than 100 MB", where);
    }
    if (headerBytes > source.size - length.size()) {
        return fail(Error::Code::Truncated, "The file ends inside its header", where);
    }
    const std::uint64_t payloadBytes = source.size - length.size() - headerBytes;
    try {
        std::string text(headerBytes, '\0');
        CANTO_CHECK(source.next(std::as_writable_bytes(std::span(text))));
        CANTO_TRY(header, parseHeader(text, payloadBytes, where));
        auto content = std::make_shared<Content>();
        content->payload.resize((payloadBytes + 7) / 8);
        const auto payload =
            std::as_writable_bytes(std::span(content->payload)).first(payloadBytes);
        CANTO_CHECK(source.next(payload));
        CANTO_TRY(sum, checkSum(header->metadata, length, std::move(text), payload, where));
        if (sum->empty() && options.checksum == OpenOptions::Sum::Required) {
            return fail(Error::Code::BadFile, "The file has no checksum", where,
                        "Weights that Cantograph wrote have one");
        }
        content->checksum = std::move(*sum);
        content->metadata = std::move(header->metadata);
        for (TensorEntry& entry : header->tensors) {
            content->index.emplace(entry.name, content->tensors.size());
            content->tensors.push_back({std::move(entry.name), entry.dtype, std::move(entry.shape),
                                        payload.subspan(entry.begin, entry.end - entry.begin)});
            const TensorView& tensor = content->tensors.back();
            if (options.numbers == OpenOptions::Numbers::Finite && !allFinite(tensor)) {
                return fail(Error::Code::BadFile, "A number is infinite or none at all",
                            where + ", tensor \"" + tensor.name + "\"");
            }
        }
        return SafeTensors(std::move(content));
    } catch (const std::bad_alloc&) {
        return fail(Error::Code::NoMemory,
                    "Not enough memory for a file of " + std::to_string(source.size) + " bytes",
                    where);
    }
}

Result<SafeTensors> SafeTensors::open(const std::filesystem::path& path,
                                      const OpenOptions& options) {
    const std::string where = path.string();
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        const bool missing = errno == ENOENT || errno == ENOTDIR;
        return fail(missing ? Error::Code::NotFound : Error::Code::Io,
                    std::string("Cannot open the file: ") + std::strerror(errno), where);
    }
    const std::unique_ptr<const int, void (*)(const int*)> closer(
        &file, [](const int* open) { ::close(*open); });
    struct stat state = {};
    if (::fstat(file, &state) != 0 || !S_ISREG(state.st_mode)) {
        return fail(Error::Code::BadFile, "Not a file", where);
    }
    Source source;
    source.size = static_cast<std::uint64_t>(state.st_size);
    source.next = [&](std::span<std::byte> into) -> Result<void> {
        while (!into.empty()) {
            const ssize_t count = ::read(file, into.data(), into.size());
            if (count < 0 && errno == EINTR) {
                continue;
            }
            if (count < 0) {
                return fail(Error::Code::Io,
                            std::string("Cannot read the file: ") + std::strerror(errno), where);
            }
            if (count == 0) {
                return fail(Error::Code::Truncated, "The file became shorter while it was read",
                            where);
            }
            into = into.subspan(static_cast<std::size_t>(count));
        }
        return {};
    };
    return load(source, where, options);
}

Result<SafeTensors> SafeTensors::parse(std::span<const std::byte> file, const std::string& where,
                                       const OpenOptions& options) {
    Source source;
    source.size = file.size();
    source.next = [&file](std::span<std::byte> into) -> Result<void> {
        std::copy_n(file.begin(), into.size(), into.begin());
        file = file.subspan(into.size());
        return {};
    };
    return load(source, where, options);
}

const std::map<std::string, std::string>& SafeTensors::metadata() const {
    return m_content->metadata;
}

std::string SafeTensors::metadata(const std::string& key) const {
    const auto found = m_content->metadata.find(key);
    return found == m_content->metadata.end() ? std::string() : found->second;
}

const TensorView* SafeTensors::find(std::string_view name) const {
    const auto found = m_content->index.find(name);
    return found == m_content->index.end() ? nullptr : &m_content->tensors[found->second];
}

const std::vector<TensorView>& SafeTensors::tensors() const { return m_content->tensors; }
const std::string& SafeTensors::checksum() const { return m_content->checksum; }

Result<void> writeSafeTensors(const std::filesystem::path& path,
                              std::span<const TensorView> tensors,
                              std::map<std::string, std::string> metadata) {
    const std::string where = path.string();
    std::vector<const TensorView*> order;
    std::set<std::string_view> names = {"__metadata__"};
    for (const TensorView& tensor : tensors) {
        order.push_back(&tensor);
        if (!names.insert(tensor.name).second) {
            return fail(Error::Code::BadInput, "Two tensors of one name: " + tensor.name, where);
        }
        const auto bytes = bytesOfShape(tensor.dtype, tensor.shape, tensor.name);
        if (!bytes || *bytes != tensor.bytes.size()) {
            return fail(Error::Code::BadShape, "Shape and bytes of a tensor differ: " + tensor.name,
                        where);
        }
    }
    std::stable_sort(order.begin(), order.end(), [](const TensorView* a, const TensorView* b) {
        return bytesOf(a->dtype) > bytesOf(b->dtype);
    });

    TensorHeader header;
    header.metadata = std::move(metadata);
    header.metadata[kSumKey] = std::string(kSumPrefix) + std::string(kNoSum);
    std::uint64_t end = 0;
    for (const TensorView* tensor : order) {
        const std::uint64_t begin = end;
        end += tensor->bytes.size();
        header.tensors.push_back({tensor->name, tensor->dtype, tensor->shape, begin, end});
    }
    auto text = formatHeader(header);
    if (!text) {
        return fail(text.error().code, text.error().what, where);
    }
    if (text->size() > SafeTensors::kMaxHeader) {
        return fail(Error::Code::TooLarge, "Names and metadata are larger than 100 MB", where);
    }
    std::array<std::byte, 8> length = {};
    const std::uint64_t headerBytes = text->size();
    std::memcpy(length.data(), &headerBytes, sizeof headerBytes);

    Checksum sum;
    sum.update(length);
    sum.update(bytesOfText(*text));
    for (const TensorView* tensor : order) {
        sum.update(tensor->bytes);
    }
    text->replace(digitsIn(*text), kNoSum.size(), sum.hex());

    AtomicFile file(path, length.size() + text->size() + end);
    auto ok = file.write(length);
    if (ok) {
        ok = file.write(*text);
    }
    for (std::size_t i = 0; ok && i < order.size(); ++i) {
        ok = file.write(order[i]->bytes);
    }
    return ok ? file.commit() : ok;
}

Result<void> matchTensors(const SafeTensors& file, std::span<const TensorShape> expected) {
    std::set<std::string_view> names;
    for (const TensorShape& wanted : expected) {
        names.insert(wanted.name);
        const TensorView* found = file.find(wanted.name);
        if (found == nullptr) {
            return fail(Error::Code::BadFile, "A tensor is missing", wanted.name);
        }
        if (found->dtype != wanted.dtype || found->shape != wanted.shape) {
            return fail(Error::Code::BadShape, "The tensor has another shape or type of numbers",
                        wanted.name);
        }
    }
    for (const TensorView& tensor : file.tensors()) {
        if (names.count(tensor.name) == 0) {
            return fail(Error::Code::BadFile, "A tensor does not belong here", tensor.name);
        }
    }
    return {};
}

} // namespace canto::tensors
