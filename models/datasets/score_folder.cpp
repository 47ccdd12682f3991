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

Result<std::vector<std::string>> linesOf(const fs::path& path) {
    std::ifstream file(path);
    if (!file) {
        return fail(Error::Code::NotFound, "The file cannot be opened", path.string());
    }
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) {
        if (lines.size() == kMostLines) {
            return fail(Error::Code::TooLarge, "More than 100,000 lines", path.string());
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

tl::unexpected<Error> badLine(const fs::path& path, std::size_t line, const char* what) {
    return fail(Error::Code::BadFile, what, path.string() + ", line " + std::to_string(line + 1));
}

Result<void> readBeats(const fs::path& path, ScoredSong& scored) {
    const auto lines = linesOf(path);
    if (!lines) {
        return fail(lines.error());
    }
    for (std::size_t i = 0; i < lines->size(); ++i) {
        std::istringstream words((*lines)[i]);
        double seconds = 0;
        double ofTwo = 0;
        double ofFour = 0;
        if (!(words >> seconds)) {
            continue; // an empty line
        }
        if (!(words >> ofTwo >> ofFour)) {
            return badLine(path, i, "A beat wants three numbers");
        }
        if (!(seconds >= 0 && seconds < 1e5) ||
            (!scored.beats.empty() && seconds <= scored.beats.back())) {
            return badLine(path, i, "The beats do not rise");
        }
        if (ofFour == 1) {
            scored.downbeats.push_back(static_cast<int>(scored.beats.size()));
        }
        scored.beats.push_back(seconds);
    }
    if (scored.beats.size() <= static_cast<std::size_t>(arrange::kUnitBeats) ||
        scored.downbeats.empty()) {
        return fail(Error::Code::BadFile, "Fewer than two bars of beats", path.string());
    }
    return {};
}

Result<void> readChords(const fs::path& path, ScoredSong& scored) {
    const auto lines = linesOf(path);
    if (!lines) {
        return fail(lines.error());
    }
    for (std::size_t i = 0; i < lines->size(); ++i) {
        std::istringstream words((*lines)[i]);
        ChordSpan span;
        std::string label;
        if (!(words >> span.begin)) {
            continue;
        }
        if (!(words >> span.end >> label) || span.end < span.begin) {
            return badLine(path, i, "A chord wants its begin, its end and a label");
        }
        const auto chord = audio::parseChord(label);
        if (!chord) {
            return badLine(path, i, "The chord has no label that is understood");
        }
        span.chord = *chord;
        scored.chords.push_back(span);
    }
    return {};
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
    auto read = midi::readSmfFile(scoreFile(folder));
    if (!read) {
        return fail(read.error());
    }
    ScoredSong scored;
    scored.song = std::move(read->song);
    for (const auto& track : scored.song.tracks) {
        scored.parts.push_back(partOf(track.name));
    }
    if (auto ok = readBeats(folder / "beat_midi.txt", scored); !ok) {
        return fail(ok.error());
    }
    if (auto ok = readChords(folder / "chord_midi.txt", scored); !ok) {
        return fail(ok.error());
    }
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
