// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/datasets/score_folder.h"

#include "core/midi/smf_reader.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

namespace canto {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostLines = 100'000;

/// Calls read(words, first number) for each line that begins with a number. What it returns unless
/// it is null is wrong with the line.
template <class Read>
Result<void> readLines(const fs::path& path, const Read& read) {
    std::ifstream file(path);
    if (!file) {
        return fail(Error::Code::NotFound, "The file cannot be opened", path.string());
    }
    std::size_t number = 0;
    for (std::string line; std::getline(file, line);) {
        if (++number > kMostLines) {
            return fail(Error::Code::TooLarge, "More than 100,000 lines", path.string());
        }
        std::istringstream words(line);
        double first = 0;
        if (const char* what = words >> first ? read(words, first) : nullptr; what != nullptr) {
            return fail(Error::Code::BadFile, what,
                        path.string() + ", line " + std::to_string(number));
        }
    }
    return {};
}

Result<void> readBeats(const fs::path& path, ScoredSong& scored) {
    const auto ok = readLines(path, [&](std::istream& words, double seconds) -> const char* {
        double ofTwo = 0;
        double ofFour = 0;
        if (!(words >> ofTwo >> ofFour)) {
            return "A beat wants three numbers";
        }
        if (!(seconds >= 0 && seconds < 1e5) ||
            (!scored.beats.empty() && seconds <= scored.beats.back())) {
            return "The beats do not rise";
        }
        if (ofFour == 1) {
            scored.downbeats.push_back(static_cast<int>(scored.beats.size()));
        }
        scored.beats.push_back(seconds);
        return nullptr;
    });
    if (ok && (scored.beats.size() <= static_cast<std::size_t>(arrange::kUnitBeats) ||
               scored.downbeats.empty())) {
        return fail(Error::Code::BadFile, "Fewer than two bars of beats", path.string());
    }
    return ok;
}

Result<void> readChords(const fs::path& path, ScoredSong& scored) {
    return readLines(path, [&](std::istream& words, double begin) -> const char* {
        double end = 0;
        std::string label;
        if (!(words >> end >> label) || end < begin) {
            return "A chord wants its begin, its end and a label";
        }
        const auto chord = audio::parseChord(label);
        if (!chord) {
            return "The chord has no label that is understood";
        }
        scored.chords.push_back({begin, end, *chord});
        return nullptr;
    });
}

arrange::Part partOf(std::string name) {
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return name == "MELODY"   ? arrange::Part::Melody
           : name == "BRIDGE" ? arrange::Part::Bridge
                              : arrange::Part::Piano;
}

} // namespace

fs::path scoreFile(const fs::path& folder) {
    return folder / (folder.filename().string() + ".mid");
}

Result<ScoredSong> readScoreFolder(const fs::path& folder) {
    const auto name = folder.filename().string();
    CANTO_TRY(read, midi::readSmfFile(scoreFile(folder)));
    ScoredSong scored;
    scored.song = std::move(read->song);
    for (const auto& track : scored.song.tracks) {
        scored.parts.push_back(partOf(track.name));
    }
    CANTO_CHECK(readBeats(folder / "beat_midi.txt", scored));
    CANTO_CHECK(readChords(folder / "chord_midi.txt", scored));
    for (const char* ending : {".wav", ".flac", ".ogg", ".mp3"}) {
        std::error_code ignored;
        const auto recording = folder / (name + ending);
        if (!scored.recording && fs::exists(recording, ignored)) {
            scored.recording = recording;
        }
    }
    return scored;
}

std::vector<arrange::PartNote> partNotes(const ScoredSong& scored, int first, int last) {
    std::vector<arrange::PartNote> notes;
    const auto beats =
        std::span<const double>(scored.beats)
            .subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first) + 1);
    for (const auto& note : scored.song.notes) {
        if (note.isDrum() || note.track >= scored.parts.size()) {
            continue;
        }
        const auto placed = arrange::onGrid(note.startSeconds, note.endSeconds(), note.pitch,
                                            scored.parts[note.track], beats);
        if (placed.length > 0) {
            notes.push_back(placed);
        }
    }
    return notes;
}

std::vector<audio::Chord> chordsOfBeats(std::span<const ChordSpan> spans,
                                        std::span<const double> beats) {
    std::vector<audio::Chord> chords;
    for (std::size_t beat = 0; beat + 1 < beats.size(); ++beat) {
        audio::Chord best;
        double most = 0;
        std::vector<std::pair<audio::Chord, double>> shares;
        for (const auto& span : spans) {
            const double overlap =
                std::min(span.end, beats[beat + 1]) - std::max(span.begin, beats[beat]);
            if (overlap <= 0) {
                continue;
            }
            auto found = std::find_if(shares.begin(), shares.end(),
                                      [&](const auto& s) { return s.first == span.chord; });
            if (found == shares.end()) {
                found = shares.insert(shares.end(), {span.chord, 0.0});
            }
            found->second += overlap;
            if (found->second > most) {
                most = found->second;
                best = found->first;
            }
        }
        chords.push_back(best);
    }
    return chords;
}

} // namespace canto
