// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sound/soundfont_probe.h"

#include "core/sound/soundfont_child.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <set>
#include <string>
#include <system_error>

namespace canto::sound {

namespace fs = std::filesystem;

namespace {

bool isSoundFontName(const fs::path& path) {
    std::string ending = path.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return ending == ".sf2" || ending == ".sf3";
}

bool isGeneralMidiName(const fs::path& path) {
    std::string name = path.filename().string();
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return name.find("gm") != std::string::npos || name.find("general") != std::string::npos;
}

std::vector<fs::path> searchFolders() {
    std::vector<fs::path> roots;
    const char* home = std::getenv("HOME");
    const char* dataHome = std::getenv("XDG_DATA_HOME");
    if (dataHome != nullptr && *dataHome != '\0') {
        roots.emplace_back(dataHome);
    } else if (home != nullptr) {
        roots.emplace_back(fs::path(home) / ".local/share");
    }
    const char* dirs = std::getenv("XDG_DATA_DIRS");
    std::string list = dirs != nullptr && *dirs != '\0' ? dirs : "/usr/local/share:/usr/share";
    list += ':';
    for (std::size_t begin = 0, end = 0; (end = list.find(':', begin)) != std::string::npos;
         begin = end + 1) {
        if (end > begin) {
            roots.emplace_back(list.substr(begin, end - begin));
        }
    }
    std::vector<fs::path> folders;
    for (const fs::path& root : roots) {
        for (const char* below : {"soundfonts", "sounds/sf2", "sounds/sf3"}) {
            folders.push_back(root / below);
        }
    }
    if (home != nullptr) {
        folders.push_back(fs::path(home) / ".soundfonts");
    }
    return folders;
}

std::uint32_t word(const unsigned char* bytes) {
    return bytes[0] | (bytes[1] << 8) | (bytes[2] << 16) |
           (static_cast<std::uint32_t>(bytes[3]) << 24);
}

struct Chunk {
    std::array<char, 5> name{};
    std::uint64_t begin = 0; ///< of the chunk's content
    std::uint64_t size = 0;
};

Result<Chunk> readChunk(std::ifstream& in, std::uint64_t at, std::uint64_t end,
                        const std::string& where) {
    std::array<unsigned char, 8> head{};
    in.clear();
    in.seekg(static_cast<std::streamoff>(at));
    if (at + 8 > end || !in.read(reinterpret_cast<char*>(head.data()), 8)) {
        return fail(Error::Code::Truncated, "The SoundFont ends inside a chunk",
                    where + ", byte " + std::to_string(at));
    }
    Chunk chunk;
    std::memcpy(chunk.name.data(), head.data(), 4);
    chunk.begin = at + 8;
    chunk.size = word(head.data() + 4);
    if (chunk.begin + chunk.size > end) {
        return fail(Error::Code::Truncated, "A chunk of the SoundFont is longer than the file",
                    where + ", byte " + std::to_string(at));
    }
    return chunk;
}

/// Where the list after this one begins. RIFF pads chunks of odd length with a byte, but FluidSynth
/// and the writers of many SF3 files do not: use the position that holds the name of a list.
std::uint64_t listAfter(std::ifstream& in, const Chunk& chunk) {
    const std::uint64_t end = chunk.begin + chunk.size;
    if (chunk.size % 2 == 0) {
        return end;
    }
    std::array<char, 4> name{};
    in.clear();
    in.seekg(static_cast<std::streamoff>(end));
    in.read(name.data(), 4);
    return in && std::memcmp(name.data(), "LIST", 4) == 0 ? end : end + 1;
}

/// SoundFont 2.04, section 7: the lists and the sizes of their records; each list ends with one
/// terminal record.
struct RecordList {
    const char* name;
    std::uint64_t size;
};
constexpr std::array<RecordList, 9> kLists{{{"phdr", 38},
                                            {"pbag", 4},
                                            {"pmod", 10},
                                            {"pgen", 4},
                                            {"inst", 22},
                                            {"ibag", 4},
                                            {"imod", 10},
                                            {"igen", 4},
                                            {"shdr", 46}}};

Result<void> checkPresetData(std::ifstream& in, const Chunk& list, const std::string& where) {
    std::uint64_t at = list.begin + 4;
    const std::uint64_t end = list.begin + list.size;
    for (const RecordList& expected : kLists) {
        CANTO_TRY(chunk, readChunk(in, at, end, where));
        if (std::strcmp(chunk->name.data(), expected.name) != 0 ||
            chunk->size % expected.size != 0 || chunk->size < expected.size) {
            return fail(Error::Code::BadFile,
                        std::string("The SoundFont's list ") + expected.name + " is damaged",
                        where + ", byte " + std::to_string(at));
        }
        at = chunk->begin + chunk->size; // records have even sizes
    }
    return {};
}

} // namespace

std::vector<fs::path> findSoundFonts() {
    std::vector<fs::path> found;
    std::set<fs::path> known;
    const auto add = [&](const fs::path& path) {
        std::error_code ignored;
        const fs::path real = fs::canonical(path, ignored);
        if (!ignored && fs::is_regular_file(real, ignored) && known.insert(real).second) {
            found.push_back(real);
        }
    };
    const auto addFolder = [&](const fs::path& folder) {
        std::error_code ignored;
        std::vector<std::pair<std::uintmax_t, fs::path>> files;
        for (fs::directory_iterator it(folder, ignored), end; !ignored && it != end;
             it.increment(ignored)) {
            std::error_code sizeError;
            const std::uintmax_t size = fs::file_size(it->path(), sizeError);
            if (!sizeError && isSoundFontName(it->path())) {
                files.emplace_back(size, it->path());
            }
        }
        std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) {
            const bool gmA = isGeneralMidiName(a.second);
            const bool gmB = isGeneralMidiName(b.second);
            return gmA != gmB ? gmA : a.first > b.first;
        });
        for (const auto& file : files) {
            add(file.second);
        }
    };
    if (const char* chosen = std::getenv("CANTO_SOUNDFONT"); chosen != nullptr && *chosen) {
        std::error_code ignored;
        fs::is_directory(chosen, ignored) ? addFolder(chosen) : add(chosen);
    }
    for (const fs::path& folder : searchFolders()) {
        addFolder(folder);
    }
    return found;
}

Result<fs::path> defaultSoundFont() {
    const auto found = findSoundFonts();
    if (found.empty()) {
        return fail(Error::Code::NotFound, "There is no SoundFont on this system", {},
                    "Install one (timgm6mb-soundfont or fluid-soundfont-gm), or choose a .sf2 or "
                    ".sf3 file");
    }
    return found.front();
}

Result<fs::path> soundFontOr(const fs::path& requested) {
    std::error_code ignored;
    return requested.empty() ? defaultSoundFont() : fs::weakly_canonical(requested, ignored);
}

Result<void> checkSoundFontStructure(const fs::path& path) {
    const std::string where = path.string();
    std::error_code failure;
    const std::uint64_t size = fs::file_size(path, failure);
    std::ifstream in(path, std::ios::binary);
    if (failure || !in) {
        return fail(Error::Code::NotFound, "The SoundFont cannot be read", where,
                    failure ? failure.message() : std::strerror(errno));
    }
    const auto notOne = [&where] {
        return fail(Error::Code::BadFile, "This is not a SoundFont", where,
                    "Choose a .sf2 or .sf3 file");
    };
    std::array<char, 4> form{};
    std::array<char, 12> head{};
    in.read(head.data(), 12);
    if (!in || std::memcmp(head.data(), "RIFF", 4) != 0 ||
        std::memcmp(head.data() + 8, "sfbk", 4) != 0) {
        return notOne();
    }
    CANTO_TRY(riff, readChunk(in, 0, size, where));
    const std::uint64_t end = riff->begin + riff->size;
    bool samples = false;
    bool presets = false;
    for (std::uint64_t at = riff->begin + 4; at + 8 <= end;) {
        CANTO_TRY(chunk, readChunk(in, at, end, where));
        in.read(form.data(), 4);
        if (std::strcmp(chunk->name.data(), "LIST") == 0 && chunk->size >= 4 && in) {
            samples = samples || std::memcmp(form.data(), "sdta", 4) == 0;
            if (std::memcmp(form.data(), "pdta", 4) == 0) {
                if (auto ok = checkPresetData(in, *chunk, where); !ok) {
                    return ok;
                }
                presets = true;
            }
        }
        at = listAfter(in, *chunk);
    }
    if (!samples || !presets) {
        return fail(Error::Code::BadFile, "The SoundFont holds no instruments or no samples",
                    where);
    }
    return {};
}

namespace {

/// Installed by the system's packages or its administrator, and therefore trusted; links are
/// followed.
bool comesWithTheSystem(const fs::path& path) {
    std::error_code error;
    const std::string real = fs::canonical(path, error).string();
    return !error && (real.starts_with("/usr/share/") || real.starts_with("/usr/local/share/"));
}

} // namespace

Result<void> probeSoundFont(const fs::path& path, ProbeLimits limits) {
    if (auto ok = checkSoundFontStructure(path); !ok) {
        return ok;
    }
    if (comesWithTheSystem(path)) {
        return {};
    }
    const std::string where = path.string();
    CANTO_TRY(end, runSoundFontChild(path, limits));
    switch (end->kind) {
    case ChildEnd::Kind::Good:
        return {};
    case ChildEnd::Kind::Refused:
        return fail(Error::Code::BadFile, "FluidSynth cannot load this SoundFont", where,
                    "Choose another .sf2 or .sf3 file");
    case ChildEnd::Kind::NoMemory:
        return fail(Error::Code::TooLarge, "The SoundFont asks for too much memory", where,
                    "Choose a smaller one");
    case ChildEnd::Kind::TooSlow:
        return fail(Error::Code::TooLarge,
                    "The SoundFont took longer than " + std::to_string(limits.time.count()) +
                        " ms to check",
                    where, "Choose a smaller one");
    case ChildEnd::Kind::Crashed:
        break;
    }
    return fail(Error::Code::BadFile,
                "The SoundFont is damaged: it crashed the check (signal " +
                    std::to_string(end->signal) + ")",
                where, "Choose another .sf2 or .sf3 file");
}

} // namespace canto::sound
