// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/midi/file_kind.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace canto::midi {
namespace {

constexpr const char* kUnpack = "Unpack it and open the .mid file inside.";
constexpr const char* kRecording = "It is a recording, not notes: open a MIDI file instead.";
constexpr const char* kExport = "Open it in a notation program and export it as MIDI.";

struct Signature {
    std::string_view bytes;
    std::size_t offset;
    const char* what;
    const char* hint;
};

using namespace std::string_view_literals;
constexpr Signature kSignatures[] = {
    {"\x1F\x8B"sv, 0, "a gzip archive", kUnpack},
    {"PK\x03\x04"sv, 0, "a zip archive", kUnpack},
    {"PK\x05\x06"sv, 0, "an empty zip archive", "There is nothing in it."},
    {"Rar!"sv, 0, "a RAR archive", kUnpack},
    {"7z\xBC\xAF"sv, 0, "a 7-Zip archive", kUnpack},
    {"BZh"sv, 0, "a bzip2 archive", kUnpack},
    {"\xFD"
     "7zXZ"sv,
     0, "an xz archive", kUnpack},
    {"\x28\xB5\x2F\xFD"sv, 0, "a Zstandard archive", kUnpack},
    {"ustar"sv, 257, "a tar archive", kUnpack},
    {"WAVE"sv, 8, "a WAV recording", kRecording},
    {"AVI "sv, 8, "a video", kRecording},
    {"AIFF"sv, 8, "an AIFF recording", kRecording},
    {"fLaC"sv, 0, "a FLAC recording", kRecording},
    {"OggS"sv, 0, "an Ogg recording", kRecording},
    {"ID3"sv, 0, "an MP3 recording", kRecording},
    {"ftyp"sv, 4, "an MP4 recording", kRecording},
    {"sfbk"sv, 8, "a SoundFont", "It holds sounds, not notes: choose it as the SoundFont instead."},
    {"%PDF"sv, 0, "a PDF document", "It is a picture of music: open a MIDI file instead."},
    {"MUS\x1A"sv, 0, "a DOOM music file (MUS)", "Convert it to MIDI first (mus2mid)."},
    {"XMF_"sv, 0, "an Extensible Music Format file", "Convert it to a plain MIDI file first."},
    {"CTMF"sv, 0, "a Creative music file (CMF)", "Convert it to MIDI first."},
    {"\x7F"
     "ELF"sv,
     0, "a program", "Open a MIDI file instead."},
    {"\x89PNG"sv, 0, "a picture", "Open a MIDI file instead."},
    {"\xFF\xD8\xFF"sv, 0, "a picture", "Open a MIDI file instead."},
    {"GIF8"sv, 0, "a picture", "Open a MIDI file instead."},
    {"SQLite format 3"sv, 0, "a database", "If it is an atlas, open it as one."},
};

std::string_view textOf(std::span<const std::uint8_t> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool startsWithWord(std::string_view text, std::string_view word) {
    return text.size() >= word.size() &&
           std::equal(word.begin(), word.end(), text.begin(), [](char a, char b) {
               return a == std::tolower(static_cast<unsigned char>(b));
           });
}

} // namespace

bool isMidiName(const std::filesystem::path& path) {
    if (path.filename().string().starts_with("._")) {
        return false;
    }
    std::string ending = path.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return std::find(kMidiEndings.begin(), kMidiEndings.end(), ending) != kMidiEndings.end();
}

std::optional<ForeignKind> foreignKind(std::span<const std::uint8_t> bytes) {
    const std::string_view all = textOf(bytes);
    for (const Signature& signature : kSignatures) {
        if (all.size() > signature.offset &&
            all.substr(signature.offset).starts_with(signature.bytes)) {
            return ForeignKind{signature.what, signature.hint};
        }
    }
    std::string_view text = all.substr(0, 1024);
    if (text.starts_with("\xEF\xBB\xBF")) {
        text.remove_prefix(3);
    }
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) {
        text.remove_prefix(1);
    }
    if (startsWithWord(text, "<!doctype html") || startsWithWord(text, "<html") ||
        startsWithWord(text, "<head") || startsWithWord(text, "<body")) {
        return ForeignKind{"a web page",
                           "The download gave a page instead of the music: download it again."};
    }
    if (startsWithWord(text, "<?xml") || startsWithWord(text, "<score-partwise")) {
        return ForeignKind{"an XML document (MusicXML?)", kExport};
    }
    return std::nullopt;
}

ForeignKind guessKind(std::span<const std::uint8_t> bytes) {
    const auto head = bytes.first(std::min<std::size_t>(bytes.size(), 1024));
    if (std::all_of(head.begin(), head.end(), [](std::uint8_t b) { return b == 0; })) {
        return {"a file of zeros", "It was damaged while it was saved or copied: fetch it again."};
    }
    const auto isText = [](std::uint8_t b) {
        return b >= 0x20 || b == '\n' || b == '\r' || b == '\t';
    };
    if (std::all_of(head.begin(), head.end(), isText)) {
        return {"a text file", "Open a MIDI file instead."};
    }
    return {"an unknown kind of file", "Open a MIDI file instead; it begins with \"MThd\"."};
}

} // namespace canto::midi
