// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/originals.h"

#include "core/base/checksum.h"
#include "core/midi/smf_limits.h"
#include "core/midi/smf_reader.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>

namespace canto {
namespace {

namespace fs = std::filesystem;

Result<std::vector<char>> bytesOf(const fs::path& path) {
    std::error_code error;
    const auto size = fs::file_size(path, error);
    if (!error && size > midi::kMaxFileBytes) {
        return fail(Error::Code::TooLarge, "The original is too large to be a MIDI file",
                    path.string());
    }
    std::ifstream file(path, std::ios::binary);
    std::vector<char> bytes((std::istreambuf_iterator<char>(file)), {});
    if (error || !file.is_open() || file.bad()) {
        return fail(Error::Code::Io, "The original cannot be read", path.string(),
                    "Check that you may read the file");
    }
    return bytes;
}

std::string checksumOf(const std::vector<char>& bytes) {
    Checksum sum;
    sum.update(std::as_bytes(std::span(bytes)));
    return sum.hex();
}

/// Whether the file is the song's original: by its checksum if the library has one.
bool isOriginal(const fs::path& file, const atlas::SongRow& song) {
    if (song.hash.empty()) {
        return true;
    }
    const auto bytes = bytesOf(file);
    return bytes && checksumOf(*bytes) == song.hash;
}

/// Number of path components that agree, counted from the end.
int commonEnd(const fs::path& a, const fs::path& b) {
    const std::vector<fs::path> first(a.begin(), a.end()), second(b.begin(), b.end());
    const auto [end, ignored] =
        std::mismatch(first.rbegin(), first.rend(), second.rbegin(), second.rend());
    return static_cast<int>(end - first.rbegin());
}

/// The files below one folder. Listed once, checksums computed once per file name extension.
class FolderIndex {
  public:
    explicit FolderIndex(const fs::path& root) {
        std::error_code none;
        constexpr auto kOptions = fs::directory_options::skip_permission_denied |
                                  fs::directory_options::follow_directory_symlink;
        for (fs::recursive_directory_iterator it(root, kOptions, none);
             !none && it != fs::recursive_directory_iterator() && m_files.size() < kMostFiles;
             it.increment(none)) {
            if (it.depth() >= kDeepest) {
                it.disable_recursion_pending();
            }
            std::error_code gone;
            if (it->is_regular_file(gone)) {
                m_files.emplace(it->path().filename().string(), it->path());
            }
        }
    }

    /// All files of this name, starting with the one whose folders agree most with the song's path.
    std::vector<fs::path> named(const fs::path& path) const {
        std::vector<fs::path> found;
        const auto [first, last] = m_files.equal_range(path.filename().string());
        std::transform(first, last, std::back_inserter(found),
                       [](const auto& entry) { return entry.second; });
        std::sort(found.begin(), found.end(), [&](const fs::path& a, const fs::path& b) {
            const int ends = commonEnd(a, path), others = commonEnd(b, path);
            return ends != others ? ends > others : a < b;
        });
        return found;
    }

    std::optional<fs::path> withChecksum(const std::string& hash, const std::string& extension) {
        const std::lock_guard lock(m_mutex);
        auto known = m_hashes.find(extension);
        if (known == m_hashes.end()) {
            known = m_hashes.emplace(extension, std::unordered_map<std::string, fs::path>()).first;
            for (const auto& [name, file] : m_files) {
                if (file.extension() == extension) {
                    if (const auto bytes = bytesOf(file)) {
                        known->second.emplace(checksumOf(*bytes), file);
                    }
                }
            }
        }
        const auto found = known->second.find(hash);
        return found != known->second.end() ? std::optional(found->second) : std::nullopt;
    }

  private:
    static constexpr int kDeepest = 64;
    static constexpr std::size_t kMostFiles = 1'000'000;
    std::multimap<std::string, fs::path> m_files; ///< by file name
    std::mutex m_mutex;
    std::map<std::string, std::unordered_map<std::string, fs::path>> m_hashes; ///< by extension
};

/// The index of the folders that the user named, for the whole process.
struct NamedFolders {
    std::mutex mutex;
    std::vector<fs::path> folders;
    std::map<fs::path, std::shared_ptr<FolderIndex>> indexes;
};

NamedFolders& namedFolders() {
    static NamedFolders named;
    return named;
}

std::shared_ptr<FolderIndex> indexOf(const fs::path& folder) {
    NamedFolders& named = namedFolders();
    const std::lock_guard lock(named.mutex);
    auto& index = named.indexes[folder];
    if (!index) {
        index = std::make_shared<FolderIndex>(folder);
    }
    return index;
}

/// By name below one folder; see findOriginal().
std::optional<fs::path> findNamed(const atlas::SongRow& song, const fs::path& folder) {
    const fs::path path(song.path);
    const auto candidates = indexOf(folder)->named(path);
    if (song.hash.empty()) {
        const bool one = candidates.size() == 1 ||
                         (candidates.size() > 1 &&
                          commonEnd(candidates[0], path) > commonEnd(candidates[1], path));
        return one ? std::optional(candidates.front()) : std::nullopt;
    }
    const auto found = std::find_if(candidates.begin(), candidates.end(),
                                    [&](const fs::path& file) { return isOriginal(file, song); });
    return found != candidates.end() ? std::optional(*found) : std::nullopt;
}

std::optional<fs::path> findBelow(const atlas::SongRow& song,
                                  std::span<const OriginalFolder> folders) {
    for (const OriginalFolder& folder : folders) {
        if (folder.searchBelow) {
            if (auto found = findNamed(song, folder.path)) {
                return found;
            }
        }
    }
    return std::nullopt;
}

/// The files at the path that the library states: at an absolute path, or at a relative one below
/// any of the folders.
std::vector<fs::path> atNamedPath(const atlas::SongRow& song,
                                  std::span<const OriginalFolder> folders) {
    const fs::path path(song.path);
    std::vector<fs::path> found;
    std::error_code ignored;
    if (path.is_absolute()) {
        if (fs::is_regular_file(path, ignored)) {
            found.push_back(path);
        }
        return found;
    }
    for (const OriginalFolder& folder : folders) {
        if (fs::is_regular_file(folder.path / path, ignored)) {
            found.push_back(folder.path / path);
        }
    }
    return found;
}

} // namespace

std::vector<OriginalFolder> libraryFolders(const fs::path& atlas) {
    std::vector<OriginalFolder> folders;
    if (const char* named = std::getenv("CANTO_LIBRARY")) {
        std::string rest = named;
        while (!rest.empty()) {
            const std::size_t colon = std::min(rest.find(':'), rest.size());
            if (colon > 0) {
                folders.push_back({rest.substr(0, colon), true});
            }
            rest.erase(0, colon + 1);
        }
    }
    {
        NamedFolders& named = namedFolders();
        const std::lock_guard lock(named.mutex);
        for (const fs::path& folder : named.folders) {
            folders.push_back({folder, true});
        }
    }
    folders.push_back({fs::absolute(atlas).parent_path(), false});
    for (const char* shared : {"/usr/share/games/simutrans/music",
                               "/usr/share/games/openttd/baseset/openmsx", "/usr/share/games"}) {
        folders.push_back({shared, false});
    }
    return folders;
}

void setNamedFolders(std::vector<fs::path> folders) {
    NamedFolders& named = namedFolders();
    const std::lock_guard lock(named.mutex);
    named.folders = std::move(folders);
    named.indexes.clear();
}

std::optional<fs::path> findOriginal(const atlas::SongRow& song,
                                     std::span<const OriginalFolder> folders) {
    const auto named = atNamedPath(song, folders);
    return named.empty() ? findBelow(song, folders) : std::optional(named.front());
}

std::optional<fs::path> searchOriginal(const atlas::SongRow& song,
                                       std::span<const OriginalFolder> folders) {
    const auto named = atNamedPath(song, folders);
    const auto original = std::find_if(
        named.begin(), named.end(), [&](const fs::path& file) { return isOriginal(file, song); });
    if (original != named.end()) {
        return *original;
    }
    if (const auto found = findBelow(song, folders)) {
        return found;
    }
    const std::string extension = fs::path(song.path).extension().string();
    for (const OriginalFolder& folder : folders) {
        if (folder.searchBelow && !song.hash.empty()) {
            if (auto renamed = indexOf(folder.path)->withChecksum(song.hash, extension)) {
                return renamed;
            }
        }
    }
    return named.empty() ? std::nullopt : std::optional(named.front());
}

Result<std::shared_ptr<const music::Song>> readOriginal(const atlas::SongRow& song,
                                                        std::span<const OriginalFolder> folders) {
    const auto path = searchOriginal(song, folders);
    if (!path) {
        return fail(Error::Code::NotFound, "Original file not found", song.path,
                    "Choose File > Locate original files..., or name the folder in CANTO_LIBRARY");
    }
    CANTO_TRY(bytes, bytesOf(*path));
    if (!song.hash.empty() && checksumOf(*bytes) != song.hash) {
        return fail(Error::Code::BadFile, "The file is not the one that was imported",
                    path->string(), "Import its folder again");
    }
    CANTO_TRY(midi, midi::readSmf(std::span(reinterpret_cast<const std::uint8_t*>(bytes->data()),
                                            bytes->size())));
    return std::make_shared<const music::Song>(std::move(midi->song));
}

} // namespace canto
