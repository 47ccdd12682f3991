#include "app/service/originals.h"

#include "core/base/checksum.h"
#include "core/midi/smf_reader.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace canto {
namespace {

namespace fs = std::filesystem;

/// More than any MIDI file: what is larger is not read at all.
constexpr std::uintmax_t kMostBytes = std::uintmax_t(32) << 20;

} // namespace

std::vector<fs::path> libraryFolders(const fs::path& atlas) {
    std::vector<fs::path> folders;
    if (const char* named = std::getenv("CANTO_LIBRARY")) {
        std::string rest = named;
        while (!rest.empty()) {
            const std::size_t colon = std::min(rest.find(':'), rest.size());
            if (colon > 0) {
                folders.emplace_back(rest.substr(0, colon));
            }
            rest.erase(0, colon + 1);
        }
    }
    folders.push_back(fs::absolute(atlas).parent_path());
    for (const char* shared : {"/usr/share/games/simutrans/music",
                               "/usr/share/games/openttd/baseset/openmsx", "/usr/share/games"}) {
        folders.emplace_back(shared);
    }
    return folders;
}

std::optional<fs::path> findOriginal(const atlas::SongRow& song,
                                     std::span<const fs::path> folders) {
    const fs::path named(song.path);
    std::error_code ignored;
    if (named.is_absolute()) {
        return fs::is_regular_file(named, ignored) ? std::optional(named) : std::nullopt;
    }
    for (const fs::path& folder : folders) {
        if (fs::is_regular_file(folder / named, ignored)) {
            return folder / named;
        }
    }
    return std::nullopt;
}

Result<std::shared_ptr<const music::Song>> readOriginal(const atlas::SongRow& song,
                                                        std::span<const fs::path> folders) {
    const auto path = findOriginal(song, folders);
    if (!path) {
        return fail(Error::Code::NotFound, "The original is not on this computer", song.path,
                    "Name its folder in CANTO_LIBRARY to hear it");
    }
    std::error_code ignored;
    if (fs::file_size(*path, ignored) > kMostBytes) {
        return fail(Error::Code::TooLarge, "The original is too large to be a MIDI file",
                    path->string());
    }
    std::ifstream file(*path, std::ios::binary);
    const std::vector<char> bytes((std::istreambuf_iterator<char>(file)), {});
    if (!song.hash.empty()) {
        Checksum sum;
        sum.update(std::as_bytes(std::span(bytes)));
        if (sum.hex() != song.hash) {
            return fail(Error::Code::BadFile, "The file is another one than was imported",
                        path->string(), "Import its folder again");
        }
    }
    auto midi =
        midi::readSmf(std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
    if (!midi) {
        return fail(midi.error());
    }
    return std::make_shared<const music::Song>(std::move(midi->song));
}

} // namespace canto
