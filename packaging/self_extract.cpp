// SPDX-License-Identifier: GPL-3.0-or-later
// One file that unpacks itself once and starts what it holds; packaging/make-self-extracting
// appends a .tar.zst and a trailer to the static program that this becomes. It needs no library, no
// FUSE and no other program.
//
//   FILE [ARGUMENTS]      starts bin/cantograph of the archive; bin/canto when it is called "canto"
//   FILE --extract DIR    only unpacks into DIR, which must not exist
//
// The archive is unpacked into $XDG_CACHE_HOME/cantograph/NAME-HASH (~/.cache without the
// variable), first beside it, so that a folder of that name is always whole. Two starts at once do
// no harm.
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>
#include <zstd.h>

namespace {

/// The last bytes of the file. All texts end with a zero byte.
struct Trailer {
    char hash[40];        ///< of the archive, as letters
    char name[80];        ///< top folder of the archive
    std::uint64_t offset; ///< of the archive, in bytes from the beginning of the file
    std::uint64_t size;
    char magic[8]; ///< "CANTORUN"
};

[[noreturn]] void stop(const std::string& what, const std::string& where) {
    std::fprintf(stderr, "cantograph: %s: %s%s%s\n", what.c_str(), where.c_str(),
                 errno != 0 ? ": " : "", errno != 0 ? std::strerror(errno) : "");
    std::exit(1);
}

void makeFolders(const std::string& path) {
    for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
        const std::string folder = path.substr(0, end);
        if (mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) {
            stop("This folder cannot be made", folder);
        }
        if (end == std::string::npos) {
            return;
        }
    }
}

void removeAll(const std::string& path) {
    if (DIR* folder = opendir(path.c_str())) {
        while (const dirent* entry = readdir(folder)) {
            const std::string name = entry->d_name;
            if (name == "." || name == "..") {
                continue;
            }
            const std::string child = path + "/" + name;
            struct stat about {};
            if (lstat(child.c_str(), &about) == 0 && S_ISDIR(about.st_mode)) {
                removeAll(child);
            } else {
                unlink(child.c_str());
            }
        }
        closedir(folder);
    }
    rmdir(path.c_str());
}

/// The bytes of the archive, as they were before compression.
class Stream {
  public:
    Stream(int file, std::uint64_t offset, std::uint64_t size)
        : m_file(file), m_left(size), m_in(ZSTD_DStreamInSize()), m_context(ZSTD_createDCtx()) {
        lseek(file, off_t(offset), SEEK_SET);
    }
    ~Stream() { ZSTD_freeDCtx(m_context); }

    /// Fills all of `out`. @return false at the end of the archive, or when it is damaged
    bool read(char* out, std::size_t count) {
        ZSTD_outBuffer into{out, count, 0};
        while (into.pos < count) {
            if (m_from.pos == m_from.size) {
                const auto wanted = std::size_t(m_left < m_in.size() ? m_left : m_in.size());
                const ssize_t got = wanted == 0 ? 0 : ::read(m_file, m_in.data(), wanted);
                if (got <= 0) {
                    return false;
                }
                m_left -= std::uint64_t(got);
                m_from = {m_in.data(), std::size_t(got), 0};
            }
            if (ZSTD_isError(ZSTD_decompressStream(m_context, &into, &m_from))) {
                return false;
            }
        }
        return true;
    }

  private:
    int m_file;
    std::uint64_t m_left;
    std::vector<char> m_in;
    ZSTD_inBuffer m_from{nullptr, 0, 0};
    ZSTD_DCtx* m_context;
};

/// A header of the POSIX archive format: 512 bytes.
struct Header {
    char name[100], mode[8], owner[8], group[8], size[12], time[12], sum[8], type, link[100],
        magic[6], version[2], ownerName[32], groupName[32], major[8], minor[8], prefix[155],
        unused[12];
};
static_assert(sizeof(Header) == 512);

std::string field(const char* text, std::size_t longest) {
    return std::string(text, strnlen(text, longest));
}

bool safe(const std::string& path) {
    return !path.empty() && path.front() != '/' &&
           ("/" + path + "/").find("/../") == std::string::npos;
}

void writeFile(Stream& from, const std::string& path, std::uint64_t size, mode_t mode) {
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL, mode & 0777);
    if (file < 0) {
        stop("This file cannot be written", path);
    }
    std::vector<char> block(1 << 16);
    for (std::uint64_t done = 0; done < size;) {
        const auto count = std::size_t(size - done < block.size() ? size - done : block.size());
        errno = 0;
        if (!from.read(block.data(), count)) {
            stop("The archive is damaged", path);
        }
        for (std::size_t written = 0; written < count;) {
            const ssize_t step = write(file, block.data() + written, count - written);
            if (step <= 0) {
                stop("This file cannot be written", path);
            }
            written += std::size_t(step);
        }
        done += count;
    }
    close(file);
    char padding[512];
    if (size % 512 != 0 && !from.read(padding, 512 - size % 512)) {
        stop("The archive is damaged", path);
    }
}

void unpack(Stream& from, const std::string& folder) {
    std::string longName;
    Header header{};
    while (true) {
        errno = 0;
        if (!from.read(reinterpret_cast<char*>(&header), sizeof header)) {
            stop("The archive is damaged", folder);
        }
        if (header.name[0] == '\0') {
            return; // the end
        }
        const std::uint64_t size = std::strtoull(field(header.size, 12).c_str(), nullptr, 8);
        if (header.type == 'L') { // the next name, longer than a header holds
            std::vector<char> text((size + 511) / 512 * 512);
            if (!from.read(text.data(), text.size())) {
                stop("The archive is damaged", folder);
            }
            longName = field(text.data(), text.size());
            continue;
        }
        const std::string prefix = field(header.prefix, 155);
        std::string name = longName.empty()
                               ? (prefix.empty() ? "" : prefix + "/") + field(header.name, 100)
                               : longName;
        longName.clear();
        if (!safe(name)) {
            stop("The archive is damaged", name);
        }
        const std::string path = folder + "/" + name;
        const auto mode = mode_t(std::strtoul(field(header.mode, 8).c_str(), nullptr, 8));
        if (header.type == '5') {
            makeFolders(path.back() == '/' ? path.substr(0, path.size() - 1) : path);
        } else if (header.type == '2') {
            if (symlink(field(header.link, 100).c_str(), path.c_str()) != 0) {
                stop("This link cannot be made", path);
            }
        } else if (header.type == '0' || header.type == '\0') {
            writeFile(from, path, size, mode);
        } else {
            stop("The archive holds something unknown", path);
        }
    }
}

std::string cacheFolder() {
    if (const char* named = std::getenv("XDG_CACHE_HOME"); named != nullptr && *named == '/') {
        return named;
    }
    const char* home = std::getenv("HOME");
    return home != nullptr && *home == '/' ? std::string(home) + "/.cache"
                                           : "/tmp/cantograph-" + std::to_string(getuid());
}

} // namespace

int main(int argc, char** argv) {
    const int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    Trailer trailer{};
    if (self < 0 || lseek(self, -off_t(sizeof trailer), SEEK_END) < 0 ||
        read(self, &trailer, sizeof trailer) != ssize_t(sizeof trailer) ||
        std::memcmp(trailer.magic, "CANTORUN", 8) != 0) {
        stop("This file is not complete; download it again", argv[0]);
    }
    const bool onlyUnpack = argc == 3 && std::strcmp(argv[1], "--extract") == 0;
    const std::string target = onlyUnpack
                                   ? argv[2]
                                   : cacheFolder() + "/cantograph/" + field(trailer.name, 80) +
                                         "-" + field(trailer.hash, 12);
    struct stat about {};
    if (stat(target.c_str(), &about) != 0) {
        const std::string part = target + ".part-" + std::to_string(getpid());
        makeFolders(part);
        std::fprintf(stderr, "Unpacking into %s; this is done once.\n", target.c_str());
        const pid_t child = fork(); // so that what is half done goes when it fails
        if (child == 0) {
            Stream stream(self, trailer.offset, trailer.size);
            unpack(stream, part);
            std::_Exit(0);
        }
        int status = 1;
        if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
            removeAll(part);
            return 1;
        }
        const std::string inside = part + "/" + field(trailer.name, 80);
        if (rename(inside.c_str(), target.c_str()) != 0 && stat(target.c_str(), &about) != 0) {
            stop("This folder cannot be made", target);
        }
        removeAll(part); // all that is left where another start was faster
    } else if (onlyUnpack) {
        errno = EEXIST;
        stop("Nothing was unpacked", target);
    }
    if (onlyUnpack) {
        return 0;
    }
    const std::string called = argv[0];
    const std::string last = called.substr(called.rfind('/') + 1);
    const std::string program = target + "/bin/" + (last == "canto" ? "canto" : "cantograph");
    execv(program.c_str(), argv);
    stop("This program cannot be started", program);
}
